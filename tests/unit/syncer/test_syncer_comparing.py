"""E4: a field that nobody changed is not even compared."""

import pytest

from syncer.comparing import Halves
from syncer.fields import CLIENT_FIELDS
from syncer.model import UNKNOWN, MaybeValue

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
