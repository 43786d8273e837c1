"""The rows of the table: a row has a name, a way to measure it, the figure wanted, and peers' figures.

To add one, write a function that returns a Measured, and a Row with it in ROWS.
"""

import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any

import requests

from tests.bench.client import OK, LoadError, Outcome, Plan, request_bytes, run_apart
from tests.bench.served import Fake, mock_xpm, program
from tests.bench.worlds import world

PEERS = (
    "static WireMock 4,000-5,000, Prism 3,300, json-server 1,800, "
    "emulate 6,400 (8 KB), localstripe 150-780, moto 80-350"
)
LIST = "/practicemanager/3.1/client.api/list"
ADD = "/practicemanager/3.1/client.api/add"
BODY = (
    b"<Client><Name>Bench addition %d</Name><Email>a@client.example</Email><Contacts><Contact>"
    b"<Name>Jo</Name><IsPrimary>Yes</IsPrimary></Contact></Contacts></Client>"
)
ADDED = re.compile(r"<Name>Bench addition (\d+)</Name>")
RUNS = 5
"""How often a rate is measured: both sides of a comparison as often."""
KILL_SECONDS = 2.0
KILL_CALLS = 20_000
"""How many additions there are to be made: more than can be before the kill."""


@dataclass(frozen=True)
class Measured:
    """What was measured. The figure is in the row's unit, times in milliseconds."""

    figure: float
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    measure: Callable[[], Measured]
    wanted: float
    unit: str = "req/s"
    at_least: bool = True
    """Whether the wanted figure is the least, or the most, that will do."""
    peers: str = ""
    """Others' figures, as they state them, on a like machine."""

    def holds(self, measured: Measured) -> bool:
        """Return whether the figure is what is wanted."""
        if self.at_least:
            return measured.figure >= self.wanted
        return measured.figure <= self.wanted


def checked(outcome: Outcome, *, whole: bool = True) -> Outcome:
    """Return an outcome that is worth a figure. Raises LoadError when an answer was not 200, or none came.

    A refusal is quick, and would be a fine figure. Unless `whole` is false, no connection may have broken.
    """
    if set(outcome.statuses) != {OK} or (whole and outcome.broken):
        raise LoadError(f"answers {outcome.statuses}, {outcome.broken} connections broken")
    return outcome


def rate(plan: Plan, runs: int = RUNS, before: Callable[[], object] = lambda: None) -> Measured:
    """Return the best rate of some runs: what else the machine does can only slow a run down.

    `before` is done before each run. Raises LoadError when an answer was not 200.
    """
    outcomes = []
    for _ in range(runs):
        before()
        outcomes.append(checked(run_apart(plan)))
    best = max(outcomes, key=lambda outcome: outcome.per_second)
    return Measured(best.per_second, best.p50_ms, best.p99_ms, _spread(outcomes, best))


def _spread(outcomes: list[Outcome], best: Outcome) -> str:
    slowest = min(outcome.per_second for outcome in outcomes)
    size = best.bytes / best.calls if best.calls else 0
    return f"{size / 1000:.1f} KB each; slowest run {slowest:,.0f}"


def server_alone() -> Measured:
    """Measure the server under a Flask app that does nothing."""
    with program("-m", "tests.bench.plain_app") as served:
        sent = request_bytes("GET", "/", {"Host": "plain"})
        return rate(served.plan(sent, connections=16, seconds=3.0, warm_up=500))


def list_clients(clients: int) -> Measured:
    """Measure `client.api/list` with so many clients: token, limits, journal and faults as always."""
    with mock_xpm(world(clients)) as fake:
        return rate(fake.plan(fake.call("GET", LIST), connections=16, seconds=3.0, warm_up=500))


def add_clients() -> Measured:
    """Measure `client.api/add` on a store in a file, a client with one contact."""
    with TemporaryDirectory() as directory, mock_xpm(world(50), Path(directory) / "xpm.db") as fake:
        return rate(fake.plan(*additions(fake, 200), connections=16, seconds=3.0, warm_up=200))


def lost_to_a_kill() -> Measured:
    """Kill the fake amid additions, start it on the same file, and count acknowledged rows that are gone.

    Each addition has a name of its own: a row that was not acknowledged makes up for none that was.
    """
    with TemporaryDirectory() as directory:
        path = Path(directory) / "xpm.db"
        with mock_xpm(world(50), path) as fake:
            plan = fake.plan(*additions(fake, KILL_CALLS), once=True, connections=16, seconds=10.0)
            acknowledged = killed_amid(fake, plan)
        with mock_xpm(None, path) as again:
            there = added(again)
    lost = acknowledged - there
    return Measured(len(lost), note=f"{len(acknowledged)} acknowledged, {len(there)} there")


def additions(fake: Fake, number: int) -> list[str]:
    """Return requests that add so many clients, each of another name."""
    return [fake.call("POST", ADD, BODY % place) for place in range(number)]


