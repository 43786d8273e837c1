"""What faults ask of the transport, callers that hang up, and answers that hold up nobody."""

import errno
import threading
from collections.abc import Iterator

import pytest
import requests
from server_steps import GET, LAST_GET, Environ, Line, Switch, ask

from mock_kit.effects import KEY, Effects

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nHost: fake\r\nConnection: close\r\n\r\n"


@pytest.fixture(autouse=True)
def _ten_bytes(switch: Switch) -> None:
    switch.body = [b"0123456789"]


def effect(switch: Switch, path: str = "/", **orders: float | bool) -> None:
    """Have calls of one path asked to do that to the transport."""

    def during(environ: Environ, effects: Effects) -> None:
        if environ["PATH_INFO"] == path:
            for name, value in orders.items():
                setattr(effects, name, value)

    switch.during = during


class Closing(list[bytes]):
    """A body that says when it is closed."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__(pieces)
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()


def errno_of(line: Line) -> int | None:
    """Return how a reset reaches the caller: the error of its next read."""
    with pytest.raises(OSError) as caught:  # noqa: PT011  # its number is what is asked for
        line.socket.recv(100)
    return caught.value.errno


def test_every_call_gets_fresh_effects(switch: Switch, url: str) -> None:
    effect(switch, "/cut", cut_after=2)
    assert ask(url, b"GET /cut HTTP/1.1\r\nHost: fake\r\n\r\n") == HEAD + b"01"
    assert ask(url, LAST_GET).endswith(b"0123456789")
    assert switch.called[0][KEY] is not switch.called[1][KEY]
    assert switch.called[1][KEY] == Effects()


# Delay


def test_a_delayed_answer_holds_up_nobody_else(switch: Switch, url: str) -> None:
    effect(switch, "/slow", delay=60.0)
    with Line(url) as slow, Line(url) as quick:
        slow.send(SLOW)
        for _ in range(3):
            quick.send(GET).until(b"0123456789")
        assert sorted(environ["PATH_INFO"] for environ in switch.called) == ["/", "/", "/", "/slow"]
        slow.socket.setblocking(False)
        with pytest.raises(BlockingIOError):  # not a byte of it
            slow.socket.recv(1)


def test_a_delayed_answer_is_the_same_answer(switch: Switch, url: str) -> None:
    effect(switch, delay=0.01)
    with Line(url) as line:
        assert line.send(GET).until(b"9") == HEAD + b"0123456789"
        assert line.send(GET).until(b"9") == HEAD + b"0123456789"


def test_a_caller_that_gives_up_waiting_frees_its_place(switch: Switch, url: str) -> None:
    effect(switch, delay=60.0)
    body = Closing([b"0123456789"])
    switch.body = body
    with Line(url) as line:
        line.send(GET)
    assert body.closed.wait(5)


def test_an_answer_is_closed_only_when_its_delay_is_over(switch: Switch, url: str) -> None:
    effect(switch, "/slow", delay=0.05)
    body = Closing([b"0123456789"])
    switch.body = body
    with Line(url) as line:
        line.send(SLOW)
        ask(url, b"HEAD /other HTTP/1.0\r\n\r\n")  # the same body, at once: closed by that call
        body.closed.clear()
        assert line.all().endswith(b"9")
    assert body.closed.wait(5)


# Reset


def test_a_reset_is_a_reset_and_not_a_byte_of_the_answer(switch: Switch, url: str) -> None:
    effect(switch, reset=True)
    with Line(url) as line:
        line.send(GET)
        assert errno_of(line) == errno.ECONNRESET


def test_a_reset_may_come_late(switch: Switch, url: str) -> None:
    effect(switch, reset=True, delay=0.02)
    with Line(url) as line:
        line.send(GET)
        assert errno_of(line) == errno.ECONNRESET


def test_a_reset_ends_one_connection_only(switch: Switch, url: str) -> None:
    effect(switch, "/slow", reset=True)
    with Line(url) as other, Line(url) as line:
        other.send(GET).until(b"9")
        line.send(SLOW)
        assert errno_of(line) == errno.ECONNRESET
        assert other.send(GET).until(b"9") == HEAD + b"0123456789"


def test_a_library_of_others_sees_the_reset(switch: Switch, url: str) -> None:
    effect(switch, reset=True)
    with pytest.raises(requests.ConnectionError, match="Connection reset by peer"):
        requests.get(url, timeout=5)


def test_the_answer_to_a_reset_call_is_closed(switch: Switch, url: str) -> None:
    effect(switch, reset=True)
    body = Closing([b"0123456789"])
    switch.body = body
    with Line(url) as line:
        line.send(GET)
        assert errno_of(line) == errno.ECONNRESET
    assert body.closed.wait(5)


# Hang


def test_a_caller_kept_hanging_is_reset_in_the_end(switch: Switch, url: str) -> None:
    effect(switch, "/slow", hang=0.05)
    with Line(url) as line:
        line.send(SLOW)
        assert ask(url, LAST_GET).endswith(b"0123456789")
        assert errno_of(line) == errno.ECONNRESET


# Cut


@pytest.mark.parametrize("after", [0, 1, 9])
def test_a_cut_answer_promises_all_and_gives_a_part(switch: Switch, url: str, after: int) -> None:
    effect(switch, cut_after=after)
    assert ask(url, GET) == HEAD + b"0123456789"[:after]


def test_a_cut_beyond_the_end_only_ends_the_connection(switch: Switch, url: str) -> None:
    effect(switch, cut_after=11)
    assert ask(url, GET) == HEAD + b"0123456789"


def test_an_answer_in_chunks_is_cut_before_its_last_chunk(switch: Switch, url: str) -> None:
    effect(switch, cut_after=7)
    switch.body = iter([b"01234", b"56789"])
    assert ask(url, GET) == (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n2\r\n56\r\n"
    )


def test_a_library_of_others_sees_that_an_answer_was_cut(switch: Switch, url: str) -> None:
    effect(switch, cut_after=4)
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        requests.get(url, timeout=5)


# Streams


def test_a_stream_is_made_only_as_fast_as_it_is_read(switch: Switch, url: str) -> None:
    made: list[int] = []
    closed = threading.Event()

    def stream() -> Iterator[bytes]:
        try:
            for number in range(1_000_000):
                made.append(number)
                yield b"x" * 100_000
        finally:
            closed.set()

    switch.body = stream()
    with Line(url) as line:
        line.send(GET).socket.recv(1000)
        switch.body = [b"0123456789"]
        for _ in range(200):  # it had every chance to run ahead: others were served meanwhile
            ask(url, LAST_GET)
    assert closed.wait(5)
    assert len(made) < 200  # some megabytes lie in the system's buffers


def test_a_stream_holds_up_nobody_else(switch: Switch, url: str) -> None:
    between: list[int] = []
    began, asked = threading.Event(), threading.Event()

    def stream() -> Iterator[bytes]:
        began.set()
        while not asked.is_set():
            yield b"x" * 10_000
        between.append(len(switch.called))
        yield b"end"

    switch.body = stream()
    with Line(url) as line:
        line.send(SLOW)
        reader = threading.Thread(target=line.all)
        reader.start()
        assert began.wait(5)
        switch.body = [b"0123456789"]
        assert ask(url, LAST_GET).endswith(b"0123456789")
        asked.set()
        reader.join(10)
    assert between == [2]


def test_a_stream_is_closed_when_all_of_it_is_sent(switch: Switch, url: str) -> None:
    closed = threading.Event()

    def stream() -> Iterator[bytes]:
        try:
            for _ in range(200):
                yield b"x" * 100_000
        finally:
            closed.set()

    switch.body, switch.headers = stream(), [("Content-Length", "20000000")]
    with Line(url) as line:
        line.send(GET)
        line.socket.recv(10)
        assert not closed.is_set()  # there is more than the system's buffers hold
        got = 0
        while got < 20_000_000:
            got += len(line.socket.recv(1_000_000))
        assert closed.wait(5)


def test_a_caller_that_hangs_up_amid_a_stream_is_forgotten_and_the_app_told(switch: Switch, url: str) -> None:
    closed = threading.Event()

    def stream() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 10_000
        finally:
            closed.set()

    switch.body = stream()
    with Line(url) as line:
        line.send(GET).socket.recv(10)
    assert closed.wait(5)
    switch.body = [b"0123456789"]
    assert ask(url, LAST_GET).endswith(b"0123456789")


def test_a_caller_that_sends_ahead_and_never_reads_is_held_back(switch: Switch, url: str) -> None:
    switch.body = [b"x" * 60_000]
    with Line(url) as line:
        line.socket.settimeout(0.05)
        with pytest.raises(TimeoutError):
            line.send(GET * 200_000)
        # Far fewer answers than requests were made: the rest waits where the caller sent it from.
        assert len(switch.called) < 1000
    switch.clear()
    assert ask(url, LAST_GET).endswith(b"hello")
