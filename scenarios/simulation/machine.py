"""The machine a simulated syncer runs on: its clock, its network, its disk, and the ways in which it dies."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Literal

import requests
from requests.adapters import BaseAdapter

from scenarios.inprocess import WsgiAdapter
from scenarios.quick_session import QuickSession
from scenarios.simulation.scheduler import Scheduler
from syncer.errors import LedgerError
from syncer.ledger import Ledger
from syncer.ledger_tables import metadata
from syncer.vault import Vault

Boundary = Literal["before a call", "after a call", "before a commit", "after a commit"]
CALL_SECONDS = 0.2
"""How long a call takes when nothing holds it up; the fakes themselves take no time."""


class DiedError(BaseException):
    """The syncer's process is dead: nothing of it goes on, not even its tidying up."""


@dataclass
class Call:
    """A call that was made, as the network saw it. `status` 0: no answer came back."""

    at: datetime
    actor: str
    method: str
    url: str
    body: bytes
    tenant: str = ""
    """The XPM practice that is asked."""
    status: int = 0
    answered_at: datetime | None = None

    @property
    def is_write(self) -> bool:
        """Whether it is to change a record: a token is asked for by POST as well, and is none."""
        return self.method != "GET" and any(one in self.url for one in ("/practicemanager/", "/external/"))


@dataclass
class Network:
    """What lies between everybody and the apps; keeps every call."""

    scheduler: Scheduler
    app: Callable[..., Any]
    calls: list[Call] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    """The tokens that were handed out over it."""

    def session(self, boundary: Callable[[Boundary], None] = lambda _boundary: None) -> requests.Session:
        """Return a session of a program that may die at the boundaries of its calls."""
        session = QuickSession()
        session.trust_env = False
        session.adapters.clear()
        session.mount("http://", _Wire(self, boundary))
        return session


class _Wire(BaseAdapter):
    """Takes a program's calls to the apps; others may act before a call arrives and before it is answered."""

    def __init__(self, network: Network, boundary: Callable[[Boundary], None]) -> None:
        super().__init__()
        self._network = network
        self._boundary = boundary
        self._inner = WsgiAdapter(network.app, wait=network.scheduler.pause)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Return the answer, on simulated time."""
        network, scheduler = self._network, self._network.scheduler
        given: Any = request.body or b""
        body: bytes = given.encode() if isinstance(given, str) else given
        scheduler.pause(CALL_SECONDS)
        self._boundary("before a call")
        url = request.url or ""
        call = Call(
            scheduler.now,
            scheduler.acting,
            request.method or "",
            url,
            body,
            request.headers.get("xero-tenant-id", ""),
        )
        network.calls.append(call)
        # What tokens and webhooks are asked for with holds secrets that no seed decides.
        is_drawn = call.is_write and not url.endswith("/webhooks")
        scheduler.note(call.method, url.partition("?")[0], body if is_drawn else b"")
        try:
            answer = self._inner.send(request, *args, **options)
            call.status = answer.status_code
            if url.endswith("/token"):
                network.tokens |= _tokens_in(answer)
        finally:
            call.answered_at = scheduler.now
            scheduler.note(call.status)
            self._boundary("after a call")
        scheduler.pause()
        return answer

    def close(self) -> None:
        """Do nothing: there is no connection."""


def _tokens_in(answer: requests.Response) -> set[str]:
    """Return the tokens of an answer that came whole."""
    whole = vars(answer).get("_content")
    try:
        told = json.loads(whole) if isinstance(whole, bytes) else {}
    except ValueError:
        return set()
    return {told[name] for name in ("access_token", "refresh_token") if name in told}


@dataclass
class Fate:
    """What will befall a process: it dies at a boundary, and its disk fails at commits; both counted from 1."""

    dies_at: int | None = None
    disk_fails_at: frozenset[int] = frozenset()
    boundaries: int = 0
    commits: int = 0
    died_at: Boundary | None = None
    disk_failures: int = 0

    def meet(self, boundary: Boundary) -> None:
        """Come to a boundary. Raises DiedError when it is the one, and at every further one."""
        if self.died_at is not None:
            raise DiedError(self.died_at)
        self.boundaries += 1
        if self.boundaries == self.dies_at:
            self.died_at = boundary
            raise DiedError(boundary)

    def die(self) -> None:
        """End the process from outside, wherever it is."""
        self.died_at = self.died_at or "before a call"


@dataclass
class Disk:
    """A machine's disk, which is memory: what is committed outlives the process that wrote it."""

    connection: sqlite3.Connection | None = None
    """The one connection of all processes: opening one takes longer than most of what they ask. It hides nothing, as
    no transaction is open while others act."""

    def empty(self) -> None:
        """Forget what any ledger on it holds; the next one finds its tables there, and its statements read."""
        if self.connection is not None:
            for table in metadata.sorted_tables:
                self.connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608  # names of our own

    def close(self) -> None:
        """Throw it away."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class SimulatedLedger(Ledger):
    """The syncer's ledger on a disk that can fail, in a process that can die."""

    def __init__(self, disk: Disk, vault: Vault, fate: Fate, scheduler: Scheduler) -> None:
        self._fate: Fate | None = None
        self._scheduler = scheduler
        self._disk = disk
        super().__init__(None, vault)
        self._fate = fate

    def connect(self) -> sqlite3.Connection:
        """Return the disk's connection."""
        disk = self._disk
        if disk.connection is None:
            disk.connection = super().connect()
        return disk.connection

    def close(self) -> None:
        """Do nothing: the connection is the disk's."""

    def begin(self) -> AbstractContextManager[sqlite3.Connection]:
        """Open a transaction. Dying before its commit loses it; dying after keeps it."""
        return self._watched(super().begin())

    def look(self) -> AbstractContextManager[sqlite3.Connection]:
        """Ask one query. The process can die before and after it, and the disk can fail at it too."""
        return self._watched(super().look())

    def _watched(
        self, block: AbstractContextManager[sqlite3.Connection]
    ) -> AbstractContextManager[sqlite3.Connection]:
        return block if self._fate is None else _Watched(block, self._fate, self._scheduler)


