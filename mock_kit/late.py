"""Writes that are done late: kept when their caller is sent away, done when the clock has come so far."""

import heapq
import io
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask
from werkzeug.test import run_wsgi_app

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


@dataclass(order=True)
class LateWrite:
    """A write that waits: its request without the token, and what the token allowed."""

    due: datetime
    arrival: int
    environ: dict[str, Any] = field(compare=False)
    body: bytes = field(compare=False)
    access: Access = field(compare=False)


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

    def clear(self) -> None:
        """Drop the writes that wait."""
        with self._lock:
            self._heap.clear()
            self._look()

    def land(self, app: Flask, now: Callable[[], datetime]) -> None:
        """Do the writes that are due, in the order they are; others who ask wait until they are done."""
        with self._landing:
            while write := self._next(now()):
                with self._pass(write.access) as token:
                    run_wsgi_app(app.wsgi_app, _environ(write, token), buffered=True)
            with self._lock:
                self._look()

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
