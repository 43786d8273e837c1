"""Looks at XPM after something was made there, and reports what is there twice (E11)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from syncer import ledger_tables as t
from syncer import memory
from syncer.audit import Double, MadeClient, MadeJob, doubled_clients, doubled_jobs, mark, spans
from syncer.client_making import client_intent, client_mark
from syncer.contact_audit import by_client, look_at_contacts
from syncer.doubts import CLIENT, CONTACTS, JOB
from syncer.errors import ApiError, LimitError, UnreachableError
from syncer.jobbook import JobBook, job_intent
from syncer.ledger import Row
from syncer.model import Job
from syncer.practice import Practice
from syncer.reading import refresh_directory
from syncer.report import Problem, Report
from syncer.runtime import iso
from syncer.seeing import LOOKS
from syncer.words import counted

WAY_OUT = "look at them in XPM, and delete what is there twice"
LATER = "the next sync looks again"


def audit(practice: Practice) -> Report:
    """Look at all that was ever made for a practice: one call for each year of jobs, one for the clients."""
    with practice.lease.hold():
        report = practice.report()
        Auditor(practice, report).look_at_everything()
        return report


class Auditor:
    """Audits one practice."""

    def __init__(self, practice: Practice, report: Report) -> None:
        self._practice = practice
        self._ledger = practice.ledger
        self._report = report

    def look_at_new(self) -> None:
        """Look at what was made since the last audit: jobs, clients that are new themselves, contacts in doubt.

        What is in doubt waits until all that may come of it must have landed.
        """
        doubts = _Doubts(self._ledger.rows(t.doubts, audited=False), iso(self._practice.runtime.now()))
        new = self._ledger.rows(t.deployed_jobs, audited=False)
        if new or doubts.of(CLIENT, JOB):
            self._look_at_jobs(new, doubts)
        self._settle(self._look_at_contacts(doubts.of(*CONTACTS)))

    def look_at_everything(self) -> None:
        """Look at all jobs and clients that were ever made, and at the contacts whose making was ever in doubt."""
        refresh_directory(self._practice)
        proposals, rows = self._ledger.rows(t.deployments), self._ledger.rows(t.deployed_jobs)
        made = self._made_clients({row["client_slug"] for row in proposals})
        self._tell(self._doubled(proposals, self._jobs(rows, ()), made))
        contacts = [row for row in self._ledger.rows(t.doubts) if row["kind"] in CONTACTS]
        looked = len(self._look_at_contacts(contacts))
        more = f", and at {counted(looked, 'contact')} whose making was in doubt" if contacts else ""
        self._report.lines.append(
            f"audit: looked at {len(rows)} jobs and {len(made)} clients made in XPM{more}"
        )

    def _look_at_jobs(self, new: Iterable[Row], doubts: "_Doubts") -> None:
        """Look at new jobs and their clients; where they were in doubt twice, as one old answer may not pass for the truth."""
        proposals = {row["proposal_slug"]: row for row in self._ledger.rows(t.deployments)}
        ready = [row for row in new if not doubts.hold_up(row, proposals[row["proposal_slug"]])]
        concerned = [proposals[slug] for slug in sorted({row["proposal_slug"] for row in ready})]
        in_doubt = doubts.of(CLIENT, JOB)
        made = self._made_clients(self._never_audited(concerned, proposals) | doubts.clients)
        found: list[Job] = []
        try:
            for _ in range(LOOKS if in_doubt else 1):
                if made:
                    refresh_directory(self._practice, whole=bool(doubts.clients))
                found += self._jobs(ready, {row["xpm_uuid"] for row in concerned})
        except (LimitError, UnreachableError):
            raise
        except ApiError as error:
            self._report.problems.append(Problem("audit", str(error), LATER))
            return
        self._tell(self._doubled(concerned, found, made))
        for row in ready:
            self._ledger.change(t.deployed_jobs, {"audited": True}, key=row["key"])
        self._settle(in_doubt)

    def _look_at_contacts(self, doubts: Iterable[Row]) -> list[Row]:
        """Tell which contacts in doubt are there twice, and return those that could be looked at (E20)."""
        looked: list[Row] = []
        for uuid, rows in by_client(doubts).items():
            try:
                doubles = look_at_contacts(self._practice, uuid, rows)
            except (LimitError, UnreachableError):
                raise
            except ApiError as error:
                self._report.problems.append(Problem("audit", str(error), LATER))
                continue
            if doubles is not None:
                self._tell(doubles)
                looked += rows
        return looked

    def _settle(self, doubts: Iterable[Row]) -> None:
        for row in doubts:
            self._ledger.change(t.doubts, {"audited": True}, key=row["key"])

    def _never_audited(self, concerned: Iterable[Row], proposals: Mapping[str, Row]) -> set[str]:
        """Return the clients of some proposals for whom no job has been audited yet."""
        audited = {row["proposal_slug"] for row in self._ledger.rows(t.deployed_jobs, audited=True)}
        known = {proposals[slug]["client_slug"] for slug in audited}
        return {row["client_slug"] for row in concerned} - known

    def _jobs(self, rows: Iterable[Row], clients: Iterable[str]) -> list[Job]:
        """Return what may double some jobs, by the fewest calls: all of their clients, or of their days."""
        xpm, uuids = self._practice.xpm, sorted(clients)
        days = spans(date.fromisoformat(row["start_date"]) for row in rows)
        if uuids and len(uuids) <= len(days):
            return [job for uuid in uuids for job in xpm.jobs_of(uuid)]
        return [job for first, last in days for job in xpm.jobs_between(first, last)]

    def _made_clients(self, slugs: Iterable[str]) -> list[MadeClient]:
        """Return which of some Ignition clients had a client made in XPM."""
        wanted = sorted(slugs)
        names = {known.uuid: known.name for known in memory.directory(self._ledger)} if wanted else {}
        found = []
        for slug in wanted:
            intent = self._ledger.row(t.intents, key=client_intent(slug), state="done")
            if intent and intent["outcome"] in names:
                uuid = str(intent["outcome"])
                name, before = client_mark(json.loads(intent["evidence"]), names[uuid])
                found.append(MadeClient(uuid, name, before, intent["at"]))
        return found

    def _tell(self, doubles: Iterable[Double]) -> None:
        self._report.problems += [Problem(one.what, one.say(), WAY_OUT) for one in doubles]

    def _doubled(
        self, proposals: Iterable[Row], found: Sequence[Job], made: Sequence[MadeClient]
    ) -> list[Double]:
        book = JobBook(self._ledger)
        jobs = [
            _made_job(row, one["reference"]) for one in proposals for row in book.rows(one["proposal_slug"])
        ]
        doubles = doubled_jobs(jobs, found, book.numbers())
        return doubles + (self._doubled_clients(made) if made else [])

    def _doubled_clients(self, made: Sequence[MadeClient]) -> list[Double]:
        directory, names = memory.directory(self._ledger), {one.name for one in made}
        linked = [known.uuid for known in directory if known.name in names and known.linked_to]
        links = [link for uuid in linked for link in memory.links(self._ledger, xpm_id=uuid)]
        imported = {link.xpm_id: link.made_at for link in links if link.origin == "imported"}
        return doubled_clients(made, directory, imported)


class _Doubts:
    """The doubts that no audit has settled, at a moment: those that can be by now, and those that wait."""

    def __init__(self, rows: Iterable[Row], now: str) -> None:
        every = list(rows)
        self._settled = [row for row in every if row["settles_at"] <= now]
        self._waiting = {row["key"] for row in every if row["settles_at"] > now}

    def of(self, *kinds: str) -> list[Row]:
        """Return those of some kinds that can be settled."""
        return [row for row in self._settled if row["kind"] in kinds]

    @property
    def clients(self) -> set[str]:
        """The Ignition clients whose counterparts' making can be settled."""
        return {row["key"].removeprefix(client_intent("")) for row in self.of(CLIENT)}

    def hold_up(self, job: Row, proposal: Row) -> bool:
        """Tell whether the audit of a job has to wait: what came of it, or of its client, may still land."""
        return bool({job_intent(job["key"]), client_intent(proposal["client_slug"])} & self._waiting)


def _made_job(row: Row, reference: str) -> MadeJob:
    kept = json.loads(row["plan"]) if row["plan"] else {"order_number": reference}
    return MadeJob(str(row["number"]), mark(kept["order_number"], row["name"], row["start_date"]))
