"""The thread of a server that delivers while the clock runs."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ignition_support import HOOK, Fake, Receiver

from mock_ignition.app import create_app, delivering
from mock_ignition.gateway import OUTBOX
from mock_kit import delivery_pump
from mock_kit.clock import Clock
from mock_kit.delivery import Outbox
from mock_kit.delivery_pump import pumping
from mock_kit.effects import KEY
from mock_kit.kit import Config
from mock_kit.server import running
from scenarios.inprocess import InProcess


def follow(fake: Fake) -> None:
    body = {"url": HOOK, "types": ["client.updated"], "secret": "s"}
    fake.do("POST", "/webhooks", body, 201)
    fake.do("PATCH", "/clients/cli_acme", {"phone": "1"})


def pumping_fast(app: Any) -> Any:
    return pumping(app.extensions["kit"], OUTBOX, every=0.01)


@contextmanager
def running_clock(fake: Fake) -> Iterator[None]:
    fake.control("PUT", "/clock", {"mode": "running"})
    try:
        yield
    finally:
        fake.control("PUT", "/clock", {"mode": "frozen"})


def _tiny() -> dict[str, Any]:
    return {"apps": [{"client_id": "a"}], "practices": [{"tenant_id": "prc_kea", "name": "K"}]}


def test_a_running_fake_delivers_by_itself_over_a_real_socket() -> None:
    came = threading.Event()
    receiver = Receiver(during=came.set)
    app = create_app(Config(clock=Clock(mode="running")))
    fake = Fake(app)
    fake.control("POST", "/world", {**_tiny(), "now": "2026-07-01T00:00:00Z"})
    fake = fake.connect()
    with running(receiver) as url, pumping_fast(app):
        fake.do("POST", "/webhooks", {"url": f"{url}/x", "types": ["client.created"], "secret": "s"}, 201)
        fake.do("POST", "/clients", {"name": "New"}, 201)
        assert came.wait(timeout=20)
    assert json.loads(receiver.got[0][1])["type"] == "client.created"


def test_a_frozen_fake_waits_to_be_told(
    fake: Fake, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    looked = threading.Event()

    def frozen(_clock: Clock) -> str:
        looks.append(1)
        if len(looks) > 1:
            looked.set()
        return "frozen"

    follow(fake)
    monkeypatch.setattr(Clock, "mode", property(frozen))
    with pumping_fast(fake.app):
        assert looked.wait(timeout=20)
    assert receiver.got == []


@pytest.mark.parametrize("part", ["due", "turn"])
def test_what_fails_is_told_and_the_next_look_goes_on(
    fake: Fake,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    part: str,
) -> None:
    tries, again = [], threading.Event()
    whole = getattr(Outbox, part)

    def broken(*given: Any, **options: Any) -> Any:
        tries.append(1)
        if len(tries) > 1:
            return whole(*given, **options)
        raise RuntimeError("a broken part")

    receiver.during = again.set
    follow(fake)
    monkeypatch.setattr(Outbox, part, broken)
    with caplog.at_level(logging.ERROR), running_clock(fake), pumping_fast(fake.app):
        assert again.wait(timeout=20)
    assert "a broken part" in caplog.text
    assert len(receiver.got) == 1


def test_the_thread_of_a_server_ends_with_it(fake: Fake) -> None:
    with delivering(fake.app):
        assert any(thread.name == "delivering webhooks" for thread in threading.enumerate())
    assert not any(thread.name == "delivering webhooks" for thread in threading.enumerate())


class Held:
    """A receiver that answers nobody until it is let, call by call, and then too late, or in time."""

    def __init__(self, late: float = 60.0) -> None:
        self.late = late
        self.reached = threading.Semaphore(0)
        self.let = threading.Semaphore(0)
        self.calls = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.calls += 1
        self.reached.release()
        assert self.let.acquire(timeout=20)
        environ[KEY].delay = self.late
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]


def subscribe_to(fake: Fake, url: str) -> None:
    fake.do("POST", "/webhooks", {"url": url, "types": ["client.updated"], "secret": "s"}, 201)


def test_a_receiver_that_hangs_holds_up_no_other_and_is_called_once_at_a_time(
    fake: Fake, network: InProcess
) -> None:
    """The one that hangs has a long queue, older than what the others wait for."""
    held, came = Held(), threading.Event()
    network.mount("http://hangs.test", held)
    network.mount("http://well.test", Receiver(during=came.set))
    tui = fake.connect("prc_tui")
    subscribe_to(fake, "http://hangs.test/")
    subscribe_to(tui, "http://well.test/")
    for number in range(30):
        fake.do("PATCH", "/clients/cli_acme", {"phone": str(number)})
    with running_clock(fake), pumping_fast(fake.app):
        assert held.reached.acquire(timeout=20)
        tui.do("PATCH", "/clients/cli_acme", {"phone": "1"})
        assert came.wait(timeout=20)
        assert held.calls == 1
        held.let.release(30)
    assert not any(thread.name == "delivering webhooks" for thread in threading.enumerate())


def test_receivers_that_hang_share_the_threads_there_are(
    fake: Fake, network: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads, three that hang: once two turns have ended, all that had none yet have had one."""
    monkeypatch.setattr(delivery_pump, "AT_ONCE", 2)
    held, came = Held(), threading.Event()
    network.mount("http://hangs.test", held)
    network.mount("http://well.test", Receiver(during=came.set))
    for _number in range(3):
        subscribe_to(fake, "http://hangs.test/")
    for number in range(5):
        fake.do("PATCH", "/clients/cli_acme", {"phone": str(number)})
    fake.advance(1)
    tui = fake.connect("prc_tui")
    subscribe_to(tui, "http://well.test/")
    tui.do("PATCH", "/clients/cli_acme", {"phone": "1"})
    with running_clock(fake), pumping_fast(fake.app):
        for _turn in range(2):
            assert held.reached.acquire(timeout=20)
        held.let.release(2)
        assert came.wait(timeout=20)
        held.let.release(20)


