"""E6: the plan of contacts that several clients share, over all links, those without news included."""

from dataclasses import replace
from typing import Any

from syncer_desk import client_values, contact, contact_values, ignition_client, plan, xpm_client

from syncer.actions import (
    Action,
    AdvanceBase,
    ContactBase,
    ContactWrite,
    FieldChange,
    MarkLink,
    RecordConflict,
    RemoveContact,
    ShareContact,
    WriteClient,
    WriteShared,
)
from syncer.decide import Policy, Side
from syncer.model import Client, ContactLink, Link, Sent, Standing
from syncer.plan import writes_xpm

JANE = {"name": "Jane", "email": "jane@x.test", "phone": "1"}
NAMES = {"a": "Alpha", "b": "Beta", "c": "Gamma"}
IGNITION = Policy(winner=Side.IGNITION)


def there(key: str, **changed: Any) -> Client:
    return xpm_client(f"x-{key}", NAMES[key], contact("jane", **{**JANE, **changed}))


def here(key: str, **changed: Any) -> Client:
    return ignition_client(f"i-{key}", NAMES[key], contact(f"con_{key}", **{**JANE, **changed}))


def link(key: str, **given: Any) -> Link:
    base = client_values(NAMES[key], tax_registered=False)
    pair = ContactLink("jane", f"con_{key}", contact_values(**JANE))
    return Link(f"x-{key}", f"i-{key}", "imported", base=base, contacts=(pair,), **given)


def actions(xpm: list[Client], ignition: list[Client], *news: str, **given: Any) -> list[Action]:
    """Return the plan when only some of the Ignition clients, by their letters, are news."""
    seen = {"news_xpm": {}, "news_ignition": {f"i-{key}": 1 for key in news}}
    links = [link(one.id[-1]) for one in ignition]
    return plan(xpm, ignition, *links, **{**seen, **given}).actions


ALL = [there("a"), there("b"), there("c")]
PHONE = FieldChange("phone", "1", "3", "R5")


def follows(key: str) -> WriteClient:
    write = ContactWrite(f"con_{key}", "jane", "Jane", {"phone": "3"}, (PHONE,), follows=True)
    return WriteClient("ignition", f"x-{key}", f"i-{key}", NAMES[key], (), (write,))


def test_a_change_of_one_copy_goes_to_xpm_once_and_to_the_copies_of_clients_without_news() -> None:
    found = actions(ALL, [here("a"), here("b", phone="3"), here("c")], "b")
    assert found == [
        WriteShared(
            "x-b",
            "jane",
            "Jane",
            ("Beta", "Alpha", "Gamma"),
            (PHONE,),
            (ContactBase("x-b", "con_b", {"phone": "3"}),),
        ),
        follows("a"),
        follows("c"),
    ]


def test_a_client_whose_contacts_are_unknown_does_not_follow() -> None:
    silent = Client("x-a", client_values("Alpha", tax_registered=False), contacts=None)
    found = actions([silent, *ALL[1:]], [here("a"), here("b", phone="3"), here("c")], "b")
    assert [one.xpm_id for one in found if isinstance(one, WriteClient)] == ["x-c"]


def test_a_client_that_is_archived_does_not_follow() -> None:
    gone = xpm_client("x-a", "Alpha", contact("jane", **JANE), standing=Standing.ARCHIVED)
    found = actions([gone, *ALL[1:]], [here("a"), here("b", phone="3"), here("c")], "b")
    assert [one.xpm_id for one in found if isinstance(one, WriteClient)] == ["x-c"]
    assert not any(isinstance(one, MarkLink) for one in found)


def test_other_fields_and_contacts_of_a_client_without_news_are_not_looked_at() -> None:
    other = here("a")
    other = ignition_client("i-a", "Alpha", *(other.contacts or ()), contact("con_x", "Xena"), phone="99")
    found = actions(ALL, [other, here("b", phone="3"), here("c")], "b")
    assert found[1] == follows("a")
    assert len(found) == 3


def test_copies_that_have_the_value_already_move_their_base_with_the_write() -> None:
    found = actions(ALL, [here("a", phone="3"), here("b", phone="3"), here("c")], "a", "b")
    (write,) = [one for one in found if isinstance(one, WriteShared)]
    assert write.copies == (
        ContactBase("x-a", "con_a", {"phone": "3"}),
        ContactBase("x-b", "con_b", {"phone": "3"}),
    )
    assert found == [write, follows("c")]


