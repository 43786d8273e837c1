"""The seam between the syncer and the machine: time, waiting, and doing reads side by side."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Protocol

import requests

AT_ONCE = 5
"""XPM answers five calls of one practice at a time (E19)."""


class Runtime(Protocol):
    """What the syncer needs of the machine. Injected everywhere, so that a scenario can hold the clock."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when that time has passed."""
        ...

    def gather(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Do reads, side by side where that can be, and return their answers in the order given."""
        ...

    def session(self) -> requests.Session:
        """Return a session for calling an API."""
        ...


class LiveRuntime:
    """The machine as it is: the wall clock, threads, sockets."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def gather(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Run the calls in up to five threads; the first error, in the order given, is raised."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return [future.result() for future in [pool.submit(call) for call in calls]]

    def session(self) -> requests.Session:
        """Return a plain session."""
        return requests.Session()


def iso(moment: datetime) -> str:
    """Write a moment as `2026-07-01T09:30:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
