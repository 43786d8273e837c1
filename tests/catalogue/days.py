"""Sabotages of the rules of connecting, of every day and of users (R1-R4, R6-R8, R13, E1-E9, E18)."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sabotage import Sabotage

from syncer import (
    comparing,
    decide,
    fields,
    match,
    plan,
    plan_contacts,
    plan_links,
    plan_pair,
    shared,
    view,
    xpm_xml,
)
from syncer.actions import MarkUserLink
from syncer.apply import Applier
from syncer.errors import MalformedError
from syncer.fields import Direction, Field, When
from syncer.ignition import Ignition
from syncer.model import Standing

Patch = pytest.MonkeyPatch


def _table(**changes: dict[str, Any]) -> tuple[Field, ...]:
    """Return the table of clients' fields with some rows changed."""
    return tuple(replace(row, **changes.get(row.name, {})) for row in fields.CLIENT_FIELDS)


def _compared(patch: Patch, rows: Iterable[Field]) -> None:
    """Have these rows compared every day."""
    daily = tuple(row for row in rows if row.when is When.ALWAYS)
    patch.setattr(plan_pair, "DAILY_CLIENT_FIELDS", daily)


# Connecting.


def _nobody_is_imported(patch: Patch) -> None:
    patch.setattr(plan, "_import_is_off", lambda _view: "sabotage")


def _all_staff_become_users(patch: Patch) -> None:
    real = Ignition.put_candidates

    def copy_all(self: Ignition, staff: Any) -> None:
        real(self, staff)
        for one in staff:
            self._call("POST", "users", {"xpm_staff_uuid": one.uuid})

    patch.setattr(Ignition, "put_candidates", copy_all)


def _templates_stay_in_xpm(patch: Patch) -> None:
    patch.setattr(Ignition, "put_templates", lambda _self, _templates: None)


def _structure_every_day(patch: Patch) -> None:
    _compared(patch, _table(company_structure={"when": When.ALWAYS}))


def _a_name_twice_is_not_minded(patch: Patch) -> None:
    real = plan.pair_by_name

    def pair_first(here: Any, there: Any) -> Any:
        uuids = {one.name: one.id for one in there if not one.linked}
        pairs = tuple((one.id, uuids[one.name]) for one in here if not one.linked and one.name in uuids)
        return replace(real(here, there), pairs=pairs, ambiguous=())

    patch.setattr(plan, "pair_by_name", pair_first)


def _near_names_are_one(patch: Patch) -> None:
    real = plan._named

    def folded(*given: Any) -> list[match.Named]:
        return [replace(one, name="".join(match._folded(one.name))) for one in real(*given)]

    patch.setattr(plan, "_named", folded)


def _everybody_is_live(patch: Patch) -> None:
    live = SimpleNamespace(LIVE=Standing.LIVE, ARCHIVED=Standing.LIVE, DELETED=Standing.LIVE)
    patch.setattr(xpm_xml, "Standing", live)


# Every day.


def _no_user_is_nobody(patch: Patch) -> None:
    patch.setattr(view, "UNKNOWN", None)


def _websites_both_ways(patch: Patch) -> None:
    _compared(patch, _table(website={"direction": Direction.TWO_WAY}))


def _tax_details_cross(patch: Patch) -> None:
    patch.setattr(xpm_xml, "CLIENT_FIELDS", _table(fax={"xpm": ("AgencyStatus",)}))


def _losers_are_not_kept(patch: Patch) -> None:
    patch.setattr(Applier, "_record_conflict", lambda _self, _action: None)


def _ignition_wins(patch: Patch) -> None:
    real = shared.settle

    def other(copies: Any, _winner: decide.Side = decide.Side.XPM) -> Any:
        return real(copies, decide.Side.IGNITION)

    patch.setattr(comparing, "settle", other)


def _alike_is_a_conflict(patch: Patch) -> None:
    _decided_anew(patch, decide.ADVANCE, decide.Decision(decide.Verdict.CONFLICT, decide.Side.XPM))


def _alike_is_not_noted(patch: Patch) -> None:
    _decided_anew(patch, decide.ADVANCE, decide.NOTHING)


def _decided_anew(patch: Patch, decision: decide.Decision, another: decide.Decision) -> None:
    """Have another decision taken wherever the syncer takes this one."""
    real = shared.decide

    def decide_anew(*given: Any) -> decide.Decision:
        found = real(*given)
        return another if found == decision else found

    patch.setattr(shared, "decide", decide_anew)


def _lists_are_pushed_always(patch: Patch) -> None:
    patch.setattr(plan, "fingerprint", lambda _rows: "another one")


def _empty_is_unknown(patch: Patch) -> None:
    real = shared.decide

    def without_clearing(direction: Any, base: Any, here: Any, there: Any, *rest: Any) -> Any:
        found = real(direction, base, here, there, *rest)
        return decide.NOTHING if decide.is_empty(here) or decide.is_empty(there) else found

    patch.setattr(shared, "decide", without_clearing)


