"""E11: a contact is made exactly once, and found again after a program died while it was being made."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from syncer_desk import FakeRuntime, contact, contact_values, ignition_client, ledger, xpm_client

from syncer import ledger_tables as t
from syncer import memory
from syncer.contact_making import Making, adopt, drop_making, make_in_xpm, note_making
from syncer.errors import OutcomeUnknownError, RefusedError
from syncer.ledger import PracticeLedger
from syncer.model import Client, Contact, ContactLink, Link

XPM, IGNITION = memory.XPM, memory.IGNITION
IVY = contact_values("Ivy", phone="1")
OLD = contact("c-old", "Ivy")


class Xpm:
    """An XPM with one client, which may lose its answer."""

    def __init__(self, *present: Contact) -> None:
        self.present = list(present)
        self.calls: list[str] = []
        self.failures: list[Exception] = []
        self.happens = True

    def add_contact(self, _client: str, values: Any) -> Contact:
        self.calls.append("add")
        made = Contact(f"c-{len(self.calls)}", dict(values))
        if self.happens:
            self.present.append(made)
        if self.failures:
            raise self.failures.pop(0)
        return made

    def client(self, _uuid: str) -> Client:
        self.calls.append("look")
        return xpm_client("x1", "Smith", *self.present)


@pytest.fixture
def own(tmp_path: Path) -> PracticeLedger:
    found = ledger(tmp_path / "l.db").of("north")
    memory.remember(found, XPM, [xpm_client("x1", "Smith", OLD)], None)
    memory.remember(found, IGNITION, [ignition_client("i1", "Smith", contact("con_1", "Ivy"))], None)
    memory.save_links(found, [Link("x1", "i1", "imported")])
    return found


def practice(own: PracticeLedger, xpm: Xpm | None = None) -> Any:
    return SimpleNamespace(ledger=own, runtime=FakeRuntime(), xpm=xpm)


def making(side: str = XPM, partner: str = "con_1") -> Making:
    return Making(side, "x1", "i1", partner, IVY)


def unknown() -> OutcomeUnknownError:
    return OutcomeUnknownError("XPM", "client.api/contact", "no answer")


def intents(own: PracticeLedger) -> list[tuple[str, str]]:
    return [(row["key"], row["state"]) for row in own.rows(t.intents)]


def pairs(own: PracticeLedger) -> list[tuple[str, str]]:
    (link,) = memory.links(own)
    return [(one.xpm_id, one.ignition_id) for one in link.contacts]


def test_a_contact_that_is_made_is_noted_and_its_intent_stays_until_it_is_dropped(
    own: PracticeLedger,
) -> None:
    xpm = Xpm(OLD)
    made = make_in_xpm(practice(own, xpm), making())
    assert (made.id, xpm.calls) == ("c-1", ["add"])
    assert [one.id for one in memory.mirrored(own, XPM)["x1"].contacts or ()] == ["c-old", "c-1"]
    assert intents(own) == [("contact/xpm/x1/con_1", "done")]
    drop_making(own, making())
    assert intents(own) == []


def test_what_was_there_before_is_in_the_intent(own: PracticeLedger) -> None:
    make_in_xpm(practice(own, Xpm(OLD)), making())
    (row,) = own.rows(t.intents)
    assert json.loads(row["evidence"]) == {
        "side": "xpm",
        "xpm_id": "x1",
        "ignition_id": "i1",
        "partner": "con_1",
        "before": ["c-old"],
        "values": {
            "name": "Ivy", "email": "", "phone": "1", "mobile": "", "salutation": "", "is_primary": False,
        },
    }  # fmt: skip


def test_a_contact_whose_answer_was_lost_is_found_by_what_was_not_there_before(own: PracticeLedger) -> None:
    xpm = Xpm(OLD)
    xpm.failures = [unknown()]
    made = make_in_xpm(practice(own, xpm), making())
    assert (made.id, made.values["phone"], xpm.calls) == ("c-1", "1", ["add", "look"])


def test_a_contact_that_did_not_come_about_is_made_again_after_three_looks(own: PracticeLedger) -> None:
    xpm = Xpm(OLD)
    xpm.failures, xpm.happens = [unknown()], False
    desk = practice(own, xpm)

    def again(_seconds: float) -> None:
        xpm.happens = True

    desk.runtime.sleep = again
    assert make_in_xpm(desk, making()).id == "c-5"
    assert xpm.calls == ["add", "look", "look", "look", "add"]


def test_a_refused_contact_leaves_no_intent(own: PracticeLedger) -> None:
    xpm = Xpm(OLD)
    xpm.failures, xpm.happens = [RefusedError("XPM", "client.api/contact", "Name is required")], False
    with pytest.raises(RefusedError, match="Name is required"):
        make_in_xpm(practice(own, xpm), making())
    assert intents(own) == []


def test_of_several_that_appeared_the_one_with_the_values_that_were_written_is_it(
    own: PracticeLedger,
) -> None:
    xpm = Xpm(OLD, contact("c-other", "Ivy", phone="2"))
    xpm.failures = [unknown()]
    assert make_in_xpm(practice(own, xpm), making()).id == "c-1"


def test_several_that_appeared_with_other_values_are_for_a_person_to_settle(own: PracticeLedger) -> None:
    xpm = Xpm(OLD, contact("c-8", "Ivy", phone="8"), contact("c-9", "Ivy", phone="9"))
    xpm.failures, xpm.happens = [unknown()], False
    with pytest.raises(
        OutcomeUnknownError, match="several contacts called “Ivy” appeared while one was being made"
    ):
        make_in_xpm(practice(own, xpm), making())
    assert intents(own) == [("contact/xpm/x1/con_1", "open")]


def test_one_that_is_linked_with_somebody_else_is_not_it(own: PracticeLedger) -> None:
    link = Link("x1", "i1", "imported", contacts=(ContactLink("c-5", "con_5", IVY),))
    memory.save_links(own, [link])
    xpm = Xpm(OLD, Contact("c-5", IVY))
    xpm.failures = [unknown()]
    assert make_in_xpm(practice(own, xpm), making()).id == "c-1"


def note(own: PracticeLedger, side: str, partner: str) -> None:
    """Note that a contact is about to be made, as a program does that then dies."""
    desk = practice(own, Xpm())
    if side == IGNITION:
        note_making(desk, making(IGNITION, partner))
        return
    desk.xpm.failures, desk.xpm.happens = [SystemExit()], False
    with pytest.raises(SystemExit):
        make_in_xpm(desk, making(XPM, partner))


def settled(own: PracticeLedger) -> None:
    for side in (XPM, IGNITION):
        memory.settle(own, side, memory.news(own, side))


def test_a_contact_made_in_xpm_when_the_program_died_is_linked_by_the_next_sync(own: PracticeLedger) -> None:
    note(own, XPM, "con_1")
    memory.remember(own, XPM, [xpm_client("x1", "Smith", OLD, Contact("c-1", IVY))], None)
    settled(own)
    adopt(practice(own))
    assert pairs(own) == [("c-1", "con_1")]
    (link,) = memory.links(own)
    assert link.contacts[0].base == IVY
    assert intents(own) == []
    assert set(memory.news(own, XPM)) | set(memory.news(own, IGNITION)) == {"x1", "i1"}


def test_twins_made_in_ignition_when_the_program_died_are_linked_one_by_one(own: PracticeLedger) -> None:
    for partner in ("c-7", "c-8"):
        note(own, IGNITION, partner)
    twins = (Contact("con_7", IVY), Contact("con_8", IVY))
    memory.remember(own, IGNITION, [ignition_client("i1", "Smith", contact("con_1", "Ivy"), *twins)], None)
    adopt(practice(own))
    assert pairs(own) == [("c-7", "con_7"), ("c-8", "con_8")]
    assert intents(own) == []


def test_a_contact_that_is_not_there_yet_is_waited_for(own: PracticeLedger) -> None:
    note(own, XPM, "con_1")
    adopt(practice(own))
    assert (pairs(own), intents(own)) == ([], [("contact/xpm/x1/con_1", "open")])


def test_e11_what_is_planned_once_more_as_nothing_was_seen_of_it_for_long_is_in_doubt(
    own: PracticeLedger,
) -> None:
    note(own, IGNITION, "c-7")
    note(own, XPM, "con_1")
    note(own, XPM, "con_2")
    present = Contact("c-1", contact_values("Ivy", phone="1"))
    memory.remember(own, XPM, [xpm_client("x1", "Smith", OLD, present)], None)
    desk = practice(own)
    desk.runtime.sleep(7199)
    adopt(desk)
    assert own.rows(t.doubts) == []
    desk.runtime.sleep(1)
    adopt(desk)
    # The first was found and linked; what is made in Ignition has a key that a repeat can be told by.
    (doubt,) = own.rows(t.doubts)
    assert (doubt["key"], doubt["settles_at"]) == ("contact/xpm/x1/con_2", "2026-07-01T11:33:00Z")
    assert json.loads(doubt["evidence"])["before"] == ["c-old"]


def test_an_intent_of_long_ago_is_dropped_when_nothing_came_of_it(own: PracticeLedger) -> None:
    note(own, IGNITION, "c-7")
    desk = practice(own)
    desk.runtime.sleep(7199)
    adopt(desk)
    assert len(intents(own)) == 1
    desk.runtime.sleep(1)
    adopt(desk)
    assert intents(own) == []


def test_an_outcome_that_was_noted_is_linked_whatever_it_is_called_by_now(own: PracticeLedger) -> None:
    make_in_xpm(practice(own, Xpm(OLD)), making())
    memory.remember(own, XPM, [xpm_client("x1", "Smith", OLD, contact("c-1", "Ivy Rose"))], None)
    adopt(practice(own))
    assert (pairs(own), intents(own)) == ([("c-1", "con_1")], [])


def test_a_contact_whose_clients_are_no_longer_linked_is_not(own: PracticeLedger) -> None:
    make_in_xpm(practice(own, Xpm(OLD)), making())
    own.remove(t.links, xpm_id="x1")
    adopt(practice(own))
    assert intents(own) == [("contact/xpm/x1/con_1", "done")]


def test_the_new_pair_takes_the_place_of_those_in_which_either_was(own: PracticeLedger) -> None:
    make_in_xpm(practice(own, Xpm(OLD)), making())
    kept = (ContactLink("c-gone", "con_1", {}), ContactLink("c-3", "con_3", {}))
    memory.save_links(own, [Link("x1", "i1", "imported", contacts=kept)])
    adopt(practice(own))
    assert pairs(own) == [("c-3", "con_3"), ("c-1", "con_1")]


def test_an_intent_of_another_kind_is_left_to_whoever_made_it(own: PracticeLedger) -> None:
    make_in_xpm(practice(own, Xpm(OLD)), making(), key="conflict/1", kind="conflict")
    adopt(practice(own))
    assert (pairs(own), intents(own)) == ([], [("conflict/1", "done")])
