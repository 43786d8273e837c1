"""The outside check that both systems agree: it sees each field, and what one side may rightly have alone."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import Bench, known, lead, small_world
from e2e_contacts import KEA, MERE, TAMA, add, here, ignition_row, remove, started, there, xpm_contact
from e2e_jobs import MAX, PAT, SAM, with_users

from scenarios import runner
from scenarios.agreement import differences
from scenarios.builders import group
from scenarios.story import Scenario, Story
from syncer import plan_links
from syncer.comparing import Outcome

FARMS = group("Farms")


def seen(bench: Bench) -> list[str]:
    return [one.what for one in differences(bench.one.xpm, bench.one.ignition)]


def family(**fields: Any) -> Any:
    return small_world([known(KEA, contacts=[MERE, TAMA], **fields)], staff=[PAT, MAX, SAM], groups=[FARMS])


EDITS: list[tuple[str, str, dict[str, Any]]] = [
    # what is to be seen, who edits, what of the client
    ("name", "xpm", {"Name": "Other Ltd"}),
    ("phone", "xpm", {"Phone": "1"}),
    ("fax", "ignition", {"fax": "1"}),
    ("website", "xpm", {"WebSite": "https://a.example"}),
    ("tax registration", "xpm", {"GSTRegistered": "Yes"}),
    ("address", "xpm", {"PostCode": "1010"}),
    ("address", "ignition", {"address": {"country": "Fiji"}}),
    ("postal address", "xpm", {"PostalCity": "Nelson"}),
    ("postal address", "ignition", {"postal_address": {"line": "PO Box 1"}}),
]


@pytest.mark.parametrize(("what", "side", "fields"), EDITS)
def test_every_field_of_a_client_is_looked_at(
    raise_bench: Raise, what: str, side: str, fields: dict[str, Any]
) -> None:
    with raise_bench(family()) as bench:
        started(bench)
        assert seen(bench) == []
        if side == "xpm":
            bench.one.xpm.update_client(there(bench)["UUID"], **fields)
        else:
            bench.one.ignition.update_client(here(bench)["slug"], **fields)
        assert seen(bench) == [what]


def test_groups_are_looked_at(raise_bench: Raise) -> None:
    with raise_bench(family()) as bench:
        started(bench)
        body = f'<Group><UUID>{FARMS["uuid"]}</UUID><add uuid="{there(bench)["UUID"]}"/></Group>'.encode()
        bench.one.xpm._call("PUT", "clientgroup.api/members", body, "Group")
        (found,) = differences(bench.one.xpm, bench.one.ignition)
        assert found.say() == f"“{KEA}”: groups is ['Farms'] in XPM and [] in Ignition (R7)"


PEOPLE = "what the other side has not among its contacts"


@pytest.mark.parametrize(
    ("element", "text"),
    [("Name", "Al"), ("Email", "al@example.com"), ("Phone", "9"), ("Mobile", "9"), ("Salutation", "Al")],
)
def test_every_field_of_a_contact_is_looked_at(raise_bench: Raise, element: str, text: str) -> None:
    with raise_bench(family()) as bench:
        started(bench)
        uuid = xpm_contact(bench, "Tama Tāwhai")["UUID"]
        bench.one.xpm.update_contact(uuid, there(bench)["UUID"], **{element: text})
        assert seen(bench) == [PEOPLE]


@pytest.mark.parametrize("side", ["xpm", "ignition"])
def test_a_contact_that_only_one_side_has_is_seen(raise_bench: Raise, side: str) -> None:
    with raise_bench(family()) as bench:
        started(bench)
        add(bench, side, "Ivy")
        assert seen(bench) == [PEOPLE]
        bench.one.sync()
        remove(bench, side, "Tama Tāwhai")
        assert seen(bench) == [PEOPLE]


def test_another_primary_contact_is_seen(raise_bench: Raise) -> None:
    with raise_bench(family()) as bench:
        started(bench)
        bench.one.ignition.update_contact(ignition_row(bench, "Tama Tāwhai")["slug"], is_primary=True)
        assert seen(bench) == ["the primary contact"]


def test_partner_and_manager_are_looked_at_where_both_are_linked(raise_bench: Raise) -> None:
    with raise_bench(family(account_manager_uuid=SAM["uuid"])) as bench:
        pat, max_ = with_users(bench, PAT, MAX)
        assert seen(bench) == []  # Sam is no user (R6)
        bench.one.ignition.update_client(here(bench)["slug"], partner_slug=pat, manager_slug=max_)
        assert seen(bench) == ["manager"]
        bench.one.sync()
        assert seen(bench) == []


def test_a_client_that_did_not_come_over_is_seen_and_what_may_stay_apart_is_not(raise_bench: Raise) -> None:
    rows = [known("Archived Ltd", is_archived=True), known("Twin Ltd"), known("Twin Ltd", nth=1), known(KEA)]
    with raise_bench(small_world(rows, [lead("Own Ltd"), lead("Met Ltd")])) as bench:
        assert [one.say() for one in differences(bench.one.xpm, bench.one.ignition)] == [
            f"“{KEA}”: it is 'there' in XPM and 'missing' in Ignition (R1, E8)"
        ]
        started(bench)
        assert seen(bench) == []
        bench.one.xpm.add_client("Met Ltd", Phone="1")
        assert seen(bench) == []  # a lead that is found by its name only receives (R10)


def test_a_sync_that_leaves_something_undone_unsaid_fails_the_test_that_ran_it(
    raise_bench: Raise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_links, "compare_clients", lambda *_given: Outcome())
    with raise_bench(family()) as bench:
        started(bench)
        bench.one.xpm.update_client(there(bench)["UUID"], Phone="1")
        with pytest.raises(AssertionError, match="phone is '1' in XPM and '' in Ignition"):
            bench.one.sync()
        bench.apart[f"“{KEA}”: phone"] = "this test broke it"
        bench.one.sync()


def edited_and_not_synced(story: Story) -> None:
    practice = story.start()
    practice.sync()
    practice.xpm.update_client(practice.xpm.named(KEA)[0]["UUID"], Phone="1")


@pytest.mark.parametrize("apart", [{}, {f"“{KEA}”: phone": "nobody synced"}])
def test_a_scenario_fails_when_both_systems_differ_in_the_end_unless_it_says_why(
    apart: dict[str, str],
) -> None:
    scenario = Scenario("apart", "Nobody syncs.", (), edited_and_not_synced, lambda *_: family(), apart=apart)
    result = runner.play(scenario, 7, 1)
    assert result.passed == bool(apart)
    (expected,) = result.steps[-1].expectations
    assert expected.found == ([] if apart else [f"“{KEA}”: phone is '1' in XPM and '' in Ignition (R5)"])
