"""The webhook receiver and the worker: what is believed, what is kept, and when it is worked on."""

import hashlib
import hmac
import json
import logging
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from conftest import Raise
from e2e_bench import DAY, Bench, CrashError, known, lead, refused_connection, small_world
from werkzeug.test import Client as Caller

from scenarios.house import SYNCER_URL
from syncer import ledger_tables as t
from syncer.config import PracticeSection
from syncer.connect import subscribe, webhook_secret
from syncer.errors import LedgerError
from syncer.ledger import PracticeLedger
from syncer.logs import Lines
from syncer.worker import Worker, is_sync_due

KEA = "Kea Cafés Limited"
HEADER = "X-Ignition-Signature"


def event(number: int = 1, slug: str = "prop_x", kind: str = "proposal.accepted") -> bytes:
    data = {"proposal_slug": slug, "client_slug": "cli_x"}
    row = {"id": f"evt_{number}", "type": kind, "created_at": "2026-07-01T00:00:00Z", "data": data}
    return json.dumps(row).encode()


def signature(secret: str, at: int, body: bytes) -> str:
    """Sign as the contract says, independently of both programs: HMAC-SHA256 of `t.body`, in hex."""
    return (
        f"t={at},v1=" + hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    )


class Sender:
    """Posts to the receiver as Ignition does."""

    def __init__(self, bench: Bench, practice: str = "practice-1") -> None:
        assert bench.stage.door.app is not None
        self.caller = Caller(bench.stage.door.app)
        self.path = f"/webhooks/ignition/{practice}"
        self.secret = str(webhook_secret(bench.stage.ledger.of("practice-1")))
        self.now = int(bench.stage.runtime.now().timestamp())

    def post(self, body: bytes, *, at: int | None = None, header: str | None = None) -> Any:
        moment = self.now if at is None else at
        headers = {HEADER: signature(self.secret, moment, body) if header is None else header}
        return self.caller.post(self.path, data=body, headers=headers)


def kept(bench: Bench) -> list[tuple[str, str]]:
    return [(row["event_id"], row["state"]) for row in bench.stage.ledger.dump()["inbox"]]


