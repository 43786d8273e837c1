"""At least once: what is tried again, until when, and what an interruption costs."""

import hashlib
import hmac
from typing import Any

import pytest
import requests
from hook_steps import came, change, changes, deliveries, one_delivery, run, subscribe
from ignition_support import SECRET, Fake, Receiver, reopen

from mock_ignition.gateway import OUTBOX
from mock_kit.effects import KEY
from scenarios.quick_session import QuickSession

DAY = 86_400
START = 1_782_898_200
"""2026-07-01T09:30:00Z in Unix time."""


def signed_by_hand(moment: int, body: bytes) -> str:
    digest = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def claim_and_crash(fake: Fake) -> None:
    """Begin an attempt of which nothing is heard any more."""
    parts = fake.app.extensions["kit"]
    with parts.store.begin() as tx:
        (key,) = OUTBOX.queue.due(tx, parts.now())
        assert OUTBOX.queue.claim(parts, tx, key, parts.now()) is not None


class Hanging:
    """A receiver that answers later than anybody waits, some times, and then at once."""

    def __init__(self, seconds: list[float]) -> None:
        self.seconds = seconds
        self.bodies: list[bytes] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.bodies.append(environ["wsgi.input"].read())
        environ[KEY].delay = self.seconds.pop(0) if self.seconds else 0.0
        start_response("200 OK", [])
        return [b""]


def test_each_attempt_is_signed_with_its_own_moment(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500, 500]
    subscribe(fake)
    change(fake)
    run(fake)
    fake.advance(10)
    run(fake)
    fake.advance(60)
    run(fake)
    signatures = [headers["HTTP_X_IGNITION_SIGNATURE"] for headers, _body in receiver.got]
    bodies = [body for _headers, body in receiver.got]
    assert bodies[0] == bodies[1] == bodies[2]
    assert signatures == [signed_by_hand(START + after, bodies[0]) for after in (0, 10, 70)]


@pytest.mark.parametrize(("seconds", "result"), [(5.1, "ReadTimeout"), (4.9, "200")])
def test_a_receipt_must_come_within_five_seconds(
    fake: Fake, network: Any, seconds: float, result: str
) -> None:
    slow = Hanging([seconds])
    network.mount("http://slow.test", slow)
    subscribe(fake, url="http://slow.test/hooks")
    change(fake)
    run(fake)
    assert one_delivery(fake)["last"] == result
    fake.advance(10)
    run(fake)
    assert one_delivery(fake)["last"] == "200"
    assert len(slow.bodies) == (2 if result == "ReadTimeout" else 1)


