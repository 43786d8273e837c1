"""Rate limits: rolling windows on the fake's clock, and calls that are under way at once.

A product declares its limits as rows (`Limit`). A call is admitted by all of them or by none: a
call that is refused counts for nothing (ours). A limit that is switched off counts nothing and
has no headers (ours); switched on again, it begins empty.
"""

import threading
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Literal, NamedTuple

from mock_kit.clock import Clock

Per = Literal["practice and app", "practice", "app"]
PER: tuple[Per, ...] = ("practice and app", "app", "practice")
Headers = list[tuple[str, str]]
Counts = dict[tuple[str, str], int]
"""Calls under way, by app and practice."""
Place = tuple[Counts, tuple[str, str]]
"""A call's place among those under way."""
LONGEST = 10**9
"""The highest value a limit can be put to."""


class Limit(NamedTuple):
    """A limit as a product declares it: a row of its table."""

    name: str
    """The setting's name, as in `minute`."""
    calls: int
    """How many are let through, unless the setting says otherwise."""
    seconds: float | None
    """How long a call counts; None: from its entry until its answer is sent."""
    per: Per
    """Whose calls are counted together."""
    problem: str = ""
    """What a refusal names."""
    remaining: str = ""
    """The header that tells how many calls are left after this one."""
    total: str = ""
    """The header that tells the limit itself."""
    resets: str = ""
    """The header that tells, in Unix seconds, when the oldest counted call leaves the window."""


class OverLimitError(Exception):
    """A call that no limit may count any more."""

    def __init__(
        self, limit: Limit, calls: int, retry_after: int, free_at: datetime, headers: Headers
    ) -> None:
        super().__init__(f"over the limit {limit.name}: {calls} calls")
        self.limit = limit
        self.calls = calls
        self.retry_after = retry_after
        """Whole seconds until a place is free, at least 1."""
        self.free_at = free_at
        """The moment at which it is free."""
        self.headers = headers


class LimitsError(ValueError):
    """Settings that name no limit of the product, or no value that a limit can have."""


class _Window:
    """One limit that is switched on, and the calls it counts."""

    __slots__ = ("calls", "header", "key", "limit", "made", "span", "tells")

    def __init__(self, limit: Limit, calls: int) -> None:
        self.limit = limit
        self.calls = calls
        self.key = PER.index(limit.per)
        self.header = limit.remaining
        self.span = timedelta(seconds=limit.seconds or 0)
        self.tells = bool(limit.total or limit.resets)
        self.made: dict[Any, deque[datetime]] = {}

    def headers(self, made: deque[datetime]) -> Headers:
        """Return this limit's headers, given the calls that count."""
        limit = self.limit
        told = [(limit.total, str(self.calls))] if limit.total else []
        if limit.remaining:
            told.append((limit.remaining, str(max(0, self.calls - len(made)))))
        if limit.resets and made:
            told.append((limit.resets, str(ceil((made[0] + self.span).timestamp()))))
        return told

    def free_at(self, made: deque[datetime]) -> datetime:
        """Return when there is a place again; there is none now."""
        return made[len(made) - self.calls] + self.span


