from typing import Any

from syncer_desk import STAFF, TEMPLATES, contact, ignition_client, plan, xpm_client

from syncer.actions import (
    AddLink,
    AdvanceBase,
    ImportLead,
    MarkLink,
    PushCandidates,
    PushTemplates,
    WriteClient,
)
from syncer.decide import Policy
from syncer.fields import Direction
from syncer.model import Link, Staff, Standing, Template, Values


def link(base: Values, **given: Any) -> Link:
    return Link("x1", "i1", "imported", base=base, **given)


def test_nothing_on_either_side_asks_for_nothing() -> None:
    found = plan([], [])
    assert (found.actions, found.warnings, found.attention) == ([], [], [])


def test_a_first_sync_lists_templates_and_staff_and_imports_every_client_as_a_lead() -> None:
    smith, jones = xpm_client("x1", "Smith", phone="1", company_structure="Trust"), xpm_client("x2", "Jones")
    found = plan([smith, jones], [], first=True, pushed_templates=None, pushed_candidates=None)
    assert found.actions == [
        PushTemplates(TEMPLATES),
        PushCandidates(STAFF),
        ImportLead(smith, smith.values),
        ImportLead(jones, jones.values),
    ]


def test_an_import_brings_contacts_and_company_structure() -> None:
    smith = xpm_client("x1", "Smith", contact("c1", "Al", email="al@smith.test"), company_structure="Trust")
    (action,) = plan([smith], [], first=True).actions
    assert isinstance(action, ImportLead)
    assert action.values["company_structure"] == "Trust"
    assert action.client.contacts == (contact("c1", "Al", email="al@smith.test"),)


def test_lists_are_pushed_again_when_a_name_in_them_changes() -> None:
    renamed = (Template("t-tax", "Tax return 2027"),)
    assert plan([], [], templates=renamed).actions == [PushTemplates(renamed)]
    moved = (Staff("s-ann", "Ann", "ann@elsewhere.test"),)
    assert plan([], [], staff=moved).actions == [PushCandidates(moved)]


def test_a_client_that_is_in_ignition_already_is_linked_by_its_exact_name() -> None:
    found = plan([xpm_client("x1", "Smith", phone="1")], [ignition_client("i1", "Smith")], first=True)
    assert found.actions == [
        AddLink("x1", "i1", "Smith", "named"),
        AdvanceBase("x1", "Smith", found.actions[1].values),  # type: ignore[union-attr]  # compared below
        WriteClient("ignition", "x1", "i1", "Smith", found.actions[2].changes),  # type: ignore[union-attr]  # compared below
    ]
    _, advance, write = found.actions
    assert isinstance(write, WriteClient)
    assert [(one.field, one.old, one.new) for one in write.changes] == [("phone", "", "1")]
    assert isinstance(advance, AdvanceBase)
    assert "phone" not in advance.values
    assert advance.values["name"] == "Smith"


def test_a_lead_born_in_ignition_and_linked_by_name_only_receives() -> None:
    lead = ignition_client("i1", "Smith", lead=True, phone="1")
    added, *rest = plan([xpm_client("x1", "Smith", fax="2")], [lead], first=True).actions
    assert isinstance(added, AddLink)
    assert added.receives_only
    writes = [one for one in rest if isinstance(one, WriteClient)]
    assert [(one.side, [change.field for change in one.changes]) for one in writes] == [("ignition", ["fax"])]


def test_contacts_are_paired_with_the_link() -> None:
    there = xpm_client("x1", "Smith", contact("c1", "Al", email="al@smith.test"))
    here = ignition_client("i1", "Smith", contact("con_1", "Albert", email="al@smith.test"))
    added = plan([there], [here], first=True).actions[0]
    assert added == AddLink("x1", "i1", "Smith", "named", contact_pairs=(("c1", "con_1"),))


def test_an_ambiguous_name_is_told_and_neither_linked_nor_imported() -> None:
    there = [xpm_client("x1", "Smith"), xpm_client("x2", "Smith"), xpm_client("x3", "Jones")]
    found = plan(there, [ignition_client("i1", "Smith")], first=True)
    assert found.actions == [ImportLead(there[2], there[2].values)]
    assert found.attention == [
        "“Smith” stands more than once on one side: nothing is linked or imported until the names differ (E1)"
    ]


TWICE = "“Smith” stands more than once on one side, and not all of them are linked: is one of them there twice? (E1)"


