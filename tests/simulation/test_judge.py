"""What the judge says of two practices side by side, and of people who leave (E21, R6, R13, E18)."""

from dataclasses import replace
from typing import Any

import pytest

from scenarios.simulation.conduct import (
    nobody_in_charge_is_taken_away,
    practices_never_mix,
    who_left_is_left_alone,
)
from scenarios.simulation.invariants import Invariant, judge
from scenarios.simulation.machine import Call
from scenarios.simulation.moments import DAY
from scenarios.simulation.oracle import Case
from scenarios.simulation.outcome import Neighbour, Outcome
from scenarios.simulation.run import simulate
from scenarios.simulation.script import Item, Script
from scenarios.simulation.yard import Yard

NOON = 12 * 3600
UNHURT = Script(7, 10, 6, 0, "xpm", (), (), has_neighbour=True)
NEXT_DOOR = (
    Item(1, DAY + NOON, "xpm", "client field", {"practice": 1, "client": 0, "field": "phone", "value": 20_001}),
    Item(2, DAY + NOON + 60, "ignition", "client field", {"practice": 1, "client": 0, "field": "fax", "value": 20_002}),
    Item(3, DAY + NOON, "xpm", "client field", {"client": 0, "field": "phone", "value": 8_001}),
)  # fmt: skip
LEAVING = (
    Item(1, DAY + NOON, "xpm", "set the partner", {"client": 0, "value": 0, "person": 0}),
    Item(2, DAY + NOON, "ignition", "set the manager", {"client": 1, "value": 0, "person": 1}),
    Item(3, 3 * DAY + NOON, "xpm", "somebody leaves", {"client": 0, "person": 0}),
    Item(4, 4 * DAY + NOON, "ignition", "somebody leaves", {"client": 0, "person": 1}),
)


@pytest.fixture(scope="module")
def both() -> Outcome:
    return simulate(replace(UNHURT, items=NEXT_DOOR), Yard())


@pytest.fixture(scope="module")
def leaving() -> Outcome:
    return simulate(replace(UNHURT, items=LEAVING, has_neighbour=False), Yard())


def said(invariant: Invariant, outcome: Outcome) -> list[str]:
    """What an invariant has against an outcome."""
    return [text for _, text in judge(Case(outcome), (invariant,)).violations]


def changed(rows: list[dict[str, Any]], place: int, **members: Any) -> list[dict[str, Any]]:
    """Rows, one of which says something else."""
    return [{**row, **members} if number == place else row for number, row in enumerate(rows)]


def next_door(outcome: Outcome) -> Neighbour:
    """The other practice."""
    assert outcome.neighbour is not None
    return outcome.neighbour


def test_what_people_of_two_practices_type_stays_with_each(both: Outcome) -> None:
    other = next_door(both)
    assert judge(Case(both)).violations == []
    assert [(one.side, one.field, one.new) for one in other.diary.typed] == [
        ("xpm", "phone", "20001"),
        ("ignition", "fax", "20002"),
    ]
    assert ("20001", "20002") in [(row["Phone"], row["Fax"]) for row in other.xpm_clients]
    assert ("20001", "20002") in [(row["phone"], row["fax"]) for row in other.ignition_clients]


def test_the_judge_sees_what_is_not_on_both_sides_of_the_other_practice(both: Outcome) -> None:
    other = next_door(both)
    (place,) = [number for number, row in enumerate(other.ignition_clients) if row["fax"] == "20002"]
    lost = replace(other, ignition_clients=changed(other.ignition_clients, place, phone="1"))
    (text,) = said(practices_never_mix, replace(both, neighbour=lost))
    assert "phone of" in text
    assert "is ['1', '20001'], not '20001'" in text


def test_the_judge_sees_clients_that_the_other_practice_had_not(both: Outcome) -> None:
    other = next_door(both)
    more = replace(
        other, xpm_clients=[*other.xpm_clients, {**other.xpm_clients[0], "UUID": "x", "Name": "Who"}]
    )
    (text,) = said(practices_never_mix, replace(both, neighbour=more))
    assert "'Who'" in text
    assert "in XPM, and had" in text


def test_the_judge_sees_a_value_of_the_other_practice_here(both: Outcome) -> None:
    here = replace(both, xpm_clients=changed(both.xpm_clients, 0, Fax="20002"))
    (text,) = said(practices_never_mix, here)
    assert text.startswith("'20002' of the other practice stands in ")


