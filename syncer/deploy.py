"""An accepted proposal becomes a client and jobs in XPM, each exactly once (R9 to R12, E10 to E17)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from syncer import ledger_tables as t
from syncer import memory
from syncer.errors import (
    ApiError,
    LimitError,
    NotConnectedError,
    OutcomeUnknownError,
    RefusedError,
    UnreachableError,
)
from syncer.finder import ClientFinder, ParkedError
from syncer.jobs import PlannedJob, planned_jobs
from syncer.ledger import Row
from syncer.match import Known
from syncer.model import Job, Proposal, ProposalLine, Service
from syncer.once import exactly_once
from syncer.practice import Practice
from syncer.reading import refresh_directory
from syncer.report import Problem, Report
from syncer.runtime import iso

ACCEPTED = frozenset({"accepted", "completed"})
PENDING, DEPLOYED, PARTLY, ATTENTION, FAILED = "pending", "deployed", "partly", "needs_attention", "failed"


def deploy_one(practice: Practice, slug: str, *, asked: bool = False) -> Report:
    """Deploy one proposal now: after its webhook, or because a person asked for it by name (E12)."""
    report = practice.report()
    proposal = practice.ignition.proposal(slug)
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
        deployer.work(slug)
    return report


class Deployer:
    """Deploys one practice's accepted proposals."""

    def __init__(
        self, practice: Practice, report: Report, templates: Iterable[str], services: Mapping[str, Service]
    ) -> None:
        self._practice = practice
        self._ledger = practice.ledger
        self._report = report
        self._templates = frozenset(templates)
        self._services = services
        self._clients = ClientFinder(practice, report)

    def take_in(self, proposals: Iterable[Proposal], *, asked: bool = False) -> int:
        """Note which proposals are to be deployed, and return how many of these that is.

        Those accepted before the first connection are only deployed when asked for (E12).
        """
        connected = iso(self._practice.connected_at())
        taken = 0
        for proposal in proposals:
            known = self._ledger.row(t.deployments, proposal_slug=proposal.slug)
            kept = {
                "proposal_slug": proposal.slug,
                "proposal": json.dumps(asdict(proposal), ensure_ascii=False),
            }
            if known:
                self._ledger.change(t.deployments, kept, proposal_slug=proposal.slug)
                taken += 1
            elif proposal.state in ACCEPTED and (asked or (proposal.accepted_at or "") >= connected):
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

    def preview(self) -> list[str]:
        """Say which jobs would be made."""
        return [
            f"XPM: job “{job.name}” for {proposal.reference}, client “{proposal.client_name}” (R9)"
            for row in self._ledger.rows(t.deployments)
            for proposal in [_proposal(row)]
            for job in self._missing(proposal)
        ]

    def work(self, only: str | None = None) -> None:
        """Deploy whatever has jobs left to make; `only` names one proposal."""
        rows = self._ledger.rows(t.deployments, **({"proposal_slug": only} if only else {}))
        waiting = [row for row in rows if row["status"] != DEPLOYED or self._missing(_proposal(row))]
        if any(_proposal(row).state in ACCEPTED for row in waiting):
            refresh_directory(self._practice)
        for row in sorted(waiting, key=lambda row: (_proposal(row).accepted_at or "", row["proposal_slug"])):
            if _proposal(row).state in ACCEPTED:
                self._deploy(row)

    def _deploy(self, row: Row) -> None:
        proposal = _proposal(row)
        what = f"proposal {proposal.reference} (“{proposal.client_name}”)"
        status, message = DEPLOYED, ""
        candidates: tuple[Known, ...] = ()
        try:
            uuid = self._clients.client_of(row, proposal)
            self._ledger.change(t.deployments, {"xpm_uuid": uuid}, proposal_slug=proposal.slug)
            self._jobs(proposal, uuid)
        except ParkedError as parked:
            status, message, candidates = ATTENTION, str(parked), parked.candidates
            self._report.attention.append(f"{what}: {message} – pick one with `syncer resolve` (E10)")
        except (LimitError, UnreachableError, NotConnectedError):
            raise
        except ApiError as error:
            made = self._ledger.rows(t.deployed_jobs, proposal_slug=proposal.slug)
            status, message = (PARTLY if made else FAILED), str(error)
            self._report.problems.append(
                Problem(what, message, "the next sync goes on from where this one stopped")
            )
        found = json.dumps([[one.uuid, one.name] for one in candidates], ensure_ascii=False)
        outcome = {"status": status, "message": message, "candidates": found}
        self._ledger.change(t.deployments, outcome, proposal_slug=proposal.slug)
        self._show(proposal.slug)

    def _jobs(self, proposal: Proposal, client_uuid: str) -> None:
        """Make the jobs that are due and not there yet, oldest first (R9, E15)."""
        for job in planned_jobs(
            proposal, self._services, self._templates, self._practice.today(), self._lead_days
        ):
            row = self._ledger.row(t.deployed_jobs, key=job.key)
            if row is None:
                try:
                    number = self._make(job, client_uuid)
                except RefusedError:
                    if self._templates_are_current():
                        raise
                    self._jobs(proposal, client_uuid)
                    return
                row = {"key": job.key, "proposal_slug": proposal.slug, "name": job.name, "number": number}
                self._ledger.put(t.deployed_jobs, {**row, "start_date": job.start.isoformat(), "steps": 0})
                self._report.did["jobs created in XPM"] += 1
                self._report.lines.append(f"XPM: job {number} “{job.name}” for {proposal.reference} (R9)")
                self._report.warnings += [f"job {number} “{job.name}”: {one} (E13)" for one in job.warnings]
            self._finish(job, str(row["number"]), int(self._steps(job)))

    def _templates_are_current(self) -> bool:
        """Read XPM's templates again; one that was deleted since the last sync makes XPM refuse a job (E13)."""
        current = frozenset(one.uuid for one in self._practice.xpm.templates())
        same, self._templates = current == self._templates, current
        return same

    def _make(self, job: PlannedJob, client_uuid: str) -> str:
        """Make a job, with its first template's tasks."""
        xpm = self._practice.xpm

        def look_up(_evidence: object) -> str | None:
            ours = {str(row["number"]) for row in self._ledger.rows(t.deployed_jobs)}
            same = sorted(
                one.number for one in xpm.jobs_of(client_uuid) if _is(one, job) and one.number not in ours
            )
            return same[0] if same else None

        first = job.template_uuids[0] if job.template_uuids else None
        return exactly_once(
            self._practice,
            f"job/{job.key}",
            "job",
            evidence=lambda: client_uuid,
            act=lambda: xpm.add_job(job, client_uuid, first).number,
            look_up=look_up,
        )

    def _finish(self, job: PlannedJob, number: str, steps: int) -> None:
        """Apply further templates (E14), then set Manager and Partner (E16), going on after `steps` of these."""
        for step, template in enumerate(job.template_uuids[1:], start=1):
            if step > steps:
                # The step is noted before the call: a template applied twice doubles its tasks, and
                # XPM cannot be asked whether it was. One that may be missing is reported instead.
                self._ledger.change(t.deployed_jobs, {"steps": step}, key=job.key)
                try:
                    self._practice.xpm.apply_template(number, template)
                except OutcomeUnknownError as error:
                    way_out = "look at the job's tasks; the template is not applied again by itself"
                    self._report.problems.append(Problem(f"job {number} “{job.name}”", str(error), way_out))
        last = max(len(job.template_uuids), 1)
        if steps < last:
            self._assign(job, number)
            self._ledger.change(t.deployed_jobs, {"steps": last}, key=job.key)

    def _assign(self, job: PlannedJob, number: str) -> None:
        manager, partner = self._clients.people_of(job.proposal_slug)
        if manager or partner:
            self._practice.xpm.assign(number, manager_uuid=manager, partner_uuid=partner)

    def _steps(self, job: PlannedJob) -> int:
        row = self._ledger.row(t.deployed_jobs, key=job.key)
        return int(row["steps"]) if row else 0

    def _missing(self, proposal: Proposal) -> list[PlannedJob]:
        if proposal.state not in ACCEPTED:
            return []
        made = {row["key"] for row in self._ledger.rows(t.deployed_jobs, proposal_slug=proposal.slug)}
        due = planned_jobs(proposal, self._services, self._templates, self._practice.today(), self._lead_days)
        return [job for job in due if job.key not in made]

    @property
    def _lead_days(self) -> int:
        return self._practice.config.sync.lead_days

    def _show(self, slug: str) -> None:
        """Tell Ignition what became of the proposal, where it is not what it shows already (E17)."""
        row = self._ledger.row(t.deployments, proposal_slug=slug) or {}
        names = {known.uuid: known.name for known in memory.directory(self._ledger)}
        jobs = self._ledger.rows(t.deployed_jobs, proposal_slug=slug)
        shown = {
            "status": row["status"],
            "xpm_client_uuid": row["xpm_uuid"],
            "xpm_client_name": names.get(row["xpm_uuid"]),
            "jobs": [
                {"number": job["number"], "name": job["name"]}
                for job in sorted(jobs, key=lambda job: str(job["number"]))
            ],
            "message": row["message"] or None,
        }
        text = json.dumps(shown, ensure_ascii=False)
        if row["shown"] != text:
            self._practice.ignition.put_deployment(slug, shown)
            self._ledger.change(t.deployments, {"shown": text}, proposal_slug=slug)


def _is(found: Job, job: PlannedJob) -> bool:
    """Tell whether a job in XPM bears a planned job's mark (E11)."""
    return (found.order_number, found.name, found.start_date) == (
        job.order_number,
        job.name,
        job.start.isoformat(),
    )


def _proposal(row: Row) -> Proposal:
    kept = json.loads(row["proposal"])
    return Proposal(**{**kept, "lines": tuple(ProposalLine(**line) for line in kept["lines"])})
