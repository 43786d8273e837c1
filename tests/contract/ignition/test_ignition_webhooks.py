"""Webhooks: subscriptions, signatures, receipts, retries on the fake's clock."""

import hashlib
import hmac
import threading
from itertools import pairwise
from typing import Any

import pytest
import requests
from hook_steps import change, one_delivery, run, subscribe
from ignition_support import SECRET, Fake, Receiver, reopen

from mock_ignition.gateway import OUTBOX
from mock_kit.delivery import Happening
from mock_kit.delivery_attempt import is_receipt, sign, wait_after
from scenarios.quick_session import QuickSession


def test_an_event_is_delivered_with_the_agreed_body_and_signature(fake: Fake, receiver: Receiver) -> None:
    hook = subscribe(fake, "proposal.sent")
    fake.do("POST", "/proposals/prop_one/send")
    event_id = fake.state()["events"][0]["id"]
    assert event_id.startswith("evt_")
    (made,) = run(fake)
    assert made == {
        "event_id": event_id,
        "type": "proposal.sent",
        "subscription": hook["slug"],
        "attempt": 1,
        "status": 200,
    }
    ((headers, body),) = receiver.got
    assert body.decode() == (
        f'{{"id":"{event_id}","type":"proposal.sent","created_at":"2026-07-01T09:30:00Z",'
        '"data":{"proposal_slug":"prop_one","client_slug":"cli_acme"}}'
    )
    assert headers["CONTENT_TYPE"] == "application/json"
    # 2026-07-01T09:30:00Z is 1782898200 in Unix time.
    expected = hmac.new(SECRET.encode(), b"1782898200." + body, hashlib.sha256).hexdigest()
    assert headers["HTTP_X_IGNITION_SIGNATURE"] == f"t=1782898200,v1={expected}"


def test_the_signature_is_the_one_another_program_computes() -> None:
    # printf '1700000000.{}' | openssl dgst -sha256 -hmac k
    digest = "c6ef4734033cee2367414a0939385eca0397754aa7a59716da7463a9298b5146"
    assert sign("k", 1700000000, b"{}") == f"t=1700000000,v1={digest}"


def test_only_the_types_subscribed_to_are_delivered(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake, "client.created")
    change(fake)
    assert run(fake) == []
    fake.do("POST", "/clients", {"name": "New"}, 201)
    assert [made["type"] for made in run(fake)] == ["client.created"]
    assert len(receiver.got) == 1


def test_each_subscription_gets_the_event(fake: Fake, receiver: Receiver) -> None:
    hooks = {subscribe(fake)["slug"], subscribe(fake)["slug"]}
    change(fake)
    assert {made["subscription"] for made in run(fake)} == hooks
    assert len(hooks) == len(receiver.got) == 2


def test_an_event_of_one_practice_never_goes_to_another_s_subscriber(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake.connect("prc_tui"))
    change(fake)
    assert run(fake) == []
    assert receiver.got == []


