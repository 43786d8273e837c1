"""Sabotages of the rules of acceptance, and of what holds always (R9-R12, E10-E17, E19-E24)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from sabotage import Sabotage

from scenarios.runner import play
from scenarios.story import Scenario
from syncer import (
    deploy,
    jobs,
    limits,
    making,
    match,
    memory,
    once,
    recurrence,
    sync,
    tokens,
    transport,
    whose,
)
from syncer import plan as planning
from syncer.assigning import Assigner
from syncer.books import Books
from syncer.deploy import Deployer
from syncer.errors import ApiError, UnreachableError
from syncer.jobs import Planning
from syncer.limits import Budget
from syncer.match import Identity, Step
from syncer.practice import Practice
from syncer.tokens import Tokens
from syncer.xpm import Xpm

Patch = pytest.MonkeyPatch


# When a proposal is accepted.


def _no_jobs(patch: Patch) -> None:
    patch.setattr(making, "planned_jobs", lambda *_given: Planning(()))


def _sent_is_as_good_as_accepted(patch: Patch) -> None:
    patch.setattr(deploy, "ACCEPTED", deploy.ACCEPTED | {"awaiting_acceptance"})
    patch.setattr(Deployer, "_is_forgotten", lambda _self, _proposal: True)


def _clients_without_contacts(patch: Patch) -> None:
    real = Xpm.add_client
    patch.setattr(Xpm, "add_client", lambda self, values, _contacts: real(self, values, []))


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


def _nothing_is_waited_for(patch: Patch) -> None:
    patch.setattr(once, "SETTLE_SECONDS", 0)


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


# Always.


def _a_day_is_waited_out(patch: Patch) -> None:
    for module in (limits, transport):
        patch.setattr(module, "LONGEST_WAIT", 1e9)


def _nothing_is_counted(patch: Patch) -> None:
    patch.setattr(Budget, "learn", lambda _self, _headers: None)


def _one_failure_ends_the_sync(patch: Patch) -> None:
    def fail(_self: Books, _xpm: str, _ignition: str, _what: str, error: ApiError) -> None:
        raise error

    patch.setattr(Books, "fail", fail)


def _another_practices_clients(patch: Patch) -> None:
    real = memory.directory
    patch.setattr(memory, "directory", lambda own: real(own.ledger.of("practice-1")))


def _order_by_chance(patch: Patch) -> None:
    real, plans = planning.make_plan, count()

    def shuffled(view: Any) -> Any:
        made = real(view)
        Random(next(plans)).shuffle(made.actions)  # noqa: S311  # nothing here is secret
        return made

    patch.setattr(sync, "make_plan", shuffled)


def _revoked_is_as_good_as_accepted(patch: Patch) -> None:
    patch.setattr(deploy, "ACCEPTED", deploy.ACCEPTED | {"revoked"})


def _no_second_look(patch: Patch) -> None:
    patch.setattr(sync, "look_again", lambda *_given: False)


def _the_window_is_not_measured(patch: Patch) -> None:
    patch.setattr(sync, "writes_xpm", lambda _plan: False)


def _dead_is_merely_away(patch: Patch) -> None:
    def away(self: Tokens) -> Exception:
        return UnreachableError(self._app.title, "oauth/token", "no answer")

    patch.setattr(tokens.Tokens, "_dead", away)


def played_twice(scenario: Scenario) -> list[str]:
    """Play a scenario twice, and return what is not the same both times (E22)."""
    one, other = (play(scenario, 7, 1) for _ in range(2))
    pairs = {"the calls": (one.journals, other.journals), "the final state": (one.state, other.state)}
    return [f"{what} of two plays differ (E22)" for what, (first, second) in pairs.items() if first != second]


ACCEPTANCES: tuple[Sabotage, ...] = (
    Sabotage("R9", "end-to-end", "no jobs are made", _no_jobs),
    Sabotage("R10", "webhooks", "what was only sent is deployed like what was accepted", _sent_is_as_good_as_accepted),
    Sabotage("R11", "end-to-end", "clients are made without their contacts", _clients_without_contacts),
    Sabotage("R12", "name-match", "a client is made, whoever XPM has", _everybody_is_new),
    Sabotage("E10", "name-match", "the first of several candidates is taken", _first_of_several),
    Sabotage("E10", "near-names", "a near match is taken", _near_is_near_enough),
    Sabotage("E10", "near-names", "a near match is not reported", _near_is_not_told),
    Sabotage("E11", "lost-answers", "a late write is not waited for", _nothing_is_waited_for),
    Sabotage("E11", "lost-answers", "what came of a call is not looked up", _nothing_is_looked_up),
    Sabotage("E12", "lost-webhook", "what was accepted before the connection is deployed", _connected_for_ever),
    Sabotage("E12", "webhooks", "the daily sync deploys nothing", _proposals_only_by_webhook),
    Sabotage("E13", "what-became", "services that are not selected are deployed", _all_services),
    Sabotage("E13", "what-became", "a template that is gone stops its proposal", _lost_templates_are_not_told),
    Sabotage("E14", "proposal-workflow", "all services are one job", _always_one_job),
    Sabotage("E15", "two-years", "a month has 30 days", _months_of_thirty_days),
    Sabotage("E15", "two-years", "of missed periods the last alone is made", _only_the_latest_period),
    Sabotage("E15", "what-became", "what is revoked is deployed all the same", _revoked_is_as_good_as_accepted),
    Sabotage("E16", "proposal-workflow", "nobody is put on jobs", _nobody_is_assigned),
    Sabotage("E16", "what-became", "somebody who is gone costs the deployment", _who_is_gone_stops_the_job),
    Sabotage("E17", "what-became", "proposals show nothing", _nothing_is_shown),
    Sabotage("E17", "what-became", "what was partly deployed shows as failed", _partly_is_failed),
    Sabotage("E19", "limits-and-outages", "a sync waits until tomorrow", _a_day_is_waited_out),
    Sabotage("E19", "limits-and-outages", "what is left of a limit is not heeded", _nothing_is_counted),
    Sabotage("E20", "the-window", "a record that fails ends the sync", _one_failure_ends_the_sync),
    Sabotage("E21", "two-practices", "a client is looked for among another practice's", _another_practices_clients),
    Sabotage("E22", "lead-import", "a plan's order is left to chance", _order_by_chance, played_twice),
    Sabotage("E23", "the-window", "XPM is not looked at again", _no_second_look),
    Sabotage("E23", "the-window", "the window is not measured", _the_window_is_not_measured),
    Sabotage("E24", "reconnect", "a dead connection passes for one that is away", _dead_is_merely_away),
)  # fmt: skip
