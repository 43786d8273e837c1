from typing import Any

from syncer_desk import ignition_client, plan, xpm_client

from syncer.actions import AdvanceBase, FieldChange, ImportLead, MarkUserLink, WriteClient
from syncer.decide import Policy
from syncer.model import UNKNOWN, Link, Staff, User
from syncer.plan import People, UserLink, fingerprint

ANN, BOB = Staff("s-ann", "Ann", "ann@p.test"), Staff("s-bob", "Bob", "bob@p.test")
BOTH = (ANN, BOB)
ANNS_USER = User("usr_ann", "Ann", "ann@p.test", "s-ann")
ANNS_LINK = UserLink("s-ann", "usr_ann", "Ann")


def team(*users: User, links: tuple[UserLink, ...] = (), staff: tuple[Staff, ...] = BOTH) -> dict[str, Any]:
    return {"staff": staff, "pushed_candidates": fingerprint(staff), "users": users, "user_links": links}


def test_a_user_picked_from_staff_is_noted_and_nothing_is_written() -> None:
    found = plan([], [], **team(ANNS_USER))
    assert found.actions == [MarkUserLink("s-ann", "usr_ann", "Ann", "live")]


def test_staff_nobody_picked_and_users_added_by_hand_are_left_alone() -> None:
    assert plan([], [], **team(User("usr_x", "Xen", "x@p.test", None))).actions == []


def test_a_user_link_that_is_known_is_not_noted_again() -> None:
    assert plan([], [], **team(ANNS_USER, links=(ANNS_LINK,))).actions == []


def test_staff_deleted_in_xpm_is_marked_and_the_user_stays() -> None:
    found = plan([], [], **team(ANNS_USER, links=(ANNS_LINK,), staff=(BOB,)))
    assert found.actions == [MarkUserLink("s-ann", "usr_ann", "Ann", "staff_deleted")]


def test_a_user_deleted_in_ignition_is_marked_and_the_staff_member_stays() -> None:
    found = plan([], [], **team(links=(ANNS_LINK,)))
    assert found.actions == [MarkUserLink("s-ann", "usr_ann", "Ann", "user_deleted")]


def test_a_user_that_was_unlinked_is_marked_like_a_deleted_one() -> None:
    found = plan([], [], **team(User("usr_ann", "Ann", "ann@p.test", None), links=(ANNS_LINK,)))
    assert found.actions == [MarkUserLink("s-ann", "usr_ann", "Ann", "user_deleted")]


def test_a_deleted_user_is_not_brought_back_by_the_next_sync() -> None:
    gone = UserLink("s-ann", "usr_ann", "Ann", "user_deleted")
    assert plan([], [], **team(links=(gone,))).actions == []


def test_a_user_of_staff_that_is_not_there_is_noted_as_such() -> None:
    found = plan([], [], **team(ANNS_USER, staff=(BOB,)))
    assert found.actions == [MarkUserLink("s-ann", "usr_ann", "Ann", "staff_deleted")]


def test_staff_picked_for_another_user_moves_its_link() -> None:
    other = User("usr_2", "Ann Two", "ann2@p.test", "s-ann")
    found = plan([], [], **team(other, links=(ANNS_LINK,)))
    assert found.actions == [
        MarkUserLink("s-ann", "usr_ann", "Ann", "user_deleted"),
        MarkUserLink("s-ann", "usr_2", "Ann Two", "live"),
    ]


def test_of_two_users_of_one_staff_member_the_first_stays_and_the_other_is_told() -> None:
    other = User("usr_2", "Ann Two", "ann2@p.test", "s-ann")
    told = ["user “Ann Two” is linked to XPM staff that another user has already (R2)"]
    fresh = plan([], [], **team(ANNS_USER, other))
    assert (fresh.actions, fresh.warnings) == ([MarkUserLink("s-ann", "usr_ann", "Ann", "live")], told)
    again = plan([], [], **team(ANNS_USER, other, links=(ANNS_LINK,)))
    assert (again.actions, again.warnings) == ([], told)


