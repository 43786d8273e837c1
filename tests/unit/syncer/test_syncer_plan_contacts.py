from typing import Any

import pytest
from syncer_desk import contact, contact_values, ignition_client, xpm_client

from syncer.actions import (
    AdvanceBase,
    ContactWrite,
    FieldChange,
    RecordConflict,
    RecordRemoval,
    RemoveContact,
)
from syncer.contact_pair import ContactPlan, Pair
from syncer.decide import Policy, Side
from syncer.fields import Direction
from syncer.model import UNKNOWN, Client, Contact, ContactLink, Link, MaybeValue
from syncer.plan_contacts import plan_contacts
from syncer.plan_pair import plan_pair

AL = {"name": "Al", "email": "al@smith.test"}


def bound(*links: ContactLink, **given: Any) -> Link:
    return Link("x1", "i1", "imported", base=xpm_client("x1", "Smith").values, contacts=links, **given)


def known(theirs: str = "c1", ours: str = "con_1", **values: Any) -> ContactLink:
    return ContactLink(theirs, ours, contact_values(**{**AL, **values}))


def sides(ignition: list[Contact], xpm: list[Contact]) -> tuple[Client, Client]:
    return ignition_client("i1", "Smith", *ignition), xpm_client("x1", "Smith", *xpm)


def contacts(
    link: Link, ignition: list[Contact], xpm: list[Contact], policy: Policy | None = None
) -> ContactPlan:
    pair = Pair(link, *sides(ignition, xpm))
    return plan_contacts([pair], [], policy or Policy()).get("x1", ContactPlan())


def test_contacts_nobody_changed_ask_for_nothing() -> None:
    here, there = [contact("con_1", **AL)], [contact("c1", **AL)]
    assert contacts(bound(known()), here, there) == ContactPlan()


def test_contacts_matched_for_the_first_time_are_linked_with_their_values() -> None:
    found = contacts(bound(), [contact("con_1", **AL)], [contact("c1", **AL)])
    assert found == ContactPlan(advance=[("c1", "con_1", contact_values(**AL))])


@pytest.mark.parametrize("field", ["name", "email", "phone", "mobile", "salutation"])
def test_a_contacts_field_goes_to_the_side_that_did_not_change(field: str) -> None:
    old, edited = contact_values(**AL)[field], {**AL, field: "new"}
    change = FieldChange(field, old, "new", "R5")
    from_xpm = contacts(bound(known()), [contact("con_1", **AL)], [contact("c1", **edited)])
    assert from_xpm == ContactPlan(to_ignition=[ContactWrite("con_1", "c1", "Al", {field: "new"}, (change,))])
    from_here = contacts(bound(known()), [contact("con_1", **edited)], [contact("c1", **AL)])
    assert from_here == ContactPlan(to_xpm=[ContactWrite("c1", "con_1", "Al", {field: "new"}, (change,))])


def test_xpms_choice_of_primary_comes_across_and_ignitions_does_not() -> None:
    chosen = {**AL, "is_primary": True}
    change = FieldChange("is_primary", False, True, "E6")
    found = contacts(bound(known()), [contact("con_1", **AL)], [contact("c1", **chosen)])
    assert found.to_ignition == [ContactWrite("con_1", "c1", "Al", {"is_primary": True}, (change,))]
    assert contacts(bound(known()), [contact("con_1", **chosen)], [contact("c1", **AL)]) == ContactPlan()


def test_e6_xpms_choice_of_primary_is_put_back_where_somebody_chose_another_in_ignition() -> None:
    chosen = {**AL, "is_primary": True}
    agreed = bound(ContactLink("c1", "con_1", contact_values(**chosen)))
    (write,) = contacts(agreed, [contact("con_1", **AL)], [contact("c1", **chosen)]).to_ignition
    assert (write.id, write.values) == ("con_1", {"is_primary": True})
    (change,) = write.changes
    assert (change.old, change.new, change.rule) == (False, True, "E6")
    assert contacts(agreed, [contact("con_1", **chosen)], [contact("c1", **chosen)]) == ContactPlan()


