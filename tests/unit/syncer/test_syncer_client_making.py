"""E11: a client that was being made in XPM when a program died is linked as what it was made with."""

import json
from pathlib import Path

import pytest
from syncer_desk import contact, contact_values, ignition_client, ledger, xpm_client

from syncer import ledger_tables as t
from syncer import memory
from syncer.client_making import adopt_clients
from syncer.ledger import PracticeLedger
from syncer.model import Client, Link, Standing
from syncer.records import client_to_json

WRITTEN = ignition_client("i1", "Smith", contact("con_1", "Al", phone="1"), contact("con_2", "Al"), phone="5")


@pytest.fixture
def own(tmp_path: Path) -> PracticeLedger:
    """Return a ledger in which Smith was being made, beside one that was there before."""
    found = ledger(tmp_path / "l.db").of("north")
    note(found, {"name": "Smith", "before": ["x-old"], "written": client_to_json(WRITTEN)})
    memory.remember(found, memory.IGNITION, [ignition_client("i1", "Smith", phone="6")], None)
    there(found, xpm_client("x-old", "Smith"))
    return found


def note(own: PracticeLedger, evidence: object, state: str = "open", outcome: str | None = None) -> None:
    row = {"key": "client/i1", "kind": "client", "state": state, "at": "2026-07-01T00:00:00Z"}
    own.put(t.intents, {**row, "evidence": json.dumps(evidence), "outcome": outcome})


def there(own: PracticeLedger, *clients: Client) -> None:
    """Have XPM's clients read, and dealt with."""
    memory.remember(own, memory.XPM, clients, None)
    for side in (memory.XPM, memory.IGNITION):
        memory.settle(own, side, memory.news(own, side))


def state(own: PracticeLedger) -> tuple[str, str | None]:
    (row,) = own.rows(t.intents)
    return row["state"], row["outcome"]


MADE = xpm_client("x1", "Smith", contact("c1", "Al", phone="1"), contact("c2", "Al"), phone="5")


def test_the_one_new_client_of_the_name_is_linked_with_what_it_was_made_with(own: PracticeLedger) -> None:
    there(own, MADE)
    adopt_clients(own)
    (link,) = memory.links(own)
    assert (link.xpm_id, link.ignition_id, link.origin, link.standing) == ("x1", "i1", "created", "live")
    assert link.base["phone"] == "5"
    assert [(one.xpm_id, one.ignition_id) for one in link.contacts] == [("c1", "con_1"), ("c2", "con_2")]
    assert link.contacts[0].base == contact_values("Al", phone="1")
    assert state(own) == ("done", "x1")
    assert set(memory.news(own, memory.XPM)) == {"x1"}
    assert set(memory.news(own, memory.IGNITION)) == {"i1"}


def test_one_whose_making_is_noted_is_linked_whatever_it_is_called_by_now(own: PracticeLedger) -> None:
    note(own, {"name": "Smith", "before": ["x-old"], "written": client_to_json(WRITTEN)}, "done", "x1")
    there(own, xpm_client("x1", "Smith & Sons"), xpm_client("x2", "Smith"))
    adopt_clients(own)
    assert [link.xpm_id for link in memory.links(own)] == ["x1"]


LEFT_ALONE = {
    "none is new": [],
    "two are new": [MADE, xpm_client("x2", "Smith")],
    "it has another name": [xpm_client("x1", "SMITH")],
    "it is archived": [xpm_client("x1", "Smith", standing=Standing.ARCHIVED)],
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_what_cannot_be_told_is_left_to_the_deployment(own: PracticeLedger, case: str) -> None:
    there(own, *LEFT_ALONE[case])
    adopt_clients(own)
    assert memory.links(own) == []
    assert state(own) == ("open", None)


def test_one_that_is_linked_with_another_is_left_alone(own: PracticeLedger) -> None:
    there(own, MADE)
    memory.save_links(own, [Link("x1", "i9", "named")])
    adopt_clients(own)
    assert [link.ignition_id for link in memory.links(own)] == ["i9"]


def test_a_client_that_is_linked_by_now_stays_so(own: PracticeLedger) -> None:
    there(own, MADE)
    memory.save_links(own, [Link("x-old", "i1", "picked")])
    adopt_clients(own)
    assert [link.xpm_id for link in memory.links(own)] == ["x-old"]
    assert state(own) == ("open", None)


def test_an_intent_of_an_older_version_which_kept_less_is_left_to_the_deployment(own: PracticeLedger) -> None:
    note(own, ["x-old"])
    there(own, MADE)
    adopt_clients(own)
    assert memory.links(own) == []
