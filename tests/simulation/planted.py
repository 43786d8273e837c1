"""Bugs to plant in the syncer, one at a time: each a small patch, with what it breaks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from syncer import (
    apply,
    apply_ignition,
    decide,
    finder,
    jobs,
    lease,
    ledger,
    match,
    memory,
    once,
    plan_contacts,
    reading,
    recurrence,
    shared,
    transport,
)
from syncer.books import Books
from syncer.deploy import Deployer
from syncer.fields import Direction
from syncer.limits import Budget

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Bug:
    """A bug: its name, how it is planted, and within how many seeds it must be found."""

    name: str
    plant: Callable[[Patch], None]
    seeds: int = 20


def _retry_without_look_up(patch: Patch) -> None:
    patch.setattr(once, "_look_twice", lambda *_args, **_named: None)


def _no_wait_for_late_writes(patch: Patch) -> None:
    patch.setattr(once, "SETTLE_SECONDS", 0)


def _unsafe_writes_are_repeated(patch: Patch) -> None:
    rows = tuple(replace(row, unsafe=True) for row in transport.RETRIES)
    patch.setattr(transport, "RETRIES", rows)


def _cursor_from_the_end(patch: Patch) -> None:
    patch.setattr(reading, "OVERLAP", timedelta(seconds=-30))
    patch.setattr(reading, "SWEEP", timedelta(days=999))


def _base_moves_before_the_write(patch: Patch) -> None:
    write = apply.Applier._write_xpm

    def moved_first(self: Any, action: Any) -> None:
        self._books.move(action.xpm_id, {change.field: change.new for change in action.changes})
        memory.note_written(self._ledger, memory.XPM, action.xpm_id, {c.field: c.new for c in action.changes})
        write(self, action)

    patch.setattr(apply.Applier, "_write_xpm", moved_first)


def _direction_is_ignored(patch: Patch) -> None:
    real = decide.decide

    def two_way(direction: Direction, *values: Any, **named: Any) -> Any:
        return real(direction if direction is Direction.NONE else Direction.TWO_WAY, *values, **named)

    patch.setattr(shared, "decide", two_way)


def _no_lease(patch: Patch) -> None:
    @contextmanager
    def hold(_self: Any, *_args: Any) -> Iterator[None]:
        yield

    patch.setattr(lease.Lease, "hold", hold)


def _first_of_several_matches(patch: Patch) -> None:
    real = match.identify

    def first(client: Any, directory: Any) -> Any:
        found = real(client, directory)
        if found.step is match.Step.PARK and found.candidates:
            return match.Identity(match.Step.USE, uuid=found.candidates[0].uuid)
        return found

    patch.setattr(finder, "identify", first)


def _losers_are_not_kept(patch: Patch) -> None:
    patch.setattr(apply.Applier, "_record_conflict", lambda _self, _action: None)


def _empty_means_unknown(patch: Patch) -> None:
    real = decide.decide

    def without_clearing(direction: Any, base: Any, here: Any, there: Any, *rest: Any, **named: Any) -> Any:
        found = real(direction, base, here, there, *rest, **named)
        is_cleared = decide.is_empty(here) or decide.is_empty(there)
        return decide.NOTHING if is_cleared else found

    patch.setattr(shared, "decide", without_clearing)


def _months_of_thirty_days(patch: Patch) -> None:
    def add(day: Any, months: int) -> Any:
        return day + timedelta(days=30 * months)

    patch.setattr(recurrence, "add_months", add)
    patch.setattr(jobs, "add_months", add)


def _writes_without_if_match(patch: Patch) -> None:
    real = apply_ignition.IgnitionWriter._patch
    patch.setattr(
        apply_ignition.IgnitionWriter,
        "_patch",
        lambda self, action, item, _etag: real(self, action, item, None),
    )


def _tokens_are_not_kept(patch: Patch) -> None:
    patch.setattr(ledger.PracticeLedger, "save_tokens", lambda _self, _system, _tokens: None)


def _removals_without_a_look(patch: Patch) -> None:
    patch.setattr(
        plan_contacts, "decide_removal", lambda *_args, **_named: decide.Removal(decide.Fate.REMOVE_IGNITION)
    )


def _news_is_forgotten_when_a_write_fails(patch: Patch) -> None:
    patch.setattr(Books, "is_left", lambda _self, _one: False)


def _webhook_alone(patch: Patch) -> None:
    patch.setattr(Deployer, "take_in", _only_asked(Deployer.take_in))


def _only_asked(real: Any) -> Any:
    def take_in(self: Any, proposals: Any, **named: Any) -> int:
        found = list(proposals)
        return int(real(self, found if len(found) == 1 else [], **named))

    return take_in


def _no_budget(patch: Patch) -> None:
    patch.setattr(Budget, "_wait_for_window", lambda _self: None)
    patch.setattr(Budget, "_wait_for_grants", lambda _self: None)


BUGS = (
    Bug("retry without look-up", _retry_without_look_up),
    Bug("no wait for late writes", _no_wait_for_late_writes),
    Bug("unsafe writes are repeated", _unsafe_writes_are_repeated),
    Bug("cursor too late", _cursor_from_the_end),
    Bug("base moves before the write", _base_moves_before_the_write),
    Bug("direction ignored", _direction_is_ignored),
    Bug("no lease", _no_lease),
    Bug("first of several matches", _first_of_several_matches),
    Bug("losers not kept", _losers_are_not_kept),
    Bug("empty means unknown", _empty_means_unknown),
    Bug("months of thirty days", _months_of_thirty_days),
    Bug("writes without If-Match", _writes_without_if_match),
    Bug("tokens are not kept", _tokens_are_not_kept),
    Bug("removals without a look", _removals_without_a_look),
    Bug("news forgotten when a write fails", _news_is_forgotten_when_a_write_fails),
    Bug("webhook alone", _webhook_alone),
    Bug("no budget", _no_budget),
)
