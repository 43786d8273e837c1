"""A rich practice for trying the published document: the demo's, with records in every state."""

import json
from pathlib import Path
from typing import Any

from ignition_support import Fake
from openapi_document import operations

DEMO = Path(__file__).parents[3] / "mock_ignition" / "demo.json"
PRACTICE, RICH = "prc_harbour", "rich"
STATES = ("draft", "awaiting_acceptance", "accepted", "completed", "lost", "revoked", "archived")
MANY = range(1, 5)
CANDIDATES = [
    {"uuid": "staff-ana", "name": "Ana Reyes", "email": "ana@harbour.example"},
    {"uuid": "staff-lee", "name": "Lee Park", "email": "lee@harbour.example"},
    {"uuid": "staff-kim", "name": "Kim Oh"},
]
WORKFLOW = {
    "mode": "one_job",
    "jobs": [{"name": "The year", "staff_slugs": ["usr_ana"], "due_after_days": 20}],
}


def rich_world() -> dict[str, Any]:
    """Return the demo's world with clients and proposals in each state, several of each."""
    world: dict[str, Any] = json.loads(DEMO.read_text("utf-8"))
    (practice,) = world["practices"]
    practice["users"] += [{"slug": f"usr_{n}", "name": f"User {n}", "email": "u@example.com"} for n in MANY]
    practice["clients"] += [
        {
            "slug": f"cli_{state}{n}",
            "name": f"{state} {n}",
            "state": state,
            "contacts": [_signatory(state, n)],
        }
        for state in ("lead", "inactive", "archived")
        for n in MANY
    ]
    practice["proposals"] += [
        {
            "slug": f"prop_{state.partition('_')[0]}{n}",
            "name": f"{state} {n}",
            "client_slug": "cli_kauri",
            "state": state,
            "services": [{"service_slug": "svc_annual"}, {"service_slug": "svc_books", "is_add_on": True}],
        }
        for state in STATES
        for n in MANY
    ]
    return world


def _signatory(state: str, number: int) -> dict[str, Any]:
    slug = f"con_{state}{number}"
    return {"slug": slug, "name": "Sam Lee", "is_primary": True, "is_signatory": True}


def fill(fake: Fake) -> Fake:
    """Put the rich practice into a fake, with what a world document cannot say, and connect to it."""
    fake.control("POST", "/world", rich_world())
    fake = fake.connect(PRACTICE)
    fake.do("PUT", "/users/xpm_candidates", {"candidates": CANDIDATES})
    fake.do("POST", "/users", {"xpm_staff_uuid": "staff-lee"}, 201)
    fake.do("PUT", "/proposals/prop_draft1/workflow", WORKFLOW)
    fake.do("PUT", "/proposals/prop_accepted1/deployment", {"status": "pending"})
    lines = [{"service_slug": "svc_books", "option": option} for option in ("Gold", "Silver")]
    chosen = {"name": "With options", "client_slug": "cli_obrien", "services": lines}
    fake.do("POST", "/proposals", chosen, 201)
    for number in MANY:
        hook = {"url": f"http://receiver.test/{number}", "types": ["client.created"], "secret": "s"}
        fake.do("POST", "/webhooks", hook, 201)
    fake.control("POST", "/snapshots", {"name": RICH})
    return fake


def restore(fake: Fake) -> None:
    """Put a fake back to where `fill` left it."""
    fake.app.extensions["kit"].restore(RICH)


def still_shown(fake: Fake, path: str, slug: str) -> list[str]:
    """Return where a record is to be read: by itself, or in a list; `path` is what it was removed by."""
    name = path.split("/")[1]
    reads = {there for method, there, _operation in operations() if method == "GET"}
    found = []
    if path in reads and fake.call("GET", path.replace("{slug}", slug)).status_code != 404:
        found.append(f"{path}: {slug}")
    for listed in (f"/{name}", f"/reporting/{name}"):
        if listed in reads:
            rows = fake.call("GET", f"{listed}?limit=100").get_json()["data"]
            found += [f"{listed}: {slug}" for row in rows if row["slug"] == slug]
    return found


def slugs_of(fake: Fake) -> dict[str, list[str]]:
    """Return the slugs that are there, by the first part of their paths."""
    found: dict[str, list[str]] = {}
    for method, path, operation in operations():
        name = path.rpartition("/")[2]
        if method == "GET" and operation["operationId"].endswith(".list") and "{" not in path:
            rows = fake.call("GET", f"{path}?limit=100").get_json()["data"]
            found.setdefault(name, [row["slug"] for row in rows if "slug" in row])
    return found