def test_a_partner_who_is_a_linked_user_goes_across_both_ways() -> None:
    base = xpm_client("x1", "Smith").values
    bound = Link("x1", "i1", "imported", base=base)
    linked = team(ANNS_USER, links=(ANNS_LINK,))
    from_xpm = plan(
        [xpm_client("x1", "Smith", partner="s-ann")], [ignition_client("i1", "Smith")], bound, **linked
    )
    change = FieldChange("partner", None, "s-ann", "R6")
    assert from_xpm.actions == [WriteClient("ignition", "x1", "i1", "Smith", (change,))]
    assert from_xpm.people.slug("s-ann") == "usr_ann"
    to_xpm = plan(
        [xpm_client("x1", "Smith")], [ignition_client("i1", "Smith", manager="usr_ann")], bound, **linked
    )
    change = FieldChange("manager", None, "s-ann", "R6")
    assert to_xpm.actions == [WriteClient("xpm", "x1", "i1", "Smith", (change,))]


def test_staff_who_is_no_linked_user_is_unknown_written_nowhere_and_told() -> None:
    base = xpm_client("x1", "Smith").values
    there = xpm_client("x1", "Smith", partner="s-bob", manager="s-bob")
    found = plan([there], [ignition_client("i1", "Smith")], Link("x1", "i1", "imported", base=base), **team())
    assert found.actions == []
    assert found.warnings == [
        "“Bob” is no linked user in Ignition: Partner or Manager of 1 client is not synced (R6)"
    ]


def test_r6_the_import_of_a_client_whose_people_are_no_linked_users_is_told_at_once() -> None:
    there = [xpm_client(f"x{n}", f"Client {n}", partner="s-bob") for n in range(2)]
    found = plan(there, [], **team())
    assert [type(action) for action in found.actions] == [ImportLead, ImportLead]
    assert found.warnings == [
        "“Bob” is no linked user in Ignition: Partner or Manager of 2 clients is not synced (R6)"
    ]
    silent = plan(there, [], **team(), policy=Policy(level="nothing")).warnings
    assert silent == ["2 new XPM clients not imported: sync.level is nothing (E9)"]


def test_a_user_who_is_no_staff_is_unknown_written_nowhere_and_told() -> None:
    base = xpm_client("x1", "Smith").values
    here = ignition_client("i1", "Smith", partner="usr_x")
    hand_made = User("usr_x", "Xen", "x@p.test", None)
    found = plan(
        [xpm_client("x1", "Smith")], [here], Link("x1", "i1", "imported", base=base), **team(hand_made)
    )
    assert found.actions == []
    assert found.warnings == [
        "“Xen” is no linked XPM staff: Partner or Manager of 1 client is not synced (R6)"
    ]


def test_a_person_who_was_deleted_is_told_without_a_name() -> None:
    there = xpm_client("x1", "Smith", partner="s-gone")
    bound = Link("x1", "i1", "imported", base=there.values)
    found = plan([there], [ignition_client("i1", "Smith")], bound, **team())
    assert found.warnings == [
        "a person who was deleted is no linked user in Ignition: Partner or Manager of 1 client is not synced (R6)"
    ]


def test_after_either_deletion_partner_and_manager_stay_as_they_are() -> None:
    there = xpm_client("x1", "Smith", partner="s-ann")
    here = ignition_client("i1", "Smith", partner="usr_ann")
    bound = Link("x1", "i1", "imported", base=there.values)
    user_gone = plan([there], [ignition_client("i1", "Smith")], bound, **team(links=(ANNS_LINK,)))
    assert user_gone.actions == [MarkUserLink("s-ann", "usr_ann", "Ann", "user_deleted")]
    staff_gone = plan(
        [xpm_client("x1", "Smith")], [here], bound, **team(ANNS_USER, links=(ANNS_LINK,), staff=(BOB,))
    )
    assert staff_gone.actions == [MarkUserLink("s-ann", "usr_ann", "Ann", "staff_deleted")]


def test_a_partner_taken_away_is_cleared_on_the_other_side() -> None:
    base = xpm_client("x1", "Smith", partner="s-ann").values
    here = ignition_client("i1", "Smith", partner="usr_ann")
    bound = Link("x1", "i1", "imported", base=base)
    found = plan([xpm_client("x1", "Smith")], [here], bound, **team(ANNS_USER, links=(ANNS_LINK,)))
    change = FieldChange("partner", "s-ann", None, "R6")
    assert found.actions == [WriteClient("ignition", "x1", "i1", "Smith", (change,))]


