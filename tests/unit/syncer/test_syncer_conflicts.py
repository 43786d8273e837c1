"""E3, E6: conflicts as they were kept: what they say, and when both sides agree on something else."""

from dataclasses import replace
from typing import Any

import pytest
from syncer_desk import NOBODY, contact, contact_values, ignition_client, ledger, xpm_client

from syncer import ledger_tables as t
from syncer import memory
from syncer.actions import (
    Action,
    AdvanceBase,
    ContactWrite,
    FieldChange,
    RecordConflict,
    RecordRemoval,
    RemoveContact,
    WriteClient,
    WriteShared,
)
from syncer.conflict_records import save_conflict
from syncer.conflicts import conflict, conflicts, dismiss, open_conflict, takeable
from syncer.errors import DecisionError
from syncer.ledger import PracticeLedger
from syncer.model import NO_BASE, UNKNOWN, Client, ContactLink, Link
from syncer.resting import foreseen, settle_agreed, superseded_lines
from syncer.words import say_value

STREET = ("1 High St", "Leeds", "", "LS1", "UK")
AT, LATER = "2026-07-01T09:00:00Z", "2026-07-02T09:00:00Z"
AL = contact_values("Al", phone="1")


def changed(field: str = "phone", **given: Any) -> RecordConflict:
    basis: dict[str, Any] = {"base": "1", "ignition": "3", "xpm": "2", "winner": "xpm"}
    return RecordConflict("x1", "i1", "Smith", field, **{**basis, **given})


def of_contact(**given: Any) -> RecordConflict:
    return changed(contact="Al", xpm_contact="c1", ignition_contact="con_1", **given)


def removed(**given: Any) -> RecordRemoval:
    basis: dict[str, Any] = {"base": AL, "ignition": {**AL, "phone": "7"}, "xpm": None, "winner": "xpm"}
    return RecordRemoval("x1", "i1", "Smith", "Al", "c1", "con_1", **{**basis, **given})


def kept(*found: RecordConflict | RecordRemoval) -> PracticeLedger:
    own = ledger().of("north")
    for one in found:
        save_conflict(own, one, AT)
    return own


def see(own: PracticeLedger, here: Client, there: Client, link: Link) -> None:
    """Remember both sides and their link as a sync leaves them."""
    memory.remember(own, memory.XPM, [there], None)
    memory.remember(own, memory.IGNITION, [here], None)
    memory.save_links(own, [link])


def test_a_conflict_about_a_field_says_what_it_is_about_and_all_values() -> None:
    own = kept(changed(), of_contact())
    first, second = conflicts(own)
    assert first.title == "Phone of “Smith”"
    assert second.title == "Contact phone of contact “Al” of “Smith”"
    assert (first.winner, first.loser) == ("xpm", "ignition")
    assert (first.value("base"), first.value("xpm"), first.value("ignition")) == ("1", "2", "3")
    assert second.as_json() == {
        "number": 2, "kind": "changed", "client": "Smith", "contact": "Al", "field": "phone",
        "title": "Contact phone of contact “Al” of “Smith”", "base": "1", "xpm": "2", "ignition": "3",
        "winner": "xpm", "state": "open", "at": AT, "settled_at": None, "superseded_by": None,
        "xpm_id": "x1", "ignition_id": "i1", "xpm_contact": "c1", "ignition_contact": "con_1",
    }  # fmt: skip


def test_values_of_each_kind_come_back_as_they_were() -> None:
    own = kept(
        changed("address", base=NOBODY, xpm=STREET, ignition=NOBODY),
        changed("groups", base=(), xpm=("A", "B"), ignition=("C",)),
        changed("tax_registered", base=NO_BASE, xpm=True, ignition=False),
        changed("partner", base=None, xpm="s-1", ignition="s-2", winner="ignition"),
    )
    address, groups, tax, partner = conflicts(own)
    assert (address.value("xpm"), address.value("base")) == (STREET, NOBODY)
    assert (groups.value("xpm"), groups.value("ignition")) == (("A", "B"), ("C",))
    assert (tax.value("base"), tax.value("xpm"), tax.value("ignition")) == (UNKNOWN, True, False)
    assert (partner.value("base"), partner.value("xpm"), partner.loser) == (None, "s-1", "xpm")
    assert (tax.as_json()["base"], tax.words("base", {})) == (None, "(never agreed)")
    assert (partner.words("xpm", {"s-1": "Ann"}), partner.words("base", {})) == ("Ann", "(nothing)")


