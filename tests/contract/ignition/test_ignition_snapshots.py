"""Snapshots of a fake that has an outbox: what was written there is put back like all else."""

from typing import Any

import pytest
from ignition_support import HOOK, Fake, Receiver


def deliveries(fake: Fake) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = fake.control("GET", "/deliveries")["data"]
    return rows


def change(fake: Fake, phone: str) -> None:
    fake.do("PATCH", "/clients/cli_acme", {"phone": phone})


@pytest.fixture
def hook(fake: Fake) -> str:
    """Subscribe, and have one delivery under way."""
    body = {"url": HOOK, "types": ["client.updated"], "secret": "s"}
    made = str(fake.do("POST", "/webhooks", body, 201)["slug"])
    change(fake, "1")
    fake.control("POST", "/snapshots", {"name": "start"})
    return made


def test_a_restore_brings_back_what_was_on_its_way_to_a_subscription_removed_since(
    fake: Fake, hook: str, receiver: Receiver
) -> None:
    before = deliveries(fake)
    assert [(row["subscription"], row["outcome"]) for row in before] == [(hook, "waiting")]
    fake.do("DELETE", f"/webhooks/{hook}", status=204)
    assert deliveries(fake) == []
    fake.control("POST", "/snapshots/start/restore")
    assert deliveries(fake) == before
    fake.control("POST", "/deliveries/run")
    assert len(receiver.got) == 1


def test_a_restore_takes_back_deliveries_written_since(fake: Fake, hook: str) -> None:
    before = deliveries(fake)
    for phone in "23":
        change(fake, phone)
    assert len(deliveries(fake)) == 3
    fake.control("POST", "/snapshots/start/restore")
    assert deliveries(fake) == before


def test_a_change_that_tells_a_subscriber_can_be_looked_behind(fake: Fake, hook: str) -> None:
    change(fake, "2")
    fake.control("POST", "/faults", {"kind": "stale", "times": 1})
    try:
        seen = [fake.call("GET", "/clients/cli_acme").get_json()["data"]["phone"] for _ in range(2)]
    finally:
        fake.control("DELETE", "/faults")
    assert seen == ["1", "2"]