def test_a_new_contact_is_added_on_the_other_side() -> None:
    values = contact_values(**AL)
    assert contacts(bound(), [], [contact("c1", **AL)]) == ContactPlan(
        to_ignition=[ContactWrite(None, "c1", "Al", values)]
    )
    assert contacts(bound(), [contact("con_1", **AL)], []) == ContactPlan(
        to_xpm=[ContactWrite(None, "con_1", "Al", values)]
    )


def test_a_new_contact_from_ignition_does_not_take_the_primarys_place_in_xpm() -> None:
    primary = contact("c1", "Bo", is_primary=True)
    link = bound(ContactLink("c1", "con_1", primary.values))
    new = contact("con_2", "Al", is_primary=True)
    found = contacts(link, [contact("con_1", "Bo", is_primary=True), new], [primary])
    assert [(one.name, one.values["is_primary"]) for one in found.to_xpm] == [("Al", False)]


def test_the_first_contact_from_ignition_is_primary_in_xpm_where_it_is_here() -> None:
    found = contacts(bound(), [contact("con_1", "Al", is_primary=True)], [])
    assert [one.values["is_primary"] for one in found.to_xpm] == [True]


def test_a_new_contact_is_written_with_what_is_known_of_it() -> None:
    found = contacts(bound(), [], [contact("c1", "Al", phone=UNKNOWN)])
    assert [sorted(one.values) for one in found.to_ignition] == [
        ["email", "is_primary", "mobile", "name", "salutation"]
    ]


def test_new_contacts_follow_the_direction_and_a_lead_only_receives() -> None:
    here, there = [contact("con_1", "Al")], [contact("c2", "Bo")]
    from_xpm = contacts(bound(), here, there, Policy(direction=Direction.FROM_XPM))
    assert ([one.name for one in from_xpm.to_ignition], from_xpm.to_xpm) == (["Bo"], [])
    to_xpm = contacts(bound(), here, there, Policy(direction=Direction.TO_XPM))
    assert (to_xpm.to_ignition, [one.name for one in to_xpm.to_xpm]) == ([], ["Al"])
    lead = contacts(bound(receives_only=True), here, there)
    assert ([one.name for one in lead.to_ignition], lead.to_xpm) == (["Bo"], [])


def test_a_contacts_conflict_names_the_contact() -> None:
    found = contacts(bound(known()), [contact("con_1", **AL, phone="1")], [contact("c1", **AL, phone="2")])
    ids = ("Al", "c1", "con_1")
    assert found.conflicts == [RecordConflict("x1", "i1", "Smith", "phone", "", "1", "2", "xpm", *ids)]
    change = FieldChange("phone", "1", "2", "R5")
    assert found.to_ignition == [ContactWrite("con_1", "c1", "Al", {"phone": "2"}, (change,))]


def test_e5_contacts_that_a_list_did_not_carry_ask_for_nothing() -> None:
    silent = Client("x1", xpm_client("x1", "Smith").values, contacts=None)
    mine = ignition_client("i1", "Smith", contact("con_1", **AL))
    assert plan_contacts([Pair(bound(known()), mine, silent)], [], Policy()) == {}
    quiet = Client("i1", ignition_client("i1", "Smith").values, contacts=None)
    theirs = xpm_client("x1", "Smith", contact("c1", **AL))
    assert plan_contacts([Pair(bound(known()), quiet, theirs)], [], Policy()) == {}


def test_e5_another_client_whose_contacts_were_not_read_has_no_part_in_the_plan() -> None:
    mine = Pair(bound(known()), *sides([contact("con_1", **AL, phone="7")], [contact("c1", **AL)]))
    link = Link("x2", "i2", "imported", contacts=(known(ours="con_2"),))
    there = xpm_client("x2", "Jones", contact("c1", **AL))
    unread = Pair(link, Client("i2", ignition_client("i2", "Jones").values), there)
    change = FieldChange("phone", "", "7", "R5")
    assert plan_contacts([mine], [unread], Policy()) == {
        "x1": ContactPlan(to_xpm=[ContactWrite("c1", "con_1", "Al", {"phone": "7"}, (change,))])
    }


