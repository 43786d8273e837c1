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
from mock_kit.clock import Clock
from mock_kit.delivery import Outbox
from mock_kit.delivery_pump import pumping
from mock_kit.kit import Config
from mock_kit.server import running


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
