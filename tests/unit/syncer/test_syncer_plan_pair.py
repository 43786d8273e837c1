from typing import Any

import pytest
from syncer_desk import NOBODY, contact, ignition_client, xpm_client

from syncer.actions import Action, AdvanceBase, FieldChange, RecordConflict, WriteClient
from syncer.decide import Policy, Side
from syncer.fields import Direction
from syncer.model import NO_BASE, UNKNOWN, Client, Link, Values, known_only
from syncer.plan_pair import plan_pair

STREET = ("1 High St", "Leeds", "", "LS1", "UK")


def pair(
    base: Values | None, ignition: Client, xpm: Client, policy: Policy | None = None, **given: Any
) -> list[Action]:
    bound = Link("x1", "i1", "imported", base=base or {}, **given)
    return plan_pair(bound, ignition, xpm, policy or Policy())


def there(**values: Any) -> Client:
    return xpm_client("x1", "Smith", **values)


def here(**values: Any) -> Client:
    return ignition_client("i1", "Smith", **values)


def to_xpm(*changes: FieldChange) -> WriteClient:
    return WriteClient("xpm", "x1", "i1", "Smith", changes)


def to_ignition(*changes: FieldChange) -> WriteClient:
    return WriteClient("ignition", "x1", "i1", "Smith", changes)


BASE = there().values


def test_a_pair_that_nobody_changed_asks_for_nothing() -> None:
    assert pair(BASE, here(), there()) == []


@pytest.mark.parametrize(
    ("field", "rule", "value"),
    [
        ("phone", "R5", "0123"),
        ("fax", "R5", "0124"),
        ("address", "R5", STREET),
        ("postal_address", "R5", STREET),
        ("name", "R5", "Smith & Sons"),
    ],
)
def test_a_two_way_field_goes_to_the_side_that_did_not_change(field: str, rule: str, value: Any) -> None:
    old = BASE[field]
    name = value if field == "name" else "Smith"
    more = {} if field == "name" else {field: value}
    (write,) = pair(BASE, here(), xpm_client("x1", name, **more))
    assert isinstance(write, WriteClient)
    assert (write.side, write.changes) == ("ignition", (FieldChange(field, old, value, rule),))
    (write,) = pair(BASE, ignition_client("i1", name, **more), there())
    assert isinstance(write, WriteClient)
    assert (write.side, write.changes) == ("xpm", (FieldChange(field, old, value, rule),))


@pytest.mark.parametrize(
    ("field", "value"), [("groups", ("Farms",)), ("website", "https://smith.test"), ("tax_registered", True)]
)
def test_a_one_way_field_comes_from_xpm_and_an_edit_in_ignition_stays(field: str, value: Any) -> None:
    (write,) = pair(BASE, here(), there(**{field: value}))
    assert write == to_ignition(FieldChange(field, BASE[field], value, "R7"))
    assert pair(BASE, here(**{field: value}), there()) == []


def test_a_one_way_field_edited_in_ignition_yields_when_xpms_value_changes_and_is_kept() -> None:
    base = {**BASE, "website": "https://a.test"}
    found = pair(base, here(website="https://b.test"), there(website="https://c.test"))
    assert found == [
        RecordConflict(
            "x1", "i1", "Smith", "website", "https://a.test", "https://b.test", "https://c.test", "xpm"
        ),
        to_ignition(FieldChange("website", "https://b.test", "https://c.test", "R7")),
    ]


def test_company_structure_is_never_compared_after_the_import() -> None:
    assert pair(BASE, here(company_structure="Company"), there(company_structure="Trust")) == []


def test_clearing_is_a_change_like_any_other() -> None:
    base = {**BASE, "phone": "1", "address": STREET}
    assert pair(base, here(phone="1", address=STREET), there()) == [
        to_ignition(FieldChange("address", STREET, NOBODY, "R5"), FieldChange("phone", "1", "", "R5"))
    ]
    assert pair(base, here(address=STREET), there(phone="1", address=STREET)) == [
        to_xpm(FieldChange("phone", "1", "", "R5"))
    ]


def test_what_changed_on_both_sides_alike_moves_the_base_and_writes_nothing() -> None:
    assert pair(BASE, here(phone="1"), there(phone="1")) == [AdvanceBase("x1", "Smith", {"phone": "1"})]


