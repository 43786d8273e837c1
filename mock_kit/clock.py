"""Settable time: the one place where the fakes may read the machine's clock."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Literal

Mode = Literal["frozen", "running"]


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

    @property
    def mode(self) -> Mode:
        """Return `frozen` or `running`."""
        return self._mode

    def now(self) -> datetime:
        """Return the fake's present moment, aware and in UTC."""
        with self._lock:
            return self._now()

    def set(self, now: datetime | None = None, mode: Mode | None = None) -> None:
        """Put the clock to a moment, another mode, or both; what is not given stays."""
        with self._lock:
            self._base = _utc(now) if now else self._now()
            self._started = time.monotonic()
            self._mode = mode or self._mode

    def advance(self, seconds: float) -> None:
        """Move the clock by some seconds, in either mode."""
        with self._lock:
            self._base += timedelta(seconds=seconds)

    def stopwatch(self) -> float:
        """Return seconds for measuring how long a call took: real when running, 0 when frozen."""
        return time.perf_counter() if self._mode == "running" else 0.0

    def _now(self) -> datetime:
        if self._mode == "frozen":
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._started)


def iso(moment: datetime) -> str:
    """Write a moment as `2026-07-01T09:30:00Z`: the form the fakes store and sort by."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_iso(text: str) -> datetime:
    """Read an ISO 8601 moment; one without a zone is UTC. Raises ValueError for anything else."""
    return _utc(datetime.fromisoformat(text))


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
