"""Bugs to plant in what becomes of proposals: whose client, which jobs, and what is shown."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bug import Bug, Patch

from syncer import (
    assigning,
    deploy,
    finder,
    jobs,
    making,
    match,
    memory,
    recurrence,
    service,
    whose,
)
from syncer.deploy import Deployer


def _first_of_several_matches(patch: Patch) -> None:
    real = match.identify

    def first(client: Any, directory: Any) -> Any:
        found = real(client, directory)
        if found.step is match.Step.PARK and found.candidates:
            return match.Identity(match.Step.USE, uuid=found.candidates[0].uuid)
        return found

    patch.setattr(whose, "identify", first)


def _months_of_thirty_days(patch: Patch) -> None:
    def add(day: Any, months: int) -> Any:
        return day + timedelta(days=30 * months)

    patch.setattr(recurrence, "add_months", add)
    patch.setattr(jobs, "add_months", add)


def _webhook_alone(patch: Patch) -> None:
    patch.setattr(Deployer, "take_in", _only_asked(Deployer.take_in))


def _only_asked(real: Any) -> Any:
    def take_in(self: Any, proposals: Any, **named: Any) -> int:
        found = list(proposals)
        return int(real(self, found if len(found) == 1 else [], **named))

    return take_in


def _deployments_are_shown_as_failed(patch: Patch) -> None:
    real = Deployer._told
    patch.setattr(Deployer, "_told", lambda *args: real(*args) | {"status": "failed"})


def _jobs_without_templates(patch: Patch) -> None:
    patch.setattr(jobs, "_templates", lambda *_args: ([], []))


def _other_leads_go_with_an_accepted_one(patch: Patch) -> None:
    real = finder.ClientFinder._create
    busy: list[bool] = []

    def create(self: Any, client: Any, identity: Any) -> str:
        made = real(self, client, identity)
        if not busy:
            busy.append(True)
            linked = {one.ignition_id for one in memory.links(self._ledger)}
            for other in memory.mirrored(self._ledger, memory.IGNITION).values():
                if other.lead and other.id not in linked:
                    real(self, other, identity)
            busy.clear()
        return made

    patch.setattr(finder.ClientFinder, "_create", create)


def _revoked_proposals_plan_on(patch: Patch) -> None:
    patch.setattr(deploy, "ACCEPTED", deploy.ACCEPTED | {"revoked"})


def _offers_are_deployed(patch: Patch) -> None:
    real = Deployer.take_in

    def take_in(self: Any, proposals: Any, **named: Any) -> int:
        taken = [
            replace(one, state="accepted", accepted_at=one.accepted_at or "9999")
            if one.state == "awaiting_acceptance"
            else one
            for one in proposals
        ]
        return int(real(self, taken, **named))

    patch.setattr(Deployer, "take_in", take_in)


def _one_job_for_all_services(patch: Patch) -> None:
    patch.setattr(jobs, "JOB_PER_SERVICE", "never")


def _further_templates_are_left_out(patch: Patch) -> None:
    patch.setattr(making.JobMaker, "_apply_template", lambda *_args: [])


def _jobs_go_to_another_client(patch: Patch) -> None:
    real = making.JobMaker.make

    def make(self: Any, proposal: Any, _client: str) -> Any:
        first = min(one.xpm_id for one in memory.links(self._practice.ledger) if one.standing == "live")
        return real(self, proposal, first)

    patch.setattr(making.JobMaker, "make", make)


def _webhooks_are_dropped(patch: Patch) -> None:
    patch.setattr(service, "keep", lambda *_args: False)


def _jobs_without_their_period(patch: Patch) -> None:
    real = jobs._job
    patch.setattr(
        jobs,
        "_job",
        lambda one, group, lines, period, *rest: real(one, group, lines, replace(period, label=""), *rest),
    )


def _nobody_is_on_a_job(patch: Patch) -> None:
    patch.setattr(assigning.Assigner, "_people", lambda _self, _job: [])


def _shown_without_jobs(patch: Patch) -> None:
    real = Deployer._told
    patch.setattr(Deployer, "_told", lambda *args: real(*args) | {"jobs": []})


OF_JOBS = (
    Bug("first of several matches", _first_of_several_matches),
    Bug("months of thirty days", _months_of_thirty_days),
    Bug("webhook alone", _webhook_alone),
    Bug("deployments are shown as failed", _deployments_are_shown_as_failed),
    Bug("jobs without templates", _jobs_without_templates),
    Bug("other leads go with an accepted one", _other_leads_go_with_an_accepted_one),
    Bug("revoked proposals plan on", _revoked_proposals_plan_on),
    Bug("offers are deployed", _offers_are_deployed),
    Bug("one job for all services", _one_job_for_all_services),
    Bug("further templates are left out", _further_templates_are_left_out),
    Bug("jobs go to another client", _jobs_go_to_another_client),
    Bug("webhooks are dropped", _webhooks_are_dropped, seeds=60),
    Bug("jobs without their period", _jobs_without_their_period),
    Bug("nobody is on a job", _nobody_is_on_a_job, seeds=40),
    Bug("shown without jobs", _shown_without_jobs),
)
