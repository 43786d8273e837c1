"""Bugs to plant in the syncer, one at a time: each a small patch, with what it breaks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from syncer import (
    apply,
    books,
    decide,
    ignition,
    jobs,
    lease,
    ledger,
    match,
    once,
    plan_contacts,
    reading,
    recurrence,
    shared,
    sweeping,
    transport,
    view,
    whose,
)
from syncer.deploy import Deployer
from syncer.fields import Direction
from syncer.model import NO_BASE, Client

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Bug:
    """A bug: its name, how it is planted, and within how many seeds, from which one on, it must be found."""

    name: str
    plant: Callable[[Patch], None]
    seeds: int = 20
    first: int = 1


def _retry_without_look_up(patch: Patch) -> None:
    patch.setattr(once, "_look_for", lambda *_args, **_named: None)


def _no_wait_for_late_writes(patch: Patch) -> None:
    patch.setattr(once, "SETTLE_SECONDS", 0)


def _unsafe_writes_are_repeated(patch: Patch) -> None:
    rows = tuple(replace(row, unsafe=True) for row in transport.RETRIES)
    patch.setattr(transport, "RETRIES", rows)


def _cursor_from_the_end(patch: Patch) -> None:
    patch.setattr(reading, "OVERLAP", timedelta(seconds=-30))
    patch.setattr(sweeping, "SWEEP", timedelta(days=999))


def _direction_is_ignored(patch: Patch) -> None:
    real = decide.decide

    def two_way(direction: Direction, *values: Any, **named: Any) -> Any:
        return real(direction if direction is Direction.NONE else Direction.TWO_WAY, *values, **named)

    patch.setattr(shared, "decide", two_way)


def _edits_of_ignition_are_conflicts(patch: Patch) -> None:
    real = decide._two_way

    def disputed(base: Any, ignition: Any, xpm: Any, winner: Any) -> Any:
        found = real(base, ignition, xpm, winner)
        if found is decide.WRITE_XPM and base is not NO_BASE:
            return decide.Decision(decide.Verdict.CONFLICT, decide.Side.XPM)
        return found

    patch.setattr(decide, "_two_way", disputed)


def _clearings_in_xpm_are_undone(patch: Patch) -> None:
    real = decide._two_way

    def undone(base: Any, ignition: Any, xpm: Any, winner: Any) -> Any:
        if decide.is_empty(xpm) and ignition != xpm:
            return decide.WRITE_XPM
        return real(base, ignition, xpm, winner)

    patch.setattr(decide, "_two_way", undone)


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

    patch.setattr(whose, "identify", first)


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


def _tokens_are_not_kept(patch: Patch) -> None:
    patch.setattr(ledger.PracticeLedger, "replace_tokens", lambda _self, _system, sealed, _before: sealed)


def _removals_without_a_look(patch: Patch) -> None:
    patch.setattr(
        plan_contacts, "decide_removal", lambda *_args, **_named: decide.Removal(decide.Fate.REMOVE_IGNITION)
    )


def _webhook_alone(patch: Patch) -> None:
    patch.setattr(Deployer, "take_in", _only_asked(Deployer.take_in))


def _only_asked(real: Any) -> Any:
    def take_in(self: Any, proposals: Any, **named: Any) -> int:
        found = list(proposals)
        return int(real(self, found if len(found) == 1 else [], **named))

    return take_in


def _base_moves_before_the_write(patch: Patch) -> None:
    real = books.Books.send

    def early(self: Any, now: Any, given: Any) -> None:
        told = tuple(given)
        real(self, now, told)
        for one in told:
            if one.record == one.xpm_id:
                self.move(one.xpm_id, one.values)

    patch.setattr(books.Books, "send", early)


def _strangers_are_nobody(patch: Patch) -> None:
    def xpm(self: view.People, client: Client) -> Client:
        return self._with(client, lambda uuid: uuid if self.has(uuid) else None)

    patch.setattr(view.People, "xpm", xpm)


def _no_if_match(patch: Patch) -> None:
    real = ignition.Ignition.write_clients

    def write(self: Any, items: Any, key: str) -> Any:
        return real(
            self, [{name: one for name, one in item.items() if name != "if_match"} for item in items], key
        )

    patch.setattr(ignition.Ignition, "write_clients", write)


BUGS = (
    Bug("retry without look-up", _retry_without_look_up),
    Bug("no wait for late writes", _no_wait_for_late_writes),
    Bug("unsafe writes are repeated", _unsafe_writes_are_repeated),
    Bug("cursor too late", _cursor_from_the_end),
    Bug("direction ignored", _direction_is_ignored),
    Bug("edits of Ignition are conflicts", _edits_of_ignition_are_conflicts),
    Bug("clearings in XPM are undone", _clearings_in_xpm_are_undone),
    Bug("no lease", _no_lease, first=9),
    Bug("first of several matches", _first_of_several_matches, first=24),
    Bug("losers not kept", _losers_are_not_kept),
    Bug("empty means unknown", _empty_means_unknown),
    Bug("months of thirty days", _months_of_thirty_days),
    Bug("tokens are not kept", _tokens_are_not_kept),
    Bug("removals without a look", _removals_without_a_look),
    Bug("webhook alone", _webhook_alone),
    Bug("base moved before the write", _base_moves_before_the_write, first=38),
    Bug("strangers are nobody", _strangers_are_nobody, first=6),
    Bug("no If-Match", _no_if_match, first=13),
)
