"""Looks at XPM after something was made there, and reports what is there twice (E11)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from syncer import ledger_tables as t
from syncer import memory
from syncer.audit import Double, MadeClient, MadeJob, doubled_clients, doubled_jobs, mark, spans
from syncer.client_making import client_intent, client_mark
from syncer.errors import ApiError, LimitError, UnreachableError
from syncer.jobbook import JobBook
from syncer.ledger import Row
from syncer.model import Job
from syncer.practice import Practice
from syncer.reading import refresh_directory
from syncer.report import Problem, Report

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
        """Look at what was made since the last audit: jobs, and clients that are new themselves."""
        new = self._ledger.rows(t.deployed_jobs, audited=False)
        if not new:
            return
        proposals = {row["proposal_slug"]: row for row in self._ledger.rows(t.deployments)}
        concerned = [proposals[slug] for slug in sorted({row["proposal_slug"] for row in new})]
        made = self._made_clients(self._never_audited(concerned, proposals))
        try:
            if made:
                refresh_directory(self._practice)
            found = self._jobs(new, {row["xpm_uuid"] for row in concerned})
        except (LimitError, UnreachableError):
            raise
        except ApiError as error:
            self._report.problems.append(Problem("audit", str(error), LATER))
            return
        self._tell(concerned, found, made)
        for row in new:
            self._ledger.change(t.deployed_jobs, {"audited": True}, key=row["key"])

    def look_at_everything(self) -> None:
        """Look at all jobs and clients that were ever made."""
        refresh_directory(self._practice)
        proposals, rows = self._ledger.rows(t.deployments), self._ledger.rows(t.deployed_jobs)
        made = self._made_clients({row["client_slug"] for row in proposals})
        self._tell(proposals, self._jobs(rows, ()), made)
        self._report.lines.append(f"audit: looked at {len(rows)} jobs and {len(made)} clients made in XPM")

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

    def _tell(self, proposals: Iterable[Row], found: Sequence[Job], made: Sequence[MadeClient]) -> None:
        book = JobBook(self._ledger)
        jobs = [
            _made_job(row, one["reference"]) for one in proposals for row in book.rows(one["proposal_slug"])
        ]
        doubles = doubled_jobs(jobs, found, book.numbers())
        doubles += self._doubled_clients(made) if made else []
        self._report.problems += [Problem(one.what, one.say(), WAY_OUT) for one in doubles]

    def _doubled_clients(self, made: Sequence[MadeClient]) -> list[Double]:
        directory, names = memory.directory(self._ledger), {one.name for one in made}
        linked = [known.uuid for known in directory if known.name in names and known.linked_to]
        links = [link for uuid in linked for link in memory.links(self._ledger, xpm_id=uuid)]
        imported = {link.xpm_id: link.made_at for link in links if link.origin == "imported"}
        return doubled_clients(made, directory, imported)


def _made_job(row: Row, reference: str) -> MadeJob:
    kept = json.loads(row["plan"]) if row["plan"] else {"order_number": reference}
    return MadeJob(str(row["number"]), mark(kept["order_number"], row["name"], row["start_date"]))