def test_e1_a_twin_of_a_linked_client_is_told_of_at_every_sync_news_or_not() -> None:
    smith = xpm_client("x1", "Smith")
    here = [ignition_client("i1", "Smith"), ignition_client("i2", "Smith")]
    quiet = {"news_xpm": frozenset[str](), "news_ignition": frozenset[str]()}
    for news in ({}, quiet):
        found = plan([smith], here, link(smith.values), **news)
        assert (found.actions, found.attention) == ([], [TWICE])


def test_e1_a_twin_in_xpm_is_told_of_unless_it_is_brought_in_as_a_lead_of_its_own() -> None:
    there = [xpm_client("x1", "Smith"), xpm_client("x2", "Smith")]
    bound = link(there[0].values)
    found = plan(there, [ignition_client("i1", "Smith")], bound)
    assert ([type(one) for one in found.actions], found.attention) == ([ImportLead], [])
    found = plan(there, [ignition_client("i1", "Smith")], bound, import_new_clients=False)
    assert (found.actions, found.attention) == ([], [TWICE])


def test_e9_nobody_is_brought_in_where_nothing_goes_to_ignition() -> None:
    jones = xpm_client("x2", "Jones")
    for policy, why in (
        (Policy(level="nothing"), "sync.level is nothing (E9)"),
        (Policy(direction=Direction.TO_XPM), "sync.direction is to_xpm (E9)"),
    ):
        found = plan([jones], [], first=True, policy=policy)
        assert (found.actions, found.warnings) == ([], [f"1 new XPM client not imported: {why}"])
        linked = plan([jones], [ignition_client("i2", "Jones")], first=True, policy=policy)
        assert isinstance(linked.actions[0], AddLink)
    for policy in (Policy(level="client_name"), Policy(direction=Direction.FROM_XPM)):
        assert plan([jones], [], policy=policy).actions == [ImportLead(jones, jones.values)]


def test_a_name_that_stands_twice_in_xpm_and_not_in_ignition_is_two_leads() -> None:
    there = [xpm_client("x1", "Smith"), xpm_client("x2", "Smith")]
    found = plan(there, [], first=True)
    assert found.actions == [ImportLead(one, one.values) for one in there]


def test_archived_and_deleted_clients_are_not_imported_and_not_linked() -> None:
    there = [
        xpm_client("x1", "Smith", standing=Standing.ARCHIVED),
        xpm_client("x2", "Jones", standing=Standing.DELETED),
    ]
    found = plan(there, [ignition_client("i1", "Smith")], first=True)
    assert (found.actions, found.attention) == ([], [])


def test_an_archived_namesake_does_not_make_a_name_ambiguous() -> None:
    there = [xpm_client("x1", "Smith"), xpm_client("x2", "Smith", standing=Standing.ARCHIVED)]
    here = [ignition_client("i1", "Smith"), ignition_client("i2", "Smith", standing=Standing.ARCHIVED)]
    assert plan(there, here, first=True).actions[0] == AddLink("x1", "i1", "Smith", "named")


def test_a_new_client_after_the_first_sync_comes_in_as_a_lead() -> None:
    jones = xpm_client("x2", "Jones")
    assert plan([jones], []).actions == [ImportLead(jones, jones.values)]


def test_new_clients_are_left_where_importing_them_is_off() -> None:
    found = plan([xpm_client("x2", "Jones")], [], import_new_clients=False)
    assert found.actions == []
    assert found.warnings == ["1 new XPM client not imported: import_new_clients is off (E8)"]


def test_the_first_sync_imports_and_later_ones_link_even_where_importing_is_off() -> None:
    jones = xpm_client("x2", "Jones")
    assert plan([jones], [], first=True, import_new_clients=False).actions == [
        ImportLead(jones, jones.values)
    ]
    later = plan([jones], [ignition_client("i1", "Jones")], import_new_clients=False)
    assert later.actions[0] == AddLink("x2", "i1", "Jones", "named")
    assert later.warnings == []


def test_the_importers_mark_links_what_an_interrupted_import_left_behind() -> None:
    smith = xpm_client("x1", "Smith & Sons")
    left = ignition_client("i1", "Smith", lead=True, xpm_uuid="x1")
    found = plan([smith], [left])
    assert found.actions[0] == AddLink("x1", "i1", "Smith", "imported")
    assert not any(isinstance(one, ImportLead) for one in found.actions)


def test_a_mark_that_is_linked_already_links_nothing_again() -> None:
    smith = xpm_client("x1", "Smith")
    marked = [ignition_client("i1", "Smith", xpm_uuid="x1"), ignition_client("i2", "Other", xpm_uuid="x1")]
    assert plan([smith], marked, link(smith.values)).actions == []


def test_a_mark_nobody_knows_in_xpm_links_nothing() -> None:
    assert plan([], [ignition_client("i1", "Smith", xpm_uuid="x9")]).actions == []