@pytest.mark.parametrize("level", ["client_name", "nothing"])
def test_contacts_are_left_alone_below_the_level_of_everything(level: str) -> None:
    assert contacts(bound(), [], [contact("c1", "Al")], Policy(level=level)) == ContactPlan()


def test_e3_what_both_sides_changed_alike_of_a_contact_is_in_step() -> None:
    found = contacts(bound(known()), [contact("con_1", **AL, phone="7")], [contact("c1", **AL, phone="7")])
    assert found == ContactPlan(advance=[("c1", "con_1", {"phone": "7"})])


def test_a_pair_entered_anew_on_which_nothing_was_ever_agreed_is_kept_all_the_same() -> None:
    ours, theirs = (
        contact("con_1", **AL),
        contact("c9", **dict.fromkeys(contact_values(""), UNKNOWN) | AL),
    )
    found = contacts(bound(ContactLink("c1", "con_1", {})), [ours], [theirs])
    assert found == ContactPlan(advance=[("c9", "con_1", AL)])


def test_e3_each_contact_of_a_client_has_its_own_conflict() -> None:
    bo = {"name": "Bo", "email": "bo@smith.test"}
    link = bound(known(), ContactLink("c2", "con_2", contact_values(**bo)))
    found = contacts(
        link,
        [contact("con_1", **AL, phone="1"), contact("con_2", **bo, phone="3")],
        [contact("c1", **AL, phone="2"), contact("c2", **bo, phone="4")],
    )
    assert [
        (one.contact, one.ignition, one.xpm) for one in found.conflicts if isinstance(one, RecordConflict)
    ] == [
        ("Al", "1", "2"),
        ("Bo", "3", "4"),
    ]


def removal(side: str, **values: MaybeValue) -> RemoveContact:
    ids = ("x1", "i1", "Smith", "c1", "con_1", "Al")
    return RemoveContact(side, *ids, contact_values(**{**AL, **values}))


def test_e6_a_linked_contact_gone_from_one_side_is_removed_on_the_other() -> None:
    assert contacts(bound(known()), [contact("con_1", **AL)], []) == ContactPlan(others=[removal("ignition")])
    assert contacts(bound(known()), [], [contact("c1", **AL)]) == ContactPlan(others=[removal("xpm")])


def test_e6_who_is_the_primary_contact_is_no_change_of_the_contact() -> None:
    ours, theirs = contact("con_1", **AL, is_primary=True), contact("c1", **AL, is_primary=True)
    assert contacts(bound(known()), [ours], []).others == [removal("ignition", is_primary=True)]
    assert contacts(bound(known()), [], [theirs]).others == [removal("xpm", is_primary=True)]


def test_e5_an_unknown_value_is_no_change_of_a_contact() -> None:
    found = contacts(bound(known()), [], [contact("c1", **AL, phone=UNKNOWN)])
    assert found.others == [removal("xpm", phone=UNKNOWN)]


def test_a_value_that_was_never_agreed_counts_as_changed_unless_it_is_empty() -> None:
    never = ContactLink("c1", "con_1", {"name": "Al"})
    assert contacts(bound(never), [], [contact("c1", "Al")]).conflicts == []
    (kept,) = contacts(bound(never), [], [contact("c1", "Al", phone="1")]).conflicts
    assert isinstance(kept, RecordRemoval)


def test_e6_a_contact_gone_from_both_sides_is_forgotten() -> None:
    assert contacts(bound(known()), [], []) == ContactPlan(gone=[("c1", "con_1")])
    here, there = sides([], [])
    assert plan_pair(bound(known()), here, there, Policy()) == [
        AdvanceBase("x1", "Smith", {}, (), (("c1", "con_1"),))
    ]


