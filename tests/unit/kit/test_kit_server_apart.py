"""Calls that steer a fake: answered in threads of their own, so that they hold up nobody."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import tiny_fake
from server_steps import GET, LAST_GET, Environ, Line, Switch, ask, serving

from mock_kit import server
from mock_kit.effects import Effects
from mock_kit.kit import Kit
from mock_kit.server import bind, running

STEER = b"POST /_control/clock/advance HTTP/1.1\r\nHost: fake\r\n\r\n"
WAIT = 10


def steering(switch: Switch, during: object) -> None:
    """Have something done during each control call, and nothing during others."""

    def only_then(environ: Environ, effects: Effects) -> None:
        if environ["PATH_INFO"].startswith("/_control/"):
            during(environ, effects)  # type: ignore[operator]  # a callable of any shape

    switch.during = only_then


def test_a_control_call_that_lasts_holds_up_nobody(switch: Switch, url: str) -> None:
    go = threading.Event()
    steering(switch, lambda _environ, _effects: go.wait(WAIT))
    with Line(url) as line:
        line.send(STEER)
        assert ask(url, LAST_GET).endswith(b"hello")
        go.set()
        assert line.until(b"hello") == b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
        assert line.send(GET).until(b"hello").startswith(b"HTTP/1.1 200 OK")


def test_a_program_that_is_called_may_call_back(switch: Switch, url: str) -> None:
    heard: list[bytes] = []
    steering(switch, lambda _environ, _effects: heard.append(requests.get(url, timeout=WAIT).content))
    assert requests.post(f"{url}/_control/webhooks/pump", timeout=WAIT).content == b"hello"
    assert heard == [b"hello"]


def test_a_control_call_that_fails_is_a_500_and_is_logged(
    switch: Switch, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_environ: Environ, _effects: Effects) -> None:
        raise ArithmeticError("boom")

    steering(switch, fail)
    assert ask(url, STEER).startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert "the app failed: POST /_control/clock/advance" in caplog.text


class _Closing(list[bytes]):
    def __init__(self) -> None:
        super().__init__([b"hello"])
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()


def test_a_caller_that_does_not_wait_for_a_control_call_leaves_nothing_open(switch: Switch, url: str) -> None:
    began, go = threading.Event(), threading.Event()
    switch.body = body = _Closing()
    steering(switch, lambda _environ, _effects: (began.set(), go.wait(WAIT)))
    with Line(url) as line:
        line.socket.settimeout(WAIT)
        line.send(STEER)
        assert began.wait(WAIT)
        line.reset()
    ask(url, b"HEAD / HTTP/1.0\r\n\r\n")  # served meanwhile, with the same body
    body.closed.clear()
    go.set()
    assert body.closed.wait(WAIT)


def test_a_control_call_under_way_is_finished_before_the_server_stops() -> None:
    switch = Switch()
    listener = bind(switch)
    with Line(listener.url) as idle, Line(listener.url) as line:

        def stop(_environ: Environ, _effects: Effects) -> None:
            listener.stop()
            assert idle.all() == b""  # who waits for nothing is let go: the stop was heard

        steering(switch, stop)
        with serving(listener):
            idle.send(GET).until(b"hello")
            assert line.send(STEER).all().endswith(b"hello")


def test_while_a_control_call_is_under_way_others_are_answered_apart_and_one_at_a_time(
    switch: Switch, url: str
) -> None:
    steered, first, go = threading.Event(), threading.Event(), threading.Event()
    threads: list[str] = []

    def during(environ: Environ, _effects: Effects) -> None:
        if environ["PATH_INFO"] == "/_control/health":
            return
        if environ["PATH_INFO"] != "/":
            steered.set()
        else:
            threads.append(threading.current_thread().name)
            first.set()
        if environ["PATH_INFO"] != "/" or len(threads) == 1:
            go.wait(WAIT)

    switch.during = during
    with Line(url) as steers, Line(url) as one, Line(url) as other:
        steers.send(STEER)
        assert steered.wait(WAIT)
        one.send(GET)
        assert first.wait(WAIT)
        other.send(GET)
        assert requests.get(f"{url}/_control/health", timeout=WAIT).content == b"hello"
        assert threads == ["answering GET /"]
        go.set()
        for line in (steers, one, other):
            line.until(b"hello")
        assert threads == ["answering GET /"] * 2
        other.send(GET).until(b"hello")
        assert threads[2] == f"serving {url}"


def test_a_stop_waits_no_longer_for_a_control_call_than_for_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "LAST_CALLS", 0.05)
    began, go = threading.Event(), threading.Event()
    switch = Switch()
    switch.body = body = _Closing()
    steering(switch, lambda _environ, _effects: (began.set(), go.wait(60)))
    listener = bind(switch)
    with Line(listener.url) as line, Line(listener.url) as gone:
        with serving(listener):
            gone.send(STEER)
            assert began.wait(WAIT)
            gone.reset()
            line.send(STEER)
            listener.stop()
        assert len(listener.apart.under_way) in {1, 2}  # the second may have come too late
        assert not body.closed.is_set()
        go.set()
        assert body.closed.wait(WAIT)  # it ended after all, and its answer is closed though nobody gets it


# With a fake and its store


@pytest.fixture
def loading(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Let worlds be loaded slowly: each says that it has begun, with the store to itself, and waits to go on."""
    inside, go = threading.Event(), threading.Event()
    load = tiny_fake.load

    def slowly(*arguments: object) -> None:
        inside.set()
        assert go.wait(60)
        load(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(tiny_fake, "load", slowly)
    yield inside, go
    go.set()


def test_while_a_world_is_loaded_calls_wait_for_the_store_and_health_answers(
    loading: tuple[threading.Event, threading.Event],
) -> None:
    inside, go = loading
    app = tiny_fake.create_app()
    parts: Kit = app.extensions["kit"]
    world = json.dumps(tiny_fake.world()).encode()
    load = b"POST /_control/world HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(world)
    read = b"GET /things HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n"
    state = b"GET /_control/state HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with running(app) as url:
        lines = [Line(url) for _ in range(41)]
        lines[0].send(load + world)
        assert inside.wait(WAIT)
        for line in lines[1:21]:  # more than a pool of threads would have
            line.send(read)
        for line in lines[21:]:
            line.send(state)
        health = requests.get(f"{url}/_control/health", timeout=WAIT).json()
        assert (health["ok"], parts.store._is_open) == (True, True)
        go.set()
        assert lines[0].until(b"}\n").startswith(b"HTTP/1.1 200 OK")
        assert {line.until(b"}\n").partition(b"\r\n")[0] for line in lines[1:21]} == {
            b"HTTP/1.1 401 Unauthorized"
        }
        assert all("Whānau".encode() in line.until(b"}]}") for line in lines[21:])
        for line in lines:
            line.socket.close()
    parts.store.close()


STUCK = """
import sys
import threading
import tiny_fake
from mock_kit import server

def load(*_):
    print("inside", flush=True)
    threading.Event().wait()

server.LAST_CALLS = 0.1
tiny_fake.load = load
tiny_fake.main(["serve", "--port", "0"])
"""


def test_a_program_ends_though_a_control_call_has_the_store_and_never_ends() -> None:
    command = [sys.executable, "-c", STUCK]
    here = Path(__file__).parent
    with subprocess.Popen(
        command, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stderr.readline().split()[-1]
        world = json.dumps(tiny_fake.world()).encode()
        with Line(url) as line:
            head = b"POST /_control/world HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
            line.send(head % len(world) + world)
            assert process.stdout.readline() == "inside\n"
            process.send_signal(signal.SIGTERM)
            try:
                assert process.wait(timeout=WAIT) == 0
            finally:
                process.kill()
        assert process.stderr.read().splitlines()[-1] == "tiny-fake stopped after 0 calls"