def test_a_conflict_about_a_removal_has_the_whole_contact_of_one_side() -> None:
    (one,) = conflicts(kept(removed()))
    assert (one.title, one.values("xpm"), one.values("ignition")) == (
        "contact “Al” of “Smith”", None, {**AL, "phone": "7"},
    )  # fmt: skip
    assert (one.words("xpm", {}), one.words("ignition", {})) == ("(removed)", "name: Al, phone: 7")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "(nothing)"),
        ("s-1", "Ann"),
        ("", "(empty)"),
        ("04 555", "04 555"),
        (True, "yes"),
        (False, "no"),
        (["1 High St", "", "Leeds"], "1 High St, Leeds"),
        ([], "(empty)"),
        ({"name": "Al", "email": "", "phone": "7", "is_primary": False}, "name: Al, phone: 7"),
        ({"name": "Al", "is_primary": True}, "name: Al, is primary: yes"),
    ],
)
def test_a_value_is_said_in_words(value: object, words: str) -> None:
    assert say_value(value, {"s-1": "Ann"}) == words


def test_a_number_that_is_none_is_refused_with_those_that_are_open() -> None:
    with pytest.raises(DecisionError, match="there is no conflict 1; open are: none"):
        conflict(kept(), 1)
    with pytest.raises(DecisionError, match="there is no conflict 9; open are: 1, 2"):
        open_conflict(kept(changed(), of_contact()), 9)


def test_a_conflict_that_is_dismissed_rests_and_is_listed_no_more() -> None:
    own = kept(changed(), of_contact())
    assert dismiss(own, 1, LATER).title == "Phone of “Smith”"
    assert [one.number for one in conflicts(own)] == [2]
    assert [(one.number, one.is_open) for one in conflicts(own, settled=True)] == [(1, False), (2, True)]
    words = r"conflict 1 \(Phone of “Smith”\) is settled: dismissed on 2026-07-02T09:00:00Z"
    for refuse in (lambda: dismiss(own, 1, LATER), lambda: open_conflict(own, 1)):
        with pytest.raises(DecisionError, match=words):
            refuse()


def settled(own: PracticeLedger) -> list[str]:
    lines = settle_agreed(own, LATER)
    states = [(row["state"], row["settled_at"]) for row in own.rows(t.conflicts)]
    assert states == [("agreed", LATER) if lines else ("open", None)]
    return lines


VALUES = {
    # XPM's, Ignition's, the base; whether both sides agree on something else than what won
    ("2", "2", "2"): False,
    ("3", "3", "3"): True,
    ("5", "5", "5"): True,
    ("", "", ""): True,
    ("5", "2", "2"): False,
    ("2", "5", "2"): False,
    ("5", "5", "2"): False,
    ("2", "3", "1"): False,
}


@pytest.mark.parametrize("values", VALUES, ids=str)
def test_a_conflict_about_a_field_is_settled_once_both_sides_agree_on_another_value(
    values: tuple[str, str, str],
) -> None:
    there, here, base = values
    own = kept(changed())
    clients = ignition_client("i1", "Smith", phone=here), xpm_client("x1", "Smith", phone=there)
    see(own, *clients, Link("x1", "i1", "named", base={"phone": base}))
    assert bool(settled(own)) is VALUES[values]


def test_a_settled_conflict_is_told() -> None:
    own = kept(changed())
    clients = ignition_client("i1", "Smith", phone="5"), xpm_client("x1", "Smith", phone="5")
    see(own, *clients, Link("x1", "i1", "named", base={"phone": "5"}))
    assert settle_agreed(own, LATER) == [
        "conflict 1, Phone of “Smith”: both sides agree now; `syncer conflicts take 1` still puts back “3”"
    ]
    assert settle_agreed(own, LATER) == []


def test_people_are_compared_as_staff() -> None:
    own = kept(changed("partner", base="s-1", xpm="s-2", ignition="s-3"))
    link = {"staff_uuid": "s-3", "user_slug": "usr_3", "name": "Cat", "standing": "live"}
    own.put(t.user_links, link)
    clients = ignition_client("i1", "Smith", partner="usr_3"), xpm_client("x1", "Smith", partner="s-3")
    see(own, *clients, Link("x1", "i1", "named", base={"partner": "s-3"}))
    assert settled(own)


PAIR = ContactLink("c1", "con_1", {**AL, "phone": "5"})


def test_a_conflict_about_a_contacts_field_is_settled_like_a_clients() -> None:
    own = kept(of_contact())
    here = ignition_client("i1", "Smith", contact("con_1", "Al", phone="5"))
    see(
        own,
        here,
        xpm_client("x1", "Smith", contact("c1", "Al", phone="5")),
        Link("x1", "i1", "named", contacts=(PAIR,)),
    )
    assert settled(own)


