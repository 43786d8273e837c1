"""Settable time: the one place where the fakes may read the machine's clock."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

Mode = Literal["frozen", "running"]
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2999, 1, 1, tzinfo=UTC)
"""The clock stays between the two, so that no later sum of times can leave the calendar."""


class ClockError(ValueError):
    """The clock cannot be put to this moment."""


class Clock:
    """Time as a fake sees it: frozen until moved, or running beside the machine's clock.

    A frozen clock also reports that no time passes while a call is served, so that journals
    of one seed are the same byte for byte.
    """

    def __init__(self, now: datetime | None = None, mode: Mode = "frozen") -> None:
        self._lock = threading.Lock()
        self._mode: Mode = mode
        self._base = _utc(now) if now else datetime.now(UTC)
        self._started = time.monotonic()
        self._stand: datetime | None = None

    @property
    def mode(self) -> Mode:
        """Return `frozen` or `running`."""
        return self._mode

    def now(self) -> datetime:
        """Return the fake's present moment, aware and in UTC."""
        with self._lock:
            return self._stand or self._now()

    def stand(self, moment: datetime | None) -> None:
        """Tell this moment as the present one, whatever goes on behind it; None: tell the time again.

        For what happens on the way while the clock is moved.
        """
        with self._lock:
            self._stand = moment

    def set(self, now: datetime | None = None, mode: Mode | None = None) -> None:
        """Put the clock to a moment, another mode, or both; what is not given stays.

        Raises ClockError, and changes nothing, for a moment outside the years 1970 to 2998.
        """
        with self._lock:
            self._base = _within(_utc(now) if now else self._now())
            self._started = time.monotonic()
            self._mode = mode or self._mode

    def advance(self, seconds: float) -> None:
        """Move the clock by some seconds, in either mode. Raises ClockError as `set` does."""
        with self._lock:
            try:
                moved = self._now() + timedelta(seconds=seconds)
            except OverflowError as error:
                raise ClockError(f"{seconds} seconds from now is no moment of the calendar") from error
            _within(moved)
            self._base += timedelta(seconds=seconds)

    def told(self) -> tuple[Mode, str]:
        """Return the mode, and the place to resume from: a moment, or the seconds a running clock is ahead."""
        with self._lock:
            if self._mode == "frozen":
                return "frozen", self._base.isoformat()
            return "running", repr((self._now() - datetime.now(UTC)).total_seconds())

    def resume(self, mode: Mode, place: str) -> None:
        """Go on from what `told` returned, in this process or another."""
        if mode == "frozen":
            self.set(datetime.fromisoformat(place), mode)
        else:
            self.set(datetime.now(UTC) + timedelta(seconds=float(place)), mode)

    def stopwatch(self) -> float | None:
        """Return seconds for `elapsed_ms`: a real count when running, None when frozen."""
        return time.perf_counter() if self._mode == "running" else None

    def elapsed_ms(self, started: float | None) -> float:
        """Return the milliseconds since a `stopwatch`; 0 when the clock was or is frozen."""
        now = self.stopwatch()
        return 0.0 if started is None or now is None else round((now - started) * 1000, 3)

    def _now(self) -> datetime:
        if self._mode == "frozen":
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._started)


def countdown(seconds: float) -> Callable[[], float]:
    """Return what tells how many of so many real seconds are left, below 0 when none are.

    For waits of the machine's own, which have nothing to do with the time that a fake tells.
    """
    end = time.monotonic() + seconds
    return lambda: end - time.monotonic()


def iso(moment: datetime) -> str:
    """Write a moment as `2026-07-01T09:30:00Z`: the form the fakes store and sort by."""
    # Not by strftime, which writes the year 999 in three digits: the form would not sort any more.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def parse_iso(text: str) -> datetime:
    """Read an ISO 8601 moment; one without a zone is UTC. Raises ValueError for anything else."""
    try:
        return _utc(datetime.fromisoformat(text))
    except OverflowError as error:  # the first or last day of the calendar, in another zone
        raise ValueError(f"{text} is no moment of the calendar") from error


def _within(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        raise ClockError(f"{moment:%Y-%m-%d} is no date for the clock: choose one from 1970 to 2998")
    return moment


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
