"""The rows of mock_ignition: a reporting page, clients in batches, acceptances, many practices."""

import json
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench.client import run_apart
from tests.bench.rows import Measured, Row, checked, rate
from tests.bench.served import Fake, mock_ignition

BASE = "/external/api/v1"
PAGE = 100
BATCH = 100
BATCHES, ACCEPTANCES = 200, 2000
Json = dict[str, Any]


def world(clients: int, practices: int = 1, proposals: int = 0) -> Json:
    """Return a world whose first practice has so many clients with a contact each, the others one."""
    first = practice("prc_bench", clients, proposals)
    others = [practice(f"prc_{number}", 1, 0) for number in range(1, practices)]
    app = {
        "client_id": "bench",
        "client_secret": "bench-secret",
        "name": "Bench",
        "redirect_uris": ["http://127.0.0.1:9/back"],
    }
    return {"now": "2026-07-01T09:00:00Z", "apps": [app], "practices": [first, *others]}


def practice(tenant_id: str, clients: int, proposals: int) -> Json:
    """Return a practice with two services; its proposals offer both, and wait for their clients."""
    offered = [{"service_slug": "svc_year"}, {"service_slug": "svc_month"}]
    return {
        "tenant_id": tenant_id,
        "name": tenant_id,
        "services": [
            {"slug": "svc_year", "name": "Annual accounts", "price": 1800},
            {"slug": "svc_month", "name": "Bookkeeping", "price": 250, "cadence": "monthly"},
        ],
        "clients": [client(number) for number in range(clients)],
        "proposals": [
            {
                "slug": f"prop_{number}",
                "name": f"Engagement {number}",
                "client_slug": f"cli_{number % clients}",
                "state": "awaiting_acceptance",
                "services": offered,
            }
            for number in range(proposals)
        ],
    }


def client(number: int) -> Json:
    """Return a client with an address and one contact who signs."""
    contact = {"slug": f"con_{number}", "name": f"Jo Ngata {number}", "email": f"jo{number}@client.example"}
    return {
        "slug": f"cli_{number}",
        "name": f"Client {number:05} Limited",
        "email": f"office{number}@client.example",
        "phone": "+64 9 555 0100",
        "address": {"line": f"{number} Queen St", "city": "Auckland", "postcode": "1010"},
        "contacts": [{**contact, "is_primary": True, "is_signatory": True}],
    }


def reporting_page(practices: int = 1) -> Measured:
    """Measure a page of 100 clients: token, limit, journal and faults as always."""
    with mock_ignition(world(PAGE, practices)) as fake:
        sent = fake.call("GET", f"{BASE}/reporting/clients?limit={PAGE}")
        return rate(fake.plan(sent, connections=16, seconds=3.0, warm_up=500))


def batches() -> Measured:
    """Measure `POST /clients/batch` of 100 new clients with a contact each, store in a file: clients a second."""
    with TemporaryDirectory() as directory, mock_ignition(world(1), Path(directory) / "ignition.db") as fake:
        plan = fake.plan(*_batches(fake), connections=4, seconds=30.0, once=True)
        outcome = checked(run_apart(plan))
        note = f"{outcome.calls} calls, p50 {outcome.p50_ms:.0f} ms"
        return Measured(outcome.per_second * BATCH, note=note)


def _batches(fake: Fake) -> list[str]:
    def body(number: int) -> bytes:
        items = [
            {
                "name": f"Imported {number} {place}",
                "phone": "+64 9 555 0100",
                "address": {"line": "1 Queen St", "city": "Auckland"},
                "contacts": [{"name": f"Jo {place}", "email": f"jo{place}@client.example"}],
            }
            for place in range(BATCH)
        ]
        return json.dumps({"items": items}).encode()

    return [fake.call("POST", f"{BASE}/clients/batch", body(number)) for number in range(BATCHES)]


def acceptances() -> Measured:
    """Measure `accept`, which raises two invoices each, store in a file."""
    document = world(ACCEPTANCES, proposals=ACCEPTANCES)
    with TemporaryDirectory() as directory, mock_ignition(document, Path(directory) / "ignition.db") as fake:
        sent = [fake.call("POST", f"{BASE}/proposals/prop_{number}/accept") for number in range(ACCEPTANCES)]
        outcome = checked(run_apart(fake.plan(*sent, connections=16, seconds=60.0, once=True)))
        return Measured(outcome.per_second, outcome.p50_ms, outcome.p99_ms, f"{outcome.calls} proposals")


def practices_ratio() -> Measured:
    """Compare the rate of a page with 1,000 practices with that of one."""
    one, many = reporting_page().figure, reporting_page(1000).figure
    return Measured(many / one, note=f"{one:,.0f} and {many:,.0f} req/s")


ROWS = (
    Row("Ignition: reporting page of 100 clients, 16 connections", partial(reporting_page, 1), 3000),
    Row("Ignition: clients/batch of 100, store in a file", batches, 5000, "clients/s"),
    Row("Ignition: accept, store in a file, 16 connections", acceptances, 500),
    Row("Ignition: rate with 1,000 practices, as a part of that with one", practices_ratio, 0.9, "x"),
)
