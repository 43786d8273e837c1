"""A receiver has so long to begin its answer, and no longer, however slowly or much it talks."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from mock_kit import delivery_session as sessions
from mock_kit.delivery_attempt import RECEIPT_SECONDS, post
from mock_kit.delivery_session import delivery_session
from mock_kit.kit import Config

AT = datetime(2026, 7, 1, tzinfo=UTC)
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n" * 400
"""More than is read at once."""
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def receiver(answer: bytes) -> Iterator[str]:
    """Answer one call with some bytes; yields the URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            caller, _address = server.accept()
            with caller:
                caller.recv(65536)
                try:
                    caller.sendall(answer)
                    caller.recv(65536)
                except OSError:
                    pass  # the sender has gone

        serving = threading.Thread(target=serve)
        serving.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hooks"
        serving.join()


def attempt(url: str) -> dict[str, object]:
    event = {"event_id": "evt_1", "type": "x", "created_at": "2026-07-01T00:00:00Z", "data": {}}
    with delivery_session() as session:
        return post(session, "X-Signature", {**event, "url": url, "secret": "s"}, AT)


def after_reads(many: int) -> Callable[[float], Callable[[], float]]:
    """Return a countdown that has no time left after so many looks at it, and notes what it began with."""
    looks = iter([1.0] * many)
    return lambda _seconds: lambda: next(looks, -1.0)


def test_a_receiver_that_goes_on_and_on_before_it_answers_is_cut_when_the_time_is_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sessions, "countdown", after_reads(1))
    with receiver(INTERIM + ANSWER) as url:
        assert attempt(url) == {"error": "ReadTimeout"}


def test_a_receiver_that_goes_on_and_answers_in_time_is_heard() -> None:
    with receiver(INTERIM + ANSWER) as url:
        assert attempt(url) == {"status": 200}


def test_the_time_is_that_of_the_call_and_runs_from_its_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[float] = []

    def countdown(seconds: float) -> Callable[[], float]:
        begun.append(seconds)
        return lambda: 1.0

    monkeypatch.setattr(sessions, "countdown", countdown)
    with receiver(ANSWER) as url:
        assert attempt(url) == {"status": 200}
    assert begun == [RECEIPT_SECONDS]


@pytest.mark.parametrize("url", ["http://receiver.example/", "https://receiver.example/"])
def test_a_fake_delivers_over_such_a_session(url: str) -> None:
    with Config().http() as made, delivery_session() as session:
        assert type(made.get_adapter(url)) is type(session.get_adapter(url))
        pools = made.get_adapter(url).poolmanager.pool_classes_by_scheme
        assert pools[url.partition(":")[0]].ConnectionCls.putrequest is sessions._Connection.putrequest
