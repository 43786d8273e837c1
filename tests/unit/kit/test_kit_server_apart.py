"""Calls that steer a fake: answered in threads of their own, so that they hold up nobody."""

import threading

import pytest
import requests
from server_steps import GET, LAST_GET, Environ, Line, Switch, ask, serving

from mock_kit.effects import Effects
from mock_kit.server import bind

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
    stopped = threading.Event()

    def stop(_environ: Environ, _effects: Effects) -> None:
        listener.stop()
        stopped.wait(0.05)

    steering(switch, stop)
    with serving(listener), Line(listener.url) as line:
        assert line.send(STEER).all().endswith(b"hello")
