"""What the whole run changed, as marks on what stands side by side; and changes in short."""

import pytest

from scenarios.report.changes import Change, Field
from scenarios.report.marks import Marks, cut, opened, plain, summed


def change(
    what: str, kind: str, key: str, *fields: Field, side: str = "XPM", label: str = "Ngata", owners: tuple[str, ...] = ()
) -> Change:  # fmt: skip
    return Change(side, "Books", kind, key, label, "", what, fields, owners)


RENAMED = change("changed", "client", "c1", Field("name", "Nata", "Ngata"), Field("fax", "1", ""))
MADE = change("created", "client", "cli_1", Field("name", "", "Ngata"), side="Ignition")
PERSON = change(
    "changed", "contact", "p1", Field("phone", "", "2"), Field("email", "a@b", "c@d"), label="Tui", owners=("c1",)
)  # fmt: skip
GONE = change(
    "deleted", "contact", "con_9", Field("phone", "1", ""), label="Tui", side="Ignition", owners=("cli_1",)
)  # fmt: skip


def test_a_record_is_marked_as_new_or_changed_on_its_own_side_and_in_its_own_practice() -> None:
    marks = Marks([RENAMED, MADE])
    assert marks.tag("Books", "XPM", "c1") == "changed"
    assert marks.tag("Books", "Ignition", "cli_1") == "new"
    assert marks.tag("Books", "Ignition", "c1") == marks.tag("Others", "XPM", "c1") == ""
    assert marks.tag("Books", "XPM", None) == ""


def test_a_proposal_is_found_by_its_reference() -> None:
    marks = Marks([change("changed", "proposal", "prop_1", side="Ignition", label="PROP-1001 Annual")])
    assert marks.tag("Books", "proposal", "PROP-1001") == "changed"
    assert marks.tag("Books", "proposal", "PROP-100") == ""


@pytest.mark.parametrize(
    ("side", "key", "line", "expected"),
    [
        ("XPM", "c1", ("name", "Ngata"), "was Nata"),
        ("XPM", "c1", ("phone", "1"), ""),
        ("Ignition", "cli_1", ("name", "Ngata"), ""),
        ("XPM", "c1", ("contact", "Tui, c@d, 2"), "phone was empty; email was a@b"),
        ("XPM", "c1", ("contact", "Tui"), "phone was empty; email was a@b"),
        ("XPM", "c1", ("contact", "Tui Anderson, c@d"), ""),
        ("XPM", "c2", ("contact", "Tui, c@d, 2"), ""),
        ("Ignition", "cli_1", ("contact", "Tui, c@d, 2"), ""),
    ],
)
def test_a_line_says_what_it_was(side: str, key: str, line: tuple[str, str], expected: str) -> None:
    """A client that is new was nothing; a contact is marked at whom it belongs to, and a namesake that went is another."""
    assert Marks([RENAMED, MADE, PERSON, GONE]).was("Books", side, key, line) == expected


def test_a_contact_that_the_run_made_is_new() -> None:
    made = change("created", "contact", "p2", Field("phone", "", "2"), label="Tui", owners=("c1",))
    assert Marks([made]).was("Books", "XPM", "c1", ("contact", "Tui, 2")) == "new"


def test_what_no_line_shows_any_more_is_told_all_the_same() -> None:
    """A field that both sides have empty now, and a contact that went, have no line of their own."""
    found = Marks([RENAMED, MADE, GONE]).beyond("Books", "c1", "cli_1", ["name"])
    assert [(one.what, one.xpm, one.ignition) for one in found] == [
        ("fax", Field("fax", "1", ""), None),
        ("contact", None, Field("contact", "Tui", "")),
    ]


def test_a_new_record_is_told_without_what_its_name_and_its_owner_say_already() -> None:
    fields = [Field("name", "", "Tax"), Field("number", "", "J1"), Field("client", "", "Ngata")]
    fields += [Field("archived", "", "no"), Field("state", "", "Planned")]
    made = Change("XPM", "Books", "job", "J1", "J1 Tax", "Ngata", "created", tuple(fields))
    assert plain(made) == (Field("state", "", "Planned"),)


def test_changes_are_counted_by_system_kind_and_what_became_of_them() -> None:
    job = change("created", "job category", "g1")
    assert summed([MADE, PERSON, GONE, RENAMED, job, job]) == [
        "XPM: 1 client changed, 1 contact changed, 2 job categories created",
        "Ignition: 1 contact deleted, 1 client created",
    ]


@pytest.mark.parametrize(
    ("changed", "created", "open_"),
    [(0, 0, 0), (2, 3, 5), (2, 4, 2), (0, 6, 0), (6, 0, 5), (5, 1, 5)],
)
def test_few_records_stand_open_and_of_many_those_that_are_not_new(
    changed: int, created: int, open_: int
) -> None:
    assert opened([RENAMED] * changed + [MADE] * created, 5) == open_


def test_a_long_text_is_cut_and_says_how_long_it_is() -> None:
    assert (cut("abc", 3), cut("abc def", 4)) == ("abc", "abc … (7 characters)")
