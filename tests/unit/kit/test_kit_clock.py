from datetime import UTC, datetime, timedelta, timezone

import pytest

from mock_kit import clock as clock_module
from mock_kit.clock import Clock, ClockError, iso, parse_iso

START = datetime(2026, 7, 1, tzinfo=UTC)


class _Machine:
    """The machine's clock, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1000.0
        monkeypatch.setattr(clock_module.time, "monotonic", lambda: self.seconds)
        monkeypatch.setattr(clock_module.time, "perf_counter", lambda: self.seconds)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> _Machine:
    return _Machine(monkeypatch)


def test_a_frozen_clock_stands_still(machine: _Machine) -> None:
    clock = Clock(START)
    machine.seconds += 50
    assert clock.now() == START
    assert clock.mode == "frozen"


def test_a_running_clock_goes_with_the_machine(machine: _Machine) -> None:
    clock = Clock(START, "running")
    machine.seconds += 90
    assert clock.now() == START + timedelta(seconds=90)


def test_without_a_moment_the_clock_begins_at_the_machines() -> None:
    before = datetime.now(UTC)
    assert before <= Clock().now() <= datetime.now(UTC)


@pytest.mark.parametrize("mode", ["frozen", "running"])
def test_the_clock_can_be_moved_in_either_mode(machine: _Machine, mode: clock_module.Mode) -> None:
    clock = Clock(START, mode)
    clock.advance(86400)
    assert clock.now() == START + timedelta(days=1)


@pytest.mark.parametrize("mode", ["frozen", "running"])
def test_a_clock_that_stands_elsewhere_is_the_same_behind_it(
    machine: _Machine, mode: clock_module.Mode
) -> None:
    clock = Clock(START, mode)
    clock.stand(START + timedelta(days=1))
    machine.seconds += 10
    assert (clock.now(), clock.mode) == (START + timedelta(days=1), mode)
    clock.advance(20)
    clock.stand(None)
    assert clock.now() == START + timedelta(seconds=20 if mode == "frozen" else 30)


def test_setting_the_mode_keeps_the_moment(machine: _Machine) -> None:
    clock = Clock(START, "running")
    machine.seconds += 10
    clock.set(mode="frozen")
    machine.seconds += 10
    assert clock.now() == START + timedelta(seconds=10)
    clock.set(mode="running")
    machine.seconds += 5
    assert clock.now() == START + timedelta(seconds=15)


def test_setting_the_moment_keeps_the_mode(machine: _Machine) -> None:
    clock = Clock(START, "running")
    machine.seconds += 10
    clock.set(START + timedelta(days=3))
    assert clock.mode == "running"
    assert clock.now() == START + timedelta(days=3)


@pytest.mark.parametrize("year", [1969, 2999])
def test_the_clock_refuses_a_moment_far_away_and_stays(year: int) -> None:
    clock = Clock(START)
    with pytest.raises(ClockError, match="choose one from 1970 to 2998"):
        clock.set(datetime(year, 12, 31, tzinfo=UTC))
    assert clock.now() == START


@pytest.mark.parametrize("seconds", [1000 * 366 * 86400, 1e13, -60 * 366 * 86400])
def test_the_clock_refuses_to_be_moved_too_far_and_stays(seconds: float) -> None:
    clock = Clock(START)
    with pytest.raises(ClockError):
        clock.advance(seconds)
    assert clock.now() == START


def test_a_call_takes_no_time_while_the_clock_is_frozen() -> None:
    clock = Clock(START)
    assert clock.elapsed_ms(clock.stopwatch()) == 0.0


def test_a_call_takes_its_time_while_the_clock_runs(machine: _Machine) -> None:
    clock = Clock(START, "running")
    started = clock.stopwatch()
    machine.seconds += 0.25
    assert clock.elapsed_ms(started) == 250.0


@pytest.mark.parametrize(("before", "after"), [("frozen", "running"), ("running", "frozen")])
def test_a_call_in_which_the_mode_changed_has_no_time(
    machine: _Machine, before: clock_module.Mode, after: clock_module.Mode
) -> None:
    clock = Clock(START, before)
    started = clock.stopwatch()
    clock.set(mode=after)
    assert clock.elapsed_ms(started) == 0.0


def test_a_moment_is_written_in_utc_to_the_second() -> None:
    moment = datetime(2026, 7, 1, 9, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=10)))
    assert iso(moment) == "2026-06-30T23:30:00Z"


def test_moments_sort_as_they_are_written_in_early_years_too() -> None:
    assert iso(datetime(999, 7, 1, tzinfo=UTC)) == "0999-07-01T00:00:00Z"


@pytest.mark.parametrize(
    "text", ["2026-07-01T00:00:00Z", "2026-07-01T10:00:00+10:00", "2026-07-01T00:00:00", "2026-07-01"]
)
def test_a_moment_is_read_with_or_without_its_zone(text: str) -> None:
    assert parse_iso(text) == START


@pytest.mark.parametrize("text", ["", "now", "2026-13-01", "0001-01-01T00:00:00+10:00"])
def test_what_is_no_moment_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|month|calendar"):
        parse_iso(text)


def test_a_frozen_clock_resumes_where_it_was_left(machine: _Machine) -> None:
    mode, place = Clock(START).told()
    other = Clock(START + timedelta(days=3), "running")
    other.resume(mode, place)
    assert (other.mode, other.now()) == ("frozen", START)


def test_a_running_clock_resumes_as_far_ahead_as_it_was() -> None:
    ahead = Clock(datetime.now(UTC) + timedelta(days=400), "running")
    other = Clock(START)
    other.resume(*ahead.told())
    assert other.mode == "running"
    assert abs((other.now() - ahead.now()).total_seconds()) < 60
