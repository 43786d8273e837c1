"""Which deliveries meet a fault of the plan, and the control calls for it."""

from itertools import permutations
from typing import Any

import pytest
from hook_steps import change, changes, counted, deliveries, plan, run, subscribe
from ignition_support import Fake, Receiver

DAY = 86_400
pytestmark = pytest.mark.usefixtures("no_plan_is_left")


@pytest.mark.parametrize(
    ("when", "met"),
    [
        ({}, True),
        ({"event": "client.updated"}, True),
        ({"event": "client.*"}, True),
        ({"event": "*.updated"}, True),
        ({"event": "proposal.*"}, False),
        ({"event": "client.c*"}, False),
        ({"event": "client.updated", "tenant": "prc_kea"}, True),
        ({"tenant": "prc_tui"}, False),
        ({"subscription": "whk_another"}, False),
        ({"attempts": [1]}, True),
        ({"attempts": [2, 3]}, False),
        ({"probability": 1}, True),
        ({"probability": 0}, False),
        ({"every": 1}, True),
        ({"every": 2}, False),
    ],
)
def test_a_fault_is_for_the_deliveries_it_names(
    fake: Fake,
    receiver: Receiver,
    when: dict[str, Any],
    met: bool,  # noqa: FBT001
) -> None:
    subscribe(fake)
    change(fake)
    plan(fake, {"kind": "webhook_lost", **when})
    run(fake)
    assert (receiver.got == []) is met


def test_a_fault_of_one_subscription_leaves_the_other_alone(fake: Fake, receiver: Receiver) -> None:
    gone, stays = subscribe(fake), subscribe(fake)
    change(fake)
    plan(fake, {"kind": "webhook_lost", "subscription": gone["slug"]})
    run(fake)
    outcomes = {row["subscription"]: row["outcome"] for row in deliveries(fake)}
    assert outcomes == {gone["slug"]: "lost", stays["slug"]: "delivered"}


def test_webhook_faults_leave_calls_alone_and_those_of_calls_leave_webhooks(
    fake: Fake, receiver: Receiver
) -> None:
    subscribe(fake)
    plan(
        fake, {"kind": "webhook_lost"}, {"kind": "status", "status": 500, "operation": "PATCH *", "every": 2}
    )
    change(fake)
    assert fake.call("PATCH", "/clients/cli_acme", {"phone": "9"}).status_code == 500
    assert counted(fake) == [(0, 0), (2, 1)]
    run(fake)
    assert counted(fake) == [(1, 1), (2, 1)]


