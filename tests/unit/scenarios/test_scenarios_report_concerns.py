"""A client's card says what failed and names it, which conflict is open, and what the syncer said of it."""

from typing import Any

from scenarios.report.concerns import Concerns
from scenarios.report.notices import Notice
from scenarios.report.records import Card, Practice
from scenarios.report.steps import Played
from scenarios.story import Expectation, Step
from syncer.conflicts import CHANGED, Conflict


def card(name: str, number: int = 1, *, is_told_of: bool = False) -> Card:
    return Card(name, f"x-{number}", f"cli_{number}", (), is_told_of=is_told_of)


RATA, LONGER, OTHER = card("Rata", 1), card("Rata Ltd", 2), card("Kauri", 3, is_told_of=True)
BOOKS = Practice("Books", (RATA, LONGER, OTHER), 0, ())


def conflict(state: str = "open") -> Conflict:
    return Conflict(4, CHANGED, {"xpm_id": "x-1", "ignition_id": "cli_1", "state": state})


def said(one: Card, *, practice: str = "Books", **known: Any) -> list[tuple[str, str, str]]:
    told = {"steps": [], "conflicts": [], "notices": [], **known}
    found = Concerns([BOOKS], told["steps"], told["conflicts"], told["notices"]).of(practice, one)
    return [(each.what, each.look, each.place) for each in found]


def test_an_open_conflict_is_on_the_card_of_its_client_alone_and_a_settled_one_on_none() -> None:
    conflicts = [("Books", conflict(), {})]
    assert said(RATA, conflicts=conflicts) == [("open conflict 4", "warn", "notices")]
    assert said(LONGER, conflicts=conflicts) == said(RATA, conflicts=conflicts, practice="Others") == []
    assert said(RATA, conflicts=[("Books", conflict("agreed"), {})]) == []


def test_what_failed_is_on_the_card_of_whom_it_names_and_not_of_whose_name_begins_so() -> None:
    step = Step("Jobs", expectations=[Expectation("jobs", [], ["“Rata Ltd”: it is there"])])
    step.expectations += [Expectation("jobs of “Kauri”", 1, 1)]
    steps = [Played(3, step, [])]
    assert said(LONGER, steps=steps) == [("failed in step 3", "bad", "step-3")]
    assert said(RATA, steps=steps) == said(OTHER, steps=steps) == []


def test_what_broke_off_names_its_client_and_stands_first() -> None:
    steps = [Played(2, Step("Sync", failure="DeskError: “Rata” is gone"), [])]
    assert [what for what, _, _ in said(RATA, steps=steps, conflicts=[("Books", conflict(), {})])] == [
        "failed in step 2",
        "open conflict 4",
    ]


def test_a_note_is_on_the_card_but_makes_nobody_look_and_what_needs_attention_does() -> None:
    notices = [Notice("needs attention", "“Rata Ltd” is there twice (E1)", "", [2, 5])]
    notices += [Notice("note", "the Partner of “Rata” is no user (R6)", "", [1])]
    assert said(LONGER, notices=notices) == [("needs attention, step 5", "warn", "notices")]
    assert said(RATA, notices=notices) == [("note, step 1", "", "notices")]
    known = Concerns([BOOKS], [], [], notices)
    assert known.parted(BOOKS) == ([OTHER, LONGER], [RATA])


def test_without_clients_nothing_is_named() -> None:
    notices = [Notice("note", "something", "", [1])]
    assert Concerns([], [], [], notices).of("Books", RATA) == []
