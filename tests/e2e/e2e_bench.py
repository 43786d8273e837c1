"""The bench of these tests: stages in one shared house, and a syncer whose calls can be made to fail."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from scenarios.agreement import differences
from scenarios.builders import client, ignition_client, signatory, tasks_of, template
from scenarios.house import House
from scenarios.stage import PracticeStage, Stage, staged, syncer_key
from scenarios.world import Worlds, build
from syncer.ledger import Ledger
from syncer.report import DONE, Report
from syncer.vault import Vault

SEED = 7
DAY = 86_400.0
LATE = 120.0
"""Seconds after which a late write lands."""
EVERYTHING = ("two_way", "everything")
Json = dict[str, Any]


class CrashError(BaseException):
    """The program dies: nothing catches this."""


@dataclass
class Fault:
    """What goes wrong with the next call whose `METHOD path` holds a text, and how often."""

    at: str
    error: Callable[[], BaseException] | None = None
    """Raised instead of an answer."""
    status: int | None = None
    """Answered instead of what the API would say."""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    rewrite: Callable[[requests.PreparedRequest], requests.Response] | None = None
    """Answers in the API's place."""
    reaches: bool = False
    """Whether the API gets the call before it goes wrong."""
    late: bool = False
    """The API gets the call only when time has passed."""
    times: int = 1
    number: int | None = None
    """Only the call of this number, counted from 0, among all of the syncer's."""
    hit: int = 0

    def wants(self, name: str, number: int) -> bool:
        return self.hit < self.times and self.at in name and self.number in (None, number)


