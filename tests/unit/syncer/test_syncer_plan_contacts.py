from typing import Any

import pytest
from syncer_desk import contact, contact_values, ignition_client, xpm_client

from syncer.actions import AdvanceBase, ContactWrite, FieldChange, RecordConflict
from syncer.fields import Direction
from syncer.model import UNKNOWN, Client, Contact, ContactLink, Link
from syncer.plan_pair import ContactPlan, Policy, gone_contacts, match_contacts, plan_contacts, plan_pair

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
    return plan_contacts(link, *sides(ignition, xpm), policy or Policy())


def ids(link: Link, here: list[Contact], there: list[Contact]) -> list[tuple[str, str]]:
    return [(one.id, other.id) for one, other in match_contacts(link, tuple(here), tuple(there))]


def test_a_contact_is_matched_by_its_link_whatever_it_is_called_now() -> None:
    here = [contact("con_1", "Alfred"), contact("con_2", "Al", email="al@smith.test")]
    there = [contact("c1", "Al", email="al@smith.test")]
    assert ids(bound(known()), here, there) == [("con_1", "c1")]


def test_a_contact_without_a_link_is_matched_by_exact_e_mail_before_its_name() -> None:
    here = [contact("con_1", "Al", email="a@s.test"), contact("con_2", "Bo", email="b@s.test")]
    there = [contact("c1", "Bo", email="a@s.test"), contact("c2", "Al", email="b@s.test")]
    assert ids(bound(), here, there) == [("con_1", "c1"), ("con_2", "c2")]


def test_a_contact_without_an_e_mail_is_matched_by_exact_name() -> None:
    assert ids(bound(), [contact("con_1", "Al")], [contact("c1", "Al")]) == [("con_1", "c1")]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ([contact("con_1", "Al", email="a@s.test")], [contact("c1", "Bo", email="A@S.test")]),
        ([contact("con_1", "Al")], [contact("c1", "al")]),
        ([contact("con_1", "Al")], [contact("c1", " Al")]),
        ([contact("con_1", "Al"), contact("con_2", "Al")], [contact("c1", "Al")]),
        ([contact("con_1", "Al")], [contact("c1", "Al"), contact("c2", "Al")]),
    ],
)
def test_what_is_not_exact_and_unique_on_both_sides_is_no_match(
    here: list[Contact], there: list[Contact]
) -> None:
    assert ids(bound(), here, there) == []


def test_a_linked_contact_whose_partner_is_gone_is_matched_with_nobody_else() -> None:
    here = [contact("con_1", "Al", email="al@smith.test")]
    there = [contact("c9", "Al", email="al@smith.test")]
    assert ids(bound(known()), here, there) == []


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
    assert found.conflicts == [RecordConflict("x1", "i1", "Smith", "phone", "", "1", "2", "xpm", "Al")]
    change = FieldChange("phone", "1", "2", "R5")
    assert found.to_ignition == [ContactWrite("con_1", "c1", "Al", {"phone": "2"}, (change,))]


def test_contacts_that_a_list_did_not_carry_ask_for_nothing() -> None:
    silent = Client("x1", xpm_client("x1", "Smith").values, contacts=None)
    mine = ignition_client("i1", "Smith", contact("con_1", **AL))
    assert plan_contacts(bound(known()), mine, silent, Policy()) == ContactPlan()
    assert gone_contacts(bound(known()), mine, silent) == []


@pytest.mark.parametrize("level", ["client_name", "nothing"])
def test_contacts_are_left_alone_below_the_level_of_everything(level: str) -> None:
    assert contacts(bound(), [], [contact("c1", "Al")], Policy(level=level)) == ContactPlan()


def test_a_linked_contact_that_is_gone_is_neither_added_again_nor_removed_but_named() -> None:
    here, there = sides([contact("con_1", **AL)], [])
    assert plan_contacts(bound(known()), here, there, Policy()) == ContactPlan()
    assert gone_contacts(bound(known()), here, there) == [
        "contact “Al” of “Smith” is gone from XPM; it stays in Ignition (removals are not carried over yet)"
    ]
    here, there = sides([], [contact("c1", **AL)])
    assert plan_contacts(bound(known()), here, there, Policy()) == ContactPlan()
    assert gone_contacts(bound(known()), here, there) == [
        "contact “Al” of “Smith” is gone from Ignition; it stays in XPM (removals are not carried over yet)"
    ]


def test_a_contact_gone_from_both_sides_is_no_news() -> None:
    assert gone_contacts(bound(known()), *sides([], [])) == []
    assert gone_contacts(bound(known()), *sides([contact("con_1", **AL)], [contact("c1", **AL)])) == []


def test_a_clients_own_fields_and_its_contacts_go_in_one_write() -> None:
    here = ignition_client("i1", "Smith", contact("con_1", **AL), phone="1")
    there = xpm_client("x1", "Smith", contact("c1", **AL))
    write, advance = plan_pair(bound(), here, there, Policy())
    assert write.say() == "XPM: “Smith”: Phone (R5)"
    assert advance == AdvanceBase("x1", "Smith", {}, (("c1", "con_1", contact_values(**AL)),))