class Throttle:
    """The limits of one fake, as they are set, and what they have counted."""

    def __init__(
        self, limits: tuple[Limit, ...], clock: Clock, settings: Mapping[str, int | None] | None = None
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way: Counts = {}
        self._calls: dict[str, int | None] = {limit.name: limit.calls for limit in limits}
        self._windows: list[_Window] = []
        self._at_once: Limit | None = None
        self._at_once_calls = 0
        self.set({} if settings is None else settings)

    @property
    def settings(self) -> dict[str, int | None]:
        """Return each limit's value by its name; None: it is switched off."""
        return dict(self._calls)

    def set(self, settings: Mapping[str, int | None]) -> None:
        """Put some limits to other values, None switches one off; what is not named stays.

        What was counted goes on counting. Raises LimitsError, and changes nothing, for a name that
        the product does not have or a value that is no whole number from 1 to a thousand million.
        """
        for name, calls in settings.items():
            if name not in self._calls:
                known = ", ".join(self._calls) or "none"
                raise LimitsError(f"no such limit: {name}; there are: {known}")
            if calls is not None and (type(calls) is not int or not 1 <= calls <= LONGEST):
                raise LimitsError(
                    f"{name} must be a whole number from 1 to {LONGEST}, or null to switch it off, "
                    f"not {calls!r}"
                )
        with self._lock:
            self._calls.update(settings)
            before = {window.limit.name: window for window in self._windows}
            counted, self._windows, self._at_once = self._at_once, [], None
            for limit in self._limits:
                allowed = self._calls[limit.name]
                if allowed is None:
                    continue
                if limit.seconds is None:
                    self._at_once, self._at_once_calls = limit, allowed
                else:
                    window = before.get(limit.name) or _Window(limit, allowed)
                    window.calls = allowed
                    self._windows.append(window)
            if (
                counted is None
            ):  # calls that began while the limit was off are not counted when it is on again
                self._under_way = {}

    def clear(self) -> None:
        """Empty the windows; calls under way still count until they are done."""
        with self._lock:
            for window in self._windows:
                window.made.clear()

    def restart(self) -> None:
        """Begin anew: what is still under way belongs to the state before, and counts no more."""
        self.clear()
        with self._lock:
            self._under_way = {}

    def admit(self, client_id: str, tenant_id: str) -> tuple[Headers, Place]:
        """Count a call, and return the headers for its answer. Raises OverLimitError.

        Each call that is let through is under way until its place is given back with `done`. Over
        several limits at once, the refusal names the one that is free last (ours).
        """
        both = (client_id, tenant_id)
        keys = (both, client_id, tenant_id)
        headers: Headers = []
        with self._lock:
            # Read inside the lock, so that the moments of a window never go down.
            now = self._clock.now()
            counts = self._under_way
            under_way = counts.get(both, 0)
            full = self._at_once is not None and under_way >= self._at_once_calls
            counted: list[deque[datetime]] = []
            for window in self._windows:
                made = window.made.get(keys[window.key])
                if made is None:
                    made = window.made[keys[window.key]] = deque()
                elif made:
                    start = now - window.span
                    while made and made[0] <= start:
                        made.popleft()
                    if len(made) >= window.calls:
                        full = True
                # Counted at once, and taken back should another limit refuse: that is the rare case.
                made.append(now)
                counted.append(made)
                if window.tells:
                    headers += window.headers(made)
                elif window.header:
                    headers.append((window.header, str(window.calls - len(made))))
            if full:
                raise self._refusal(now, counted, under_way)
            counts[both] = under_way + 1
        return headers, (counts, both)

    def full_until(self, moment: datetime, headers: Headers) -> Headers:
        """Return the headers of an answer that says when to come again: before that no call is left.

        Those of limits that tell no such moment stay as they are.
        """
        told: dict[str, str] = {}
        for limit in self._limits:
            if limit.resets:
                told |= {limit.remaining: "0", limit.resets: str(ceil(moment.timestamp()))}
        return [(name, told.get(name, value)) for name, value in headers]

    def done(self, place: Place) -> None:
        """Note that an admitted call is over: its answer is sent, or it never will be."""
        counts, both = place
        with self._lock:
            left = counts[both] - 1
            if left:
                counts[both] = left
            else:
                del counts[both]

    def _refusal(self, now: datetime, counted: list[deque[datetime]], under_way: int) -> OverLimitError:
        for made in counted:
            made.pop()
        over = []
        if self._at_once is not None and under_way >= self._at_once_calls:
            # Nobody knows when a call under way will be done: a second is the shortest wait one can tell.
            over.append((1, now + timedelta(seconds=1), self._at_once, self._at_once_calls))
        headers: Headers = []
        for window, made in zip(self._windows, counted, strict=True):
            headers += window.headers(made)
            if len(made) >= window.calls:
                free_at = window.free_at(made)
                seconds = max(1, ceil((free_at - now).total_seconds()))
                over.append((seconds, free_at, window.limit, window.calls))
        seconds, free_at, limit, calls = max(over, key=lambda one: one[0])
        return OverLimitError(limit, calls, seconds, free_at, headers)