class _Watched:
    """A transaction's block in a process that can die."""

    def __init__(
        self, block: AbstractContextManager[sqlite3.Connection], fate: Fate, scheduler: Scheduler
    ) -> None:
        self._block = block
        self._fate = fate
        self._scheduler = scheduler

    def __enter__(self) -> sqlite3.Connection:
        if self._fate.died_at is not None:
            raise DiedError(self._fate.died_at)
        connection = self._block.__enter__()
        self._steps = self._scheduler.steps
        return connection

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._block.__exit__(kind, error, trace)
            return
        try:
            self._before_commit()
        except BaseException as own:
            self._block.__exit__(type(own), own, own.__traceback__)
            raise
        self._block.__exit__(None, None, None)
        self._fate.meet("after a commit")

    def _before_commit(self) -> None:
        fate = self._fate
        if self._scheduler.steps != self._steps:
            raise AssertionError("a ledger transaction was open while others acted")
        fate.meet("before a commit")
        fate.commits += 1
        if fate.commits in fate.disk_fails_at:
            fate.disk_failures += 1
            raise LedgerError("the disk is full")


class Machine:
    """The syncer's runtime in a simulation. Several processes of one machine share its clock."""

    def __init__(self, scheduler: Scheduler, network: Network, number: int, living: set[str]) -> None:
        self.fate = Fate()
        self.skew = timedelta(0)
        """How far the machine's clock is ahead."""
        self._scheduler = scheduler
        self._network = network
        self._identity = f"machine/{number}"
        self._living = living
        living.add(self._identity)

    def now(self) -> datetime:
        """Return what the machine's clock shows."""
        return self._scheduler.now + self.skew

    def sleep(self, seconds: float) -> None:
        """Let others go on for that long."""
        if self.fate.died_at is not None:
            raise DiedError(self.fate.died_at)
        self._scheduler.pause(max(0.0, seconds))

    def gather(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Do reads side by side."""
        return self._scheduler.gather(calls)

    def session(self) -> requests.Session:
        """Return a session whose calls are boundaries at which the process may die."""
        return self._network.session(self.fate.meet)

    def identity(self) -> str:
        """Return which process this is."""
        return self._identity

    def is_gone(self, holder: str) -> bool:
        """Tell whether a process of the machine has ended."""
        return holder.partition("#")[0] not in self._living

    def bury(self) -> None:
        """Note that the process is gone."""
        self._living.discard(self._identity)
