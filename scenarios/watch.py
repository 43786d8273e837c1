"""Who called whom, as the callers saw it: a fake's journal knows the call, and not who made it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from mock_kit.clock import iso

PEOPLE, SYNCER, IGNITION = "People", "syncer", "Ignition"
"""Whoever calls: the practice's people at their desks, the syncer, and Ignition with its webhooks."""
BEFORE = datetime(1970, 1, 1, tzinfo=UTC)
MakeSession = Callable[[], requests.Session]


@dataclass(frozen=True, slots=True)
class Noted:
    """A call, as whoever made it saw it. `status` 0: no answer came, and `failure` is what came instead."""

    at: str
    caller: str
    origin: str
    method: str
    path: str
    query: str
    status: int
    failure: str = ""


class Watch:
    """Notes the calls of the sessions that were made under it, in the order in which they were begun."""

    def __init__(self) -> None:
        self.now: Callable[[], datetime] = lambda: BEFORE
        """The story's clock, as soon as there is one."""
        self._notes: list[Noted | None] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many calls were begun so far."""
        return len(self._notes)

    def begin_anew(self) -> None:
        """Forget what was noted: another story begins."""
        with self._lock:
            self._notes = []

    def since(self, number: int) -> list[Noted]:
        """Return the calls that were begun after the first so many, and have ended."""
        return [one for one in self._notes[number:] if one is not None]

    def by(self, caller: str, make: MakeSession) -> MakeSession:
        """Return what makes sessions as `make` does, whose calls are noted as made by `caller`."""

        def made() -> requests.Session:
            session = make()
            for start in ("http://", "https://"):
                session.mount(start, _Watched(session.get_adapter(start), caller, self))
            return session

        return made

    def begun(self) -> tuple[list[Noted | None], int]:
        """Keep a place for a call; returns the notes and its place among them."""
        with self._lock:
            self._notes.append(None)
            return self._notes, len(self._notes) - 1


class _Watched(BaseAdapter):
    """An adapter that notes what another one sends."""

    def __init__(self, inner: BaseAdapter, caller: str, watch: Watch) -> None:
        super().__init__()
        self._inner = inner
        self._caller = caller
        self._watch = watch

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send a request, and note what came of it."""
        url = urlsplit(request.url or "")
        told = self._caller, f"{url.scheme}://{url.netloc}", request.method or "", url.path, url.query
        at = iso(self._watch.now())
        notes, place = self._watch.begun()
        try:
            answer = self._inner.send(request, *args, **options)
        except BaseException as error:
            notes[place] = Noted(at, *told, 0, type(error).__name__)
            raise
        notes[place] = Noted(at, *told, answer.status_code)
        return answer

    def close(self) -> None:
        """Close what sends."""
        self._inner.close()