def added(fake: Fake) -> set[int]:
    """Return which additions a fake has. Raises LoadError when it does not say."""
    listed = requests.get(f"{fake.url}{LIST}", headers=fake.headers, timeout=60)
    if not listed.ok:
        raise LoadError(f"the list was answered {listed.status_code}: {listed.text[:200]}")
    return {int(number) for number in ADDED.findall(listed.text)}


def killed_amid(fake: Fake, plan: Plan) -> set[int]:
    """Put a load on, kill the fake after a while, and return which requests it had answered with 200.

    Raises LoadError when there was none, when one was answered otherwise, or when the kill came too late.
    """
    timer = Timer(KILL_SECONDS, os.kill, (fake.pid, signal.SIGKILL))
    timer.start()
    try:
        outcome = checked(run_apart(plan), whole=False)
    finally:
        timer.join()
    if not outcome.broken:
        raise LoadError("all additions were made before the kill: there must be more of them")
    return set(outcome.acknowledged)


@cache
def detailed_list() -> dict[str, Measured]:
    """Measure the detailed list of 15,000 clients: cold, warm, its first byte, and what memory it takes.

    The fake is started anew on its file, so that what loading the world took is no part of it.
    """
    with TemporaryDirectory() as directory:
        path = Path(directory) / "xpm.db"
        with mock_xpm(world(15_000, notes=True), path):
            pass
        with mock_xpm(None, path) as fake:
            idle = fake.resident_mb()
            sent = fake.call("GET", f"{LIST}?detailed=true")
            cold = checked(run_apart(fake.plan(sent, connections=1, calls=1, seconds=60.0)))
            warm = checked(run_apart(fake.plan(sent, connections=1, calls=5, seconds=60.0)))
            grown = fake.resident_mb(most=True) - idle
    size = f"{warm.bytes / warm.calls / 1e6:.1f} MB"
    return {
        "cold": Measured(cold.longest_ms, note=size),
        "warm": Measured(warm.longest_ms, note=f"{size}, the longest of {warm.calls}"),
        "first": Measured(warm.first_byte_p50_ms, note=f"median of {warm.calls}"),
        "memory": Measured(grown, note=f"over {idle:.0f} MB idle, at most, cold run included"),
    }


def practices_ratio() -> Measured:
    """Compare the rate with 1,000 practices with that of one."""
    return ratio(world(50), world(50, practices=1000))


def journal_ratio() -> Measured:
    """Compare the rate once the journal is full, and drops an entry for each, with that of an empty one."""
    with mock_xpm(world(12)) as fake:
        sent = fake.call("GET", LIST)
        plan = fake.plan(sent, connections=16, seconds=3.0, warm_up=500)
        control = f"{fake.url}/_control/journal"
        empty = rate(plan, before=partial(requests.delete, control, timeout=60)).figure
        while not requests.get(f"{control}?limit=0", timeout=60).json()["dropped"]:
            checked(run_apart(fake.plan(sent, connections=16, calls=30_000, seconds=60.0)))
        full = rate(plan).figure
    return Measured(full / empty, note=f"{empty:,.0f} empty, {full:,.0f} with 100,000 entries")


def ratio(few: dict[str, Any], many: dict[str, Any]) -> Measured:
    """Return the rate of `client.api/list` in one world as a part of that in another."""
    figures = []
    for document in (few, many):
        with mock_xpm(document) as fake:
            plan = fake.plan(fake.call("GET", LIST), connections=16, seconds=3.0, warm_up=500)
            figures.append(rate(plan).figure)
    return Measured(figures[1] / figures[0], note=f"{figures[0]:,.0f} and {figures[1]:,.0f} req/s")


ROWS = (
    Row("the server alone: a Flask app, 22 KB, 16 connections", server_alone, 5000, peers=PEERS),
    Row("client.api/list, 50 clients, 16 connections", partial(list_clients, 50), 5000, peers=PEERS),
    Row(
        "client.api/list, 12 clients (about 22 KB), 16 connections",
        partial(list_clients, 12),
        5000,
        peers=PEERS,
    ),
    Row("client.api/add, store in a file, 16 connections", add_clients, 1000, peers=PEERS),
    Row("acknowledged rows lost to a kill -9 amid additions", lost_to_a_kill, 0, "rows", at_least=False),
    Row(
        "list?detailed=true, 15,000 clients: cold",
        lambda: detailed_list()["cold"],
        10_000,
        "ms",
        at_least=False,
    ),
    Row(
        "list?detailed=true, 15,000 clients: warm, all",
        lambda: detailed_list()["warm"],
        1500,
        "ms",
        at_least=False,
    ),
    Row(
        "list?detailed=true, 15,000 clients: warm, first byte",
        lambda: detailed_list()["first"],
        100,
        "ms",
        at_least=False,
    ),
    Row(
        "list?detailed=true, 15,000 clients: memory",
        lambda: detailed_list()["memory"],
        64,
        "MB",
        at_least=False,
    ),
    Row("rate with 1,000 practices, as a part of that with one", practices_ratio, 0.9, "x"),
    Row("rate with a full journal, as a part of that with an empty one", journal_ratio, 0.9, "x"),
)
