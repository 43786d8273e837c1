"""Answers and connections of HTTP/1, to the byte. Expected bytes are RFC 9112's, written by hand."""

import threading
from collections.abc import Iterator

import pytest
import requests
from server_steps import CLOSE, GET, LAST_GET, Environ, Line, Switch, ask

from mock_kit.effects import Effects
from mock_kit.server import running

# Answers


def test_an_answer_is_exactly_what_the_app_said(switch: Switch, url: str) -> None:
    switch.headers = [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", "5"), ("X-A", "ü")]
    with Line(url) as line:
        assert line.send(GET).until(b"hello") == (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: 5\r\n"
            b"X-A: \xfc\r\n\r\nhello"
        )


def test_an_answer_without_a_length_goes_out_in_chunks(switch: Switch, url: str) -> None:
    switch.body = iter([b"", b"hello", b"", b"x" * 17])
    assert ask(url, LAST_GET) == (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        b"5\r\nhello\r\n11\r\nxxxxxxxxxxxxxxxxx\r\n0\r\n\r\n"
    )


def test_an_empty_answer_without_a_length_is_one_last_chunk(switch: Switch, url: str) -> None:
    switch.body, switch.headers = [], []
    assert ask(url, LAST_GET).endswith(b"\r\n\r\n0\r\n\r\n")


def test_an_old_caller_reads_an_answer_without_a_length_to_the_end_of_the_connection(
    switch: Switch, url: str
) -> None:
    switch.body = iter([b"hello", b"world"])
    assert ask(url, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") == (
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhelloworld"
    )


def test_head_has_the_headers_of_get_and_no_body(switch: Switch, url: str) -> None:
    assert ask(url, b"HEAD / HTTP/1.1\r\n" + CLOSE + b"\r\n") == (
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
    )


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_that_can_have_no_body_has_none(switch: Switch, url: str, status: str) -> None:
    switch.status, switch.headers = status, []
    with Line(url) as line:
        first = line.send(GET).until(b"\r\n\r\n")
        switch.clear()
        assert first == b"HTTP/1.1 " + status.encode() + b"\r\n\r\n"
        assert line.send(LAST_GET).all().endswith(b"\r\n\r\nhello")


def test_an_app_may_end_the_connection_but_not_frame_its_answer(switch: Switch, url: str) -> None:
    switch.headers = [("Content-Length", "5"), ("Connection", "close"), ("Transfer-Encoding", "chunked")]
    assert ask(url, GET) == b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"


def test_more_than_was_promised_is_left_out(switch: Switch, url: str) -> None:
    switch.headers = [("Content-Length", "3")]
    assert ask(url, GET + LAST_GET).count(b"\r\n\r\nhel") == 2


def test_less_than_was_promised_ends_the_connection_and_is_logged(
    switch: Switch, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    switch.headers = [("Content-Length", "9")]
    assert ask(url, GET).endswith(b"\r\n\r\nhello")
    assert "the app promised 9 bytes and gave 5: the connection ends" in caplog.text


def test_what_an_app_writes_by_hand_comes_first(switch: Switch, url: str) -> None:
    def old_style(_environ: Environ, start_response: object) -> list[bytes]:
        write = start_response("200 OK", [("Content-Length", "6")])  # type: ignore[operator]  # the WSGI callable
        write(b"one")
        return [b"two"]

    with running(old_style) as other:
        assert ask(other, LAST_GET).endswith(b"\r\n\r\nonetwo")


def test_a_large_answer_arrives_whole(switch: Switch, url: str) -> None:
    pieces = [b"%07d\n" % number * 100 for number in range(5_000)]
    switch.body = iter(pieces)
    got = requests.get(url, timeout=10).content
    assert len(got) == 4_000_000
    assert got == b"".join(pieces)


# Connections


def test_a_connection_serves_one_request_after_the_other(switch: Switch, url: str) -> None:
    with Line(url) as line:
        for _ in range(3):
            assert line.send(GET).until(b"hello") == b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    assert len(switch.called) == 3


def test_requests_sent_ahead_are_answered_in_their_order(switch: Switch, url: str) -> None:
    asked = b"".join(b"GET /%d HTTP/1.1\r\nHost: fake\r\n\r\n" % number for number in range(50))
    got = ask(url, asked + LAST_GET)
    assert got.count(b"\r\n\r\nhello") == 51
    assert [environ["PATH_INFO"] for environ in switch.called] == [*(f"/{n}" for n in range(50)), "/"]


def test_a_request_sent_ahead_waits_for_an_answer_that_takes_its_time(switch: Switch, url: str) -> None:
    def slow_first(environ: Environ, effects: Effects) -> None:
        if environ["PATH_INFO"] == "/slow":
            effects.delay = 0.02

    switch.during = slow_first
    switch.body = [b"a" * 10]
    got = ask(url, b"GET /slow HTTP/1.1\r\nHost: fake\r\n\r\n" + GET + LAST_GET)
    assert [environ["PATH_INFO"] for environ in switch.called] == ["/slow", "/", "/"]
    assert got.count(b"aaaaaaaaaa") == 3


def test_a_caller_that_ends_the_connection_is_obeyed_and_what_follows_is_nobodys(
    switch: Switch, url: str
) -> None:
    assert ask(url, LAST_GET + GET).count(b"HTTP/1.1") == 1
    assert len(switch.called) == 1


def test_an_old_caller_keeps_its_connection_only_when_it_asks_to(switch: Switch, url: str) -> None:
    kept = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello"
    ended = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
    asked = b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n"
    assert ask(url, asked) == kept + ended


def test_a_request_may_come_byte_by_byte(switch: Switch, url: str) -> None:
    with Line(url) as line:
        text = b"POST /a%20b?c=d HTTP/1.1\r\nHost: fake\r\nContent-Length: 3\r\n\r\nabc"
        for at in range(len(text)):
            line.send(text[at : at + 1])
        line.until(b"hello")
    assert switch.bodies == [b"abc"]
    assert (switch.called[0]["PATH_INFO"], switch.called[0]["QUERY_STRING"]) == ("/a b", "c=d")


def test_a_caller_that_only_stopped_sending_gets_its_answers(switch: Switch, url: str) -> None:
    switch.body = [b"x" * 300_000]
    with Line(url) as line:
        line.send(GET + GET).socket.shutdown(1)
        assert line.all().count(b"x") == 600_000


def test_a_caller_that_hangs_up_amid_its_request_is_forgotten(switch: Switch, url: str) -> None:
    with Line(url) as line:
        line.send(b"POST / HTTP/1.1\r\nHost: fake\r\nContent-Length: 9\r\n\r\nabc")
    assert ask(url, LAST_GET).endswith(b"hello")
    assert len(switch.called) == 1


# Apps that fail


def _raises(environ: Environ, _effects: Effects) -> None:
    raise ArithmeticError("boom at " + environ["PATH_INFO"])


def test_an_app_that_fails_is_a_500_and_is_logged(
    switch: Switch, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    switch.during = _raises
    got = ask(url, b"GET /a?code=secret HTTP/1.1\r\nHost: fake\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert "the app failed: GET /a" in caplog.text
    assert "boom at /a" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("headers", "words"),
    [([("Content-Length", "five")], "invalid literal"), ([("X", "\u2603")], "can't encode")],
)
def test_headers_that_cannot_be_sent_are_a_500(
    switch: Switch, url: str, caplog: pytest.LogCaptureFixture, headers: list[tuple[str, str]], words: str
) -> None:
    switch.headers = headers
    assert ask(url, GET).startswith(b"HTTP/1.1 500 ")
    assert words in caplog.text


def test_an_app_that_breaks_the_rules_of_wsgi_is_a_500(caplog: pytest.LogCaptureFixture) -> None:
    with running(lambda _environ, _start: [b"x"]) as url:
        assert ask(url, GET).startswith(b"HTTP/1.1 500 ")
    assert "the app answered without a call of start_response" in caplog.text


def test_an_answer_that_breaks_off_is_seen_to_be_broken(
    switch: Switch, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"hello"
        raise ArithmeticError("boom")

    switch.body = breaking()
    assert ask(url, GET).endswith(b"5\r\nhello\r\n")
    assert "the app failed amid its answer to /" in caplog.text


class _ClosesBadly(list[bytes]):
    def close(self) -> None:
        raise ArithmeticError("boom in close")


def test_an_app_that_fails_when_its_answer_is_closed_is_logged_and_served_on(
    switch: Switch, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    switch.body = _ClosesBadly([b"hello"])
    with Line(url) as line:
        line.send(GET).until(b"hello")
        line.send(LAST_GET).all()
    assert "the app failed after its answer to /" in caplog.text


def test_the_app_is_called_by_one_thread_only(switch: Switch, url: str) -> None:
    threads: list[int] = []
    switch.during = lambda _environ, _effects: threads.append(threading.get_ident())
    for _ in range(3):
        ask(url, LAST_GET)
    assert len(set(threads)) == 1
    assert threading.get_ident() not in threads


def test_many_requests_in_a_row_are_no_large_head(switch: Switch, url: str) -> None:
    one = b"GET /next HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 500 + b"\r\n\r\n"
    with Line(url) as line:
        line.send(one * 199 + one.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        answered = line.all()
    assert answered.count(b"HTTP/1.1 200 OK") == 200
    assert len(switch.called) == 200
