"""One program at a time writes for a practice: taken, renewed, waited for, taken over, lost."""

from datetime import timedelta
from pathlib import Path

import pytest
from syncer_desk import START, FakeRuntime, ledger

from syncer.errors import LeaseHeldError, LeaseLostError
from syncer.lease import Lease, Renewing
from syncer.ledger import Ledger


class Other(FakeRuntime):
    """A program elsewhere."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def identity(self) -> str:
        return self.name


def rows(found: Ledger) -> list[tuple[str, str]]:
    with found.begin() as connection:
        return connection.execute("SELECT name, until FROM leases").fetchall()


def lease(found: Ledger, runtime: FakeRuntime) -> Lease:
    return Lease(found, runtime, "practice", "north")


def test_a_lease_is_there_for_a_minute_while_it_is_held_and_gone_after() -> None:
    found = ledger()
    with lease(found, FakeRuntime()).hold():
        assert rows(found) == [("north", "2026-07-01T09:31:00Z")]
    assert rows(found) == []


def test_it_may_be_held_within_itself() -> None:
    found = ledger()
    mine = lease(found, FakeRuntime())
    with mine.hold():
        with mine.hold():
            pass
        assert len(rows(found)) == 1


def test_a_second_program_waits_until_the_first_is_done(tmp_path: Path) -> None:
    found = ledger(tmp_path / "l.db")
    first = lease(found, Other("a/1")).hold()
    first.__enter__()
    second = Other("b/2")

    def sleep(seconds: float) -> None:
        second.clock += timedelta(seconds=seconds)
        first.__exit__(None, None, None)

    second.sleep = sleep  # type: ignore[method-assign]
    with lease(ledger(tmp_path / "l.db"), second).hold():
        assert second.now() == START + timedelta(seconds=2)


def test_a_second_program_says_who_works_when_it_has_waited_long_enough() -> None:
    found = ledger()
    first = Other("a/1")
    mine, other = lease(found, first), Other("b/2")
    with mine.hold():
        original = other.sleep

        def sleep(seconds: float) -> None:
            original(seconds)
            first.clock = other.clock
            mine.keep(60)

        other.sleep = sleep  # type: ignore[method-assign]
        with pytest.raises(
            LeaseHeldError, match=r"another syncer \(a/1#\d+\) is working on the practice “north”"
        ):
            lease(found, other).hold().__enter__()
        assert other.now() - START == timedelta(seconds=90)


def test_the_lease_of_a_program_that_died_is_taken_over_at_once() -> None:
    found = ledger()
    lease(found, Other("gone/7")).hold().__enter__()
    other = Other("b/2")
    with lease(found, other).hold():
        assert other.slept == []


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_makes_no_further_call() -> None:
    found = ledger()
    first, other = Other("a/1"), Other("b/2")
    mine = lease(found, first)
    with mine.hold():
        first.clock = other.clock = START + timedelta(seconds=60)
        with (
            lease(found, other).hold(),
            pytest.raises(LeaseLostError, match=r"another syncer \(b/2#\d+\) took over"),
        ):
            mine.keep(1)


def test_no_call_begins_with_less_left_than_it_may_take() -> None:
    found = ledger()
    runtime = FakeRuntime()
    mine = lease(found, runtime)
    with mine.hold():
        runtime.clock += timedelta(seconds=20)
        mine.keep(40)
        assert rows(found) == [("north", "2026-07-01T09:31:00Z")]
        runtime.clock += timedelta(seconds=1)
        mine.keep(40)
        assert rows(found) == [("north", "2026-07-01T09:31:21Z")]


def test_a_lease_that_nobody_holds_needs_no_keeping() -> None:
    found = ledger()
    lease(found, FakeRuntime()).keep(40)
    assert rows(found) == []


def test_a_long_wait_renews_the_lease_on_its_way() -> None:
    found = ledger()
    runtime = FakeRuntime()
    mine = lease(found, runtime)
    with mine.hold():
        Renewing(runtime, mine).sleep(180)
        assert runtime.now() - START == timedelta(seconds=180)
        assert max(runtime.slept) == 20
        other = Other("b/2")
        other.clock = runtime.clock
        with pytest.raises(LeaseHeldError):
            lease(found, other).hold(timedelta(0)).__enter__()