def test_where_ignition_wins_the_first_by_client_counts_and_the_loser_names_it() -> None:
    found = actions(ALL, [here("a"), here("b", phone="3"), here("c", phone="4")], "b", "c", policy=IGNITION)
    conflict = RecordConflict(
        "x-c", "i-c", "Gamma", "phone", "1", "4", "3", "xpm", "Jane", "jane", "con_c", "Beta"
    )
    assert found[0] == conflict
    assert (
        conflict.say() == "conflict: Contact phone of contact “Jane” of “Gamma”: the copy of “Beta” wins (E3)"
    )
    assert isinstance(found[1], WriteShared)
    loser = ContactWrite(
        "con_c", "jane", "Jane", {"phone": "3"}, (FieldChange("phone", "4", "3", "R5"),), follows=True
    )
    assert found[2:] == [WriteClient("ignition", "x-c", "i-c", "Gamma", (), (loser,)), follows("a")]


def test_where_xpm_wins_copies_changed_differently_go_back_and_nothing_waits_for_xpm() -> None:
    found = actions(ALL, [here("a"), here("b", phone="3"), here("c", phone="4")], "b", "c")
    assert [type(one) for one in found] == [RecordConflict, RecordConflict, WriteClient, WriteClient]
    writes = [one.contacts[0] for one in found if isinstance(one, WriteClient)]
    assert [(one.id, one.values, one.follows) for one in writes] == [
        ("con_b", {"phone": "1"}, False),
        ("con_c", {"phone": "1"}, False),
    ]
    conflicts = [one for one in found if isinstance(one, RecordConflict)]
    assert [(one.ignition, one.xpm, one.through) for one in conflicts] == [("3", "1", None), ("4", "1", None)]


def test_a_copy_gone_from_ignition_is_taken_from_its_own_client_only() -> None:
    bare = ignition_client("i-b", "Beta")
    found = actions(ALL, [here("a"), bare, here("c")], "b")
    assert found == [
        RemoveContact("xpm", "x-b", "i-b", "Beta", "jane", "con_b", "Jane", contact_values(**JANE))
    ]


def test_e6_a_copy_gone_from_ignition_is_no_conflict_when_another_copy_was_edited_there() -> None:
    found = actions(ALL[:2], [ignition_client("i-a", "Alpha"), here("b", phone="3")], "a", "b")
    taken = RemoveContact("xpm", "x-a", "i-a", "Alpha", "jane", "con_a", "Jane", contact_values(**JANE))
    assert [type(one) for one in found] == [WriteShared, RemoveContact]
    assert found[1] == taken


def test_e6_what_a_newly_matched_copy_brings_follows_at_a_client_without_news() -> None:
    fresh = Link("x-a", "i-a", "imported", base=client_values("Alpha", tax_registered=False))
    found = plan(
        ALL[:2], [here("a", mobile="9"), here("b")], fresh, link("b"), news_xpm={}, news_ignition={"i-a": 1}
    ).actions
    assert isinstance(found[0], WriteShared)
    mobile = (FieldChange("mobile", "", "9", "R5"),)
    write = ContactWrite("con_b", "jane", "Jane", {"mobile": "9"}, mobile, follows=True)
    assert WriteClient("ignition", "x-b", "i-b", "Beta", (), (write,)) in found


def test_a_copy_edited_in_ignition_and_taken_in_xpm_is_shared_again_not_made_twice() -> None:
    bare = xpm_client("x-b", "Beta")
    found = actions(
        [ALL[0], bare, ALL[2]], [here("a"), here("b", phone="3"), here("c")], "b", policy=IGNITION
    )
    assert found[1:] == [ShareContact("x-b", "jane", "Beta", "Jane")]


def test_one_that_nobody_else_has_is_made_anew() -> None:
    bare = xpm_client("x-b", "Beta")
    (_, write) = actions([bare], [here("b", phone="3")], "b", policy=IGNITION)
    assert isinstance(write, WriteClient)
    assert (write.side, write.contacts[0].id, write.contacts[0].other_id) == ("xpm", None, "con_b")


def test_a_copy_made_for_a_further_client_is_made_with_what_goes_to_xpm() -> None:
    fresh = Link("x-b", "i-b", "imported", base=client_values("Beta", tax_registered=False))
    found = plan(
        ALL[:2], [here("a", phone="3"), ignition_client("i-b", "Beta")], link("a"), fresh,
        news_xpm={"x-b": 1}, news_ignition={"i-a": 1},
    ).actions  # fmt: skip
    write = ContactWrite(None, "jane", "Jane", contact_values(**{**JANE, "phone": "3"}), follows=True)
    assert found[1:] == [WriteClient("ignition", "x-b", "i-b", "Beta", (), (write,))]