def test_a_conflict_about_a_contact_that_neither_side_has_any_more_is_settled() -> None:
    own = kept(of_contact())
    see(own, ignition_client("i1", "Smith"), xpm_client("x1", "Smith"), Link("x1", "i1", "named"))
    assert settled(own)


@pytest.mark.parametrize("side", ["here", "there", "unknown"])
def test_a_conflict_about_a_contact_that_one_side_has_or_may_have_stays_open(side: str) -> None:
    own = kept(of_contact())
    here, there = ignition_client("i1", "Smith"), xpm_client("x1", "Smith")
    if side == "here":
        here = ignition_client("i1", "Smith", contact("con_1", "Al"))
    elif side == "there":
        there = xpm_client("x1", "Smith", contact("c1", "Al"))
    else:
        there = replace(there, contacts=None)
    see(own, here, there, Link("x1", "i1", "named"))
    assert not settled(own)


def test_a_conflict_of_an_old_ledger_that_does_not_know_which_contact_it_was_stays_open() -> None:
    own = kept(changed(contact="Al"))
    see(own, ignition_client("i1", "Smith"), xpm_client("x1", "Smith"), Link("x1", "i1", "named"))
    assert not settled(own)


def test_nothing_is_settled_for_clients_that_are_not_linked_or_were_never_read() -> None:
    assert not settled(kept(changed()))
    own = kept(changed())
    memory.save_links(own, [Link("x1", "i1", "named", base={"phone": "5"})])
    assert not settled(own)


def test_a_removal_that_won_is_settled_when_the_contact_was_entered_anew() -> None:
    own = kept(removed())
    again = ContactLink("c9", "con_9", AL)
    here, there = ignition_client("i1", "Smith"), xpm_client("x1", "Smith")
    see(
        own,
        here,
        there,
        Link("x1", "i1", "named", contacts=(ContactLink("c8", "con_8", contact_values("Bo")),)),
    )
    assert not settled(own)
    # What could not be removed yet is no new one.
    memory.save_links(own, [Link("x1", "i1", "named", contacts=(ContactLink("c1", "con_1", AL),))])
    assert not settled(own)
    memory.save_links(own, [Link("x1", "i1", "named", contacts=(again,))])
    assert settled(own)


EDITS = {
    # the phone in Ignition and XPM and the base of the contact that stayed with phone 7; None: it is gone
    ("7", "7", "7"): False,
    ("8", "8", "8"): True,
    ("8", "7", "7"): False,
    ("8", "8", "7"): False,
    None: True,
}


@pytest.mark.parametrize("side", ["xpm", "ignition"])
@pytest.mark.parametrize("case", EDITS, ids=str)
def test_an_edit_that_won_is_settled_when_the_contact_went_or_changed_again(
    case: tuple[str, str, str] | None, side: str
) -> None:
    edited = {**AL, "phone": "7"}
    values = {"xpm": None, "ignition": None, side: edited}
    own = kept(removed(winner=side, **values))
    here, there, link = ignition_client("i1", "Smith"), xpm_client("x1", "Smith"), Link("x1", "i1", "named")
    if case:
        ids = ("c1", "con_9") if side == "xpm" else ("c9", "con_1")
        here = ignition_client("i1", "Smith", contact(ids[1], "Al", phone=case[0]))
        there = xpm_client("x1", "Smith", contact(ids[0], "Al", phone=case[1]))
        link = Link("x1", "i1", "named", contacts=(ContactLink(*ids, {**AL, "phone": case[2]}),))
    see(own, here, there, link)
    assert bool(settled(own)) is EDITS[case]


def test_an_edit_that_won_stays_open_where_contacts_are_not_known() -> None:
    own = kept(removed(winner="ignition"))
    there = replace(xpm_client("x1", "Smith"), contacts=None)
    see(own, ignition_client("i1", "Smith"), there, Link("x1", "i1", "named"))
    assert not settled(own)


def superseded() -> PracticeLedger:
    own = kept(changed())
    save_conflict(own, changed(base="2", ignition="5", xpm="4"), LATER)
    return own


def test_e3_a_conflict_whose_place_another_took_says_so_and_can_still_be_taken() -> None:
    own = superseded()
    first, second = conflicts(own, settled=True)
    assert (first.state, first.is_open, first.is_takeable) == (
        "settled: superseded by conflict 2", False, True,
    )  # fmt: skip
    assert (first.as_json()["superseded_by"], second.as_json()["superseded_by"]) == (2, None)
    assert superseded_lines(own, 2) == [
        "conflict 1, Phone of “Smith”: superseded by conflict 2; `syncer conflicts take 1` still puts back “3”"
    ]
    assert superseded_lines(own, 1) == []
    assert takeable(own, 1).value("ignition") == "3"
    with pytest.raises(DecisionError, match=r"is settled: superseded by conflict 2 on 2026-07-02"):
        dismiss(own, 1, LATER)
    own.change(t.conflicts, {"state": "taken"}, id=1)
    assert conflict(own, 1).state == "settled: what lost was taken"


