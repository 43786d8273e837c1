"""Sabotages of what people edit: each field both ways (R5), a contact's copies and who is the primary one (E6)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sabotage import Sabotage

from syncer import fields, ignition_json, plan_contacts, plan_pair
from syncer.apply_contacts import ContactWriter
from syncer.decide import Side, State, Verdict
from syncer.fields import Direction
from syncer.model import known_only
from syncer.shared import Part

Patch = pytest.MonkeyPatch
Break = Callable[[Patch], None]

TABLES = (
    ("daily-edits", plan_pair, "DAILY_CLIENT_FIELDS"),
    ("contact-edits", plan_contacts, "CONTACT_OWN_FIELDS"),
)
"""Where the rows of R5 are compared, and the scenario in which all of them are edited."""
WAYS = {
    Direction.FROM_XPM: "what Ignition has new is left there",
    Direction.TO_XPM: "what XPM has new is left there",
}


def _one_way(module: Any, table: str, name: str, way: Direction) -> Break:
    """Return what makes one field go one way alone."""

    def narrow(patch: Patch) -> None:
        rows = (replace(row, direction=way) if row.name == name else row for row in getattr(module, table))
        patch.setattr(module, table, tuple(rows))

    return narrow


def _each_field_each_way() -> Iterator[Sabotage]:
    for scenario, module, table in TABLES:
        for row in getattr(module, table):
            for way, what in WAYS.items():
                if row.rule == "R5":
                    narrow = _one_way(module, table, row.name, way)
                    yield Sabotage("R5", scenario, f"{row.title}: {what}", narrow)


def _city_and_region_are_mixed_up(patch: Patch) -> None:
    line, city, region, *rest = fields.ADDRESS_PARTS
    patch.setattr(ignition_json, "ADDRESS_PARTS", (line, region, city, *rest))


# Copies of a shared contact.


def _settled(patch: Patch, settle: Callable[..., Any]) -> None:
    """Have the copies of a contact settled in another way, which is given the real one."""
    real = plan_contacts.settle
    patch.setattr(plan_contacts, "settle", lambda copies, winner: settle(real, copies, winner))


def _every_copy_for_itself(patch: Patch) -> None:
    _settled(patch, lambda real, copies, winner: tuple(real([one], winner)[0] for one in copies))


def _a_copy_wins_over_xpm(patch: Patch) -> None:
    _settled(patch, lambda real, copies, winner: real(copies, Side.IGNITION if len(copies) > 1 else winner))


def _the_last_copy_counts(patch: Patch) -> None:
    _settled(patch, lambda real, copies, winner: real(copies[::-1], winner)[::-1])


def _alike_is_not_noted(patch: Patch) -> None:
    def forgetful(real: Callable[..., Any], *given: Any) -> Any:
        parts = real(*given)
        return [Part(Verdict.NOTHING) if one.verdict is Verdict.ADVANCE else one for one in parts]

    _settled(patch, forgetful)


# Who is the primary contact.


def _who_was_chosen_in_ignition_stays(patch: Patch) -> None:
    patch.setattr(plan_contacts, "_as_xpm_chose", lambda copy: copy)


def _choices_go_to_xpm(patch: Patch) -> None:
    _who_was_chosen_in_ignition_stays(patch)
    _one_way(plan_contacts, "PLACE_FIELDS", "is_primary", Direction.TWO_WAY)(patch)


def _newcomers_take_the_place(patch: Patch) -> None:
    real = plan_contacts._made_there

    def made(pair: Any, one: Any) -> Any:
        return replace(real(pair, one), values=known_only(one.values))

    patch.setattr(plan_contacts, "_made_there", made)


def _who_follows_in_xpm_is_not_looked_up(patch: Patch) -> None:
    patch.setattr(ContactWriter, "_is_primary", lambda _self, _action: False)


def _being_the_primary_one_counts_as_an_edit(patch: Patch) -> None:
    real = plan_contacts._state

    def state(one: Any, base: Any, going: Any) -> State:
        moved = one and one.values["is_primary"] != base.get("is_primary")
        return State.CHANGED if moved else real(one, base, going)

    patch.setattr(plan_contacts, "_state", state)


EDITS: tuple[Sabotage, ...] = (
    *_each_field_each_way(),
    Sabotage("R5", "daily-edits", "the city and the region of an address are mixed up", _city_and_region_are_mixed_up),
    Sabotage("E6", "shared-contact", "a copy that was changed goes to XPM alone", _every_copy_for_itself),
    Sabotage("E6", "shared-contact", "of copies changed apart the first one goes to XPM", _a_copy_wins_over_xpm),
    Sabotage("E6", "shared-contact", "what two copies say alike is noted of one alone", _alike_is_not_noted),
    Sabotage("E6", "shared-contact", "where Ignition wins, the last copy counts", _the_last_copy_counts),
    Sabotage("E6", "primary-contact", "a newcomer in Ignition becomes the primary one in XPM", _newcomers_take_the_place),
    Sabotage("E6", "primary-contact", "who was chosen in Ignition stays", _who_was_chosen_in_ignition_stays),
    Sabotage("E6", "primary-contact", "who was chosen in Ignition goes to XPM", _choices_go_to_xpm),
    Sabotage("E6", "primary-contact", "nobody looks who follows in XPM", _who_follows_in_xpm_is_not_looked_up),
    Sabotage("E6", "primary-contact", "being the primary one counts as an edit", _being_the_primary_one_counts_as_an_edit),
)  # fmt: skip