def _half_a_list_is_a_list(patch: Patch) -> None:
    real = xpm_xml.records

    def until_it_breaks(*given: Any) -> Iterator[Any]:
        with suppress(MalformedError):
            yield from real(*given)

    patch.setattr(xpm_xml, "records", until_it_breaks)


def _removals_without_a_look(patch: Patch) -> None:
    remove = decide.Removal(decide.Fate.REMOVE_IGNITION)
    patch.setattr(plan_contacts, "decide_removal", lambda *_args: remove)


def _leavers_are_synced_on(patch: Patch) -> None:
    patch.setattr(plan_links, "_standing", lambda _there, _here: "live")


def _only_the_first_sync_imports(patch: Patch) -> None:
    patch.setattr(plan, "_import_is_off", lambda seen: "" if seen.first else "sabotage")


def _direction_is_ignored(patch: Patch) -> None:
    real = shared.decide

    def both_ways(direction: Direction, *values: Any) -> Any:
        return real(direction if direction is Direction.NONE else Direction.TWO_WAY, *values)

    patch.setattr(shared, "decide", both_ways)


def _level_is_ignored(patch: Patch) -> None:
    real = plan_pair.compare

    def everything(rows: Any, halves: Any, policy: decide.Policy) -> Any:
        return real(rows, halves, replace(policy, level="everything"))

    patch.setattr(plan_pair, "compare", everything)


# Users.


def _when_marked(patch: Patch, standing: str, do: Any) -> None:
    """Have something done when the link of a user is marked."""
    real = Applier._mark_user

    def mark(self: Applier, action: MarkUserLink) -> None:
        real(self, action)
        if action.standing == standing:
            do(self._practice.ignition, action)

    patch.setattr(Applier, "_mark_user", mark)


def _users_follow_staff(patch: Patch) -> None:
    _when_marked(
        patch, "staff_deleted", lambda ignition, action: ignition._remove(f"users/{action.user_slug}")
    )


def _the_deleted_come_back(patch: Patch) -> None:
    def add(ignition: Ignition, action: MarkUserLink) -> None:
        ignition._call("POST", "users", {"xpm_staff_uuid": action.staff_uuid})

    _when_marked(patch, "user_deleted", add)


DAYS: tuple[Sabotage, ...] = (
    Sabotage("R1", "end-to-end", "XPM's clients are not imported", _nobody_is_imported),
    Sabotage("R2", "end-to-end", "all of XPM's staff are copied across unasked", _all_staff_become_users),
    Sabotage("R3", "end-to-end", "job templates do not come to Ignition", _templates_stay_in_xpm),
    Sabotage("R4", "never-imported", "the company structure is synced every day", _structure_every_day),
    Sabotage("E1", "first-link", "a name that XPM has twice is linked", _a_name_twice_is_not_minded),
    Sabotage("E1", "first-link", "names that are merely near are linked", _near_names_are_one),
    Sabotage("E2", "first-link", "archived and deleted XPM clients count as live", _everybody_is_live),
    Sabotage("R6", "partner-and-manager", "staff who are no users count as nobody", _no_user_is_nobody),
    Sabotage("R7", "one-way", "websites go both ways", _websites_both_ways),
    Sabotage("R8", "never-imported", "the tax agency status comes across, as a fax", _tax_details_cross),
    Sabotage("E3", "renames", "a conflict is won by Ignition, whatever the setting", _ignition_wins),
    Sabotage("E3", "daily-edits", "what loses a conflict is not kept", _losers_are_not_kept),
    Sabotage("E3", "daily-edits", "the same value on both sides is a conflict", _alike_is_a_conflict),
    Sabotage("E3", "daily-edits", "what became the same on both sides is not noted", _alike_is_not_noted),
    Sabotage("E4", "end-to-end", "the lists of templates and staff are pushed by every sync", _lists_are_pushed_always),
    Sabotage("E5", "daily-edits", "an empty field is taken for an unknown one", _empty_is_unknown),
    Sabotage("E5", "half-answers", "what comes before a list breaks off is taken for all", _half_a_list_is_a_list),
    Sabotage("E6", "contacts", "a contact missing in XPM is removed, though it was edited", _removals_without_a_look),
    Sabotage("E7", "leaving", "clients that left are synced on", _leavers_are_synced_on),
    Sabotage("E8", "settings", "only the first sync imports clients", _only_the_first_sync_imports),
    Sabotage("E9", "settings", "the direction is ignored", _direction_is_ignored),
    Sabotage("E9", "settings", "the level is ignored", _level_is_ignored),
    Sabotage("R13", "no-user-sync", "the user of a deleted staff member is deleted", _users_follow_staff),
    Sabotage("E18", "no-user-sync", "a user that was deleted is made anew", _the_deleted_come_back),
)  # fmt: skip
