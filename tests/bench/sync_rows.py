"""What syncs cost, counted: calls, bytes, memory; both fakes and the syncer are processes of their own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from tests.bench.client import LoadError
from tests.bench.rows import Measured, Row
from tests.bench.served import Fake, mock_xpm, program
from tests.bench.worlds import world

MANY, FEW, CHANGED = 15_000, 100, 100
IGNITION_PRACTICE = {
    "now": "2026-07-01T09:00:00Z",
    "practices": [{"tenant_id": "prc_bench", "name": "Bench", "currency": "NZD"}],
}


@dataclass
class Pair:
    """Both fakes with a world, and a ledger."""

    xpm: Fake
    ignition: str
    ledger: Path
    day: int = 0

    def sync(self, **more: Any) -> dict[str, Any]:
        """Run a sync in a process of its own, a day after the one before; its report, with what it took."""
        order = {
            "days": self.day,
            "xpm": self.xpm.url,
            "ignition": self.ignition,
            "ledger": str(self.ledger),
            **more,
        }
        if not self.day:
            order["tenant"] = self.xpm.headers["xero-tenant-id"]
            order["tokens"] = {
                "xpm": token(self.xpm.url, self.xpm.headers["xero-tenant-id"]),
                "ignition": token(self.ignition, "prc_bench"),
            }
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.synced"],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        if done.returncode:
            raise LoadError(f"the sync ended with {done.returncode}: {done.stderr[-400:]}")
        report: dict[str, Any] = json.loads(done.stdout)
        self.day += 1
        for url in (self.xpm.url, self.ignition):
            requests.post(
                f"{url}/_control/clock/advance", json={"seconds": 86_400}, timeout=60
            ).raise_for_status()
        return report

    def change_in_ignition(self, many: int) -> None:
        """Change the phone of some clients, as people would."""
        headers = {"Authorization": f"Bearer {token(self.ignition, 'prc_bench')}"}
        base = f"{self.ignition}/external/api/v1/clients"
        rows = requests.get(base, headers=headers, params={"limit": str(many)}, timeout=60).json()["data"]
        items = [{"slug": row["slug"], "phone": "04 555 0199"} for row in rows]
        requests.post(f"{base}/batch", headers=headers, json={"items": items}, timeout=60).raise_for_status()


def token(url: str, tenant_id: str) -> str:
    """Return an access token of a fake that outlives the days of a benchmark."""
    body = {"tenant_ids": [tenant_id], "expires_in": 30 * 86_400}
    answer = requests.post(f"{url}/_control/tokens", json=body, timeout=60)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


@contextmanager
def pair(clients: int) -> Iterator[Pair]:
    """Serve both fakes: XPM with so many clients, Ignition with none."""
    with (
        TemporaryDirectory() as directory,
        mock_xpm(world(clients)) as xpm,
        program("-m", "mock_ignition", "serve", "--port", "0", "--limit", "hour=off") as ignition,
    ):
        answer = requests.post(
            f"{ignition.url}/_control/world",
            json={**IGNITION_PRACTICE, "apps": world(0)["apps"]},
            timeout=60,
        )
        answer.raise_for_status()
        yield Pair(xpm, ignition.url, Path(directory) / "ledger.db")


@cache
def costs(clients: int) -> dict[str, dict[str, Any]]:
    """Return the reports of a first sync, a quiet one, one after changes in Ignition, and of planning all."""
    with pair(clients) as both:
        first = both.sync()
        both.sync()
        quiet = both.sync()
        both.change_in_ignition(min(clients, CHANGED))
        changed = both.sync()
        return {"first": first, "quiet": quiet, "changed": changed, "plan": both.sync(plan=True)}


def xpm_calls(run: str, clients: int = MANY) -> Measured:
    """Count the calls to XPM of a run."""
    cost = costs(clients)[run]["costs"]["xpm"]
    return Measured(cost["calls"], note=f"{cost['bytes_received']:,} bytes, {cost['writes']} writes")


def ignition_writes() -> Measured:
    """Count the writes of a first sync to Ignition."""
    cost = costs(MANY)["first"]["costs"]["ignition"]
    return Measured(
        cost["writes"], note=f"{cost['calls']} calls, {costs(MANY)['first']['cpu_seconds']:.1f} s CPU"
    )


def peak_memory(run: str) -> Measured:
    """Tell how much memory the syncer's process had at most."""
    return Measured(costs(MANY)[run]["peak_mb"])


def quiet_calls_ratio() -> Measured:
    """Compare the calls of a sync without a change for many clients with those for few."""
    many, few = (
        sum(cost["calls"] for cost in costs(clients)["quiet"]["costs"].values()) for clients in (MANY, FEW)
    )
    return Measured(many / few, note=f"{many} calls for {MANY:,} clients, {few} for {FEW}")


def quiet_bytes_ratio() -> Measured:
    """Compare the bytes of a sync without a change for many clients with those for few."""
    many, few = (
        sum(cost["bytes_received"] for cost in costs(clients)["quiet"]["costs"].values())
        for clients in (MANY, FEW)
    )
    return Measured(many / few, note=f"{many:,} bytes for {MANY:,} clients, {few:,} for {FEW}")


def planning() -> Measured:
    """Tell how much CPU time a plan takes in which every field of every pair is compared."""
    found = costs(MANY)["plan"]
    return Measured(found["cpu_seconds"], note=f"{found['links']:,} pairs, {found['actions']} actions")


ROWS = (
    Row("first sync of 15,000 clients: XPM calls", lambda: xpm_calls("first"), 10, "calls", at_least=False),
    Row("first sync of 15,000 clients: Ignition writes", ignition_writes, 155, "calls", at_least=False),
    Row("first sync of 15,000 clients: memory", lambda: peak_memory("first"), 250, "MB", at_least=False),
    Row("daily sync without a change: XPM calls", lambda: xpm_calls("quiet"), 8, "calls", at_least=False),
    Row("… calls for 15,000 clients against 100", quiet_calls_ratio, 1.0, "x", at_least=False),
    Row("… bytes for 15,000 clients against 100", quiet_bytes_ratio, 1.0, "x", at_least=False),
    Row(
        "100 clients changed in Ignition: XPM calls but for the lists",
        lambda: Measured(xpm_calls("changed").figure - 3, note=xpm_calls("changed").note),
        CHANGED + 1,
        "calls",
        at_least=False,
    ),
    Row("planning 15,000 clients, every field: CPU", planning, 2.0, "s", at_least=False),
)
