"""E11: how the contacts of a client are looked at of which one was made in doubt."""

import json
from typing import Any

import pytest
from syncer_desk import contact, contact_values, ledger, xpm_client

from syncer import memory
from syncer.audit import Double
from syncer.contact_audit import by_client, look_at_contacts
from syncer.errors import RefusedError
from syncer.ledger import PracticeLedger, Row
from syncer.model import Client, ContactLink, Link, Standing
from syncer.records import values_to_json

IVY = contact_values("Ivy")
FIRST, SECOND = contact("c-1", "Ivy"), contact("c-2", "Ivy")
GONE = RefusedError("XPM", "client.api/get", "Invalid client identifier")


class Desk:
    """A practice whose XPM gives one answer after the other."""

    def __init__(self, *answers: Client | Exception) -> None:
        self.ledger: PracticeLedger = ledger().of("north")
        self.answers = list(answers)
        self.xpm = self
        memory.remember(self.ledger, memory.XPM, [xpm_client("x1", "Smith")], None)

    def client(self, uuid: str) -> Client:
        assert uuid == "x1"
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def look(self, partner: str = "con_1") -> list[Double] | None:
        practice: Any = self
        return look_at_contacts(practice, "x1", [doubt("x1", partner)])


def doubt(client: str, partner: str = "con_1") -> Row:
    evidence = {"xpm_id": client, "partner": partner, "before": ["c-0"], "values": values_to_json(IVY)}
    return {"key": f"contact/xpm/{client}/{partner}", "evidence": json.dumps(evidence)}


def smith(*present: Any, name: str = "Smith") -> Client:
    return xpm_client("x1", name, *present)


def unreadable() -> Client:
    return Client("x1", {"name": "Smith"}, contacts=None)


def test_doubts_are_looked_at_client_by_client() -> None:
    one, other, third = doubt("x1"), doubt("x2"), doubt("x1", "con_2")
    assert by_client([one, other, third]) == {"x1": [one, third], "x2": [other]}


@pytest.mark.parametrize(
    "answers",
    [
        (smith(FIRST, SECOND), smith(FIRST)),
        (smith(FIRST), smith(FIRST, SECOND)),
        (smith(FIRST), smith(SECOND)),
        (smith(FIRST, SECOND), unreadable()),
        (unreadable(), smith(FIRST, SECOND)),
    ],
)
def test_what_either_of_two_answers_shows_counts(answers: tuple[Client, Client]) -> None:
    desk = Desk(*answers)
    assert desk.look() == [Double("contact “Ivy” of “Smith”", ("c-1",), ("c-2",))]
    assert desk.answers == []


def test_the_one_that_is_linked_with_what_it_was_made_from_is_ours() -> None:
    desk = Desk(smith(FIRST, SECOND), smith(FIRST, SECOND, name="Smyth"))
    pairs = (ContactLink("c-1", "con_9", IVY), ContactLink("c-2", "con_1", IVY))
    memory.save_links(desk.ledger, [Link("x1", "i1", "imported", contacts=pairs)])
    assert desk.look() == [Double("contact “Ivy” of “Smyth”", ("c-2",), ("c-1",))]


def test_where_the_contacts_cannot_be_read_nothing_is_known() -> None:
    assert Desk(unreadable(), unreadable()).look() is None


def test_a_client_without_contacts_has_none_twice() -> None:
    assert Desk(smith(), smith()).look() == []


@pytest.mark.parametrize("standing", [Standing.ARCHIVED, Standing.DELETED])
def test_e7_a_client_that_is_gone_and_not_shown_any_more_has_none_twice(standing: Standing) -> None:
    desk = Desk(GONE)
    memory.remember(desk.ledger, memory.XPM, [xpm_client("x1", "Smith", standing=standing)], None)
    assert desk.look() == []


def test_a_refusal_for_a_client_that_is_there_is_an_error() -> None:
    desk = Desk(GONE)
    with pytest.raises(RefusedError):
        desk.look()