def test_a_conflict_keeps_all_three_values_and_xpm_wins_where_nothing_else_is_said() -> None:
    base = {**BASE, "phone": "1"}
    assert pair(base, here(phone="2"), there(phone="3")) == [
        RecordConflict("x1", "i1", "Smith", "phone", "1", "2", "3", "xpm"),
        to_ignition(FieldChange("phone", "2", "3", "R5")),
    ]


def test_a_conflict_goes_the_other_way_where_ignition_is_to_win() -> None:
    base = {**BASE, "phone": "1"}
    assert pair(base, here(phone="2"), there(phone="3"), Policy(winner=Side.IGNITION)) == [
        RecordConflict("x1", "i1", "Smith", "phone", "1", "2", "3", "ignition"),
        to_xpm(FieldChange("phone", "3", "2", "R5")),
    ]


def test_conflicts_are_field_by_field() -> None:
    base = {**BASE, "phone": "1"}
    assert pair(base, here(phone="2", fax="9"), there(phone="3", website="https://w.test")) == [
        RecordConflict("x1", "i1", "Smith", "phone", "1", "2", "3", "xpm"),
        to_ignition(FieldChange("phone", "2", "3", "R5"), FieldChange("website", "", "https://w.test", "R7")),
        to_xpm(FieldChange("fax", "", "9", "R5")),
    ]


def test_at_a_first_link_an_empty_field_takes_the_other_sides_value_and_two_values_are_a_conflict() -> None:
    found = pair(None, here(phone="2", fax="9"), there(phone="3", address=STREET))
    conflict, ignition, xpm, advance = found
    assert conflict == RecordConflict("x1", "i1", "Smith", "phone", NO_BASE, "2", "3", "xpm")
    assert ignition == to_ignition(
        FieldChange("address", NOBODY, STREET, "R5"), FieldChange("phone", "2", "3", "R5")
    )
    assert xpm == to_xpm(FieldChange("fax", "", "9", "R5"))
    assert isinstance(advance, AdvanceBase)
    assert sorted(advance.values) == [
        "groups", "manager", "name", "partner", "postal_address", "tax_registered", "website",
    ]  # fmt: skip


def test_an_unknown_value_asks_for_nothing_and_moves_no_base() -> None:
    assert pair({**BASE, "partner": "s-1"}, here(partner="s-2"), there(partner=UNKNOWN)) == []
    assert pair({**BASE, "groups": ("Farms",)}, here(), there(groups=UNKNOWN)) == []


def test_under_from_xpm_nothing_is_written_to_xpm() -> None:
    policy = Policy(direction=Direction.FROM_XPM)
    assert pair(BASE, here(phone="1"), there(), policy) == []
    assert pair(BASE, here(), there(phone="1"), policy) == [to_ignition(FieldChange("phone", "", "1", "R5"))]


def test_under_to_xpm_nothing_is_written_to_ignition() -> None:
    policy = Policy(direction=Direction.TO_XPM)
    assert pair(BASE, here(), there(phone="1", website="https://w.test"), policy) == []
    assert pair(BASE, here(phone="1"), there(), policy) == [to_xpm(FieldChange("phone", "", "1", "R5"))]


def test_at_level_client_name_nothing_but_the_name_is_synced() -> None:
    policy = Policy(level="client_name")
    renamed = xpm_client("x1", "Smith & Sons", contact("c1", "Al"), phone="1")
    (write,) = pair(BASE, here(fax="2"), renamed, policy)
    assert write == WriteClient(
        "ignition", "x1", "i1", "Smith & Sons", (FieldChange("name", "Smith", "Smith & Sons", "R5"),)
    )


def test_at_level_nothing_nothing_is_synced() -> None:
    renamed = xpm_client("x1", "Smith & Sons", contact("c1", "Al"), phone="1")
    assert pair(BASE, here(fax="2"), renamed, Policy(level="nothing")) == []


def test_a_lead_born_in_ignition_only_receives() -> None:
    assert pair(BASE, here(phone="1"), there(), receives_only=True) == []
    found = pair(BASE, here(phone="1"), there(fax="2"), receives_only=True)
    assert found == [to_ignition(FieldChange("fax", "", "2", "R5"))]


def test_what_a_lead_held_back_goes_to_xpm_once_it_no_longer_only_receives() -> None:
    assert pair(BASE, here(phone="1"), there(), receives_only=False) == [
        to_xpm(FieldChange("phone", "", "1", "R5"))
    ]


def test_only_known_values_enter_a_base() -> None:
    assert known_only({"name": "Smith", "partner": UNKNOWN, "manager": None}) == {
        "name": "Smith",
        "manager": None,
    }
