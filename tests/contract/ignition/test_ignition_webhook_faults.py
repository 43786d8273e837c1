"""Faults of the plan that lose, duplicate, delay and reorder deliveries."""

from typing import Any

import pytest
from hook_steps import came, change, changes, counted, deliveries, one_delivery, plan, run, subscribe
from ignition_support import Fake, Receiver, reopen

DAY = 86_400
pytestmark = pytest.mark.usefixtures("no_plan_is_left")


def results(row: dict[str, Any]) -> list[tuple[int, str, str | None]]:
    """Return what is told of a delivery's attempts: number, result, fault."""
    return [(one["attempt"], one["result"], one["fault"]) for one in row["history"]]


# Lost


def test_a_lost_delivery_never_comes_and_its_sender_does_not_know(fake: Fake, receiver: Receiver) -> None:
    hook = subscribe(fake)
    event_id = change(fake)
    plan(fake, {"kind": "webhook_lost"})
    told = {"event_id": event_id, "type": "client.updated", "subscription": hook["slug"]}
    assert run(fake) == [{**told, "attempt": 1, "fault": "webhook_lost"}]
    fake.control("DELETE", "/faults")
    fake.advance(DAY)
    assert run(fake) == []
    assert receiver.got == []
    row = one_delivery(fake)
    assert (row["outcome"], row["due_at"], row["last"]) == ("lost", None, "lost")
    assert results(row) == [(1, "lost", "webhook_lost")]
    assert [event["id"] for event in fake.state()["events"]] == [event_id]


