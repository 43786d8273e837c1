"""What time it is on an API's side: its answers say so, and lists of changes go by that clock, not by ours."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

YEARS = range(2000, 2200)


class TheirClock:
    """An API's clock, as far as its answers tell (`Date`, whole seconds; RFC 9110, 6.6.1).

    Answers may come side by side, in any order.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._first: datetime | None = None
        self._last: datetime | None = None

    def hear(self, headers: Mapping[str, str]) -> None:
        """Note what an answer's headers say; one that says nothing, or what is no date, tells nothing."""
        told = _read(headers.get("Date", ""))
        if told is None:
            return
        with self._lock:
            self._first = told if self._first is None else min(self._first, told)
            self._last = told if self._last is None else max(self._last, told)

    def begin(self) -> None:
        """Forget what was heard: a reading begins."""
        with self._lock:
            self._first = self._last = None

    def began(self, ours: datetime) -> datetime:
        """Return from when on the next reading goes on: when this one began by the clock that is behind.

        `ours` is the moment by our clock. Where that is ahead, an edit that is made after the reading carries an
        earlier time than ours was, and a reading that goes on from ours would never ask for it.
        """
        with self._lock:
            return ours if self._first is None else min(self._first, ours)

    def now(self, ours: datetime) -> datetime:
        """Return the time of their latest answer; `ours` where they never told."""
        with self._lock:
            return self._last or ours


@lru_cache  # answers come many in a second
def _read(text: str) -> datetime | None:
    """Return the moment that a header tells, or None."""
    try:
        read = parsedate_to_datetime(text)
        # "-0000" is in UTC, too: only where it was taken nobody says.
        told = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    # Two of them, or a clock that was never set, tell nothing.
    return None if text.count(",") > 1 or told.year not in YEARS else told
