"""The planned jobs of a proposal become jobs in XPM, whole and exactly once (R9, E11, E13 to E16)."""

from collections.abc import Iterable, Mapping

from syncer import ledger_tables as t
from syncer.errors import RefusedError
from syncer.finder import ClientFinder
from syncer.jobs import PlannedJob, planned_jobs
from syncer.model import Job, Proposal, Service
from syncer.once import exactly_once
from syncer.practice import Practice
from syncer.report import Report


class JobMaker:
    """Makes one practice's jobs in XPM."""

    def __init__(
        self,
        practice: Practice,
        report: Report,
        templates: Iterable[str],
        services: Mapping[str, Service],
        clients: ClientFinder,
    ) -> None:
        self._practice = practice
        self._ledger = practice.ledger
        self._report = report
        self._templates = frozenset(templates)
        self._services = services
        self._clients = clients

    def planned(self, proposal: Proposal) -> tuple[PlannedJob, ...]:
        """Return the jobs of a proposal that are due today. Raises MalformedError where it cannot be read so."""
        lead_days = self._practice.config.sync.lead_days
        return planned_jobs(proposal, self._services, self._templates, self._practice.today(), lead_days)

    def make(self, proposal: Proposal, client_uuid: str) -> None:
        """Make the jobs that are due and not there yet, oldest first (R9, E15)."""
        for job in self.planned(proposal):
            row = self._ledger.row(t.deployed_jobs, key=job.key)
            if row is None:
                try:
                    number = self._add(job, client_uuid)
                except RefusedError:
                    if self._templates_are_current():
                        raise
                    self.make(proposal, client_uuid)
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

    def _add(self, job: PlannedJob, client_uuid: str) -> str:
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
                self._apply_template(job, number, template)
                self._ledger.change(t.deployed_jobs, {"steps": step}, key=job.key)
        last = max(len(job.template_uuids), 1)
        if steps < last:
            self._assign(job, number)
            self._ledger.change(t.deployed_jobs, {"steps": last}, key=job.key)

    def _apply_template(self, job: PlannedJob, number: str, template: str) -> None:
        """Put a further template's tasks on a job, once: tasks that were not there before are its mark (E11)."""
        xpm = self._practice.xpm

        def look_up(before: list[str]) -> str | None:
            return number if set(xpm.tasks_of(number)) - set(before) else None

        try:
            exactly_once(
                self._practice,
                f"template/{job.key}/{template}",
                "template",
                evidence=lambda: xpm.tasks_of(number),
                act=lambda: xpm.apply_template(number, template).number,
                look_up=look_up,
            )
        except RefusedError as error:
            what = f"job {number} “{job.name}”: a template could not be applied, its tasks are not made"
            self._report.warnings.append(f"{what}: {error.what} (E13)")

    def _assign(self, job: PlannedJob, number: str) -> None:
        """Set Manager and Partner; one whom XPM does not take costs a warning, never the job (E16)."""
        manager, partner = self._clients.people_of(job.proposal_slug)
        if manager and partner:
            try:
                self._practice.xpm.assign(number, manager_uuid=manager, partner_uuid=partner)
            except RefusedError:
                pass  # which of the two it was is found out below
            else:
                return
        for role, of_manager, of_partner in (("Manager", manager, None), ("Partner", None, partner)):
            if of_manager or of_partner:
                try:
                    self._practice.xpm.assign(number, manager_uuid=of_manager, partner_uuid=of_partner)
                except RefusedError as error:
                    self._report.warnings.append(
                        f"job {number} “{job.name}” is without a {role}: {error.what} (E16)"
                    )

    def _steps(self, job: PlannedJob) -> int:
        row = self._ledger.row(t.deployed_jobs, key=job.key)
        return int(row["steps"]) if row else 0


def _is(found: Job, job: PlannedJob) -> bool:
    """Tell whether a job in XPM bears a planned job's mark (E11)."""
    return (found.order_number, found.name, found.start_date) == (
        job.order_number,
        job.name,
        job.start.isoformat(),
    )