def test_what_was_received_is_not_sent_again(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [204]
    subscribe(fake)
    change(fake)
    assert [made["status"] for made in run(fake)] == [204]
    fake.advance(86400)
    assert run(fake) == []
    (row,) = fake.control("GET", "/deliveries?tenant=prc_kea")["data"]
    assert (row["outcome"], row["attempts"], row["due_at"]) == ("delivered", 1, None)
    assert fake.control("GET", "/deliveries?tenant=prc_tui")["data"] == []


@pytest.mark.parametrize("status", [199, 301, 302, 400, 404, 410, 500, 503])
def test_anything_but_a_2xx_is_tried_again_with_a_new_signature(
    fake: Fake, receiver: Receiver, status: int
) -> None:
    receiver.statuses = [status]
    subscribe(fake)
    change(fake)
    assert [made["status"] for made in run(fake)] == [status]
    fake.advance(9)
    assert run(fake) == []
    fake.advance(1)
    assert [(made["attempt"], made["status"]) for made in run(fake)] == [(2, 200)]
    first, second = receiver.got
    assert first[1] == second[1]
    assert first[0]["HTTP_X_IGNITION_SIGNATURE"] != second[0]["HTTP_X_IGNITION_SIGNATURE"]


def test_attempts_come_at_growing_intervals_and_end_within_a_day(fake: Fake, receiver: Receiver) -> None:
    receiver.statuses = [500] * 99
    subscribe(fake)
    change(fake)
    at, times = 0, []
    for _step in range(100):
        if run(fake):
            times.append(at)
        due = one_delivery(fake)["due_at"]
        if due is None:
            break
        fake.advance(60)
        at += 60
        # Only the times of attempts count; the clock may be moved in larger steps towards the next one.
        while fake.control("GET", "/health")["now"] < due:
            fake.advance(600)
            at += 600
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(times) == 10
    assert gaps == sorted(gaps)
    assert times[-1] <= 24 * 3600
    row = one_delivery(fake)
    assert (row["outcome"], row["last"]) == ("given up", "500")
    fake.advance(86400)
    assert run(fake) == []


def test_the_waits_grow_and_stay_within_24_hours() -> None:
    waits: list[int] = []
    while (wait := wait_after(len(waits) + 1)) is not None:
        waits.append(wait)
    assert waits == sorted(waits)
    assert 20 * 3600 < sum(waits) <= 24 * 3600


@pytest.mark.parametrize(
    ("status", "receipt"), [(None, False), (199, False), (200, True), (299, True), (300, False), (500, False)]
)
def test_a_receipt_is_any_2xx(status: int | None, receipt: bool) -> None:  # noqa: FBT001
    assert is_receipt(status) is receipt


def test_a_receiver_that_cannot_be_reached_is_tried_again(fake: Fake) -> None:
    subscribe(fake, url="http://nobody.test/hooks")
    change(fake)
    (made,) = run(fake)
    assert (made["attempt"], made["error"]) == (1, "ConnectionError")
    assert "status" not in made


def test_an_answer_after_five_seconds_is_no_receipt(
    fake: Fake, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(fake)
    change(fake)
    seconds = iter([6.0, 4.9])
    original = QuickSession.request

    def slowly(session: QuickSession, *args: Any, **options: Any) -> requests.Response:
        response = original(session, *args, **options)
        response.elapsed = type(response.elapsed)(seconds=next(seconds))
        return response

    monkeypatch.setattr(QuickSession, "request", slowly)
    assert [made["error"] for made in run(fake)] == ["ReadTimeout"]
    fake.advance(10)
    assert [made["status"] for made in run(fake)] == [200]


def test_the_store_is_free_while_the_receiver_is_called(fake: Fake, receiver: Receiver) -> None:
    seen: list[str] = []

    def read_back() -> None:
        thread = threading.Thread(target=lambda: seen.append(fake.row("/clients/cli_acme")["phone"]))
        thread.start()
        thread.join(timeout=20)

    receiver.during = read_back
    subscribe(fake)
    change(fake, "42")
    run(fake)
    assert seen == ["42"]


def test_a_refused_change_tells_nobody(fake: Fake, receiver: Receiver) -> None:
    subscribe(fake)
    assert fake.call("PATCH", "/clients/cli_acme", {"phone": "1", "name": ""}).status_code == 422
    assert run(fake) == []
    assert fake.state()["events"] == []


def test_events_have_the_same_ids_in_whatever_order_the_changes_come(fake: Fake) -> None:
    def ids(*slugs: str) -> set[str]:
        fake.control("POST", "/reset")
        for slug in slugs:
            fake.do("PATCH", f"/clients/{slug}", {"phone": "1"})
        return {row["id"] for row in fake.state()["events"]}

    assert ids("cli_acme", "cli_bare") == ids("cli_bare", "cli_acme")


def test_an_unsent_delivery_survives_a_restart(on_file: list[Fake]) -> None:
    subscribe(on_file[0], url="http://127.0.0.1:9/hooks")
    change(on_file[0])
    again = reopen(on_file)
    (made,) = run(again)
    assert (made["type"], made["attempt"]) == ("client.updated", 1)


def test_an_attempt_that_a_crash_interrupts_is_made_again(fake: Fake, receiver: Receiver) -> None:
    def crash() -> None:
        raise KeyboardInterrupt

    receiver.during = crash
    subscribe(fake)
    change(fake)
    parts = fake.app.extensions["kit"]
    with pytest.raises(KeyboardInterrupt):
        OUTBOX.pump(parts)
    receiver.during = lambda: None
    fake.advance(10)
    assert [(made["attempt"], made["status"]) for made in run(fake)] == [(2, 200)]


def test_the_control_plane_guards_deliveries_as_it_guards_everything(fake: Fake) -> None:
    client = fake.app.test_client()
    answer = client.post("/_control/deliveries/run", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 403


def test_nothing_to_tell_writes_nothing(fake: Fake) -> None:
    parts = fake.app.extensions["kit"]
    before = fake.digest()
    with parts.store.begin() as tx:
        OUTBOX.publish(parts, tx, "prc_kea", [])
    assert fake.digest() == before
    with parts.store.begin() as tx:
        OUTBOX.publish(parts, tx, "prc_kea", [Happening("client.updated", {}, "cli_acme", 9)])
    assert fake.digest() != before
