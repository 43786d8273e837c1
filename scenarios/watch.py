"""Who called whom, as the callers saw it: a fake's journal knows the call, and not who made it."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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
WsgiApp = Callable[..., Iterable[bytes]]
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
        self._calling: Counter[str] = Counter()
        """How many calls of sessions that are watched are under way, by where they go."""

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

    def heard(self, caller: str, app: WsgiApp) -> WsgiApp:
        """Return an app whose calls are noted as made by `caller`, whose sessions are not ours to make.

        Calls of sessions that are watched are noted already.
        """

        def hear(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            origin = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}"
            if self._calling[origin]:
                return app(environ, start_response)
            told = caller, origin, environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"]
            at = iso(self.now())
            notes, place = self.begun()

            def answered(status: str, *rest: Any) -> Any:
                notes[place] = Noted(at, *told, int(status.partition(" ")[0]))
                return start_response(status, *rest)

            return app(environ, answered)

        return hear

    @contextmanager
    def calling(self, origin: str) -> Iterator[None]:
        """Know that a call goes there while the block runs."""
        with self._lock:
            self._calling[origin] += 1
        try:
            yield
        finally:
            with self._lock:
                self._calling[origin] -= 1

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
            with self._watch.calling(told[1]):
                answer = self._inner.send(request, *args, **options)
        except BaseException as error:
            notes[place] = Noted(at, *told, 0, type(error).__name__)
            raise
        notes[place] = Noted(at, *told, answer.status_code)
        return answer

    def close(self) -> None:
        """Close what sends."""
        self._inner.close()
