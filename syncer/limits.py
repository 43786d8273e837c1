"""The budget of calls that an API grants, kept so that a limit is never run into (E19)."""

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from syncer.runtime import AT_ONCE, Runtime


@dataclass
class Budget:
    """At most `calls` in any `seconds`, for one practice and API; a call waits for its turn. None: no limit."""

    calls: int | None
    seconds: float
    runtime: Runtime
    _made: deque[datetime] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at_once: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(AT_ONCE))

    def __enter__(self) -> None:
        self._at_once.acquire()
        try:
            self._wait()
        except BaseException:
            self._at_once.release()
            raise

    def __exit__(self, *_error: object) -> None:
        self._at_once.release()

    def _wait(self) -> None:
        if self.calls is None:
            return
        with self._lock:
            now = self.runtime.now()
            while self._made and self._made[0] <= now - timedelta(seconds=self.seconds):
                self._made.popleft()
            if len(self._made) >= self.calls:
                free = self._made[len(self._made) - self.calls] + timedelta(seconds=self.seconds)
                self.runtime.sleep(max(0.0, (free - now).total_seconds()))
                now = self.runtime.now()
            self._made.append(now)


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
