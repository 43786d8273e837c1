from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from syncer_desk import FakeRuntime, ledger

from syncer import ledger_tables as t
from syncer.errors import (
    ApiError,
    LimitError,
    OutcomeUnknownError,
    ReconnectNeededError,
    RefusedError,
    UnreachableError,
)
from syncer.once import came_of, exactly_once


class World:
    """A system that makes things, may lose its answer, and may be late; and a program that restarts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.runtime = FakeRuntime()
        self.made: list[str] = []
        self.late: list[tuple[float, str]] = []
        self.looks = 0
        self.seen_evidence: list[Any] = []
        self.failures: list[tuple[str, BaseException]] = []
        """For each call in turn: whether it takes effect (`now`, `late`, `never`), and what is raised."""
        self.restart()

    def restart(self) -> None:
        self.own = ledger(self.path).of("north")

    def do(self) -> str:
        practice: Any = SimpleNamespace(ledger=self.own, runtime=self.runtime)
        return exactly_once(
            practice, "job/1", "job", evidence=lambda: list(self.made), act=self._act, look_up=self._look_up
        )

    def _act(self) -> str:
        one = f"J{len(self.made) + len(self.late) + 1}"
        when, error = self.failures.pop(0) if self.failures else ("now", None)
        if when == "now":
            self.made.append(one)
        elif when == "late":
            self.late.append((self.runtime.now().timestamp() + 120, one))
        if error:
            raise error
        return one

    def _look_up(self, before: list[str]) -> str | None:
        self.looks += 1
        self.seen_evidence.append(before)
        landed = [one for moment, one in self.late if moment <= self.runtime.now().timestamp()]
        self.made += landed
        self.late = [pair for pair in self.late if pair[1] not in landed]
        return next((one for one in self.made if one not in before), None)

    def intent(self) -> tuple[str, str | None] | None:
        row = self.own.row(t.intents, key="job/1")
        return (row["state"], row["outcome"]) if row else None


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "l.db")


def unknown() -> OutcomeUnknownError:
    return OutcomeUnknownError("XPM", "job.api/add", "no answer within the time-out")


def test_e11_a_known_outcome_is_kept_and_nothing_is_looked_up(world: World) -> None:
    assert world.do() == "J1"
    assert (world.made, world.looks, world.runtime.slept) == (["J1"], 0, [])
    assert world.intent() == ("done", "J1")


def test_e11_what_is_done_is_not_done_again_also_after_a_restart(world: World) -> None:
    world.do()
    assert world.do() == "J1"
    world.own.ledger.close()
    world.restart()
    assert world.do() == "J1"
    assert (world.made, world.looks) == (["J1"], 0)


def test_e11_the_intent_is_in_the_ledger_before_the_call(world: World) -> None:
    seen: list[Any] = []
    act = world._act

    def looking() -> str:
        other = ledger(world.path).of("north").row(t.intents, key="job/1") or {}
        seen.append((other["kind"], other["state"], other["evidence"], other["at"]))
        return act()

    world._act = looking  # type: ignore[method-assign]  # the same, watched
    world.do()
    assert seen == [("job", "open", "[]", "2026-07-01T09:30:00Z")]


@pytest.mark.parametrize(
    "error",
    [
        RefusedError("XPM", "job.api/add", "Name is required"),
        LimitError("XPM", "job.api/add", "the day limit lifts in 9000 s", 9000),
        UnreachableError("XPM", "job.api/add", "nobody answers there"),
    ],
)
def test_e11_a_call_that_had_no_effect_takes_the_intent_back(world: World, error: ApiError) -> None:
    world.failures = [("never", error)]
    with pytest.raises(type(error)):
        world.do()
    assert (world.intent(), world.looks) == (None, 0)
    assert world.do() == "J1"
    assert world.made == ["J1"]


def test_e11_an_unknown_outcome_is_found_at_the_first_look(world: World) -> None:
    world.failures = [("now", unknown())]
    assert world.do() == "J1"
    assert (world.made, world.looks, world.runtime.slept) == (["J1"], 1, [])
    assert world.intent() == ("done", "J1")


def test_e11_an_unknown_outcome_that_lands_late_is_found_at_the_second_look(world: World) -> None:
    world.failures = [("late", unknown())]
    assert world.do() == "J1"
    assert (world.made, world.looks, world.runtime.slept) == (["J1"], 2, [180])


def test_e11_what_never_landed_is_tried_again(world: World) -> None:
    world.failures = [("never", unknown())]
    assert world.do() == "J1"
    assert (world.made, world.looks, world.runtime.slept) == (["J1"], 3, [180])


def test_e11_one_old_answer_to_the_look_after_the_wait_does_not_have_it_made_twice(world: World) -> None:
    world.failures = [("late", unknown())]
    look_up = world._look_up

    def old_at_the_second_look(before: list[str]) -> str | None:
        found = look_up(before)
        return None if world.looks == 2 else found

    world._look_up = old_at_the_second_look  # type: ignore[method-assign]  # the same, once from an old copy
    assert world.do() == "J1"
    assert (world.made, world.looks, world.runtime.slept) == (["J1"], 3, [180])


def test_e11_what_never_lands_is_tried_three_times_and_then_told(world: World) -> None:
    world.failures = [("never", unknown()) for _ in range(5)]
    with pytest.raises(OutcomeUnknownError, match="XPM, job: tried 3 times, and no trace of it was found"):
        world.do()
    assert (len(world.failures), world.made, world.runtime.slept) == (2, [], [180, 180, 180])
    assert world.intent() is None


def test_e11_a_call_that_waited_long_for_its_turn_is_still_looked_up_twice(world: World) -> None:
    world.failures = [("late", unknown())]
    act = world._act

    def after_hours() -> str:
        world.runtime.clock += timedelta(hours=3)
        return act()

    world._act = after_hours  # type: ignore[method-assign]  # a call held up by limits
    assert world.do() == "J1"
    assert (world.made, world.runtime.slept) == (["J1"], [180])


def test_e11_evidence_is_what_was_there_before_the_intent(world: World) -> None:
    world.made = ["there already"]
    world.failures = [("now", unknown())]
    assert world.do() == "J2"
    assert world.seen_evidence == [["there already"]]


CRASHES = {
    "between intent and call": "never",
    "between call and outcome": "now",
    "with the call still on its way": "late",
}


@pytest.mark.parametrize("when", CRASHES.values(), ids=CRASHES.keys())
@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), ReconnectNeededError("dead")])
@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=5), timedelta(days=3)])
def test_e11_a_crash_and_a_restart_have_one_effect(
    world: World, when: str, error: BaseException, later: timedelta
) -> None:
    world.failures = [(when, error)]
    with pytest.raises(type(error)):
        world.do()
    assert world.intent() == ("open", None)
    world.own.ledger.close()
    world.runtime.clock += later
    world.restart()
    assert world.do() == "J1"
    assert world.made == ["J1"]
    assert world.intent() == ("done", "J1")


def test_e11_an_intent_left_behind_long_ago_needs_one_look_only(world: World) -> None:
    world.failures = [("never", KeyboardInterrupt())]
    with pytest.raises(KeyboardInterrupt):
        world.do()
    world.runtime.clock += timedelta(days=1)
    assert world.do() == "J1"
    assert (world.looks, world.runtime.slept) == (1, [])


@pytest.mark.parametrize("at_look", [1, 2])
def test_e11_a_crash_while_looking_leaves_the_intent_to_the_next_run(world: World, at_look: int) -> None:
    world.failures = [("late", unknown())]
    look: Callable[[list[str]], str | None] = world._look_up

    def interrupted(before: list[str]) -> str | None:
        if world.looks + 1 == at_look:
            world.looks += 1
            raise UnreachableError("XPM", "job.api/client", "nobody answers there")
        return look(before)

    world._look_up = interrupted  # type: ignore[method-assign]  # XPM goes away meanwhile
    with pytest.raises(UnreachableError):
        world.do()
    assert world.intent() == ("open", None)
    world._look_up = look  # type: ignore[method-assign]  # and comes back
    world.restart()
    assert world.do() == "J1"
    assert world.made == ["J1"]


def test_e11_of_two_programs_that_begin_at_once_one_makes_it(world: World) -> None:
    beside = World(world.path)
    beside.made = world.made
    made: list[str] = []
    watched = world.own.row

    def overtaken(*table: Any, **equal: Any) -> Any:
        row = watched(*table, **equal)
        if not made:
            made.append(beside.do())
        return row

    world.own.row = overtaken  # type: ignore[method-assign]  # the other program, between look and claim
    assert world.do() == "J1"
    assert (world.made, made) == (["J1"], ["J1"])


def test_e11_what_another_program_noted_while_this_one_looked_is_not_made_again(world: World) -> None:
    world.failures = [("never", KeyboardInterrupt())]
    with pytest.raises(KeyboardInterrupt):
        world.do()

    def looking(_before: list[str]) -> None:
        world.own.change(t.intents, {"state": "done", "outcome": "J7"}, key="job/1")

    world._look_up = looking  # type: ignore[method-assign, assignment]  # what is known as made is not found
    assert world.do() == "J7"
    assert (world.made, world.intent()) == ([], ("done", "J7"))


def test_e11_an_intent_that_another_program_took_back_meanwhile_is_begun_anew(world: World) -> None:
    world.failures = [("never", KeyboardInterrupt())]
    with pytest.raises(KeyboardInterrupt):
        world.do()
    look = world._look_up

    def looking(before: list[str]) -> str | None:
        world.own.remove(t.intents, key="job/1")
        return look(before)

    world._look_up = looking  # type: ignore[method-assign]  # refused over there
    assert world.do() == "J1"
    assert (world.made, world.intent()) == (["J1"], ("done", "J1"))


def test_e11_intents_of_two_practices_are_two(world: World) -> None:
    world.do()
    other: Any = SimpleNamespace(ledger=world.own.ledger.of("south"), runtime=world.runtime)
    made = exactly_once(other, "job/1", "job", evidence=list, act=lambda: "S1", look_up=lambda _before: None)
    assert (made, world.intent()) == ("S1", ("done", "J1"))


def settle(world: World) -> str | None:
    practice: Any = SimpleNamespace(ledger=world.own, runtime=world.runtime)
    return came_of(practice, "job/1", world._look_up)


@pytest.mark.parametrize(("when", "outcome"), [("now", "J1"), ("late", "J1"), ("never", None)])
def test_e11_what_came_of_an_intent_left_behind_is_found_out_without_doing_it_again(
    world: World, when: str, outcome: str | None
) -> None:
    world.failures = [(when, KeyboardInterrupt())]
    with pytest.raises(KeyboardInterrupt):
        world.do()
    world.restart()
    assert settle(world) == outcome
    assert len(world.made) == (outcome is not None)
    assert world.intent() == (("done", "J1") if outcome else None)


def test_e11_an_intent_that_is_done_or_was_never_kept_needs_no_look(world: World) -> None:
    assert settle(world) is None
    world.do()
    assert settle(world) == "J1"
    assert (world.looks, world.runtime.slept) == (0, [])