def test_linking_a_person_later_looks_at_every_pair_again() -> None:
    there, here = xpm_client("x1", "Smith", partner="s-ann"), ignition_client("i1", "Smith")
    base = {name: value for name, value in there.values.items() if name != "partner"}
    quiet = {"news_xpm": frozenset[str](), "news_ignition": frozenset[str]()}
    bound = Link("x1", "i1", "imported", base=base)
    found = plan([there], [here], bound, **team(ANNS_USER), **quiet)
    change = FieldChange("partner", None, "s-ann", "R6")
    assert found.actions == [
        MarkUserLink("s-ann", "usr_ann", "Ann", "live"),
        WriteClient("ignition", "x1", "i1", "Smith", (change,)),
    ]


def test_both_sides_that_named_the_same_person_are_in_step() -> None:
    there, here = (
        xpm_client("x1", "Smith", partner="s-ann"),
        ignition_client("i1", "Smith", partner="usr_ann"),
    )
    bound = Link("x1", "i1", "imported", base=xpm_client("x1", "Smith").values)
    found = plan([there], [here], bound, **team(ANNS_USER, links=(ANNS_LINK,)))
    assert found.actions == [AdvanceBase("x1", "Smith", {"partner": "s-ann"})]


def test_an_import_leaves_out_a_partner_who_is_no_linked_user() -> None:
    there = xpm_client("x1", "Smith", partner="s-ann", manager="s-bob")
    found = plan([there], [], **team(ANNS_USER, links=(ANNS_LINK,)))
    (action,) = found.actions
    assert isinstance(action, ImportLead)
    assert action.values["partner"] == "s-ann"
    assert "manager" not in action.values


def test_people_translate_by_their_links_and_know_nobody_else() -> None:
    people = People({"s-ann": "usr_ann"})
    there = people.xpm(xpm_client("x1", "Smith", partner="s-ann", manager="s-bob"))
    assert (there.values["partner"], there.values["manager"]) == ("s-ann", UNKNOWN)
    here = people.ignition(ignition_client("i1", "Smith", partner="usr_ann", manager="usr_x"))
    assert (here.values["partner"], here.values["manager"]) == ("s-ann", UNKNOWN)
    nobody = people.xpm(xpm_client("x1", "Smith", partner=UNKNOWN))
    assert (nobody.values["partner"], nobody.values["manager"]) == (UNKNOWN, None)
    assert people.slug(None) is None


def test_only_staff_of_a_linked_user_is_one() -> None:
    people = People({"s-ann": "usr_ann"})
    assert (people.has("s-ann"), people.has("s-bob")) == (True, False)


def test_linked_people_are_not_told_of() -> None:
    there = xpm_client("x1", "Smith", partner="s-ann")
    here = ignition_client("i1", "Smith", partner="usr_ann")
    bound = Link("x1", "i1", "imported", base=there.values)
    assert plan([there], [here], bound, **team(ANNS_USER, links=(ANNS_LINK,))).warnings == []


def test_r6_people_without_a_partner_are_told_once_with_how_many_clients_name_them_and_by_name() -> None:
    people = {"s-1": "Zoe", "s-2": "Ann", "s-3": "Mia"}
    staff = tuple(Staff(uuid, name, "") for uuid, name in people.items())
    named = ["s-9", "s-8", "s-8", "s-1", "s-2", "s-2", "s-2", "s-3"]
    there = [xpm_client(f"x{n}", f"Client {n}", partner=uuid) for n, uuid in enumerate(named)]
    here = [ignition_client(f"i{n}", f"Client {n}") for n in range(len(named))]
    bound = [
        Link(one.id, other.id, "imported", base=other.values) for one, other in zip(there, here, strict=True)
    ]
    told = "is no linked user in Ignition: Partner or Manager of"
    assert plan(there, here, *bound, **team(staff=staff)).warnings == [
        f"a person who was deleted {told} 2 clients is not synced (R6)",
        f"a person who was deleted {told} 1 client is not synced (R6)",
        f"“Ann” {told} 3 clients is not synced (R6)",
        f"“Mia” {told} 1 client is not synced (R6)",
        f"“Zoe” {told} 1 client is not synced (R6)",
    ]


def test_a_user_that_is_told_of_hides_none_that_comes_after_it() -> None:
    second, bob = User("usr_2", "Ann Two", "", "s-ann"), User("usr_bob", "Bob", "", "s-bob")
    found = plan([], [], **team(ANNS_USER, second, bob, links=(ANNS_LINK,)))
    assert found.actions == [MarkUserLink("s-bob", "usr_bob", "Bob", "live")]
