"""What `syncer serve` tells Prometheus: counted from the ledger at each look, so that a restart loses nothing."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from syncer import ledger_tables as t
from syncer.ledger import Ledger, PracticeLedger

COUNTED = ("sync", "deploy")
"""The runs that change something; a deployment is one for each webhook."""


class LedgerCollector(Collector):
    """Counts what the ledger knows of some practices."""

    def __init__(self, ledger: Ledger, names: Iterable[str]) -> None:
        self._ledger = ledger
        self._names = tuple(names)

    def collect(self) -> Iterator[Metric]:
        """Yield each metric with a sample for each practice."""
        runs = CounterMetricFamily("syncer_runs", "Runs, by how they ended.", labels=["practice", "outcome"])
        calls = CounterMetricFamily("syncer_calls", "Calls to an API.", labels=["practice", "api"])
        sizes = CounterMetricFamily("syncer_bytes", "Bytes to and from an API.", labels=["practice", "api"])
        acts = CounterMetricFamily("syncer_actions", "What was done.", labels=["practice", "kind"])
        last = GaugeMetricFamily("syncer_last_run_ok", "Whether the last sync was done.", labels=["practice"])
        waiting = GaugeMetricFamily("syncer_waiting", "What waits, by kind.", labels=["practice", "kind"])
        alive = GaugeMetricFamily(
            "syncer_connected", "Whether a system is connected.", labels=["practice", "api"]
        )
        for name in self._names:
            own = self._ledger.of(name)
            self._runs(own, runs, calls, sizes, acts, last)
            for kind, count in _waiting(own).items():
                waiting.add_metric([name, kind], count)
            for system in ("xpm", "ignition"):
                row = own.row(t.connections, system=system)
                alive.add_metric([name, system], float(bool(row and row["status"] == "connected")))
        yield from (runs, calls, sizes, acts, last, waiting, alive)

    def _runs(
        self,
        own: PracticeLedger,
        runs: CounterMetricFamily,
        calls: CounterMetricFamily,
        sizes: CounterMetricFamily,
        acts: CounterMetricFamily,
        last: GaugeMetricFamily,
    ) -> None:
        outcomes, by_api, bytes_by_api, done = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        ended = [row for row in own.rows(t.runs) if row["command"] in COUNTED and row["ended_at"]]
        syncs = [row for row in ended if row["command"] == "sync"]
        for row in ended:
            report = json.loads(row["report"])
            outcomes[row["outcome"].partition(":")[0]] += 1
            done.update(report.get("did", {}))
            for api, cost in report.get("costs", {}).items():
                by_api[api] += cost["calls"]
                bytes_by_api[api] += cost["bytes_sent"] + cost["bytes_received"]
        for family, counted in ((runs, outcomes), (calls, by_api), (sizes, bytes_by_api), (acts, done)):
            for label, count in sorted(counted.items()):
                family.add_metric([own.practice, label], count)
        if syncs:
            last.add_metric([own.practice], float(syncs[-1]["outcome"].startswith("done")))


def exposition(ledger: Ledger, names: Iterable[str]) -> bytes:
    """Return the metrics of some practices in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(LedgerCollector(ledger, names))
    return generate_latest(registry)


def _waiting(own: PracticeLedger) -> dict[str, int]:
    deployments = Counter(row["status"] for row in own.rows(t.deployments))
    return {
        "conflicts": len(own.rows(t.conflicts, state="open")),
        "decisions": deployments["needs_attention"],
        "deployments": deployments["pending"] + deployments["partly"] + deployments["failed"],
        "webhooks": len(own.rows(t.inbox, state="waiting")),
    }
