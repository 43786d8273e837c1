"""Sabotages of what holds always (E19-E24)."""

from itertools import count
from random import Random
from typing import Any

import pytest
from sabotage import Sabotage

from scenarios.runner import play
from scenarios.story import Scenario
from syncer import limits, memory, runtime, sync, tokens, transport
from syncer import plan as planning
from syncer.books import Books
from syncer.errors import ApiError, UnreachableError
from syncer.limits import Budget
from syncer.tokens import Tokens

Patch = pytest.MonkeyPatch


def _a_day_is_waited_out(patch: Patch) -> None:
    for module in (limits, transport):
        patch.setattr(module, "LONGEST_WAIT", 1e9)


def _nothing_is_counted(patch: Patch) -> None:
    patch.setattr(Budget, "learn", lambda _self, _headers: None)


def _eight_at_once(patch: Patch) -> None:
    for module in (runtime, limits):
        patch.setattr(module, "AT_ONCE", 8)


def _the_minute_is_not_counted(patch: Patch) -> None:
    patch.setattr(Budget, "_wait_for_window", lambda _self: None)


def _there_is_no_minute(patch: Patch) -> None:
    _the_minute_is_not_counted(patch)
    patch.setattr(Budget, "_wait_for_grants", lambda _self: None)


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


ALWAYS: tuple[Sabotage, ...] = (
    Sabotage("E19", "limits-and-outages", "a sync waits until tomorrow", _a_day_is_waited_out),
    Sabotage("E19", "limits-and-outages", "what is left of a limit is not heeded", _nothing_is_counted),
    Sabotage("E19", "busy-minutes", "eight calls are made at once", _eight_at_once),
    Sabotage("E19", "busy-minutes", "the calls of a minute are not counted", _the_minute_is_not_counted),
    Sabotage("E19", "busy-minutes", "a minute's limit is neither counted nor heard of", _there_is_no_minute),
    Sabotage("E19", "busy-minutes", "what others leave of a minute is not heeded", _nothing_is_counted),
    Sabotage("E20", "the-window", "a record that fails ends the sync", _one_failure_ends_the_sync),
    Sabotage("E21", "two-practices", "a client is looked for among another practice's", _another_practices_clients),
    Sabotage("E22", "lead-import", "a plan's order is left to chance", _order_by_chance, played_twice),
    Sabotage("E23", "the-window", "XPM is not looked at again", _no_second_look),
    Sabotage("E23", "the-window", "the window is not measured", _the_window_is_not_measured),
    Sabotage("E24", "reconnect", "a dead connection passes for one that is away", _dead_is_merely_away),
)  # fmt: skip