def test_the_first_fault_of_the_plan_is_the_one_a_delivery_meets(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    change(fake)
    plan(fake, {"kind": "webhook_delayed", "seconds": 5}, {"kind": "webhook_lost", "name": "never"})
    run(fake)
    fake.advance(5)
    assert [made["status"] for made in run(fake)] == [200]
    assert counted(fake) == [(1, 1), (1, 0)]


@pytest.mark.parametrize("order", list(permutations(range(3)))[1:])
def test_chance_does_not_depend_on_the_order_in_which_things_happen(
    fake: Fake, receiver: Receiver, order: tuple[int, ...]
) -> None:
    """Three clients change eight times each, their changes told in one order or in another."""

    clients = ("cli_acme", "cli_bare", fake.do("POST", "/clients", {"name": "Third"}, 201)["slug"])
    fake.control("POST", "/snapshots", {"name": "three"})
    plan(fake, {"kind": "webhook_lost", "probability": 0.4})

    def lost(clients: tuple[str, ...]) -> set[str]:
        fake.control("POST", "/snapshots/three/restore")
        subscribe(fake)
        for client in clients:
            for number in range(8):
                change(fake, str(number), client)
        run(fake)
        return {row["event_id"] for row in deliveries(fake) if row["outcome"] == "lost"}

    expected = lost(clients)
    assert 3 < len(expected) < 18
    assert lost(tuple(clients[place] for place in order)) == expected


def test_a_reset_counts_anew_and_keeps_the_plan(fake: Fake, receiver: Receiver) -> None:
    plan(fake, {"kind": "webhook_lost", "times": 1})
    for _world in range(2):
        assert counted(fake) == [(0, 0)]
        subscribe(fake)
        changes(fake, 2)
        run(fake)
        assert counted(fake) == [(2, 1)]
        fake.control("POST", "/reset")


# The plan's control calls


def test_webhook_faults_are_told_and_removed_like_the_others(fake: Fake) -> None:
    given = [
        {"kind": "webhook_lost", "lost": "attempt", "event": "proposal.*", "name": "mine"},
        {"kind": "webhook_duplicated", "copies": 3, "seconds": 1.5, "times": 2},
        {"kind": "webhook_delayed", "seconds": 60, "probability": 0.5, "seed": 4},
        {
            "kind": "webhook_reordered",
            "behind": 2,
            "seconds": 30,
            "subscription": "whk_x",
            "tenant": "prc_kea",
        },
    ]
    plan(fake, *given)
    counts = {"matched": 0, "applied": 0}
    assert fake.control("GET", "/faults") == {"faults": [{**one, **counts} for one in given]}
    fake.control("DELETE", "/faults?name=mine")
    fake.control("DELETE", "/faults?name=webhook_delayed")
    kinds = [one["kind"] for one in fake.control("GET", "/faults")["faults"]]
    assert kinds == ["webhook_duplicated", "webhook_reordered"]


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"kind": "webhook_lost", "lost": "half"}, "webhook_lost.lost"),
        ({"kind": "webhook_lost", "operation": "x"}, "webhook_lost.operation"),
        ({"kind": "webhook_lost", "method": "POST"}, "webhook_lost.method"),
        ({"kind": "webhook_lost", "attempts": [1], "every": 2}, "webhook_lost"),
        ({"kind": "webhook_duplicated", "copies": 0}, "webhook_duplicated.copies"),
        ({"kind": "webhook_duplicated", "copies": 101}, "webhook_duplicated.copies"),
        ({"kind": "webhook_duplicated", "seconds": -1}, "webhook_duplicated.seconds"),
        ({"kind": "webhook_delayed"}, "webhook_delayed.seconds"),
        ({"kind": "webhook_delayed", "seconds": 0}, "webhook_delayed.seconds"),
        ({"kind": "webhook_delayed", "seconds": 30 * DAY + 1}, "webhook_delayed.seconds"),
        ({"kind": "webhook_reordered", "behind": 0}, "webhook_reordered.behind"),
        ({"kind": "webhook_reordered", "seconds": 0}, "webhook_reordered.seconds"),
        ({"kind": "reset", "event": "client.*"}, "reset.event"),
    ],
)
def test_a_wrong_webhook_fault_is_refused_by_the_name_of_its_field(
    fake: Fake, fault: dict[str, Any], field: str
) -> None:
    answer = fake.app.test_client().post("/_control/faults", json=fault)
    assert answer.status_code == 400
    assert [one["field"] for one in answer.get_json()["error"]["details"]] == [field]
    assert fake.control("GET", "/faults") == {"faults": []}


@pytest.mark.parametrize("event", ["client.update", "proposal.accept", "*.moved"])
def test_a_fault_of_an_event_that_there_is_not_is_refused(fake: Fake, event: str) -> None:
    fault = {"kind": "webhook_lost", "event": event}
    good = {"kind": "webhook_lost", "event": "client.*"}
    for body, field in ((fault, "event"), ({"faults": [good, fault]}, "faults.1.event")):
        answer = fake.app.test_client().post("/_control/faults", json=body)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "BAD_FAULT")
        assert [one["field"] for one in answer.get_json()["error"]["details"]] == [field]
    assert fake.control("GET", "/faults") == {"faults": []}


def test_the_schema_has_the_webhook_kinds(fake: Fake) -> None:
    kinds = fake.control("GET", "/schema")["faults"]["$defs"]
    told = kinds["WebhookReordered"]["properties"]
    assert {"kind", "event", "subscription", "tenant", "behind", "seconds", "probability"} <= set(told)
    assert "operation" not in told
    assert {"WebhookLost", "WebhookDuplicated", "WebhookDelayed", "Latency"} <= set(kinds)
