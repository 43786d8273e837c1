import pytest

from syncer.fields import (
    ADDRESS_PARTS,
    CLIENT_FIELDS,
    CONTACT_FIELDS,
    CONTACT_OWN_FIELDS,
    DAILY_CLIENT_FIELDS,
    EMPTY,
    Direction,
    Kind,
    When,
    effective,
)
from syncer.model import NO_BASE, UNKNOWN, MaybeValue, is_empty

TWO, FROM, TO, NONE = Direction.TWO_WAY, Direction.FROM_XPM, Direction.TO_XPM, Direction.NONE

STREET = ("Address", "City", "Region", "PostCode", "Country")
POSTAL = ("PostalAddress", "PostalCity", "PostalRegion", "PostalPostCode", "PostalCountry")


def test_the_clients_rows_are_those_of_the_rules_and_no_others() -> None:
    rows = [
        (f.name, f.title, f.xpm, f.ignition, f.direction.value, f.when.value, f.rule) for f in CLIENT_FIELDS
    ]
    assert rows == [
        ("name", "Client name", ("Name",), "name", "two-way", "every sync", "R5"),
        ("address", "Client address", STREET, "address", "two-way", "every sync", "R5"),
        ("postal_address", "Postal address", POSTAL, "postal_address", "two-way", "every sync", "R5"),
        ("phone", "Phone", ("Phone",), "phone", "two-way", "every sync", "R5"),
        ("fax", "Fax", ("Fax",), "fax", "two-way", "every sync", "R5"),
        ("partner", "Partner", ("AccountManager",), "partner", "two-way", "every sync", "R6"),
        ("manager", "Manager", ("JobManager",), "manager", "two-way", "every sync", "R6"),
        ("groups", "Groups", ("Groups",), "groups", "XPM → Ignition", "every sync", "R7"),
        ("website", "Website", ("Website",), "website", "XPM → Ignition", "every sync", "R7"),
        ("tax_registered", "Tax registration", ("GSTRegistered",), "tax_registered", "XPM → Ignition", "every sync", "R7"),
        ("company_structure", "Company structure", ("BusinessStructure",), "company_structure", "XPM → Ignition",
         "at the client's import only", "R4"),
    ]  # fmt: skip


def test_the_contacts_rows_are_those_of_the_rules_and_no_others() -> None:
    rows = [
        (f.name, f.title, f.xpm, f.ignition, f.direction.value, f.when.value, f.rule) for f in CONTACT_FIELDS
    ]
    assert rows == [
        ("name", "Contact name", ("Name",), "name", "two-way", "every sync", "R5"),
        ("email", "Contact e-mail", ("Email",), "email", "two-way", "every sync", "R5"),
        ("phone", "Contact phone", ("Phone",), "phone", "two-way", "every sync", "R5"),
        ("mobile", "Contact mobile", ("Mobile",), "mobile", "two-way", "every sync", "R5"),
        ("salutation", "Contact salutation", ("Salutation",), "salutation", "two-way", "every sync", "R5"),
        ("is_primary", "Primary contact", ("IsPrimary",), "is_primary", "XPM → Ignition", "every sync", "E6"),
    ]


def test_all_fields_are_text_but_for_these() -> None:
    others = {
        (field.name, field.kind) for field in (*CLIENT_FIELDS, *CONTACT_FIELDS) if field.kind is not Kind.TEXT
    }
    assert others == {
        ("address", Kind.ADDRESS),
        ("postal_address", Kind.ADDRESS),
        ("partner", Kind.PERSON),
        ("manager", Kind.PERSON),
        ("groups", Kind.NAMES),
        ("tax_registered", Kind.FLAG),
        ("is_primary", Kind.FLAG),
    }


def test_each_direction_and_moment_says_itself_as_the_readme_does() -> None:
    assert [one.value for one in Direction] == ["two-way", "XPM → Ignition", "Ignition → XPM", "not synced"]
    assert [one.value for one in When] == ["every sync", "at the client's import only"]


def test_all_of_a_contact_is_its_own_but_for_who_is_the_primary() -> None:
    assert [field.name for field in CONTACT_FIELDS if field not in CONTACT_OWN_FIELDS] == ["is_primary"]


def test_company_structure_takes_no_part_in_a_daily_sync() -> None:
    assert [field.name for field in CLIENT_FIELDS if field not in DAILY_CLIENT_FIELDS] == [
        "company_structure"
    ]


def test_an_address_has_five_parts_in_xpms_order() -> None:
    assert ADDRESS_PARTS == ("line", "city", "region", "postcode", "country")


def test_a_clients_own_e_mail_and_its_status_are_in_no_row() -> None:
    crossing = {member for field in CLIENT_FIELDS for member in (field.ignition, *field.xpm)}
    kept = {"Email", "email", "IsProspect", "state", "TaxNumber", "BusinessNumber", "Relationships", "Notes"}
    assert crossing & kept == set()


@pytest.mark.parametrize(
    ("field", "setting", "receives_only", "expected"),
    [
        ("phone", TWO, False, TWO),
        ("phone", FROM, False, FROM),
        ("phone", TO, False, TO),
        ("phone", NONE, False, NONE),
        ("phone", TWO, True, FROM),
        ("phone", FROM, True, FROM),
        ("phone", TO, True, NONE),
        ("phone", NONE, True, NONE),
        ("website", TWO, False, FROM),
        ("website", FROM, False, FROM),
        ("website", TO, False, NONE),
        ("website", NONE, False, NONE),
        ("website", TWO, True, FROM),
        ("website", FROM, True, FROM),
        ("website", TO, True, NONE),
        ("website", NONE, True, NONE),
    ],
)
def test_a_field_goes_only_where_its_row_and_the_setting_both_let_it(
    field: str, setting: Direction, *, receives_only: bool, expected: Direction
) -> None:
    row = next(one for one in CLIENT_FIELDS if one.name == field)
    assert effective(row, setting, receives_only=receives_only) is expected


@pytest.mark.parametrize(
    ("kind", "empty"),
    [
        (Kind.TEXT, ""),
        (Kind.ADDRESS, ("", "", "", "", "")),
        (Kind.NAMES, ()),
        (Kind.FLAG, None),
        (Kind.PERSON, None),
    ],
)
def test_each_kind_of_value_has_an_empty_one(kind: Kind, empty: MaybeValue) -> None:
    assert EMPTY[kind] == empty
    assert is_empty(empty)
    assert {field.empty for field in (*CLIENT_FIELDS, *CONTACT_FIELDS) if field.kind is kind} == {empty}


@pytest.mark.parametrize(
    "value", ["a", " ", True, False, ("Farms",), ("", "Leeds", "", "", ""), UNKNOWN, NO_BASE]
)
def test_a_value_that_says_something_is_not_empty_and_neither_is_what_is_not_known(value: MaybeValue) -> None:
    assert not is_empty(value)
