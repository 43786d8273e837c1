"""E3 and E11: a value that the syncer sent, and that is there, is no person's edit, though no answer came."""

from typing import Any

import pytest

from syncer.heard import acknowledged, agreed_contacts, agreed_fields, unsettled, without
from syncer.model import UNKNOWN, Client, Contact, ContactLink, Link, Sent, Standing

AT = "2026-07-01T09:00:00Z"


def client(one: str, *contacts: Contact, **values: Any) -> Client:
    return Client(one, {"name": "Kea", **values}, Standing.LIVE, contacts=contacts)


def fields(there: Any, here: Any, *sent: Sent, base: Any = "0") -> Any:
    """Return the phone that both sides last agreed on."""
    link = Link("x1", "i1", "imported", base={"name": "Kea", "phone": base}, sent=sent)
    return agreed_fields(link, client("i1", phone=here), client("x1", phone=there))["phone"]


TO_XPM, TO_IGNITION = Sent("x1", AT, {"phone": "1"}), Sent("i1", AT, {"phone": "1"})


@pytest.mark.parametrize(
    ("there", "here", "sent", "agreed"),
    [
        ("1", "2", TO_XPM, "1"),  # it landed, and a person typed in Ignition since
        ("2", "1", TO_IGNITION, "1"),
        ("1", "", TO_XPM, "1"),
        ("0", "2", TO_XPM, "0"),  # it never landed
        ("3", "2", TO_XPM, "0"),  # people typed on both sides: a conflict
        ("2", "1", TO_XPM, "0"),  # Ignition has it, where it came from
        ("1", "1", TO_XPM, "0"),  # they are in step: the base moves by the plan
        ("1", UNKNOWN, TO_XPM, "1"),
        (UNKNOWN, "1", TO_XPM, "0"),
    ],
)
def test_what_a_side_has_and_was_sent_is_agreed_on(there: Any, here: Any, sent: Sent, agreed: Any) -> None:
    assert fields(there, here, sent) == agreed


def test_of_several_that_were_sent_the_one_that_is_there_counts() -> None:
    assert fields("2", "3", TO_XPM, Sent("x1", AT, {"phone": "2"})) == "2"


def test_where_both_sides_have_what_was_sent_to_them_nothing_is_concluded() -> None:
    assert fields("1", "2", TO_XPM, Sent("i1", AT, {"phone": "2"})) == "0"


def test_what_was_sent_of_another_field_or_record_tells_nothing() -> None:
    assert fields("1", "2", Sent("x1", AT, {"fax": "1"}), Sent("c1", AT, {"phone": "1"})) == "0"


@pytest.mark.parametrize("theirs", [True, False], ids=["sent to XPM", "sent to Ignition"])
@pytest.mark.parametrize("is_across", [True, False], ids=["edited across", "removed across"])
def test_so_it_is_with_contacts(*, theirs: bool, is_across: bool) -> None:
    jane, joe = ContactLink("c1", "k1", {"phone": "0"}), ContactLink("c2", "k2", {"phone": "0"})
    link = Link(
        "x1",
        "i1",
        "imported",
        contacts=(jane, joe),
        sent=(Sent("c1" if theirs else "k1", AT, {"phone": "1"}),),
    )
    has = [Contact("c1" if theirs else "k1", {"phone": "1"})]
    across = [Contact("k1" if theirs else "c1", {"phone": "2"})] if is_across else []
    there, here = (has, across) if theirs else (across, has)
    there.append(Contact("c2", {"phone": "1"}))
    here.append(Contact("k2", {"phone": "2"}))
    found = agreed_contacts(link, client("i1", *here), client("x1", *there))
    assert [one.base["phone"] for one in found] == ["1", "0"]


SENT = (
    Sent("x1", AT, {"phone": "1", "fax": "2"}),
    Sent("i1", AT, {"phone": "1"}),
    Sent("c1", AT, {"phone": "1"}),
)


def test_what_is_sent_anew_takes_the_place_of_what_was_sent_before() -> None:
    assert without(SENT, {"x1", "i1"}, {"phone"}) == (Sent("x1", AT, {"fax": "2"}), SENT[2])
    assert without(SENT, {"x9"}, {"phone"}) == SENT


def test_what_is_acknowledged_is_no_longer_kept_and_another_value_may_land_yet() -> None:
    assert acknowledged(SENT, {"x1", "i1"}, {"phone": "1", "fax": "3"}) == (
        Sent("x1", AT, {"fax": "2"}),
        SENT[2],
    )
    assert acknowledged(SENT, {"x9"}, {"phone": "1"}) == SENT


@pytest.mark.parametrize(
    ("there", "base", "is_kept"),
    [("1", "0", True), ("2", "0", False), ("0", "0", False), ("1", "1", False)],
    ids=["it is there", "a person's is there", "it never arrived", "it is agreed on"],
)
@pytest.mark.parametrize("record", ["x1", "i1", "c1", "k1"])
def test_what_must_have_landed_is_kept_where_it_is_there_and_something_else_is_agreed_on(
    record: str, there: str, base: str, *, is_kept: bool
) -> None:
    link = Link(
        "x1", "i1", "imported", base={"name": "Kea", "phone": base},
        contacts=(ContactLink("c1", "k1", {"phone": base}),), sent=(Sent(record, AT, {"phone": "1"}),),
    )  # fmt: skip
    shown = dict.fromkeys(("x1", "i1", "c1", "k1"), "9") | {record: there}
    here = client("i1", Contact("k1", {"phone": shown["k1"]}), phone=shown["i1"])
    theirs = client("x1", Contact("c1", {"phone": shown["c1"]}), phone=shown["x1"])
    assert unsettled(link, here, theirs) == (link.sent if is_kept else ())
    assert unsettled(link, None, None) == ()
