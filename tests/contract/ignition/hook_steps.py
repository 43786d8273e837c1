"""What the tests of webhooks do: subscribe, change something, deliver, look how far it came."""

from typing import Any

from ignition_support import HOOK, SECRET, Fake, Receiver
from werkzeug.test import TestResponse

Rows = list[dict[str, Any]]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def subscribe(fake: Fake, *types: str, url: str = HOOK) -> dict[str, Any]:
    body = {"url": url, "types": list(types or ("client.updated",)), "secret": SECRET}
    row: dict[str, Any] = fake.do("POST", "/webhooks", body, 201)
    return row


def change(fake: Fake, phone: str = "1", client: str = "cli_acme") -> str:
    """Change a client, and return the id of the event that tells of it."""
    before = {row["id"] for row in fake.state()["events"]}
    fake.do("PATCH", f"/clients/{client}", {"phone": phone})
    (event_id,) = {row["id"] for row in fake.state()["events"]} - before
    return event_id


def changes(fake: Fake, many: int) -> list[str]:
    """Change a client several times, and return the ids of the events, in order."""
    return [change(fake, f"{number}00") for number in range(1, many + 1)]


def run(fake: Fake) -> Rows:
    rows: Rows = fake.control("POST", "/deliveries/run")["data"]
    return rows


def deliveries(fake: Fake, query: str = "") -> Rows:
    rows: Rows = fake.control("GET", f"/deliveries{query}")["data"]
    return rows


def one_delivery(fake: Fake) -> dict[str, Any]:
    (row,) = deliveries(fake)
    return row


def plan(fake: Fake, *faults: dict[str, Any]) -> None:
    fake.control("POST", "/faults", {"faults": list(faults)})


def counted(fake: Fake) -> list[tuple[int, int]]:
    """Return of each fault of the plan how many attempts it matched, and how often it was applied."""
    return [(one["matched"], one["applied"]) for one in fake.control("GET", "/faults")["faults"]]


def came(receiver: Receiver) -> list[str]:
    """Return the ids of the events that a receiver got, in order."""
    return [body.decode().split('"id":"')[1].split('"')[0] for _headers, body in receiver.got]


def looked_at(fake: Fake, query: str = "", accept: str | None = BROWSER) -> TestResponse:
    headers = {} if accept is None else {"Accept": accept}
    return fake.app.test_client().get(f"/_control/deliveries{query}", headers=headers)