@pytest.mark.parametrize(
    ("found", "state", "may"),
    [
        (changed(), "open", True),
        (changed(), "agreed", True),
        (changed(), "superseded", True),
        (changed(), "taken", False),
        (changed(), "dismissed", False),
        (removed(), "open", True),
        (removed(), "agreed", False),
        (removed(), "superseded", False),
    ],
)
def test_e3_what_can_still_be_taken_is_what_nobody_decided(
    found: RecordConflict | RecordRemoval, state: str, *, may: bool
) -> None:
    own = kept(found)
    own.change(t.conflicts, {"state": state}, id=1)
    if may:
        assert takeable(own, 1).number == 1
    else:
        with pytest.raises(DecisionError, match=r"conflict 1 .* is settled"):
            takeable(own, 1)


AGREE = "both sides will agree"
WRITE = FieldChange("phone", "2", "9", "R5")
PHONE_9 = ContactWrite("con_1", "c1", "Al", {"phone": "9"}, (WRITE,))
COMING: dict[str, tuple[RecordConflict | RecordRemoval, Action, str | None]] = {
    # the conflict that is open, what a plan does, and what is foreseen
    "another value": (changed(), WriteClient("ignition", "x1", "i1", "Smith", (WRITE,)), AGREE),
    "another client": (changed(), WriteClient("ignition", "x2", "i2", "Jones", (WRITE,)), None),
    "another field": (
        changed(), WriteClient("xpm", "x1", "i1", "Smith", (replace(WRITE, field="fax"),)), None,
    ),
    "what won once more": (
        changed(), WriteClient("xpm", "x1", "i1", "Smith", (replace(WRITE, new="2"),)), None,
    ),
    "agreed by itself": (changed(), AdvanceBase("x1", "Smith", {"phone": "9"}), AGREE),
    "a new conflict": (changed(), changed(base="2", ignition="5", xpm="4"), "superseded by the new conflict"),
    "the same conflict": (changed(), changed(), None),
    "a contact, written here": (of_contact(), WriteClient("ignition", "x1", "i1", "Smith", (), (PHONE_9,)), AGREE),
    "a contact, written there": (
        of_contact(),
        WriteClient("xpm", "x1", "i1", "Smith", (), (replace(PHONE_9, id="c1", other_id="con_1"),)),
        AGREE,
    ),
    "a contact, the client's own field": (
        of_contact(), WriteClient("ignition", "x1", "i1", "Smith", (WRITE,)), None,
    ),
    "a shared contact": (of_contact(), WriteShared("x2", "c1", "Al", ("Jones", "Smith"), (WRITE,), ()), AGREE),
    "a contact, agreed": (
        of_contact(), AdvanceBase("x1", "Smith", {}, contacts=(("c1", "con_1", {"phone": "9"}),)), AGREE,
    ),
    "a contact, gone from both": (of_contact(), AdvanceBase("x1", "Smith", {}, gone=(("c1", "con_1"),)), AGREE),
    "a contact, removed": (
        of_contact(), RemoveContact("xpm", "x1", "i1", "Smith", "c1", "con_1", "Al", AL), AGREE,
    ),
    "a removal, entered anew": (
        removed(), WriteClient("xpm", "x1", "i1", "Smith", (), (ContactWrite(None, "con_9", "Al", AL),)), AGREE,
    ),
    "a removal, another is new": (
        removed(),
        WriteClient("xpm", "x1", "i1", "Smith", (), (ContactWrite(None, "con_9", "Bo", contact_values("Bo")),)),
        None,
    ),
    "an edit that won, changed again": (
        removed(winner="ignition"), WriteClient("xpm", "x1", "i1", "Smith", (), (replace(PHONE_9, id="c9", other_id="con_1"),)), AGREE,
    ),
    "an edit that won, gone": (
        removed(winner="ignition"), RemoveContact("ignition", "x1", "i1", "Smith", "c9", "con_1", "Al", AL), AGREE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", COMING)
def test_e3_a_plan_foresees_which_conflicts_will_rest(case: str) -> None:
    found, action, why = COMING[case]
    told = [(one.number, text) for one, text in foreseen(kept(found), [action])]
    assert told == ([] if why is None else [(1, why)])