@pytest.mark.parametrize("side", ["xpm", "ignition"])
@pytest.mark.parametrize("winner", list(Side))
def test_e6_removed_on_one_side_and_changed_on_the_other_keeps_every_value(side: str, winner: Side) -> None:
    edited = contact_values(**AL, phone="7")
    ours, theirs = [Contact("con_1", edited)], [Contact("c1", edited)]
    found = contacts(
        bound(known()),
        [] if side == "ignition" else ours,
        [] if side == "xpm" else theirs,
        Policy(winner=winner),
    )
    assert found.conflicts == [
        RecordRemoval(
            "x1", "i1", "Smith", "Al", "c1", "con_1", contact_values(**AL),
            None if side == "ignition" else edited, None if side == "xpm" else edited, winner.value,
        )
    ]  # fmt: skip
    if winner.value == side:
        other = {"xpm": "ignition", "ignition": "xpm"}[side]
        assert found.others == [removal(other, phone="7")]
        assert (found.to_xpm, found.to_ignition) == ([], [])
    else:
        again = ContactWrite(None, "con_1" if side == "xpm" else "c1", "Al", edited)
        assert (found.to_xpm, found.to_ignition) == (([again], []) if side == "xpm" else ([], [again]))
        assert found.others == []


def test_e6_a_contact_made_again_in_xpm_does_not_take_the_primarys_place() -> None:
    primary = contact("c2", "Bo", is_primary=True)
    link = bound(known(), ContactLink("c2", "con_2", primary.values))
    ours = [contact("con_1", **AL, phone="7", is_primary=True), contact("con_2", "Bo")]
    (write,) = contacts(link, ours, [primary], Policy(winner=Side.IGNITION)).to_xpm
    assert (write.name, write.values["is_primary"]) == ("Al", False)


def test_r10_a_lead_that_only_receives_removes_nothing_in_xpm() -> None:
    assert contacts(bound(known(), receives_only=True), [], [contact("c1", **AL)]) == ContactPlan()
    found = contacts(bound(known(), receives_only=True), [contact("con_1", **AL)], [])
    assert found.others == [removal("ignition")]


def test_r10_a_leads_contact_that_was_edited_in_ignition_stays_there_and_receives() -> None:
    lead, mobile = bound(known(), receives_only=True), FieldChange("mobile", "", "9", "R5")
    found = contacts(lead, [contact("con_1", **AL, phone="7")], [contact("c1", **AL, mobile="9")])
    assert found == ContactPlan(to_ignition=[ContactWrite("con_1", "c1", "Al", {"mobile": "9"}, (mobile,))])


def test_e6_whoever_was_deleted_and_entered_anew_keeps_the_base() -> None:
    found = contacts(bound(known()), [contact("con_1", **AL, phone="7")], [contact("c9", **AL)])
    change = FieldChange("phone", "", "7", "R5")
    assert found.to_xpm == [ContactWrite("c9", "con_1", "Al", {"phone": "7"}, (change,))]
    kept = {name: value for name, value in contact_values(**AL).items() if name != "phone"}
    assert found.advance == [("c9", "con_1", kept)]
    assert (found.others, found.conflicts, found.to_ignition) == ([], [], [])


def test_e6_contacts_in_doubt_are_left_alone_and_told() -> None:
    found = contacts(
        bound(), [contact("con_1", "Al"), contact("con_2", "Bo")], [contact("c1", "Al"), contact("c2", "Al")]
    )
    assert [(one.id, one.name) for one in found.to_xpm] == [(None, "Bo")]
    assert found.to_ignition == []
    (warning,) = found.warnings
    assert warning == (
        "contacts of “Smith” whose name “Al” stands more than once on a side are left alone: "
        "who is who cannot be told until these differ (E6)"
    )


def test_a_clients_own_fields_and_its_contacts_go_in_one_write() -> None:
    here = ignition_client("i1", "Smith", contact("con_1", **AL), phone="1")
    there = xpm_client("x1", "Smith", contact("c1", **AL))
    write, advance = plan_pair(bound(), here, there, Policy())
    assert write.say() == "XPM: “Smith”: Phone (R5)"
    assert advance == AdvanceBase("x1", "Smith", {}, (("c1", "con_1", contact_values(**AL)),))
