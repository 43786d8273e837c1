"""The planned jobs of a proposal become jobs in XPM, whole and exactly once (R9, E11, E13 to E16)."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from syncer.assigning import Assigner
from syncer.audit import mark_of, mark_of_planned
from syncer.errors import MalformedError, RefusedError
from syncer.job_records import job_from_json, job_to_json
from syncer.jobbook import Begun, JobBook, job_intent, made_of, told_before
from syncer.jobs import Made, Note, Offering, PlannedJob, Planning, planned_jobs
from syncer.ledger import Row
from syncer.model import Deployed, Proposal
from syncer.once import came_of, exactly_once
from syncer.practice import Practice
from syncer.recognising import WHOLE, recognise, unknown_jobs
from syncer.report import Report
from syncer.runtime import iso


class JobMaker:
    """Makes one practice's jobs in XPM."""

    def __init__(self, practice: Practice, report: Report, offering: Offering) -> None:
        self._practice = practice
        self._report = report
        self._offering = offering
        self._assigner = Assigner(practice)
        self._reread = False
        self._just_made: set[str] = set()
        self.book = JobBook(practice.ledger)

    def missing(self, proposal: Proposal) -> tuple[PlannedJob, ...]:
        """Return the jobs of a proposal that are due today and not made yet.

        Raises MalformedError where the proposal cannot be read so.
        """
        return self._plan(proposal).jobs

    def make(self, proposal: Proposal, client_uuid: str) -> tuple[list[str], tuple[Note, ...]]:
        """Make the jobs that are due and not there yet, oldest first (R9, E15).

        A job that XPM refuses leaves the others alone (E20): what it said is returned, and what the
        proposal as a whole is without.
        """
        self.settle(proposal)
        for begun in self.book.unfinished(proposal.slug):
            self._finish(begun)
        self._take_over(proposal, client_uuid)
        planning = self._plan(proposal)
        waiting, refused = deque(planning.jobs), dict[str, str]()
        while waiting:
            job = waiting.popleft()
            try:
                number = self._add(job, client_uuid)
            except RefusedError as error:
                if self._can_do_without(job):
                    again = self._plan(proposal).jobs
                    waiting = deque(one for one in again if one.key not in refused)
                else:
                    refused[job.key] = f"job “{job.name}”: {error}"
            else:
                self._finish(self._enter(job, number))
        return list(refused.values()), planning.notes

    def settle(self, proposal: Proposal) -> None:
        """Find out what came of calls whose answer an earlier run never saw, as they were made then (E11).

        What is planned by now does not matter: a workflow or a name edited since would look for another job.
        """
        for intent in self.book.unsettled(proposal.slug):
            job = self._intended(intent, proposal)
            if job is not None:
                look_up = self._looking_for(job)
                number = came_of(self._practice, intent["key"], look_up)
                if number is not None:
                    self._enter(job, number)

    def doubtful(self, proposal: Proposal) -> tuple[dict[str, str], bool]:
        """Return the planned jobs that are made already by what Ignition shows, and whether XPM is asked for more.

        The former by their keys: the number of each. The latter where something tells that the ledger, lost
        or put back, does not know of a job: Ignition shows one that is not known, or the proposal was accepted
        before this ledger was begun, and nothing of it is in there (E11).
        """
        jobs, ours = self._plan(proposal).jobs, self.book.numbers()
        unknown = unknown_jobs(proposal.deployed, ours)
        return recognise(jobs, (), unknown, ours), bool(jobs) and self._may_be_there(proposal, unknown)

    def _may_be_there(self, proposal: Proposal, unknown: Mapping[str, str]) -> bool:
        older = (proposal.accepted_at or "") < iso(self._practice.connected_at())
        return bool(unknown) or (older and not self.book.rows(proposal.slug))

    def _take_over(self, proposal: Proposal, client_uuid: str) -> None:
        """Note as made what is there already, though the ledger does not know of it (E11)."""
        jobs, ours = self._plan(proposal).jobs, self.book.numbers()
        unknown = unknown_jobs(proposal.deployed, ours)
        if not jobs or not self._may_be_there(proposal, unknown):
            return
        found = self._practice.xpm.jobs_of(client_uuid)
        known = recognise(jobs, found, unknown, ours)
        there = {one.number for one in found}
        for job in jobs:
            if job.key in known:
                self._adopt(job, known[job.key], proposal.deployed, is_there=known[job.key] in there)

    def _adopt(self, job: PlannedJob, number: str, deployed: Deployed | None, *, is_there: bool) -> None:
        """Enter a job that was there before: its further templates are not applied again, nor people assigned."""
        lacks = told_before(deployed.message, number) if deployed else ()
        begun = self.book.enter(replace(job, notes=lacks), number, steps=max(len(job.template_uuids), 1))
        self._report.did["jobs taken over"] += 1
        found = (
            "is there already" if is_there else "was made before, though its client does not have it any more"
        )
        self._report.lines.append(
            f"XPM: job {number} “{job.name}” for {job.order_number} {found}: it is not made again (E11)"
        )
        if deployed is None or deployed.status != WHOLE:
            what = "whether all its templates and people are on it is not known: look at it in XPM"
            self._warn(begun, [Note(what, "E11")])

    def _plan(self, proposal: Proposal) -> Planning:
        return self._plan_after(proposal, made_of(self.book.rows(proposal.slug), proposal))

    def _plan_after(self, proposal: Proposal, made: Sequence[Made]) -> Planning:
        lead_days = self._practice.config.sync.lead_days
        return planned_jobs(proposal, self._offering, self._practice.today(), lead_days, made)

    def _intended(self, intent: Row, proposal: Proposal) -> PlannedJob | None:
        """Return the job that an intent was for. Before plans were kept, its key told cadence and number."""
        evidence = json.loads(intent["evidence"])
        if isinstance(evidence, dict):
            return job_from_json(evidence["job"])
        whole = f"{intent['key'].removeprefix(job_intent(''))}/"
        return next((job for job in self._plan_after(proposal, ()).jobs if job.key.startswith(whole)), None)

    def _can_do_without(self, job: PlannedJob) -> bool:
        """Look whether XPM lost a job's template (E13) or category (E14); it is then planned without.

        XPM's lists are read again once a run, and only after a refusal.
        """
        if not self._reread:
            self._reread = True
            xpm = self._practice.xpm
            templates = frozenset(one.uuid for one in xpm.templates())
            self._offering = replace(self._offering, templates=templates, categories=xpm.categories())
        lost = set(job.template_uuids) - self._offering.templates
        return bool(
            lost or (job.category_uuid and job.category_uuid not in (self._offering.categories or ()))
        )

    def _add(self, job: PlannedJob, client_uuid: str) -> str:
        """Make a job, with its first template's tasks, and return its number."""
        return exactly_once(
            self._practice,
            job_intent(job.key),
            "job",
            evidence=lambda: {"client": client_uuid, "job": job_to_json(job)},
            act=lambda: self._practice.xpm.add_job(job, client_uuid).number,
            look_up=self._looking_for(job),
        )

    def _looking_for(self, job: PlannedJob) -> Callable[[Any], str | None]:
        """Return what looks for a job by its mark: of several alike, the first that is not known as ours (E11)."""

        def look_up(evidence: Any) -> str | None:
            client_uuid = evidence["client"] if isinstance(evidence, dict) else evidence
            ours, mark = self.book.numbers(), mark_of_planned(job)
            found = self._practice.xpm.jobs_of(client_uuid)
            return min(
                (one.number for one in found if mark_of(one) == mark and one.number not in ours), default=None
            )

        return look_up

    def _enter(self, job: PlannedJob, number: str) -> Begun:
        self._just_made.add(number)
        begun = self.book.enter(job, number)
        self._report.did["jobs created in XPM"] += 1
        self._report.lines.append(f"XPM: job {number} “{job.name}” for {job.order_number} (R9)")
        self._warn(begun, job.notes)
        return begun

    def _finish(self, begun: Begun) -> None:
        """Apply further templates (E14), then put people on the job (E16), going on where it was cut short."""
        for step, template in enumerate(begun.job.template_uuids[1:], start=1):
            if step > begun.steps:
                self._done(begun, step, self._apply_template(begun, template))
        self._done(begun, begun.last_step, self._assigner.assign(begun.job, begun.number))

    def _done(self, begun: Begun, step: int, notes: Sequence[Note]) -> None:
        self.book.advance(begun, step, notes)
        self._warn(begun, notes)

    def _apply_template(self, begun: Begun, template: str) -> list[Note]:
        """Put a further template's tasks on a job, once: what was not on it before is its mark (E11)."""
        xpm, number = self._practice.xpm, begun.number

        def look_up(before: list[str]) -> str | None:
            return number if set(self._contents(number)) - set(before) else None

        try:
            exactly_once(
                self._practice,
                f"template/{begun.job.key}/{template}",
                "template",
                evidence=lambda: self._contents(number),
                act=lambda: xpm.apply_template(number, template).number,
                look_up=look_up,
            )
        except RefusedError as error:
            what = f"template “{self._template_name(template)}” could not be applied ({error.what})"
            return [Note(f"{what}: its tasks are not made", "E13")]
        return []

    def _contents(self, number: str) -> list[str]:
        """Return what tells what is on a job by now.

        One old answer must not pass for a job that is gone: it is asked for twice. Raises MalformedError where XPM
        does not know yet what it has just made, which leaves the rest of the job to the next run.
        """
        try:
            return self._practice.xpm.contents_of(number)
        except RefusedError:
            pass
        try:
            return self._practice.xpm.contents_of(number)
        except RefusedError as error:
            if number not in self._just_made:
                raise
            what = f"it does not know job {number}, which it has just made: its tasks follow"
            raise MalformedError("XPM", "job.api/get", what) from error

    def _template_name(self, uuid: str) -> str:
        services = self._offering.services.values()
        return next((one.template_name or uuid for one in services if one.template_uuid == uuid), uuid)

    def _warn(self, begun: Begun, notes: Iterable[Note]) -> None:
        what = f"job {begun.number} “{begun.job.name}”"
        self._report.warnings += [f"{what}: {note.text} ({note.rule})" for note in notes]
