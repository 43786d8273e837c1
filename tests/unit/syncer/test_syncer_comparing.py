"""E3, E4: what one record's fields ask for; a field that nobody changed is not even compared."""

import pytest

from syncer.actions import FieldChange
from syncer.comparing import Halves, compare
from syncer.decide import Policy
from syncer.fields import CLIENT_FIELDS
from syncer.model import NO_BASE, UNKNOWN, MaybeValue

Told = tuple[str, MaybeValue, MaybeValue, str, MaybeValue, tuple[str, ...]]
PHONE = next(row for row in CLIENT_FIELDS if row.name == "phone")


@pytest.mark.parametrize(
    ("base", "ignition", "xpm", "quiet"),
    [
        ("1", "1", "1", True),
        ("1", "2", "1", False),
        ("1", "1", "2", False),
        ("1", "2", "2", False),
        ("1", UNKNOWN, "1", False),
    ],
)
def test_a_field_is_quiet_where_both_sides_have_what_was_agreed(
    base: MaybeValue, ignition: MaybeValue, xpm: MaybeValue, *, quiet: bool
) -> None:
    halves = Halves(
        {"phone": base, "fax": "9"}, {"phone": ignition, "fax": "8"}, {"phone": xpm, "fax": "7"}, False
    )
    assert halves.is_quiet(PHONE) is quiet


def test_a_field_on_which_nothing_was_agreed_yet_is_not_quiet() -> None:
    assert not Halves({}, {"phone": ""}, {"phone": ""}, False).is_quiet(PHONE)


@pytest.mark.parametrize(
    ("base", "ignition", "xpm", "to_xpm", "to_ignition"),
    [
        ({"phone": "1"}, "2", "1", [("phone", "1", "2", "R5", "1", ("ignition",))], []),
        ({"phone": "1"}, "1", "2", [], [("phone", "1", "2", "R5", "1", ("xpm",))]),
        ({"phone": "1"}, "3", "2", [], [("phone", "3", "2", "R5", "1", ("ignition", "xpm"))]),
        ({}, "", "2", [], [("phone", "", "2", "R5", NO_BASE, ())]),
        ({}, "2", "", [("phone", "", "2", "R5", NO_BASE, ())], []),
    ],
)
def test_a_write_says_its_rule_what_was_there_and_was_agreed_and_who_changed_it(
    base: dict[str, str], ignition: str, xpm: str, to_xpm: list[Told], to_ignition: list[Told]
) -> None:
    found = compare((PHONE,), Halves(base, {"phone": ignition}, {"phone": xpm}, False), Policy())
    # Two changes that do the same are equal, however they came about: so each member is held for itself.
    assert (_told(found.to_xpm), _told(found.to_ignition)) == (to_xpm, to_ignition)


def _told(changes: list[FieldChange]) -> list[Told]:
    return [(one.field, one.old, one.new, one.rule, one.base, one.changed_in) for one in changes]
