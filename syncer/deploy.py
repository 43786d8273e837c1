"""An accepted proposal becomes a client and jobs in XPM, each exactly once (R9 to R12, E10 to E17)."""

import json
from collections.abc import Iterable, Mapping, Sequence

from syncer import ledger_tables as t
from syncer import memory
from syncer.auditing import Auditor
from syncer.client_making import adopt_clients
from syncer.errors import (
    ApiError,
    DecisionError,
    LimitError,
    MalformedError,
    NotConnectedError,
    RefusedError,
    UnreachableError,
)
from syncer.finder import ClientFinder, ParkedError
from syncer.ignition import NOT_FOUND
from syncer.job_records import proposal_from_json, proposal_to_json
from syncer.jobbook import shown_jobs, told
from syncer.jobs import Note, Offering
from syncer.ledger import Row
from syncer.making import JobMaker
from syncer.match import Known
from syncer.model import Proposal, Service
from syncer.practice import Practice
from syncer.reading import Progress, refresh_directory, silent
from syncer.recognising import is_forgotten, unknown_jobs
from syncer.recording import recorded
from syncer.relinking import recall_links
from syncer.report import Problem, Report
from syncer.runtime import iso

ACCEPTED = frozenset({"accepted", "completed"})
UNREADABLE = "correct the proposal in Ignition; every sync tries again"
PENDING, DEPLOYED, PARTLY, ATTENTION, FAILED = "pending", "deployed", "partly", "needs_attention", "failed"


def deploy_one(practice: Practice, slug: str, *, asked: bool = False) -> Report:
    """Deploy one proposal now: after its webhook, or because a person asked for it (E12).

    A person may give its slug or its reference number. Raises DecisionError where they ask for one that is
    not there, or not accepted.
    """
    with practice.lease.hold(), recorded(practice, "deploy") as report:
        _deploy_one(practice, slug, report, asked=asked)
        return report


def _deploy_one(practice: Practice, slug: str, report: Report, *, asked: bool) -> None:
    proposal = _asked_for(practice, slug) if asked else practice.ignition.proposal(slug)
    kept = practice.ledger.cursor("templates")
    templates = (
        [row[0] for row in json.loads(kept)] if kept else [one.uuid for one in practice.xpm.templates()]
    )
    deployer = Deployer(practice, report, templates, practice.ignition.services())
    if proposal.state not in ACCEPTED:
        report.warnings.append(
            f"proposal {proposal.reference} is {proposal.state}, not accepted: nothing is deployed"
        )
    elif not deployer.take_in([proposal], asked=asked):
        report.warnings.append(
            f"proposal {proposal.reference} was accepted before the first connection: "
            f"deploy it with `syncer deploy --proposal {slug}` (E12)"
        )
    else:
        deployer.work(proposal.slug)


def _asked_for(practice: Practice, named: str) -> Proposal:
    """Return the accepted proposal that a person named by its slug or its reference number."""
    known = practice.ledger.rows(t.deployments)
    slugs = [row["proposal_slug"] for row in known if named in (row["proposal_slug"], row["reference"])]
    try:
        proposal = practice.ignition.proposal(slugs[0] if slugs else named)
    except RefusedError as error:
        if error.status != NOT_FOUND:
            raise
        found = [one for one in practice.ignition.proposals() if one.reference == named]
        if not found:
            raise DecisionError(
                f"Ignition has no proposal “{named}”: give its slug or its reference number"
            ) from error
        proposal = found[0]
    if proposal.state not in ACCEPTED:
        raise DecisionError(
            f"proposal {proposal.reference} is {proposal.state.replace('_', ' ')}, not accepted: nothing is deployed"
        )
    return proposal