def test_a_signed_event_is_kept_before_it_is_answered(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        answer = Sender(bench).post(event())
        assert (answer.status_code, answer.get_json()) == (200, {"ok": True, "known": False})
        bench.restart()
        assert kept(bench) == [("evt_1", "waiting")]


def test_an_event_that_comes_five_times_is_kept_once(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        sender = Sender(bench)
        answers = [sender.post(event()).get_json()["known"] for _ in range(5)]
        assert answers == [False, True, True, True, True]
        assert kept(bench) == [("evt_1", "waiting")]


def test_an_event_that_cannot_be_kept_is_not_acknowledged_and_is_kept_when_it_comes_again(
    raise_bench: Raise, monkeypatch: pytest.MonkeyPatch
) -> None:
    with raise_bench(small_world()) as bench:
        sender = Sender(bench)
        with monkeypatch.context() as full:

            def refuse(_self: object, *_rows: object) -> None:
                raise LedgerError("cannot use ledger.db as a ledger: database or disk is full")

            full.setattr(PracticeLedger, "put", refuse)
            answer = sender.post(event())
            assert (answer.status_code, "full" in answer.get_data(as_text=True)) == (503, False)
        assert kept(bench) == []
        assert sender.post(event()).status_code == 200
        assert kept(bench) == [("evt_1", "waiting")]


@pytest.mark.parametrize(("age", "status"), [(0, 200), (300, 200), (301, 401), (-300, 200), (-301, 401)])
def test_a_signature_counts_for_five_minutes_either_way(raise_bench: Raise, age: int, status: int) -> None:
    with raise_bench(small_world()) as bench:
        sender = Sender(bench)
        assert sender.post(event(), at=sender.now - age).status_code == status
        assert len(kept(bench)) == (1 if status == 200 else 0)


BAD_HEADERS = {
    "missing": "",
    "no moment": "v1=00",
    "a moment that is no number": "t=soon,v1=00",
    "a moment of five thousand digits": "t=" + "9" * 5000 + ",v1=00",
    "a moment beyond all numbers": "t=" + "9" * 400 + ",v1=00",
    "a moment in other digits": "t=\u0661\u0662,v1=00",
    "no sum": "t=1782864000",
    "a sum that is no hex": "t=1782864000,v1=\u00ff\u00fe",
    "nonsense": ",,,===",
}


@pytest.mark.parametrize("what", BAD_HEADERS)
def test_a_bad_signature_is_refused_and_nothing_is_kept(raise_bench: Raise, what: str) -> None:
    with raise_bench(small_world()) as bench:
        header = BAD_HEADERS[what].encode().decode("latin-1")
        assert Sender(bench).post(event(), header=header).status_code == 401
        assert kept(bench) == []


def test_a_body_that_was_changed_on_the_way_is_refused(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        sender = Sender(bench)
        header = signature(sender.secret, sender.now, event(1))
        assert sender.post(event(2), header=header).status_code == 401
        assert kept(bench) == []


def test_a_signature_with_another_secret_is_refused(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        sender = Sender(bench)
        header = signature("another secret", sender.now, event())
        assert sender.post(event(), header=header).status_code == 401


BAD_BODIES = {
    "no JSON": b"hello",
    "no UTF-8": b"\xff\xfe",
    "a list": b"[]",
    "no id": b'{"type": "x", "data": {}}',
    "no data": b'{"id": "evt_1", "type": "x"}',
    "data that is a text": b'{"id": "evt_1", "type": "x", "data": "y"}',
    "data that is a list": b'{"id": "evt_1", "type": "x", "data": [1]}',
    "deep nesting": b"[" * 50_000,
    "a slug too long for one": event(slug="p" * 256),
    "an id too long for one": event(number=10**255),
    "nothing": b"",
}


@pytest.mark.parametrize("what", BAD_BODIES)
def test_a_signed_body_that_is_no_event_is_400_and_nothing_is_kept(raise_bench: Raise, what: str) -> None:
    with raise_bench(small_world()) as bench:
        answer = Sender(bench).post(BAD_BODIES[what])
        assert (answer.status_code, answer.get_json()) == (400, {"error": "the body is no event"})
        assert kept(bench) == []


def test_a_body_beyond_64_kibibytes_is_413(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        assert Sender(bench).post(b"x" * (64 * 1024 + 1)).status_code == 413


def test_an_unknown_practice_is_404_and_one_that_is_not_connected_401(raise_bench: Raise) -> None:
    with raise_bench(small_world(practices=2)) as bench:
        assert Sender(bench, "practice-9").post(event()).status_code == 404
        assert Sender(bench, "practice-2").post(event()).status_code == 401


def test_the_receiver_says_that_it_is_well(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        answer = bench.stage.session.get(f"{SYNCER_URL}/health", timeout=5)
        assert answer.json() == {"ok": True, "name": "syncer", "now": "2026-07-01T00:00:00Z"}


# The worker, step by step.


def worker_of(bench: Bench) -> Worker:
    return Worker(bench.stage.config, bench.stage.ledger, bench.stage.runtime)


def accept(bench: Bench, name: str = KEA) -> str:
    return str(bench.accepted(bench.one.ignition.named(name)[0]["slug"])["slug"])


def test_the_worker_deploys_what_the_webhook_told_of(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        worker = worker_of(bench)
        worker.round()
        slug = accept(bench)
        bench.stage.ignition.post("deliveries/run")
        assert [state for _, state in kept(bench)] == ["waiting"]
        worker.round()
        assert [state for _, state in kept(bench)] == ["done"]
        assert bench.shown(slug)["status"] == "deployed"
        worker.round()
        assert len(bench.jobs(KEA)) == 1


def test_an_event_that_the_api_refuses_is_done_with_and_told(
    raise_bench: Raise, caplog: pytest.LogCaptureFixture
) -> None:
    with raise_bench(small_world()) as bench:
        worker = worker_of(bench)
        worker.round()
        Sender(bench).post(event(slug="prop_nowhere"))
        Sender(bench).post(event(number=2, kind="client.created"))
        worker.round()
        assert [state for _, state in kept(bench)] == ["done", "done"]
        assert "proposal prop_nowhere: Ignition, GET /proposals/{slug}: 404 " in caplog.text
        assert "it is not in Ignition any more, so there is nothing to deploy" in caplog.text


def test_an_event_stays_when_the_api_is_down_and_is_worked_on_after_a_rest(
    raise_bench: Raise, caplog: pytest.LogCaptureFixture
) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        worker = worker_of(bench)
        worker.round()
        slug = accept(bench)
        bench.stage.ignition.post("deliveries/run")
        bench.faults.on("GET", error=refused_connection, times=3)
        worker.round()
        assert [state for _, state in kept(bench)] == ["waiting"]
        calls = len(bench.faults.calls)
        worker.round()
        assert len(bench.faults.calls) == calls
        bench.stage.pass_time(60)
        worker.round()
        assert bench.shown(slug)["status"] == "deployed"
        assert "no connection within the time-out" in caplog.text


def test_the_worker_syncs_once_a_local_day_after_the_hour(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        worker = worker_of(bench)
        worker.round()  # 10:00 in Sydney: past 02:00, so the day's sync is due
        assert [row["name"] for row in bench.one.ignition.clients()] == [KEA]
        bench.one.xpm.add_client("Newcomer Ltd")
        worker.round()
        assert len(bench.one.ignition.clients()) == 1
        bench.stage.pass_time(15 * 3600)  # 01:00 of the next day
        worker.round()
        assert len(bench.one.ignition.clients()) == 1
        bench.stage.pass_time(3600)
        worker.round()
        assert len(bench.one.ignition.clients()) == 2


def test_a_daily_sync_that_fails_is_tried_again_the_same_day(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        worker = worker_of(bench)
        bench.faults.on("client.api/list", error=refused_connection, times=3)
        worker.round()
        assert bench.one.ignition.clients() == []
        bench.stage.pass_time(60)
        worker.round()
        assert [row["name"] for row in bench.one.ignition.clients()] == [KEA]


def test_a_practice_that_keeps_failing_is_left_alone_longer_and_longer(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        worker = worker_of(bench)
        bench.faults.on("client.api/list", error=refused_connection, times=1_000)
        tried = []
        for _ in range(240):
            before = len(bench.faults.calls)
            worker.round()
            tried.append(len(bench.faults.calls) > before)
            bench.stage.pass_time(60)
        gaps = [place for place, one in enumerate(tried) if one]
        assert gaps == sorted(gaps)
        assert 6 <= len(gaps) <= 10


def test_a_limit_of_the_day_is_waited_out_by_the_worker(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        worker = worker_of(bench)
        full = {"Retry-After": "7000", "X-Rate-Limit-Problem": "day"}
        bench.faults.on("client.api/list", status=429, headers=full)
        worker.round()
        bench.stage.pass_time(6_900)
        worker.round()
        assert bench.one.ignition.clients() == []
        bench.stage.pass_time(100)
        worker.round()
        assert [row["name"] for row in bench.one.ignition.clients()] == [KEA]


def test_a_subscription_that_a_reset_took_away_is_made_anew_before_the_daily_sync(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        worker = worker_of(bench)
        worker.round()
        bench.stage.ignition.post("reset")
        assert bench.one.ignition._list("webhooks") == []
        bench.stage.pass_time(DAY)
        worker.round()
        (row,) = bench.one.ignition._list("webhooks")
        assert row["url"] == f"{SYNCER_URL}/webhooks/ignition/practice-1"


def test_subscribing_twice_makes_one_subscription(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        stage = bench.stage
        assert subscribe(stage.config, stage.ledger, stage.runtime, "practice-1") is False
        assert len(bench.one.ignition._list("webhooks")) == 1


def test_e24_the_worker_says_once_that_a_connection_is_dead_and_resumes_after_connect(
    raise_bench: Raise, caplog: pytest.LogCaptureFixture
) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        worker = worker_of(bench)
        own = bench.stage.ledger.of("practice-1")
        own.save_tokens("xpm", {**(own.tokens("xpm") or {}), "refresh_token": "dead", "access_token": "dead"})
        for _ in range(5):
            worker.round()
            bench.stage.pass_time(3600)
        assert caplog.text.count("run `syncer connect` again") == 1
        calls = len(bench.faults.calls)
        worker_of(bench).round()
        assert len(bench.faults.calls) == calls
        bench.one.connect()
        worker.round()
        assert [row["name"] for row in bench.one.ignition.clients()] == [KEA]


def test_a_mistake_of_ours_in_one_practice_does_not_end_the_work_for_the_other(
    raise_bench: Raise, caplog: pytest.LogCaptureFixture
) -> None:
    with raise_bench(small_world(practices=2)) as bench:
        bench.stage.practice(1).connect()
        bench.stage.worlds.tenant(1)
        bench.stage.practice(1).xpm.add_client("Only Second")
        bench.faults.on("client.api/list", error=lambda: RuntimeError("a bug"))
        worker_of(bench).round()
        assert "an unforeseen failure" in caplog.text
        assert [row["name"] for row in bench.stage.practice(1).ignition.clients()] == ["Only Second"]


def test_a_practice_that_is_not_connected_is_left_alone_and_joins_when_it_is(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)]), connected=False) as bench:
        worker = worker_of(bench)
        worker.round()
        assert bench.faults.calls == []
        bench.one.connect()
        worker.round()
        assert [row["name"] for row in bench.one.ignition.clients()] == [KEA]


def test_no_token_or_secret_is_logged(raise_bench: Raise, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with raise_bench(small_world([known(KEA)], [lead("Moa Ltd")])) as bench:
        worker = worker_of(bench)
        worker.round()
        accept(bench, "Moa Ltd")
        bench.stage.ignition.post("deliveries/run")
        bench.stage.pass_time(DAY)
        worker.round()
        own = bench.stage.ledger.of("practice-1")
        secrets = [
            str(value) for system in ("xpm", "ignition") for value in (own.tokens(system) or {}).values()
        ]
        secrets += [str(webhook_secret(own)), bench.stage.config.xpm.client_secret]
        found = [one for one in secrets if len(one) > 20 and one in caplog.text]
        assert found == []
        lines = [
            Lines(as_json=False).format(record) for record in caplog.records if record.name == "syncer.worker"
        ]
        assert all(" practice=practice-1 " in line for line in lines)
        assert [one for one in secrets if len(one) > 20 and one in "\n".join(lines)] == []
        assert len(lines) > 1


def test_a_worker_that_dies_leaves_the_event_for_the_next_one(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        worker_of(bench).round()
        slug = accept(bench)
        bench.stage.ignition.post("deliveries/run")
        bench.faults.on("job.api/add", error=CrashError, reaches=True)
        with pytest.raises(CrashError):
            worker_of(bench).round()
        bench.restart()
        worker_of(bench).round()
        assert len(bench.jobs(KEA)) == 1
        assert bench.shown(slug)["status"] == "deployed"


def test_a_sync_is_due_by_the_practices_own_clock(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        own = bench.stage.ledger.of("practice-1")
        section = PracticeSection(name="practice-1", timezone="Pacific/Auckland")
        early = datetime(2026, 7, 1, 13, 59, tzinfo=UTC)  # 01:59 on the 2nd
        assert not is_sync_due(own, section, time(2), early)
        assert is_sync_due(own, section, time(2), early + timedelta(minutes=1))
        own.put(t.cursors, {"name": "daily", "value": "2026-07-02"})
        assert not is_sync_due(own, section, time(2), early + timedelta(minutes=1))
        assert is_sync_due(own, section, time(2), early + timedelta(days=1, minutes=1))