def test_nothing_is_planned_where_nothing_changed() -> None:
    smith = xpm_client("x1", "Smith", contact("c1", "Al"), phone="1")
    here = ignition_client("i1", "Smith", contact("con_1", "Al"), phone="1")
    bound = link(smith.values, contacts=())
    first = plan([smith], [here], bound)
    assert [type(one) for one in first.actions] == [AdvanceBase]
    advance = first.actions[0]
    assert isinstance(advance, AdvanceBase)
    assert advance.values == {}
    assert [(theirs, ours) for theirs, ours, _ in advance.contacts] == [("c1", "con_1")]


def test_a_link_that_is_no_news_is_not_looked_at() -> None:
    smith, here = xpm_client("x1", "Smith", phone="1"), ignition_client("i1", "Smith", phone="2")
    quiet = {"news_xpm": frozenset[str](), "news_ignition": frozenset[str]()}
    assert plan([smith], [here], link(here.values), **quiet).actions == []


def test_news_on_either_side_alone_is_enough() -> None:
    smith, here = xpm_client("x1", "Smith", phone="1"), ignition_client("i1", "Smith", phone="2")
    none = frozenset[str]()
    for quiet in ({"news_xpm": none}, {"news_ignition": none}):
        (action,) = plan([smith], [here], link({**here.values}), **quiet).actions
        assert isinstance(action, WriteClient)
        assert action.side == "ignition"


def test_a_link_whose_client_was_never_read_waits() -> None:
    assert plan([], [ignition_client("i1", "Smith")], link({})).actions == []


def test_a_client_archived_or_deleted_in_xpm_is_marked_and_no_longer_synced() -> None:
    here = ignition_client("i1", "Smith", phone="2")
    for standing, became in ((Standing.ARCHIVED, "archived"), (Standing.DELETED, "deleted")):
        found = plan([xpm_client("x1", "Smith", standing=standing)], [here], link({}))
        assert found.actions == [MarkLink("x1", "Smith", f"xpm_{became}")]
        assert found.warnings == [f"“Smith”: xpm {became}, no longer synced (E7)"]


def test_a_client_archived_in_ignition_is_marked_and_no_longer_synced() -> None:
    here = ignition_client("i1", "Smith", standing=Standing.ARCHIVED)
    found = plan([xpm_client("x1", "Smith", phone="1")], [here], link({}))
    assert found.actions == [MarkLink("x1", "Smith", "ignition_archived")]


def test_a_mark_is_made_once_and_told_whenever_there_is_news() -> None:
    there = xpm_client("x1", "Smith", standing=Standing.ARCHIVED)
    found = plan([there], [ignition_client("i1", "Smith")], link({}, standing="xpm_archived"))
    assert found.actions == []
    assert found.warnings == ["“Smith”: xpm archived, no longer synced (E7)"]


def test_a_client_that_comes_back_is_synced_again() -> None:
    smith = xpm_client("x1", "Smith", phone="1")
    base = xpm_client("x1", "Smith").values
    found = plan([smith], [ignition_client("i1", "Smith")], link(base, standing="xpm_archived"))
    assert found.actions[0] == MarkLink("x1", "Smith", "live")
    assert isinstance(found.actions[1], WriteClient)


def test_a_client_linked_to_an_archived_one_is_not_imported_or_paired_again() -> None:
    there = [xpm_client("x1", "Smith", standing=Standing.ARCHIVED), xpm_client("x2", "Smith")]
    found = plan(there, [ignition_client("i1", "Smith")], link({}, standing="xpm_archived"))
    assert found.actions == [ImportLead(there[1], there[1].values)]


def test_nothing_follows_for_a_client_in_ignition_only() -> None:
    assert plan([], [ignition_client("i1", "Smith", lead=True, phone="1")], first=True).actions == []


def test_contacts_in_doubt_are_told() -> None:
    smith = xpm_client("x1", "Smith", contact("c1", "Al"), contact("c2", "Al"))
    here = ignition_client("i1", "Smith", contact("con_1", "Al"))
    found = plan([smith], [here], link(smith.values), policy=Policy())
    assert any("contacts of “Smith” whose name “Al” stands more than once" in one for one in found.warnings)


def test_the_same_view_makes_the_same_plan() -> None:
    there = [xpm_client(f"x{number}", f"Client {number}", phone=str(number)) for number in range(5)]
    here = [ignition_client("i1", "Client 1"), ignition_client("i3", "Client 3", phone="9")]
    assert plan(there, here, first=True).actions == plan(there, here, first=True).actions