def test_a_lost_attempt_is_followed_by_another(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    event_id = change(fake)
    plan(fake, {"kind": "webhook_lost", "lost": "attempt", "attempts": [1, 2], "name": "twice"})
    assert [made["fault"] for made in run(fake)] == ["twice"]
    assert one_delivery(fake)["due_at"] == "2026-07-01T09:30:10Z"
    fake.advance(10)
    run(fake)
    fake.advance(60)
    assert [(made["attempt"], made["status"]) for made in run(fake)] == [(3, 200)]
    assert came(receiver) == [event_id]
    assert results(one_delivery(fake)) == [(1, "lost", "twice"), (2, "lost", "twice"), (3, "200", None)]
    assert counted(fake) == [(3, 2)]


def test_a_delivery_whose_every_attempt_is_lost_is_given_up_like_any_other(
    fake: Fake, receiver: Receiver
) -> None:
    subscribe(fake)
    change(fake)
    plan(fake, {"kind": "webhook_lost", "lost": "attempt"})
    for wait in (10, 60, 300, 900, 3600, 7200, 14400, 28800, 28800, 28800):
        run(fake)
        fake.advance(wait)
    row = one_delivery(fake)
    assert (row["outcome"], row["attempts"], row["last"], receiver.got) == ("given up", 10, "lost", [])


# Duplicated


def test_a_duplicated_delivery_comes_several_times_each_signed_anew(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    event_id = change(fake)
    plan(fake, {"kind": "webhook_duplicated", "copies": 2})
    assert [(made["attempt"], made["status"], made["fault"]) for made in run(fake)] == [
        (1, 200, "webhook_duplicated"),
        (2, 200, "webhook_duplicated"),
        (3, 200, "webhook_duplicated"),
    ]
    assert came(receiver) == [event_id] * 3
    assert len({body for _headers, body in receiver.got}) == 1
    fake.advance(DAY)
    assert run(fake) == []
    row = one_delivery(fake)
    assert (row["outcome"], row["due_at"], row["copies_left"]) == ("delivered", None, 0)
    assert counted(fake) == [(1, 1)]


def test_copies_may_come_later(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    event_id = change(fake)
    plan(fake, {"kind": "webhook_duplicated", "copies": 2, "seconds": 3 * DAY})
    assert len(run(fake)) == 1
    row = one_delivery(fake)
    assert (row["outcome"], row["due_at"], row["copies_left"]) == ("delivered", "2026-07-04T09:30:00Z", 2)
    fake.advance(3 * DAY)
    assert len(run(fake)) == 1
    fake.advance(3 * DAY)
    assert len(run(fake)) == 1
    signatures = [headers["HTTP_X_IGNITION_SIGNATURE"].split(",")[0] for headers, _body in receiver.got]
    start = 1_782_898_200
    assert signatures == [f"t={start + days * DAY}" for days in (0, 3, 6)]
    assert came(receiver) == [event_id] * 3


def test_copies_follow_the_first_receipt_and_are_not_tried_again(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500, 200, 500]
    subscribe(fake)
    change(fake)
    plan(fake, {"kind": "webhook_duplicated", "attempts": [1]})
    assert [made["status"] for made in run(fake)] == [500]
    fake.advance(10)
    assert [made["status"] for made in run(fake)] == [200, 500]
    fake.advance(DAY)
    assert run(fake) == []
    assert (one_delivery(fake)["outcome"], one_delivery(fake)["last"]) == ("delivered", "500")


# Delayed


def test_a_delayed_delivery_comes_when_its_time_has_come(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    event_id = change(fake)
    plan(fake, {"kind": "webhook_delayed", "seconds": 7200})
    assert run(fake) == []
    row = one_delivery(fake)
    assert (row["outcome"], row["attempts"], row["due_at"]) == ("waiting", 0, "2026-07-01T11:30:00Z")
    fake.advance(7199)
    assert run(fake) == []
    fake.advance(1)
    assert [(made["attempt"], made["status"]) for made in run(fake)] == [(1, 200)]
    assert came(receiver) == [event_id]
    assert results(one_delivery(fake)) == [(1, "delayed", "webhook_delayed"), (1, "200", None)]
    assert counted(fake) == [(1, 1)]


def test_a_delay_puts_off_the_end_of_the_trying_too(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500]
    subscribe(fake)
    change(fake)
    plan(fake, {"kind": "webhook_delayed", "seconds": 2 * DAY, "attempts": [2]})
    run(fake)
    fake.advance(10)
    run(fake)
    fake.advance(2 * DAY)
    assert [(made["attempt"], made["status"]) for made in run(fake)] == [(2, 200)]


def test_a_delayed_delivery_survives_a_restart_without_its_plan(on_file: list[Fake]) -> None:
    subscribe(on_file[0], url="http://127.0.0.1:9/hooks")
    change(on_file[0])
    plan(on_file[0], {"kind": "webhook_delayed", "seconds": 60})
    run(on_file[0])
    again = reopen(on_file)
    assert run(again) == []
    again.advance(60)
    assert [made["attempt"] for made in run(again)] == [1]


# Reordered


def test_a_reordered_delivery_waits_for_a_later_one(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    first, second, third = changes(fake, 3)
    plan(fake, {"kind": "webhook_reordered", "times": 1})
    run(fake)
    assert came(receiver) == [second, first, third]
    assert results(deliveries(fake)[0]) == [(1, "held back", "webhook_reordered"), (1, "200", None)]


def test_with_every_delivery_reordered_each_two_change_places(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    events = changes(fake, 6)
    plan(fake, {"kind": "webhook_reordered"})
    run(fake)
    assert came(receiver) == [events[place] for place in (1, 0, 3, 2, 5, 4)]


def test_a_delivery_can_be_made_to_wait_for_several(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    events = changes(fake, 5)
    plan(fake, {"kind": "webhook_reordered", "behind": 3, "times": 1})
    run(fake)
    assert came(receiver) == [events[place] for place in (1, 2, 3, 0, 4)]


def test_a_delivery_that_nothing_follows_goes_after_a_time(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    event_id = change(fake)
    plan(fake, {"kind": "webhook_reordered", "seconds": 900})
    assert run(fake) == []
    row = one_delivery(fake)
    assert (row["behind"], row["due_at"]) == (1, "2026-07-01T09:45:00Z")
    fake.advance(900)
    assert [made["attempt"] for made in run(fake)] == [1]
    assert (came(receiver), one_delivery(fake)["behind"]) == ([event_id], None)


def test_only_a_receipt_of_a_later_delivery_lets_one_go(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500]
    subscribe(fake)
    first, second, third = changes(fake, 3)
    plan(fake, {"kind": "webhook_reordered", "times": 1}, {"kind": "webhook_lost", "every": 3})
    run(fake)  # the second fails, the third is lost
    assert came(receiver) == [second]
    assert [row["outcome"] for row in deliveries(fake)] == ["waiting", "waiting", "lost"]
    fake.advance(10)
    run(fake)
    assert came(receiver) == [second, second, first]
    assert third not in came(receiver)


def test_the_deliveries_of_another_subscription_let_nothing_go(fake: Fake, receiver: Receiver) -> None:
    held, other = subscribe(fake), subscribe(fake)
    changes(fake, 1)
    plan(fake, {"kind": "webhook_reordered", "subscription": held["slug"]})
    assert [made["subscription"] for made in run(fake)] == [other["slug"]]
    assert [row["behind"] for row in deliveries(fake, f"?subscription={held['slug']}")] == [1]


def test_the_receipt_of_an_earlier_delivery_lets_none_go(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500]
    subscribe(fake)
    first, second = changes(fake, 2)
    plan(fake, {"kind": "webhook_reordered", "every": 2})
    run(fake)
    fake.control("DELETE", "/faults")
    fake.advance(10)
    run(fake)
    assert came(receiver) == [first, first]
    assert [row["behind"] for row in deliveries(fake)] == [None, 1]
    third = change(fake, "300")
    run(fake)
    assert came(receiver) == [first, first, third, second]


def test_one_that_went_when_its_time_was_up_waits_for_nobody_any_more(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500]
    subscribe(fake)
    first = change(fake)
    plan(fake, {"kind": "webhook_reordered", "seconds": 60, "times": 1})
    run(fake)
    fake.advance(60)
    assert [made["status"] for made in run(fake)] == [500]
    row = one_delivery(fake)
    assert (row["behind"], row["due_at"]) == (None, "2026-07-01T09:31:10Z")
    second = change(fake, "2")
    run(fake)
    assert came(receiver) == [first, second]
