"""E11: a lead that was being made in Ignition when a program died is linked with what it was made with."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from syncer_desk import contact, contact_values, ignition_client, ledger, xpm_client

from syncer import ledger_tables as t
from syncer import memory
from syncer.lead_making import adopt_leads, drop_leads, give_up_leads, note_leads
from syncer.ledger import PracticeLedger
from syncer.model import Client, Link

WRITTEN = xpm_client("x1", "Smith", contact("c1", "Al", phone="1"), contact("c2", "Al"), phone="5")
MADE = ignition_client("i1", "Smith & Co", contact("con_1", "Al"), contact("con_2", "Al"), xpm_uuid="x1")


@pytest.fixture
def own(tmp_path: Path) -> PracticeLedger:
    """Return a ledger in which Smith and Jones were being made leads."""
    found = ledger(tmp_path / "l.db").of("north")
    note_leads(found, [WRITTEN, xpm_client("x2", "Jones")], "2026-07-01T00:00:00Z")
    return found


LONG_AFTER, SOON_AFTER = (datetime(2026, 7, 1, hour, tzinfo=UTC) for hour in (2, 1))


def here(own: PracticeLedger, *clients: Client, now: datetime = LONG_AFTER) -> int:
    memory.remember(own, memory.IGNITION, clients, None)
    return adopt_leads(own, now)


def test_a_lead_that_is_there_is_linked_with_what_it_was_made_with(own: PracticeLedger) -> None:
    here(own, MADE, ignition_client("i9", "Jones"))
    (link,) = memory.links(own)
    assert (link.xpm_id, link.ignition_id, link.origin, link.receives_only) == ("x1", "i1", "imported", False)
    assert (link.base["name"], link.base["phone"]) == ("Smith", "5")
    assert [(one.xpm_id, one.ignition_id) for one in link.contacts] == [("c1", "con_1"), ("c2", "con_2")]
    assert link.contacts[0].base == contact_values("Al", phone="1")
    assert own.rows(t.intents) == []


OTHERS = {
    "none is there": [],
    "another has the name": [ignition_client("i1", "Smith")],
    "two have the mark": [MADE, ignition_client("i2", "Smith", xpm_uuid="x1")],
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_not_there_or_cannot_be_told_is_left_to_the_plan(own: PracticeLedger, case: str) -> None:
    assert here(own, *OTHERS[case]) == 0
    assert memory.links(own) == []
    assert own.rows(t.intents) == []


def test_what_may_still_land_is_waited_for_and_what_is_there_is_linked_at_once(own: PracticeLedger) -> None:
    assert here(own, MADE, now=SOON_AFTER) == 1
    assert [link.xpm_id for link in memory.links(own)] == ["x1"]
    assert [row["key"] for row in own.rows(t.intents)] == ["leads/x1"]
    give_up_leads(own)
    assert own.rows(t.intents) == []


def test_two_of_one_mark_are_not_waited_for(own: PracticeLedger) -> None:
    twice = [*OTHERS["two have the mark"], ignition_client("i3", "Jones", xpm_uuid="x2")]
    assert here(own, *twice, now=SOON_AFTER) == 0
    assert [link.xpm_id for link in memory.links(own)] == ["x2"]


@pytest.mark.parametrize("link", [Link("x1", "i8", "named"), Link("x8", "i1", "named")])
def test_who_is_linked_by_now_stays_so(own: PracticeLedger, link: Link) -> None:
    memory.save_links(own, [link])
    here(own, MADE)
    assert [(one.xpm_id, one.ignition_id) for one in memory.links(own)] == [(link.xpm_id, link.ignition_id)]


def test_batches_are_noted_and_dropped_one_by_one(own: PracticeLedger) -> None:
    key = note_leads(own, [xpm_client("x3", "Brown")], "2026-07-01T00:00:00Z")
    drop_leads(own, key)
    assert [row["key"] for row in own.rows(t.intents)] == ["leads/x1"]
