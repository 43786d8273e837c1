"""Sabotages of the rules of acceptance (R9-R12, E10-E17)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from sabotage import Sabotage

from syncer import (
    contact_pair,
    deploy,
    fields,
    finder,
    jobs,
    making,
    match,
    once,
    recurrence,
    service,
    sync,
    transport,
    whose,
)
from syncer.assigning import Assigner
from syncer.deploy import Deployer
from syncer.errors import ApiError
from syncer.jobs import Planning
from syncer.match import Identity, Step
from syncer.practice import Practice
from syncer.recurrence import Period
from syncer.xpm import Xpm

Patch = pytest.MonkeyPatch


def _no_jobs(patch: Patch) -> None:
    patch.setattr(making, "planned_jobs", lambda *_given: Planning(()))


def _a_lead_does_more_than_receive(patch: Patch) -> None:
    real = fields.narrowed
    for module in (fields, contact_pair):
        patch.setattr(module, "narrowed", lambda *given, **_how: real(*given, receives_only=False))


def _sent_is_as_good_as_accepted(patch: Patch) -> None:
    patch.setattr(deploy, "ACCEPTED", deploy.ACCEPTED | {"awaiting_acceptance"})
    patch.setattr(Deployer, "_is_forgotten", lambda _self, _proposal: True)


def _clients_without_contacts(patch: Patch) -> None:
    real = Xpm.add_client
    patch.setattr(Xpm, "add_client", lambda self, values, _contacts: real(self, values, []))


def _clients_without_people(patch: Patch) -> None:
    rows = tuple(row for row in finder.WRITTEN if row.name not in ("partner", "manager"))
    patch.setattr(finder, "WRITTEN", rows)


def _everybody_is_new(patch: Patch) -> None:
    patch.setattr(whose, "identify", lambda *_given: Identity(Step.CREATE))


def _first_of_several(patch: Patch) -> None:
    real = match.identify

    def pick(*given: Any) -> Identity:
        found = real(*given)
        several = found.step is Step.PARK and found.candidates
        return Identity(Step.USE, uuid=found.candidates[0].uuid) if several else found

    patch.setattr(whose, "identify", pick)


def _near_is_near_enough(patch: Patch) -> None:
    real = match.identify

    def take(*given: Any) -> Identity:
        found = real(*given)
        return Identity(Step.USE, uuid=found.near[0].uuid) if found.near else found

    patch.setattr(whose, "identify", take)


def _near_is_not_told(patch: Patch) -> None:
    patch.setattr(match, "is_near", lambda _one, _other: False)


def _whom_nothing_matches_is_parked_always(patch: Patch) -> None:
    real = match.identify
    patch.setattr(
        whose, "identify", lambda client, *given: real(replace(client, create_unmatched=False), *given)
    )


def _nothing_is_waited_for(patch: Patch) -> None:
    patch.setattr(once, "SETTLE_SECONDS", 0)


def _waited_for_too_briefly(patch: Patch) -> None:
    patch.setattr(once, "SETTLE_SECONDS", 130)


def _waited_for_before_a_look(patch: Patch) -> None:
    real = once._look_for

    def late(practice: Practice, *given: Any, **how: Any) -> str | None:
        practice.runtime.sleep(once.SETTLE_SECONDS)
        return real(practice, *given, **how)

    patch.setattr(once, "_look_for", late)


def _asked_again_whatever_landed(patch: Patch) -> None:
    rows = (replace(row, unsafe=True) for row in transport.RETRIES)
    patch.setattr(transport, "RETRIES", tuple(rows))


def _old_events_are_turned_away(patch: Patch) -> None:
    real = service.keep

    def keep(ledger: Any, event: dict[str, Any], at: str) -> bool:
        age = datetime.fromisoformat(at) - datetime.fromisoformat(event["created_at"])
        return age < timedelta(minutes=10) and real(ledger, event, at)

    patch.setattr(service, "keep", keep)


def _each_copy_is_worked_on(patch: Patch) -> None:
    real, copies = service.keep, count()

    def keep(ledger: Any, event: dict[str, Any], at: str) -> bool:
        return real(ledger, {**event, "id": f"{event['id']}-{next(copies)}"}, at)

    patch.setattr(service, "keep", keep)


def _nothing_is_looked_up(patch: Patch) -> None:
    patch.setattr(once, "_look_for", lambda *_given, **_how: None)


def _connected_for_ever(patch: Patch) -> None:
    patch.setattr(Practice, "connected_at", lambda _self: datetime(2000, 1, 1, tzinfo=UTC))


def _proposals_only_by_webhook(patch: Patch) -> None:
    patch.setattr(sync, "_taken_in", lambda *_given: SimpleNamespace(work=lambda **_how: None))


def _all_services(patch: Patch) -> None:
    real = jobs._groups

    def select(proposal: Any) -> Any:
        return real(replace(proposal, lines=tuple(replace(one, selected=True) for one in proposal.lines)))

    patch.setattr(jobs, "_groups", select)


def _lost_templates_are_not_told(patch: Patch) -> None:
    patch.setattr(making.JobMaker, "_apply_template", _refused_template)


def _refused_template(self: Any, begun: Any, template: str) -> list[Any]:
    self._practice.xpm.apply_template(begun.number, template)
    return []


def _always_one_job(patch: Patch) -> None:
    patch.setattr(jobs, "JOB_PER_SERVICE", "a mode that nobody has")


def _two_templates_are_all(patch: Patch) -> None:
    real = making.planned_jobs

    def plan(*given: Any) -> Planning:
        found = real(*given)
        return replace(
            found, jobs=tuple(replace(one, template_uuids=one.template_uuids[:2]) for one in found.jobs)
        )

    patch.setattr(making, "planned_jobs", plan)


def _periods_end_a_day_late(patch: Patch) -> None:
    real = recurrence.periods

    def late(*given: Any) -> Iterator[Period]:
        return (replace(one, end=one.end + timedelta(days=1)) for one in real(*given))

    patch.setattr(jobs, "periods", late)


def _the_date_is_utcs(patch: Patch) -> None:
    patch.setattr(Practice, "today", lambda self: self.runtime.now().date())


def _months_of_thirty_days(patch: Patch) -> None:
    patch.setattr(recurrence, "add_months", _drifting)


def _drifting(day: date, months: int) -> date:
    return day + timedelta(days=30 * months)


def _only_the_latest_period(patch: Patch) -> None:
    real = jobs.planned_jobs

    def latest(*given: Any) -> Planning:
        found = real(*given)
        return replace(found, jobs=found.jobs[-1:])

    patch.setattr(making, "planned_jobs", latest)


def _nobody_is_assigned(patch: Patch) -> None:
    patch.setattr(Assigner, "assign", lambda *_given: [])


def _who_is_gone_stops_the_job(patch: Patch) -> None:
    def give_up(_self: Assigner, *_given: Any) -> list[Any]:
        raise ApiError("XPM", "job.api/assign", "sabotage")

    patch.setattr(Assigner, "_put_who_can_be", give_up)


def _nothing_is_shown(patch: Patch) -> None:
    patch.setattr(Deployer, "_show", lambda *_given: None)


def _partly_is_failed(patch: Patch) -> None:
    patch.setattr(deploy, "PARTLY", deploy.FAILED)


def _revoked_is_as_good_as_accepted(patch: Patch) -> None:
    patch.setattr(deploy, "ACCEPTED", deploy.ACCEPTED | {"revoked"})


ACCEPTANCES: tuple[Sabotage, ...] = (
    Sabotage("R9", "end-to-end", "no jobs are made", _no_jobs),
    Sabotage("R10", "webhooks", "what was only sent is deployed like what was accepted", _sent_is_as_good_as_accepted),
    Sabotage("R10", "first-link", "a lead linked by name does more than receive", _a_lead_does_more_than_receive),
    Sabotage("R11", "end-to-end", "clients are made without their contacts", _clients_without_contacts),
    Sabotage("R11", "end-to-end", "clients are made without Partner and Manager", _clients_without_people),
    Sabotage("R12", "name-match", "a client is made, whoever XPM has", _everybody_is_new),
    Sabotage("E10", "name-match", "the first of several candidates is taken", _first_of_several),
    Sabotage("E10", "near-names", "a near match is taken", _near_is_near_enough),
    Sabotage("E10", "near-names", "a near match is not reported", _near_is_not_told),
    Sabotage("E10", "settings", "whom nothing matches is parked always", _whom_nothing_matches_is_parked_always),
    Sabotage("E11", "lost-answers", "a late write is not waited for", _nothing_is_waited_for),
    Sabotage("E11", "lost-answers", "what came of a call is not looked up", _nothing_is_looked_up),
    Sabotage("E11", "lost-answers", "a write that may land late is waited for 130 s", _waited_for_too_briefly),
    Sabotage("E11", "lost-answers", "what is there is looked for only after 180 s", _waited_for_before_a_look),
    Sabotage("E11", "lost-answers", "what may have landed is asked for again at once", _asked_again_whatever_landed),
    Sabotage("E11", "webhooks", "a webhook that comes an hour late is thrown away", _old_events_are_turned_away),
    Sabotage("E11", "webhooks", "each copy of a webhook is worked on", _each_copy_is_worked_on),
    Sabotage("E12", "lost-webhook", "what was accepted before the connection is deployed", _connected_for_ever),
    Sabotage("E12", "webhooks", "the daily sync deploys nothing", _proposals_only_by_webhook),
    Sabotage("E13", "what-became", "services that are not selected are deployed", _all_services),
    Sabotage("E13", "what-became", "a template that is gone stops its proposal", _lost_templates_are_not_told),
    Sabotage("E14", "proposal-workflow", "all services are one job", _always_one_job),
    Sabotage("E14", "proposal-workflow", "of further templates the first alone is applied", _two_templates_are_all),
    Sabotage("E15", "recurring-jobs", "periods end a day late", _periods_end_a_day_late),
    Sabotage("E15", "recurring-jobs", "the date is UTC's, not the practice's", _the_date_is_utcs),
    Sabotage("E15", "two-years", "a month has 30 days", _months_of_thirty_days),
    Sabotage("E15", "two-years", "of missed periods the last alone is made", _only_the_latest_period),
    Sabotage("E15", "what-became", "what is revoked is deployed all the same", _revoked_is_as_good_as_accepted),
    Sabotage("E16", "proposal-workflow", "nobody is put on jobs", _nobody_is_assigned),
    Sabotage("E16", "what-became", "somebody who is gone costs the deployment", _who_is_gone_stops_the_job),
    Sabotage("E17", "what-became", "proposals show nothing", _nothing_is_shown),
    Sabotage("E17", "what-became", "what was partly deployed shows as failed", _partly_is_failed),
)  # fmt: skip
