"""The budget of calls that an API grants, known before a call is made, so that no limit is run into (E19)."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from syncer import waits
from syncer.runtime import AT_ONCE, Runtime

LONGEST_WAIT = 120.0
"""Seconds that a call waits for its turn at the most; what takes longer ends the run, and the next goes on."""
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Window:
    """A limit as an API tells of it: the header with what is left, over how many seconds, and its name."""

    header: str
    seconds: float
    name: str


WINDOWS = (
    Window("X-MinLimit-Remaining", 60, "minute"),
    Window("X-AppMinLimit-Remaining", 60, "app's minute"),
    Window("X-DayLimit-Remaining", 86_400, "day"),
    Window("X-RateLimit-Remaining", 3600, "hour"),
)
"""XPM's three windows, and Ignition's one."""


class UsedUpError(Exception):
    """A limit is used up and lifts later than a call may wait; `seconds` until it is worth another try."""

    def __init__(self, which: str, seconds: float) -> None:
        super().__init__(f"the calls of the {which} are used up")
        self.seconds = seconds


@dataclass
class _Grant:
    """What an answer said was left of a window, and how much of that has been used since."""

    left: int
    at: datetime
    window: Window


class Kept(Protocol):
    """Where a process keeps how little is left of a window, for the next one."""

    def read(self) -> tuple[int, datetime] | None:
        """Return how many calls were left, and when the last of them was made; None: nothing was kept."""

    def note(self, left: int, at: datetime) -> None:
        """Keep that."""


@dataclass
class Budget:
    """At most `calls` in any `seconds`, for one practice and API; a call waits for its turn. None: no limit.

    What the API's own headers say is heeded as well: they count other programs' calls too. A process that begins
    knows of what the one before it spent by `kept`, where less was left than are made before an answer tells.
    """

    calls: int | None
    seconds: float
    runtime: Runtime
    kept: Kept | None = None
    _made: deque[datetime] = field(default_factory=deque)
    _granted: dict[str, _Grant] = field(default_factory=dict)
    _is_recalled: bool = False
    _under_way: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at_once: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def __enter__(self) -> None:
        self._at_once.acquire()
        try:
            with self._lock:
                self._recall()
                self._wait_for_grants()
                self._wait_for_window()
                self._under_way += 1
                for grant in self._granted.values():
                    grant.left -= 1
        except BaseException:
            self._at_once.release()
            raise

    def __exit__(self, *_error: object) -> None:
        self._under_way -= 1
        self._at_once.release()
        grant = self._granted.get(self._window.name)
        if self.kept and grant and grant.left < AT_ONCE:
            self.kept.note(max(grant.left, 0), self.runtime.now())

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take in what an answer says is left; to be called while its call is still under way."""
        for window in WINDOWS:
            told = headers.get(window.header, "")
            if told.isascii() and told.isdecimal():
                # Other calls that are under way may not have been counted there yet.
                left = int(told) - (self._under_way - 1)
                self._granted[window.name] = _Grant(left, self.runtime.now(), window)

    def uncount(self) -> None:
        """Take the latest call back: it was turned away for its tokens, before anybody's limit was looked at."""
        with self._lock:
            if self._made:
                self._made.pop()

    def left(self) -> dict[str, int]:
        """Return how many calls are left of each window that the API told of."""
        return {name: grant.left for name, grant in self._granted.items()}

    @property
    def _window(self) -> Window:
        """The API's window that is as long as ours."""
        return next(one for one in WINDOWS if one.seconds == self.seconds)

    def _recall(self) -> None:
        """Begin with what the process before left of the window, if that is not over."""
        if self.kept is None or self._is_recalled:
            return
        self._is_recalled, found = True, self.kept.read()
        if found and timedelta(0) <= self.runtime.now() - found[1] < timedelta(seconds=self.seconds):
            self._granted.setdefault(self._window.name, _Grant(*found, self._window))

    def _wait_for_grants(self) -> None:
        """Wait until a window that was used up has room. Raises UsedUpError when that takes too long."""
        for name, grant in list(self._granted.items()):
            if grant.left > 0:
                continue
            begins = grant.at
            is_ours = bool(self._made) and grant.window.seconds == self.seconds
            if is_ours:
                begins = min(begins, self._made[0])  # our oldest call leaves the window first
            self._wait_until(begins + timedelta(seconds=grant.window.seconds), name)
            if is_ours:
                # No more than have left it: where an answer is lost, nobody tells what else is granted.
                grant.left, grant.at = max(1, self._gone()), self.runtime.now()
            else:
                del self._granted[name]

    def _gone(self) -> int:
        """Return how many of our calls that are counted have left the window by now."""
        since = self.runtime.now() - timedelta(seconds=self.seconds)
        return sum(made <= since for made in self._made)

    def _wait_for_window(self) -> None:
        if self.calls is None:
            return
        now = self.runtime.now()
        while self._made and self._made[0] <= now - timedelta(seconds=self.seconds):
            self._made.popleft()
        if len(self._made) >= self.calls:
            free = self._made[len(self._made) - self.calls] + timedelta(seconds=self.seconds)
            self._wait_until(free, self._window.name)
            now = self.runtime.now()
        self._made.append(now)

    def _wait_until(self, moment: datetime, which: str) -> None:
        wait = (moment - self.runtime.now()).total_seconds()
        if wait > LONGEST_WAIT:
            raise UsedUpError(which, min(wait, HOUR))
        waits.wait(self.runtime, max(0.0, wait), f"the {which} limit is used up (E19)")


@dataclass
class Meter:
    """What a run cost: calls and bytes of one API."""

    calls: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    waited_seconds: float = 0.0
    writes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, *, sent: int, received: int, write: bool) -> None:
        """Count one call."""
        with self._lock:
            self.calls += 1
            self.writes += write
            self.bytes_sent += sent
            self.bytes_received += received

    def waited(self, seconds: float) -> None:
        """Count a wait that an API asked for."""
        with self._lock:
            self.waited_seconds += seconds

    def as_json(self) -> dict[str, float]:
        """Return the counts for a report."""
        return {
            "calls": self.calls,
            "writes": self.writes,
            "bytes_sent": self.bytes_sent,
            "bytes_received": self.bytes_received,
            "waited_seconds": self.waited_seconds,
        }
