"""E3, E6: how conflicts are kept, and which of them takes another's place."""

import json
from dataclasses import replace
from typing import Any

from syncer_desk import contact_values, ledger

from syncer import ledger_tables as t
from syncer.actions import RecordConflict, RecordRemoval
from syncer.conflict_records import save_conflict
from syncer.model import NO_BASE


def conflict(xpm: str = "3", who: str | None = None) -> RecordConflict:
    return RecordConflict("x1", "i1", "Smith", "phone", NO_BASE, "2", xpm, "xpm", who)


def test_a_conflict_keeps_all_three_values() -> None:
    own = ledger().of("north")
    assert save_conflict(own, conflict(), "2026-07-01T09:00:00Z") == 1
    assert own.rows(t.conflicts) == [
        {
            "practice": "north",
            "id": 1,
            "xpm_id": "x1",
            "ignition_id": "i1",
            "client_name": "Smith",
            "contact": None,
            "field": "phone",
            "base": '{"unknown": true}',
            "ignition": '"2"',
            "xpm": '"3"',
            "winner": "xpm",
            "state": "open",
            "at": "2026-07-01T09:00:00Z",
            "kind": "changed",
            "xpm_contact": None,
            "ignition_contact": None,
            "settled_at": None,
            "superseded_by": None,
        }
    ]


def test_the_same_open_conflict_is_kept_once_and_another_one_takes_its_place() -> None:
    own = ledger().of("north")
    for found in (conflict(), conflict(), conflict("4"), conflict(who="Al"), conflict(who="Al")):
        save_conflict(own, found, "now")
    rows = own.rows(t.conflicts)
    assert [(row["id"], row["xpm"], row["contact"], row["state"], row["superseded_by"]) for row in rows] == [
        (1, '"3"', None, "superseded", 2),
        (2, '"4"', None, "open", None),
        (3, '"3"', "Al", "open", None),
    ]


def test_e3_a_later_conflict_about_a_contact_takes_the_place_of_an_earlier_one_whatever_its_name() -> None:
    own = ledger().of("north")
    ids = {"xpm_contact": "c1", "ignition_contact": "con_1"}
    for found in (conflict(who="Al"), conflict("4", who="Alan"), conflict("5", who="Al")):
        save_conflict(own, replace(found, **ids), "now")
    save_conflict(own, replace(conflict("6", who="Al"), xpm_contact="c2", ignition_contact="con_2"), "now")
    assert [(row["id"], row["state"], row["superseded_by"]) for row in own.rows(t.conflicts)] == [
        (1, "superseded", 2),
        (2, "superseded", 3),
        (3, "open", None),
        (4, "open", None),
    ]


def test_a_conflict_whose_place_was_taken_just_before_a_crash_is_superseded_when_it_is_kept_again() -> None:
    own = ledger().of("north")
    for found in (conflict(), conflict("4")):
        save_conflict(own, found, "now")
    own.change(t.conflicts, {"state": "open", "superseded_by": None, "settled_at": None}, id=1)
    assert save_conflict(own, conflict("4"), "later") == 2
    assert [(row["state"], row["settled_at"]) for row in own.rows(t.conflicts)] == [
        ("superseded", "later"),
        ("open", None),
    ]


def test_a_conflict_that_was_settled_may_come_again() -> None:
    own = ledger().of("north")
    save_conflict(own, conflict(), "now")
    own.change(t.conflicts, {"state": "taken"}, id=1)
    save_conflict(own, conflict(), "later")
    assert [(row["id"], row["state"]) for row in own.rows(t.conflicts)] == [(1, "taken"), (2, "open")]


def removal(**given: Any) -> RecordRemoval:
    ours = contact_values("Al", phone="7")
    basis: dict[str, Any] = {"base": contact_values("Al"), "ignition": ours, "xpm": None, "winner": "xpm"}
    return RecordRemoval("x1", "i1", "Smith", "Al", "c1", "con_1", **{**basis, **given})


def test_e6_a_conflict_about_a_removal_keeps_the_whole_contact() -> None:
    own = ledger().of("north")
    assert save_conflict(own, removal(), "2026-07-01T09:00:00Z") == 1
    (row,) = own.rows(t.conflicts)
    assert (row["kind"], row["field"], row["contact"], row["client_name"]) == (
        "removed",
        "contact",
        "Al",
        "Smith",
    )
    assert (row["xpm_contact"], row["ignition_contact"], row["xpm"]) == ("c1", "con_1", "null")
    assert json.loads(row["ignition"]) == {
        "name": "Al", "email": "", "phone": "7", "mobile": "", "salutation": "", "is_primary": False,
    }  # fmt: skip
    assert json.loads(row["base"])["phone"] == ""


def test_e6_the_same_removal_is_kept_once_also_when_somebody_was_made_primary_meanwhile() -> None:
    own = ledger().of("north")
    now_primary = contact_values("Al", phone="7", is_primary=True)
    other = contact_values("Al", phone="8")
    numbers = [save_conflict(own, one, "now") for one in (removal(), removal(ignition=now_primary))]
    numbers.append(save_conflict(own, removal(ignition=other), "now"))
    assert numbers == [1, 1, 2]
