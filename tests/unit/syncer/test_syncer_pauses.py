"""Pauses: kept from run to run, over when their time is, and never longer than a limit can be (E19)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from syncer_desk import ledger

from syncer.pauses import Pause, end_pauses

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
