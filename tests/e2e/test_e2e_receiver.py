"""The webhook receiver on a real port: a body that is too long is not listened to."""

import socket
import threading
from collections.abc import Iterator

import pytest
from conftest import Raise
from e2e_bench import small_world
from waitress import wasyncore

from syncer.service import MAX_BODY, listening

PATH = "/webhooks/ignition/practice-1"


@pytest.fixture
def port(raise_bench: Raise) -> Iterator[int]:
    with raise_bench(small_world()) as bench:
        app = bench.stage.door.app
        server = listening(app, "127.0.0.1", 0)  # type: ignore[arg-type]  # a Flask app, made by the stage
        thread = threading.Thread(target=server.run)
        thread.start()
        yield int(server.effective_port)
        server.task_dispatcher.shutdown()
        # In the server's own thread, as sockets are its own.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(30)
        assert not thread.is_alive()


def answer(port: int, head: str, body: bytes) -> str:
    """Send what is given and no more; return the first line of the answer, once the server has closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        request = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n"
        line.sendall(request.encode() + body)
        received = b""
        while b"\r\n" not in received:
            part = line.recv(4096)
            assert part, "closed without an answer"
            received += part
    return received.partition(b"\r\n")[0].decode()


def test_a_body_announced_as_too_long_is_answered_before_it_comes(port: int) -> None:
    told = answer(port, "Content-Length: 200000000", b"x")
    assert told == "HTTP/1.1 413 Request Entity Too Large"


def test_a_body_that_goes_on_and_on_unannounced_is_cut_short(port: int) -> None:
    chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    told = answer(port, "Transfer-Encoding: chunked", chunk * (MAX_BODY // 4096 + 2))
    assert told == "HTTP/1.1 413 Request Entity Too Large"


def test_a_body_of_the_greatest_length_is_looked_at(port: int) -> None:
    told = answer(port, f"Content-Length: {MAX_BODY}", b"x" * MAX_BODY)
    assert told == "HTTP/1.1 401 UNAUTHORIZED"
