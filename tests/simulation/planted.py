"""Bugs to plant in the syncer, one at a time: each a small patch, with what it breaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bug import Bug, Patch
from planted_jobs import OF_JOBS

from syncer import (
    actions,
    apply,
    apply_ignition,
    books,
    decide,
    ignition,
    lease,
    ledger,
    limits,
    once,
    plan,
    plan_contacts,
    plan_links,
    reading,
    shared,
    sweeping,
    sync,
    transport,
    view,
)
from syncer.fields import Direction
from syncer.model import NO_BASE, Client


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


def _losers_are_not_kept(patch: Patch) -> None:
    patch.setattr(apply.Applier, "_record_conflict", lambda _self, _action: None)


def _empty_means_unknown(patch: Patch) -> None:
    real = decide.decide

    def without_clearing(direction: Any, base: Any, here: Any, there: Any, *rest: Any, **named: Any) -> Any:
        found = real(direction, base, here, there, *rest, **named)
        is_cleared = decide.is_empty(here) or decide.is_empty(there)
        return decide.NOTHING if is_cleared else found

    patch.setattr(shared, "decide", without_clearing)


def _tokens_are_not_kept(patch: Patch) -> None:
    patch.setattr(ledger.PracticeLedger, "replace_tokens", lambda _self, _system, sealed, _before: sealed)


def _removals_without_a_look(patch: Patch) -> None:
    patch.setattr(
        plan_contacts, "decide_removal", lambda *_args, **_named: decide.Removal(decide.Fate.REMOVE_IGNITION)
    )


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


def _xpm_wins_always(patch: Patch) -> None:
    real = decide._two_way
    patch.setattr(
        decide, "_two_way", lambda base, here, there, _winner: real(base, here, there, decide.Side.XPM)
    )


def _new_clients_stay_away(patch: Patch) -> None:
    real = plan._import_is_off
    patch.setattr(plan, "_import_is_off", lambda view: real(view) or ("" if view.first else "no"))


def _removals_in_xpm_are_undone(patch: Patch) -> None:
    gone = (Direction.TWO_WAY, decide.State.SAME, decide.State.GONE)
    patch.setattr(decide, "REMOVALS", {**decide.REMOVALS, gone: decide.Removal(decide.Fate.MAKE_XPM)})


def _archived_clients_are_live(patch: Patch) -> None:
    patch.setattr(plan_links, "_standing", lambda _there, _here: "live")


def _groups_stay_in_xpm(patch: Patch) -> None:
    real = ignition.write_fields

    def without(fields: Any, values: Any) -> Any:
        return {name: one for name, one in real(fields, values).items() if name != "groups"}

    for room in (apply, apply_ignition):
        patch.setattr(room, "write_fields", without)


def _writes_are_made_anew_and_not_counted(patch: Patch) -> None:
    patch.setattr(plan, "fingerprint", lambda _staff: "another one each time")
    real = limits.Meter.add

    def add(self: Any, *, sent: int, received: int, write: bool) -> None:
        real(self, sent=sent, received=received, write=False)

    patch.setattr(limits.Meter, "add", add)


def _no_minute_limit(patch: Patch) -> None:
    for wait in ("_wait_for_grants", "_wait_for_window"):
        patch.setattr(limits.Budget, wait, lambda _self: None)


def _no_last_look(patch: Patch) -> None:
    patch.setattr(sync, "look_again", lambda *_args: False)


def _losers_of_contacts_are_not_kept(patch: Patch) -> None:
    real = apply.Applier._record_conflict

    def record(self: Any, action: Any) -> None:
        if not (action.contact if isinstance(action, actions.RecordConflict) else False):
            real(self, action)

    patch.setattr(apply.Applier, "_record_conflict", record)


def _copies_do_not_follow(patch: Patch) -> None:
    def settle(copies: Any, winner: Any = decide.Side.XPM) -> Any:
        return tuple(shared.settle([one], winner)[0] for one in copies)

    patch.setattr(plan_contacts, "settle", settle)


def _conflicts_are_recorded_after_the_write(patch: Patch) -> None:
    real = apply.Applier.run

    def run(self: Any, made: Any, *args: Any) -> Any:
        late = [one for one in made.actions if isinstance(one, actions.RecordConflict)]
        first = [one for one in made.actions if not isinstance(one, actions.RecordConflict)]
        return real(self, replace(made, actions=(*first, *late)), *args)

    patch.setattr(apply.Applier, "run", run)


def _xpm_wins_among_contacts(patch: Patch) -> None:
    patch.setattr(plan_contacts, "settle", lambda copies, _winner: shared.settle(copies, decide.Side.XPM))


def _engaged_clients_count_as_archived(patch: Patch) -> None:
    real = plan_links._standing
    patch.setattr(
        plan_links, "_standing", lambda there, here: real(there, here) if here.lead else "ignition_archived"
    )


BUGS = (
    Bug("retry without look-up", _retry_without_look_up),
    Bug("no wait for late writes", _no_wait_for_late_writes),
    Bug("unsafe writes are repeated", _unsafe_writes_are_repeated),
    Bug("cursor too late", _cursor_from_the_end),
    Bug("direction ignored", _direction_is_ignored),
    Bug("edits of Ignition are conflicts", _edits_of_ignition_are_conflicts),
    Bug("clearings in XPM are undone", _clearings_in_xpm_are_undone),
    Bug("no lease", _no_lease),
    Bug("losers not kept", _losers_are_not_kept),
    Bug("empty means unknown", _empty_means_unknown),
    Bug("tokens are not kept", _tokens_are_not_kept),
    Bug("removals without a look", _removals_without_a_look),
    Bug("base moved before the write", _base_moves_before_the_write),
    Bug("strangers are nobody", _strangers_are_nobody),
    Bug("no If-Match", _no_if_match, first=70),
    Bug("XPM wins always", _xpm_wins_always),
    Bug("new clients stay away", _new_clients_stay_away),
    Bug("removals in XPM are undone", _removals_in_xpm_are_undone),
    Bug("archived clients are live", _archived_clients_are_live),
    Bug("groups stay in XPM", _groups_stay_in_xpm),
    Bug("writes are made anew and not counted", _writes_are_made_anew_and_not_counted),
    Bug("no minute limit", _no_minute_limit),
    Bug("no last look", _no_last_look),
    Bug("losers of contacts are not kept", _losers_of_contacts_are_not_kept),
    Bug("copies do not follow", _copies_do_not_follow),
    Bug("conflicts are recorded after the write", _conflicts_are_recorded_after_the_write, first=80),
    Bug("XPM wins among contacts", _xpm_wins_among_contacts),
    Bug("engaged clients count as archived", _engaged_clients_count_as_archived),
    *OF_JOBS,
)
