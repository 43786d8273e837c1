"""`python -m tests.bench.synced`: one sync in a process of its own, counted; the order is JSON on stdin.

The process does nothing else, so that its memory and its time are the syncer's.
"""

import json
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from syncer import ledger_tables as t
from syncer.config import parse
from syncer.ledger import Ledger
from syncer.plan import make_plan
from syncer.practice import open_practice
from syncer.reading import view_of
from syncer.runtime import LiveRuntime, iso
from syncer.small_lists import Lists
from syncer.sync import sync
from syncer.vault import Vault
from tests.bench.memory import resident_mb

NAME = "bench"
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


class Later(LiveRuntime):
    """The machine as it is, some days from now."""

    def __init__(self, days: int) -> None:
        self._later = timedelta(days=days)

    def now(self) -> datetime:
        """Return the present moment, some days on."""
        return super().now() + self._later


def main() -> None:
    """Sync as ordered, and print what it cost."""
    order = json.load(sys.stdin)
    config = parse(_settings(order), {})
    ledger = Ledger(Path(order["ledger"]), Vault(KEY))
    runtime = Later(order["days"])
    if order.get("tokens"):
        _connect(ledger, order, runtime)
    practice = open_practice(config, ledger, runtime, None)
    if order.get("plan"):
        document = _plan_all(practice)
    else:
        began = time.process_time()
        document = sync(practice).as_json() | {"cpu_seconds": time.process_time() - began}
        document["lines"] = len(document["lines"])
    document["peak_mb"] = resident_mb("self", most=True)
    json.dump(document, sys.stdout)


def _settings(order: dict[str, Any]) -> dict[str, Any]:
    app = {"client_id": "bench", "client_secret": "bench-secret"}
    xpm = {"auth_url": order["xpm"], "identity_url": order["xpm"], "api_url": order["xpm"], "per_minute": 0}
    return {
        "xpm": {**app, **xpm},
        "ignition": {**app, "url": order["ignition"], "per_hour": 0},
        "ledger": {"path": order["ledger"]},
        "practices": [{"name": NAME}],
    }


def _connect(ledger: Ledger, order: dict[str, Any], runtime: Later) -> None:
    """Keep tokens that the fakes gave out, as `syncer connect` would have kept them."""
    own = ledger.of(NAME)
    expires_at = iso(runtime.now() + timedelta(days=30))
    for system, tenant in (("xpm", order["tenant"]), ("ignition", None)):
        tokens = {"access_token": order["tokens"][system], "expires_at": expires_at}
        own.save_connection(system, tokens, tenant_id=tenant, tenant_name="Bench")
    own.put(t.cursors, {"name": "connected_at", "value": iso(runtime.now())})


def _plan_all(practice: Any) -> dict[str, Any]:
    """Plan with every field of every pair compared, and return the CPU time that took."""
    practice.ledger.put(t.cursors, {"name": "settings", "value": "others than before"})
    view = view_of(practice, Lists((), (), (), first=False))
    began = time.process_time()
    plan = make_plan(view)
    return {
        "cpu_seconds": time.process_time() - began,
        "actions": len(plan.actions),
        "links": len(view.links),
    }


if __name__ == "__main__":
    main()