@pytest.mark.parametrize(("theirs", "phone"), [(True, "8001"), (False, "20001")])
def test_the_judge_sees_a_write_to_the_wrong_practice(both: Outcome, phone: str, *, theirs: bool) -> None:
    (good,) = [
        call for call in both.calls if call.actor == "service" and b"<Fax>20002<" in (call.body or b"")
    ]
    mine = next(call.tenant for call in both.calls if call.tenant not in (None, "", good.tenant))
    stray: Call = replace(
        good, tenant=good.tenant if theirs else mine, body=good.body.replace(b"20002", phone.encode())
    )
    (text,) = said(practices_never_mix, replace(both, calls=[*both.calls, stray]))
    assert text.startswith(f"['{phone}'] went to another practice of XPM")


def test_a_value_that_both_practices_have_is_no_stray(both: Outcome) -> None:
    other = next_door(both)
    alike = replace(other, loaded=changed(other.loaded, 0, ReferralSource="8001"))
    assert said(practices_never_mix, replace(both, neighbour=alike)) == []
    (good,) = [
        call for call in both.calls if call.actor == "service" and b"<Fax>20002<" in (call.body or b"")
    ]
    again = replace(good, body=good.body.replace(b"</Client>", b"<City>8001</City></Client>"))
    assert said(practices_never_mix, replace(both, neighbour=alike, calls=[*both.calls, again])) == []


def test_who_leaves_on_one_side_stays_on_the_other_and_in_charge(leaving: Outcome) -> None:
    assert judge(Case(leaving)).violations == []
    first, second = leaving.diary.left
    assert (first.side, second.side) == ("xpm", "ignition")
    assert {member for one in leaving.diary.left for member, _ in one.in_charge} == {"partner", "manager"}
    assert first.user in {row["slug"] for row in leaving.users}
    assert second.staff in {row["UUID"] for row in leaving.staff}


def test_the_judge_sees_a_user_who_went_with_the_staff_member(leaving: Outcome) -> None:
    user = leaving.diary.left[0].user
    gone = replace(leaving, users=[row for row in leaving.users if row["slug"] != user])
    assert said(who_left_is_left_alone, gone) == [f"{user} is gone in ignition, which nobody did there"]


def test_the_judge_sees_a_staff_member_who_came_back(leaving: Outcome) -> None:
    staff = leaving.diary.left[0].staff
    back = replace(leaving, staff=[*leaving.staff, {"UUID": staff}])
    assert said(who_left_is_left_alone, back) == [f"{staff} came back in xpm, which nobody did there"]


def test_the_judge_sees_a_user_whom_nobody_picked(leaving: Outcome) -> None:
    (place,) = [
        number for number, row in enumerate(leaving.users) if row["slug"] == leaving.diary.left[0].user
    ]
    more = replace(leaving, users=[*leaving.users, {**leaving.users[place], "slug": "usr_x"}])
    assert said(who_left_is_left_alone, more) == ["users nobody picked: ['usr_x']"]


def test_the_judge_sees_who_was_put_in_the_place_of_one_who_left(leaving: Outcome) -> None:
    case = Case(leaving)
    places = [
        (number, one.staff)
        for one in leaving.diary.left
        for member, client in one.in_charge
        for number, row in enumerate(leaving.xpm_clients)
        if member == "partner" and row["UUID"] == client and not case.was_chosen(client, member)
    ]
    place, staff = places[0]
    other = replace(leaving, xpm_clients=changed(leaving.xpm_clients, place, AccountManager=None))
    (text,) = said(who_left_is_left_alone, other)
    assert text.endswith(f"was {staff}, who left, and is ''")


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("PUT", "/practicemanager/3.1/client.api/update",
         b"<Client><UUID>c-1</UUID><AccountManagerUUID></AccountManagerUUID></Client>"),
        ("POST", "/external/api/v1/clients/batch", b'{"items":[{"slug":"c-1","partner_slug":null,"contacts":[]}]}'),
    ],
)  # fmt: skip
def test_the_judge_sees_a_partner_taken_away(leaving: Outcome, method: str, url: str, body: bytes) -> None:
    example = next(call for call in leaving.calls if call.actor == "service")
    taken = replace(example, method=method, url=f"http://127.0.0.1:1{url}", body=body)
    (text,) = said(nobody_in_charge_is_taken_away, replace(leaving, calls=[*leaving.calls, taken]))
    assert text.startswith("the syncer took the partner of c-1 away at ")