def test_in_one_run_a_receiver_that_does_not_answer_is_called_after_the_others(
    fake: Fake, network: InProcess
) -> None:
    order: list[str] = []

    def named(name: str, seconds: float = 0.0) -> Any:
        def receive(environ: dict[str, Any], start_response: Any) -> list[bytes]:
            order.append(name)
            environ[KEY].delay = seconds
            start_response("200 OK", [])
            return [b""]

        return receive

    network.mount("http://dead.test", named("dead", 60.0))
    network.mount("http://well.test", named("well"))
    tui = fake.connect("prc_tui")
    subscribe_to(fake, "http://dead.test/")
    subscribe_to(tui, "http://well.test/")
    for number in range(3):
        for practice in (fake, tui):
            practice.do("PATCH", "/clients/cli_acme", {"phone": str(number)})
    assert len(fake.control("POST", "/deliveries/run")["data"]) == 6
    assert order == ["dead", "well", "well", "well", "dead", "dead"]


def test_subscriptions_take_turns_of_twenty(fake: Fake, network: InProcess) -> None:
    order: list[str] = []
    for name in ("one", "two"):
        network.mount(f"http://{name}.test", Receiver(during=lambda name=name: order.append(name)))
        subscribe_to(fake, f"http://{name}.test/")
    for number in range(21):
        fake.do("PATCH", "/clients/cli_acme", {"phone": str(number)})
    fake.control("POST", "/deliveries/run")
    first, second = order[0], order[20]
    assert {first, second} == {"one", "two"}
    assert order == [first] * 20 + [second] * 20 + [first, second]


def test_an_end_does_not_wait_for_all_that_is_due(fake: Fake, network: InProcess) -> None:
    held = Held(late=0.0)
    network.mount("http://hangs.test", held)
    subscribe_to(fake, "http://hangs.test/")
    for number in range(10):
        fake.do("PATCH", "/clients/cli_acme", {"phone": str(number)})
    with running_clock(fake):
        pump = delivery_pump.Pump(fake.app.extensions["kit"], OUTBOX, every=0.01)
        pump.start()
        assert held.reached.acquire(timeout=20)
        ending = threading.Thread(target=pump.end)
        ending.start()
        assert pump._ended.wait(20)
        held.let.release(30)
        ending.join(timeout=20)
    assert (ending.is_alive(), held.calls) == (False, 1)
