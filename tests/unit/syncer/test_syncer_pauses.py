"""Pauses: kept from run to run, over when their time is, and never longer than a limit can be (E19)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from syncer_desk import FakeRuntime, ledger

from syncer.ledger import PracticeLedger
from syncer.limits import Budget
from syncer.pauses import Pause, Rest, end_pauses

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Clock:
    """A runtime of which nothing but the time is asked."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


def test_while_one_thread_first_looks_for_a_pause_no_other_can_begin_one() -> None:
    """Reads go side by side: what the ledger said before must not take the place of what an API has said since."""
    own = ledger().of("north")
    pause: Any = Pause(own, "xpm", Clock())  # type: ignore[arg-type]  # of the runtime nothing else is asked
    look, is_free = own.cursor, list[bool]()

    def looking(name: str) -> str | None:
        is_free.append(pause._lock.acquire(blocking=False))
        return look(name)

    own.cursor = looking  # type: ignore[method-assign]
    assert pause.seconds() == 0.0
    assert is_free == [False]
    pause.begin(3600)
    assert pause.seconds() == 3600.0
    assert is_free == [False]  # it looks once


@pytest.mark.parametrize(
    ("later", "left"),
    [(0, 3600.0), (3599, 1.0), (3600, 0.0), (9999, 0.0), (-82_800, 86_400.0), (-82_801, 0.0)],
)
def test_e19_a_pause_is_kept_and_ends_and_one_that_a_wrong_clock_noted_is_none(
    later: int, left: float
) -> None:
    clock: Any = Clock()
    own = ledger().of("north")
    Pause(own, "xpm", clock).begin(3600.0)
    clock.time = NOON + timedelta(seconds=later)
    assert Pause(own, "xpm", clock).seconds() == left
    assert Pause(own, "ignition", clock).seconds() == 0.0
    assert Pause(ledger().of("south"), "xpm", clock).seconds() == 0.0


def test_who_connects_anew_is_not_paused() -> None:
    clock: Any = Clock()
    own = ledger().of("north")
    Pause(own, "xpm", clock).begin(3600.0)
    end_pauses(own)
    assert Pause(own, "xpm", clock).seconds() == 0.0


def a_program(own: PracticeLedger, runtime: FakeRuntime, calls: int, *lefts: str) -> Budget:
    """Another program makes so many calls, whose answers tell what is left; those without one are lost."""
    budget = Budget(60, 60, runtime, Rest(own, "xpm"))
    for number in range(calls):
        with budget:
            if number < len(lefts):
                budget.learn({"X-MinLimit-Remaining": lefts[number]})
    return budget


@pytest.mark.parametrize(("left", "free"), [("0", 0), ("3", 3), ("4", 4)])
def test_e19_a_program_begins_with_what_the_one_before_it_left_of_the_minute(left: str, free: int) -> None:
    runtime, own = FakeRuntime(), ledger().of("north")
    a_program(own, runtime, 1, left)
    runtime.clock += timedelta(seconds=20)
    a_program(own, runtime, free)
    assert runtime.slept == []
    a_program(own, runtime, 1)
    assert runtime.slept == [60.0 if free else 40.0]


def test_e19_a_rest_is_of_no_account_when_its_minute_is_over_or_enough_was_left() -> None:
    runtime, own = FakeRuntime(), ledger().of("north")
    a_program(own, runtime, 1, "5")
    assert Rest(own, "xpm").read() is None
    a_program(own, runtime, 1, "0")
    runtime.clock += timedelta(seconds=60)
    a_program(own, runtime, 3)
    assert runtime.slept == []
    runtime.clock -= timedelta(days=1)  # a clock that was wrong keeps nobody waiting
    a_program(own, runtime, 3)
    assert runtime.slept == []


def test_e21_a_rest_is_one_practices_and_one_systems_and_ends_when_who_connects_anew() -> None:
    runtime, book = FakeRuntime(), ledger()
    own = book.of("north")
    a_program(own, runtime, 1, "0")
    assert Rest(own, "ignition").read() is None
    assert Rest(book.of("south"), "xpm").read() is None
    assert Rest(own, "xpm").read() == (0, runtime.clock)
    assert "rests" not in book.dump()
    end_pauses(own)
    assert Rest(own, "xpm").read() is None