class Wire(BaseAdapter):
    """An adapter between the syncer and the APIs, on which faults happen."""

    def __init__(self, inner: BaseAdapter, faults: "Faults") -> None:
        super().__init__()
        self._inner = inner
        self._faults = faults

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        faults = self._faults
        name = f"{request.method} {request.url}"
        number = len(faults.calls)
        faults.calls.append(name)
        faults.sent.append(request)
        return faults.around(name, lambda: self._answer(name, number, request, *args, **options))

    def _answer(
        self, name: str, number: int, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        faults = self._faults
        fault = next((one for one in faults.plan if one.wants(name, number)), None)
        if fault is None:
            return self._inner.send(request, *args, **options)
        fault.hit += 1
        if fault.rewrite:
            faults.real = lambda sent: self._inner.send(sent, *args, **options)
            return fault.rewrite(request)
        if fault.late:
            faults.late.append((LATE, lambda: self._inner.send(request, *args, **options)))
        elif fault.reaches:
            self._inner.send(request, *args, **options)
        if fault.error:
            raise fault.error()
        answer = requests.Response()
        answer.status_code = fault.status or 500
        answer._content = fault.body
        answer._content_consumed = True
        answer.headers.update(fault.headers)
        answer.request = request
        answer.url = request.url or ""
        return answer

    def close(self) -> None:
        """Nothing to close."""


class Faults:
    """Makes the syncer's sessions, and notes every call they make."""

    def __init__(self, stage: Stage) -> None:
        self._make = stage.runtime._session
        self.calls: list[str] = []
        self.sent: list[requests.PreparedRequest] = []
        self.plan: list[Fault] = []
        self.late: list[tuple[float, Callable[[], object]]] = []
        """Calls that are still to reach the API, and in how many seconds they do."""
        self.real: Callable[[requests.PreparedRequest], requests.Response]
        """Sends a call as if nothing were wrong; there for what rewrites answers."""
        self.around: Callable[[str, Callable[[], requests.Response]], requests.Response]
        """Is given every call by name, and makes it; for what has to happen before or after it."""
        self.around = lambda _name, call: call()
        stage.runtime._session = self.session
        stage.runtime.slept.append(self._let_late_ones_land)

    def session(self) -> requests.Session:
        session = self._make()
        inner = session.get_adapter("http://any")
        session.mount("http://", Wire(inner, self))
        return session

    def on(self, at: str, **how: Any) -> Fault:
        """Let something go wrong at a call; see Fault."""
        fault = Fault(at, **how)
        self.plan.append(fault)
        return fault

    def named(self, part: str) -> list[str]:
        """Return the calls whose `METHOD path` holds a text."""
        return [name for name in self.calls if part in name]

    def _let_late_ones_land(self, seconds: float) -> None:
        # A long wait comes in pieces, so that a lease is renewed on the way.
        waiting = [(left - seconds, call) for left, call in self.late]
        self.late = [one for one in waiting if one[0] > 0]
        for left, call in waiting:
            if left <= 0:
                call()


def headlines(planned: Report) -> list[str]:
    """Return what a plan says without the details below each line."""
    return [line for line in planned.lines if not line.startswith("  ")]


def lost() -> BaseException:
    return requests.exceptions.ReadTimeout("the answer was lost")


def broken() -> BaseException:
    return requests.exceptions.ConnectionError("the connection broke")


def refused_connection() -> BaseException:
    return requests.exceptions.ConnectTimeout("nobody there")


@dataclass
class Bench:
    """One practice, connected or not, with the faults of its calls."""

    stage: Stage
    faults: Faults
    apart: dict[str, str] = field(default_factory=dict)
    """What both systems may say differently after a sync, by how that is said ("" for all), and why."""

    @property
    def one(self) -> PracticeStage:
        return self.stage.practice()

    def restart(self) -> None:
        """Start the syncer again on the same ledger file."""
        path = self.stage.ledger._path
        assert path is not None
        self.stage.restart(Ledger(path, Vault(syncer_key(SEED))))

    def writes(self, part: str = "") -> list[str]:
        """Return the calls of the syncer that write, the connecting ones excepted."""
        return [one for one in self.faults.named(part) if not one.startswith("GET") and "/token" not in one]

    def accepted(self, slug: str, *services: str, **how: Any) -> Json:
        """Have a client accept a proposal, a week after whatever was before; returns it."""
        desk = self.one.ignition
        if not any(row["is_signatory"] for row in desk.contacts(slug)):
            desk.make_signatory(slug)
        chosen = services or (desk.services()[0]["slug"],)
        proposal = desk.propose(slug, how.pop("name", "Engagement"), *chosen, **how)
        return desk.accept(proposal["slug"])

    def shown(self, slug: str) -> Json:
        """Return what a proposal shows of its deployment."""
        found: Json = self.one.ignition.proposal(slug)["deployment"]
        return found

    def jobs(self, name: str) -> list[Json]:
        """Return the jobs of all XPM clients of a name."""
        return [job for row in self.one.xpm.named(name) for job in self.one.xpm.jobs_of(row["UUID"])]


ANNUAL = template("Annual Accounts", "Plan", "Prepare", "Review")
LODGE = template("Lodgement", "Check codes", "Lodge")


def small_world(
    xpm: Iterable[Json] = (), here: Iterable[Json] = (), practices: int = 1, **tenant: Any
) -> Worlds:
    """Return worlds with given clients only, two job templates, and the services that `build` makes."""
    worlds = build(SEED, clients=0, practices=practices)
    for number in range(practices):
        worlds.tenant(number).update(templates=[ANNUAL, LODGE], tasks=tasks_of(ANNUAL, LODGE))
    worlds.tenant()["clients"] = list(xpm)
    worlds.practice()["clients"] = list(here)
    worlds.tenant().update(tenant)
    return worlds


def lead(name: str, **fields: Any) -> Json:
    """Return a lead of Ignition with one signatory."""
    return ignition_client(name, contacts=[signatory(f"Signer of {name}")], **fields)


def known(name: str, **fields: Any) -> Json:
    """Return an XPM client."""
    return client(name, **fields)


@contextmanager
def bench(
    house: House, worlds: Worlds, settings: Json | None = None, *, connected: bool = True, apart: str = ""
) -> Iterator[Bench]:
    """Put a stage up in a house that other tests use as well.

    After each sync without problems both systems must agree; `apart` says why they need not here.
    """
    with staged(house, worlds, SEED, settings) as stage:
        found = Bench(stage, Faults(stage), {"": apart} if apart else {})
        stage.after_sync.append(partial(_agree, found))
        if connected:
            found.one.connect()
        yield found


def _agree(bench: Bench, practice: PracticeStage, report: Report) -> None:
    """See that both systems agree after a sync that had no problems and was to carry all over (E9)."""
    how = bench.stage.config.sync
    if report.exit_code == DONE and report.stopped is None and (how.direction, how.level) == EVERYTHING:
        found = [one.say() for one in differences(practice.xpm, practice.ignition)]
        left = [one for one in found if not one.startswith(tuple(bench.apart))]
        assert not left, "\n".join(left)


def rewritten(bench: Bench, at: str, change: Callable[[list[Json]], list[Json]], times: int = 99) -> None:
    """Let a list of Ignition show other rows than it has."""

    def answer(request: requests.PreparedRequest) -> requests.Response:
        found = bench.faults.real(request)
        body = json.loads(found.content)
        found._content = json.dumps({**body, "data": change(body["data"])}).encode()
        return found

    bench.faults.on(at, rewrite=answer, times=times)


def say(report: Report) -> str:
    """Return all that a report says, as one text."""
    return "\n".join(
        [*report.lines, *report.warnings, *report.attention, *(one.say() for one in report.problems)]
    )


def wrong_by(bench: Bench, monkeypatch: pytest.MonkeyPatch, offset: timedelta) -> None:
    """Put the clock of the syncer's machine wrong, and leave everybody else's as it is."""
    true = type(bench.stage.runtime).now

    def now(self: object) -> datetime:
        return true(self) + offset  # type: ignore[arg-type]  # the stage's own runtime

    monkeypatch.setattr(type(bench.stage.runtime), "now", now)
