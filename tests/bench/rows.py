"""The rows of the table: a row has a name, a way to measure it, the figure wanted, and peers' figures.

To add one, write a function that returns a Measured, and a Row with it in ROWS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.bench.client import LoadError, Outcome, Plan, request_bytes, run_apart
from tests.bench.served import mock_xpm, program

PEERS = (
    "static WireMock 4,000-5,000, Prism 3,300, json-server 1,800, "
    "emulate 6,400 (8 KB), localstripe 150-780, moto 80-350"
)
LIST = "/practicemanager/3.1/client.api/list"


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


def rate(plan: Plan, runs: int = 3) -> Measured:
    """Return the best rate of some runs: what else the machine does can only slow a run down.

    Raises LoadError when an answer was not 200: a refusal is quick, and would be a fine figure.
    """
    outcomes = [run_apart(plan) for _ in range(runs)]
    for outcome in outcomes:
        if set(outcome.statuses) != {"200"} or outcome.broken:
            raise LoadError(f"answers {outcome.statuses}, {outcome.broken} connections broken")
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
    with mock_xpm(clients) as fake:
        return rate(fake.plan(fake.call("GET", LIST), connections=16, seconds=3.0, warm_up=500))


ROWS = (
    Row("the server alone: a Flask app, 22 KB, 16 connections", server_alone, 5000, peers=PEERS),
    Row("client.api/list, 50 clients, 16 connections", partial(list_clients, 50), 5000, peers=PEERS),
    Row(
        "client.api/list, 12 clients (about 22 KB), 16 connections",
        partial(list_clients, 12),
        5000,
        peers=PEERS,
    ),
)