def test_a_redirect_is_not_followed_and_tried_again(fake: Fake, network: Any, receiver: Receiver) -> None:
    def elsewhere(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("307 Temporary Redirect", [("Location", "http://receiver.test/hooks")])
        return [b""]

    network.mount("http://moved.test", elsewhere)
    subscribe(fake, url="http://moved.test/hooks")
    change(fake)
    assert [made["status"] for made in run(fake)] == [307]
    assert receiver.got == []
    network.mount("http://moved.test", receiver)
    fake.advance(10)
    assert [made["status"] for made in run(fake)] == [200]


def test_nothing_is_tried_again_after_24_hours(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500]
    subscribe(fake)
    change(fake)
    run(fake)
    fake.advance(DAY + 1)
    assert run(fake) == []
    row = one_delivery(fake)
    assert (row["outcome"], row["attempts"], row["last"], row["due_at"]) == ("given up", 1, "500", None)
    assert len(receiver.got) == 1


def test_the_24_hours_begin_with_the_first_attempt(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500]
    subscribe(fake)
    change(fake)
    fake.advance(3 * DAY)
    run(fake)
    fake.advance(DAY)
    assert [made["attempt"] for made in run(fake)] == [2]
    assert [row["outcome"] for row in deliveries(fake)] == ["delivered"]


def test_an_attempt_whose_next_would_be_too_late_is_the_last(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500, 500]
    subscribe(fake)
    change(fake)
    run(fake)
    fake.advance(DAY - 59)  # the wait after the second attempt is 60 seconds
    run(fake)
    assert (one_delivery(fake)["outcome"], one_delivery(fake)["due_at"]) == ("given up", None)


def test_an_event_comes_again_when_its_receipt_was_not_written_down(on_file: list[Fake]) -> None:
    """The process dies between the receiver's answer and its note."""
    fake = on_file[0]
    subscribe(fake, url="http://127.0.0.1:9/hooks")
    event_id = change(fake)
    claim_and_crash(fake)
    again = reopen(on_file)
    assert one_delivery(again)["history"] == [
        {"attempt": 1, "at": "2026-07-01T09:30:00Z", "result": "under way", "fault": None}
    ]
    assert run(again) == []
    again.advance(10)
    assert [(made["event_id"], made["attempt"]) for made in run(again)] == [(event_id, 2)]
    assert [one["result"] for one in one_delivery(again)["history"]] == ["not known", "ConnectionError"]


def test_a_crash_in_the_last_attempt_ends_the_delivery_no_sooner_than_the_day(
    fake: Fake, receiver: Receiver
) -> None:
    receiver.statuses = [500] * 9
    subscribe(fake)
    change(fake)
    for wait in (10, 60, 300, 900, 3600, 7200, 14400, 28800, 28800):
        run(fake)
        fake.advance(wait)
    assert one_delivery(fake)["attempts"] == 9
    claim_and_crash(fake)
    row = one_delivery(fake)
    assert (row["attempts"], row["outcome"], row["last"]) == (10, "waiting", "500")
    fake.advance(28800)
    assert run(fake) == []
    row = one_delivery(fake)
    assert (row["attempts"], row["outcome"], row["due_at"]) == (10, "given up", None)


def test_what_an_attempt_brings_is_not_noted_on_another_world_s_delivery(
    fake: Fake, receiver: Receiver
) -> None:
    subscribe(fake)
    change(fake)

    def another_world() -> None:
        receiver.during = lambda: None
        fake.control("POST", "/reset")
        subscribe(fake)
        change(fake)

    receiver.during = another_world
    assert [made["status"] for made in run(fake)] == [200, 200]
    assert len(receiver.got) == 2
    assert [row["attempts"] for row in deliveries(fake)] == [1]


def test_a_receipt_counts_for_the_attempt_it_answers_alone(fake: Fake, receiver: Receiver) -> None:
    """The same world again, the same event, the same number of attempts: still another delivery."""
    subscribe(fake)
    change(fake)

    def again_and_under_way() -> None:
        fake.control("POST", "/reset")
        subscribe(fake)
        change(fake)
        claim_and_crash(fake)

    receiver.during = again_and_under_way
    run(fake)
    row = one_delivery(fake)
    assert (row["attempts"], row["outcome"], row["last"]) == (1, "waiting", None)


def test_a_snapshot_that_is_restored_under_way_forgets_the_attempt(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    change(fake)
    fake.control("POST", "/snapshots", {"name": "before"})
    receiver.during = lambda: fake.control("POST", "/snapshots/before/restore")
    parts = fake.app.extensions["kit"]
    OUTBOX.turn(
        parts, ("prc_kea", one_delivery(fake)["subscription"]), parts.now(), ended=lambda: receiver.got != []
    )
    row = one_delivery(fake)
    assert (row["attempts"], row["outcome"], row["history"]) == (0, "waiting", [])


def test_subscribed_changes_leave_the_earlier_states_of_all_practices_known(fake: Fake) -> None:
    subscribe(fake)
    tui = fake.connect("prc_tui")
    tui.do("PATCH", "/clients/cli_acme", {"phone": "before"})
    tui.do("PATCH", "/clients/cli_acme", {"phone": "after"})
    changes(fake, 3)
    fake.control("POST", "/faults", {"kind": "stale", "tenant": "prc_tui", "times": 1})
    assert tui.row("/clients/cli_acme")["phone"] == "before"
    assert tui.row("/clients/cli_acme")["phone"] == "after"
    fake.control("DELETE", "/faults")


def test_subscribed_changes_leave_what_is_kept_in_memory(fake: Fake) -> None:
    subscribe(fake)
    texts = fake.app.extensions["kit"].own.texts
    fake.call("GET", "/services")
    known = texts._shelves.known("prc_kea")
    assert known is not None
    before = known.size
    change(fake)
    assert known.size == before > 0


def test_a_practice_s_deliveries_are_put_back_with_it_alone(fake: Fake, receiver: Receiver) -> None:
    tui = fake.connect("prc_tui")
    subscribe(fake)
    subscribe(tui)
    change(fake)
    fake.control("POST", "/snapshots", {"name": "kea", "tenant": "prc_kea"})
    tui.do("PATCH", "/clients/cli_acme", {"phone": "1"})
    run(fake)
    assert [row["outcome"] for row in deliveries(fake)] == ["delivered", "delivered"]
    fake.control("POST", "/snapshots/kea/restore")
    told = [(row["tenant_id"], row["outcome"]) for row in deliveries(fake)]
    assert told == [("prc_kea", "waiting"), ("prc_tui", "delivered")]


def test_a_session_that_fails_in_an_unforeseen_way_of_its_own_is_no_receipt(
    fake: Fake, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object, **_options: object) -> None:
        raise requests.exceptions.InvalidHeader("http://receiver.test/?token=hush")

    subscribe(fake)
    change(fake)
    monkeypatch.setattr(QuickSession, "request", broken)
    assert [made["error"] for made in run(fake)] == ["InvalidHeader"]


def test_what_came_first_is_delivered_first_when_nothing_goes_wrong(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    events = changes(fake, 25)  # more than a turn
    assert len(run(fake)) == 25
    assert came(receiver) == events
