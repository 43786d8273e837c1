"""Writes that are done late: kept when their caller is sent away, done when the clock has come so far."""

import heapq
import io
import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask
from werkzeug.test import run_wsgi_app

from mock_kit.clock import Clock, iso
from mock_kit.masking import masked_path
from mock_kit.oauth_policy import Access

LANDING = "mock_kit.landing"
"""The environ's mark of a late write that is being done."""
DROPPED_HEADERS = frozenset(
    {"HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_PROXY_AUTHORIZATION", "HTTP_TRANSFER_ENCODING"}
)
"""Secrets, and how the body came; it is kept whole."""
KEPT = frozenset(
    {
        "REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE", "wsgi.url_scheme",
        "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR",
    }
)  # fmt: skip
LOOK_SECONDS = 0.5
"""How often a server looks whether its clock was set running, in real seconds."""
LAST_SECONDS = 2.0
"""How many real seconds a server that ends waits for others who land writes, or replace the state."""
MANY = 20
"""How many of the writes that are dropped are told one by one."""

log = logging.getLogger(__name__)


@dataclass(order=True)
class LateWrite:
    """A write that waits: its request without the token, and what the token allowed."""

    due: datetime
    arrival: int
    environ: dict[str, Any] = field(compare=False)
    body: bytes = field(compare=False)
    access: Access = field(compare=False)

    def __str__(self) -> str:
        return f"{self.environ['REQUEST_METHOD']} {masked_path(self.environ['PATH_INFO'])} due at {iso(self.due)}"


class LateWrites:
    """The writes of one fake that wait, the first due first. They live in memory only."""

    def __init__(self, lent: dict[str, Access]) -> None:
        self._lent = lent
        """The authorization server's one-time passes."""
        # Two locks: a write is kept by a call that has the store, which one that lands waits for.
        self._lock = threading.Lock()
        self._landing = threading.RLock()
        self._heap: list[LateWrite] = []
        self._arrivals = 0
        self.first: datetime | None = None
        """When the next one is due; None: none waits."""
        self._woken = threading.Event()
        """The next one may be due sooner than who lands them in time knows."""

    def keep(self, due: datetime, environ: dict[str, Any], body: bytes, access: Access) -> None:
        """Let a write wait; its token is not kept."""
        kept = {
            name: value
            for name, value in environ.items()
            if name in KEPT or (name.startswith("HTTP_") and name not in DROPPED_HEADERS)
        }
        with self._lock:
            self._arrivals += 1
            heapq.heappush(self._heap, LateWrite(due, self._arrivals, kept, body, access))
            self._look()
        self._woken.set()

    def clear(self, tenant_id: str | None = None) -> list[LateWrite]:
        """Drop the writes that wait, or those of a practice; returns them, the first due first."""
        with self._lock:
            kept: list[LateWrite] = []
            dropped: list[LateWrite] = []
            for write in sorted(self._heap):
                others = tenant_id is not None and tenant_id not in write.access.tenant_ids
                (kept if others else dropped).append(write)
            self._heap = kept  # sorted, and so a heap
            self._look()
        return dropped

    def resting(self) -> AbstractContextManager[object]:
        """Let no write land while the block runs; one that is landing is waited for."""
        return self._landing

    def land(self, app: Flask, now: Callable[[], datetime]) -> None:
        """Do the writes that are due, in the order they are; others who ask wait until they are done."""
        with self._landing:
            try:
                while write := self._next(now()):
                    with self._pass(write.access) as token:
                        run_wsgi_app(app.wsgi_app, _environ(write, token), buffered=True)
            finally:
                with self._lock:
                    self._look()

    def land_on_the_way(self, app: Flask, clock: Clock, until: Callable[[], datetime]) -> None:
        """Do the writes that are due until a moment the clock is about to be moved to, each at its own."""
        before = clock.now()
        try:
            while (due := self.first) is not None and due <= until():
                clock.stand(max(due, before))
                self.land(app, clock.now)
        finally:
            clock.stand(None)

    @contextmanager
    def landing(self, app: Flask, clock: Clock, every: float = LOOK_SECONDS) -> Iterator[None]:
        """Do each write when it is due, from a thread, while the block runs.

        At its end those that are due are done, and a line in the log says which ones are dropped.
        """
        ended = threading.Event()

        def work() -> None:
            while not ended.is_set():
                self._woken.wait(self._pause(clock, every))
                self._woken.clear()
                try:
                    if not ended.is_set():
                        self.land(app, clock.now)
                except Exception:
                    # One write that fails must not hold up the others; it is told, and the next one lands.
                    log.exception("a late write failed")

        thread = threading.Thread(target=work, name="landing late writes", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            self._woken.set()
            thread.join(LAST_SECONDS)
            self._land_last(app, clock)
            _tell_dropped(self.clear())

    def _land_last(self, app: Flask, clock: Clock) -> None:
        first = self.first
        if first is None or first > clock.now() or not self._landing.acquire(timeout=LAST_SECONDS):
            return
        try:
            self.land(app, clock.now)
        finally:
            self._landing.release()

    def _pause(self, clock: Clock, longest: float) -> float:
        """Return for how many seconds no write is due, as far as is known."""
        first = self.first
        if first is None or clock.mode == "frozen":
            return longest
        return min(longest, max(0.0, (first - clock.now()).total_seconds()))

    def _next(self, now: datetime) -> LateWrite | None:
        with self._lock:
            return heapq.heappop(self._heap) if self._heap and self._heap[0].due <= now else None

    def _look(self) -> None:
        self.first = self._heap[0].due if self._heap else None

    @contextmanager
    def _pass(self, access: Access) -> Iterator[str]:
        token = secrets.token_urlsafe(32)
        self._lent[token] = access
        try:
            yield token
        finally:
            del self._lent[token]


def _tell_dropped(dropped: list[LateWrite]) -> None:
    if dropped:
        more = f" and {len(dropped) - MANY} more" if len(dropped) > MANY else ""
        told = ", ".join(map(str, dropped[:MANY]))
        log.warning("late writes that did not land are dropped: %s%s", told, more)


def _environ(write: LateWrite, token: str) -> dict[str, Any]:
    return {
        **write.environ,
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "CONTENT_LENGTH": str(len(write.body)),
        "wsgi.version": (1, 0),
        "wsgi.input": io.BytesIO(write.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        LANDING: True,
    }