def test_a_pair_matched_for_the_first_time_is_one_of_the_copies() -> None:
    fresh = Link("x-b", "i-b", "imported", base=client_values("Beta", tax_registered=False))
    found = plan(
        ALL[:2],
        [here("a", phone="3"), here("b")],
        link("a"),
        fresh,
        news_xpm={"x-b": 1},
        news_ignition={"i-a": 1},
    ).actions
    assert isinstance(found[0], WriteShared)
    known = {name: value for name, value in contact_values(**JANE).items() if name != "phone"}
    assert found[1] == AdvanceBase("x-b", "Beta", {}, (("jane", "con_b", known),))
    assert found[2] == follows("b")


def test_r10_a_leads_copy_that_was_removed_comes_back_when_another_copy_changes_the_contact() -> None:
    lead = replace(link("a"), receives_only=True)
    bare = ignition_client("i-a", "Alpha")
    (write, again) = plan(ALL[:2], [bare, here("b", phone="3")], lead, link("b")).actions
    assert isinstance(write, WriteShared)
    made = ContactWrite(None, "jane", "Jane", contact_values(**{**JANE, "phone": "3"}), follows=True)
    assert again == WriteClient("ignition", "x-a", "i-a", "Alpha", (), (made,))
    quiet = plan(ALL[:2], [bare, here("b")], lead, link("b"))
    assert quiet.actions == []


def test_a_plan_that_only_removes_or_shares_contacts_in_xpm_writes_to_xpm() -> None:
    bare = ignition_client("i-b", "Beta")
    removing = plan(ALL[:2], [here("a"), bare], link("a"), link("b"))
    assert writes_xpm(removing)
    sharing = plan(
        [ALL[0], xpm_client("x-b", "Beta")],
        [here("a"), here("b", phone="3")],
        link("a"),
        link("b"),
        policy=IGNITION,
    )
    assert writes_xpm(sharing)
    quiet = plan([ALL[0], xpm_client("x-b", "Beta")], [here("a"), here("b")], link("a"), link("b"))
    assert [type(one) for one in quiet.actions] == [RemoveContact]
    assert not writes_xpm(quiet)


def test_what_is_written_to_xpm_comes_before_what_follows_in_ignition() -> None:
    found = actions(ALL, [here("a", mobile="9"), here("b", phone="3"), here("c")], "a", "b")
    kinds = [type(one) for one in found]
    assert kinds == [WriteShared, WriteClient, WriteClient, WriteClient]
    (shared,) = [one for one in found if isinstance(one, WriteShared)]
    assert [(change.field, change.new) for change in shared.changes] == [("mobile", "9"), ("phone", "3")]
    assert shared.copies == (
        ContactBase("x-a", "con_a", {"mobile": "9"}),
        ContactBase("x-b", "con_b", {"phone": "3"}),
    )


def test_who_is_shared_again_is_so_when_xpm_has_the_others_edit_and_before_anybody_loses_the_contact() -> (
    None
):
    """What of it is not as the other copy has it by then is a conflict (E3); without a client left XPM has it no more."""
    clients = [xpm_client("x-a", "Alpha"), there("b"), there("c")]
    copies = [here("a", phone="4"), ignition_client("i-b", "Beta"), here("c", phone="3")]
    found = plan(clients, copies, link("a"), link("b"), link("c"), policy=IGNITION).actions
    assert [(type(one).__name__, getattr(one, "xpm_id", "")) for one in found] == [
        ("RecordRemoval", "x-a"),
        ("WriteShared", "x-c"),
        ("ShareContact", "x-a"),
        ("RemoveContact", "x-b"),
    ]


TO_XPM, TO_IGNITION = (
    Sent("jane", "2026-07-01T09:00:00Z", {"phone": "3"}),
    Sent("con_a", "2026-07-01T09:00:00Z", {"phone": "3"}),
)


def test_e3_a_contacts_value_that_was_sent_and_is_there_is_no_edit_on_either_side() -> None:
    """No answer came, and a person has edited the other side since: that edit alone counts."""
    for sent, xpm, ignition, side, new in (
        (TO_XPM, "3", "5", "xpm", "5"),
        (TO_IGNITION, "5", "3", "ignition", "5"),
    ):
        found = plan(
            [there("a", phone=xpm)], [here("a", phone=ignition)], replace(link("a"), sent=(sent,))
        ).actions
        (write,) = [one for one in found if isinstance(one, WriteClient)]
        assert (write.side, write.contacts[0].values) == (side, {"phone": new})
        assert not [one for one in found if isinstance(one, RecordConflict)]