class Deployer:
    """Deploys one practice's accepted proposals."""

    def __init__(
        self, practice: Practice, report: Report, templates: Iterable[str], services: Mapping[str, Service]
    ) -> None:
        self._practice = practice
        self._ledger = practice.ledger
        self._report = report
        self._clients = ClientFinder(practice, report)
        self._services = dict(services)
        self._maker = JobMaker(practice, report, Offering(self._services, frozenset(templates)))
        self._book = self._maker.book
        self._fresh: dict[str, Proposal] = {}
        """Proposals as Ignition shows them in this run."""

    @property
    def maker(self) -> JobMaker:
        """What makes the jobs, and knows which are missing."""
        return self._maker

    def take_in(self, proposals: Iterable[Proposal], *, asked: bool = False) -> int:
        """Note which proposals are to be deployed, and return how many of these that is.

        Those accepted before the first connection are only deployed when asked for (E12), unless
        Ignition shows that they were begun: then a ledger that is lost knew of them.
        """
        connected = iso(self._practice.connected_at())
        taken = 0
        for proposal in proposals:
            self._fresh[proposal.slug] = proposal
            known = self._ledger.row(t.deployments, proposal_slug=proposal.slug)
            kept = {"proposal_slug": proposal.slug, "proposal": proposal_to_json(proposal)}
            if known:
                self._ledger.change(t.deployments, kept, proposal_slug=proposal.slug)
                taken += 1
            elif proposal.state in ACCEPTED and (
                asked or (proposal.accepted_at or "") >= connected or self._is_forgotten(proposal)
            ):
                row = {
                    **kept,
                    "reference": proposal.reference,
                    "client_slug": proposal.client_slug,
                    "status": PENDING,
                }
                empty = {
                    "message": "",
                    "candidates": "[]",
                    "shown": "",
                    "xpm_uuid": None,
                    "chosen_uuid": None,
                }
                self._ledger.put(t.deployments, {**row, **empty})
                taken += 1
        return taken

    def _is_forgotten(self, proposal: Proposal) -> bool:
        """Tell whether a ledger that is lost had begun with a proposal, and say so."""
        if not is_forgotten(proposal, self._practice.today()):
            return False
        self._report.warnings.append(
            f"{title(proposal)} is taken in again: Ignition shows that it was begun, and this ledger did not know"
        )
        return True

    def work(self, only: str | None = None, progress: Progress = silent) -> None:
        """Deploy whatever has something left to do, and look afterwards whether anything is there twice (E11).

        `only` names one proposal.
        """
        waiting = self.waiting(only)
        if waiting:
            progress("deploying proposals", 0, len(waiting))
            refresh_directory(self._practice)
            adopt_clients(self._ledger)
        for done, row in enumerate(waiting, start=1):
            self._deploy_latest(row)
            progress("deploying proposals", done, len(waiting))
        Auditor(self._practice, self._report).look_at_new()

    def waiting(self, only: str | None = None) -> list[Row]:
        """Return the deployments that have something left to do, in the order in which they were accepted."""
        rows = self._ledger.rows(t.deployments, **({"proposal_slug": only} if only else {}))
        found = [
            (proposal.accepted_at or "", proposal.slug, row)
            for row in rows
            if self._waits(row, proposal := proposal_from_json(row["proposal"]))
        ]
        return [row for _accepted_at, _slug, row in sorted(found, key=lambda one: one[:2])]

    def as_shown(self, row: Row) -> Proposal:
        """Return a deployment's proposal as Ignition shows it in this run, or else as it is kept."""
        return self._fresh.get(row["proposal_slug"]) or proposal_from_json(row["proposal"])

    def _waits(self, row: Row, proposal: Proposal) -> bool:
        """Tell whether a deployment has jobs left to make or to finish, or something left to show."""
        if proposal.state not in ACCEPTED:
            # It plans no more (E15); but what was begun is still to be known, and nobody is asked any more.
            begun = row["status"] != DEPLOYED and bool(self._book.unsettled(proposal.slug))
            return begun or row["status"] == ATTENTION
        if row["status"] != DEPLOYED or not row["shown"]:
            return True
        try:
            return bool(self._maker.missing(proposal))
        except MalformedError:
            return True

    def _deploy_latest(self, row: Row) -> None:
        """Deploy a proposal as Ignition shows it now; one that cannot be read is left over (E20)."""
        what = title(proposal_from_json(row["proposal"]))
        try:
            proposal = self._latest(row["proposal_slug"])
        except (LimitError, UnreachableError):
            raise
        except ApiError as error:
            self._report.problems.append(Problem(what, str(error), UNREADABLE))
        else:
            self._deploy(row, proposal, what)

    def _deploy(self, row: Row, proposal: Proposal, what: str) -> None:
        if row["status"] == DEPLOYED:
            # A further period: until its job is whole, a crash must not leave the deployment as done.
            self._ledger.change(t.deployments, {"status": PENDING}, proposal_slug=proposal.slug)
        status, why = DEPLOYED, ""
        notes: tuple[Note, ...] = ()
        candidates: tuple[Known, ...] = ()
        try:
            refused, notes = self._make(row, proposal)
            if refused:
                status, why = self._failure(proposal, "; ".join(refused))
        except ParkedError as parked:
            status, why, candidates = ATTENTION, str(parked), parked.candidates
            self._report.attention.append(f"{what}: {why} – pick one with `syncer resolve` (E10)")
        except (LimitError, UnreachableError, NotConnectedError):
            raise
        except ApiError as error:
            status, why = self._failure(proposal, str(error))
        jobs = self._book.rows(proposal.slug)
        if status == DEPLOYED and proposal.state not in ACCEPTED and not jobs:
            status = FAILED
        message = "; ".join(text for text in (why, told(jobs, notes)) if text)
        found = json.dumps([[one.uuid, one.name] for one in candidates], ensure_ascii=False)
        outcome = {"status": status, "message": message, "candidates": found}
        now = self._ledger.row(t.deployments, proposal_slug=proposal.slug) or {}
        text = json.dumps(self._told({**row, **now, **outcome}, proposal, jobs), ensure_ascii=False)
        if row["shown"] != text:
            outcome["shown"] = ""
        self._ledger.change(t.deployments, outcome, proposal_slug=proposal.slug)
        if row["shown"] != text:
            self._show(proposal.slug, what, text)

    def _latest(self, slug: str) -> Proposal:
        """Return a proposal as Ignition shows it now, with what it was told of the deployment."""
        if slug not in self._fresh:
            self.take_in([self._practice.ignition.proposal(slug)])
        return self._fresh[slug]

    def _make(self, row: Row, proposal: Proposal) -> tuple[list[str], tuple[Note, ...]]:
        """Find the client and make the jobs; returns what XPM refused, and what the proposal is without."""
        if proposal.state not in ACCEPTED:
            self._maker.settle(proposal)
            return [], (Note(f"the proposal is {proposal.state}: no more jobs are made", "E15"),)
        self._ask_for_services(proposal)
        if row["xpm_uuid"] and not self._maker.missing(proposal):
            # Whatever has become of the client since: all that was to be made for it is made.
            return self._maker.make(proposal, row["xpm_uuid"])
        self._report.warnings += recall_links(self._ledger, [proposal])
        uuid = self._clients.client_of(row, proposal)
        # A person's pick is for this once: should the client be archived later, they are asked again.
        found_out = {"xpm_uuid": uuid, "chosen_uuid": None}
        self._ledger.change(t.deployments, found_out, proposal_slug=proposal.slug)
        return self._maker.make(proposal, uuid)

    def _ask_for_services(self, proposal: Proposal) -> None:
        """Ask for those by themselves that the list did not have: its pages may have passed them over."""
        for line in proposal.lines:
            if line.selected and line.service_slug not in self._services:
                found = self._practice.ignition.service(line.service_slug)
                if found is not None:
                    self._services[found.slug] = found

    def _failure(self, proposal: Proposal, why: str) -> tuple[str, str]:
        """Report why not all of a proposal was deployed, and return its status."""
        way_out = "the next sync goes on from where this one stopped"
        self._report.problems.append(Problem(title(proposal), why, way_out))
        return (PARTLY if self._book.rows(proposal.slug) else FAILED), why

    def _told(self, row: Row, proposal: Proposal, jobs: Sequence[Row]) -> dict[str, object]:
        """Return what Ignition shows on a proposal (E17): also jobs that it alone remembers."""
        unknown = unknown_jobs(proposal.deployed, self._book.numbers())
        others = [{"number": number, "name": name} for number, name in unknown.items()]
        names = {known.uuid: known.name for known in memory.directory(self._ledger)}
        return {
            "status": row["status"],
            "xpm_client_uuid": row["xpm_uuid"],
            "xpm_client_name": names.get(row["xpm_uuid"]),
            "jobs": shown_jobs([*jobs, *others]),
            "message": row["message"] or None,
        }

    def _show(self, slug: str, what: str, text: str) -> None:
        """Tell Ignition what became of the proposal (E17); what cannot be told now is told by the next sync."""
        try:
            self._practice.ignition.put_deployment(slug, json.loads(text))
        except (LimitError, UnreachableError):
            raise
        except ApiError as error:
            self._report.problems.append(Problem(what, str(error), "the next sync shows it in Ignition"))
        else:
            self._ledger.change(t.deployments, {"shown": text}, proposal_slug=slug)


def title(proposal: Proposal) -> str:
    """Name a proposal as reports do."""
    return f"proposal {proposal.reference} (“{proposal.client_name}”)"
