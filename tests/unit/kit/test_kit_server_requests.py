"""Requests of HTTP/1: what the app is called with, bodies, and what is refused."""

import io

import pytest
import requests
from flask import Flask, request
from server_steps import CLOSE, GET, LAST_GET, Environ, Line, Switch, ask

from mock_kit import http_connection, http_request
from mock_kit.effects import Effects
from mock_kit.server import running

# What the app is called with


def test_the_environ_is_what_wsgi_asks_for(switch: Switch, url: str) -> None:
    ask(
        url,
        b"PUT /p/%C3%A4%2Fb?q=%20&r=1 HTTP/1.1\r\nHost: fake:1\r\nContent-Type: text/xml\r\nContent-Length: 2\r\n"
        b"xero-tenant-id: T\r\nConnection: close\r\n\r\nhi",
    )
    (environ,) = switch.called
    port = url.rpartition(":")[2]
    expected = {
        "REQUEST_METHOD": "PUT",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/p/\xc3\xa4/b",
        "QUERY_STRING": "q=%20&r=1",
        "CONTENT_TYPE": "text/xml",
        "CONTENT_LENGTH": "2",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "fake:1",
        "HTTP_XERO_TENANT_ID": "T",
        "HTTP_CONNECTION": "close",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    assert {key: environ[key] for key in expected} == expected
    assert set(environ) - set(expected) == {
        "REMOTE_PORT",
        "wsgi.input",
        "wsgi.errors",
        "mock_kit.effects",
    }
    assert switch.bodies == [b"hi"]


def test_headers_that_come_twice_are_joined(switch: Switch, url: str) -> None:
    ask(
        url,
        b"GET / HTTP/1.1\r\nAccept: a\r\nCookie: c=1\r\naccept: b\r\ncookie: d=2\r\nX-E:\r\n"
        + CLOSE
        + b"\r\n",
    )
    assert switch.called[0]["HTTP_ACCEPT"] == "a,b"
    assert switch.called[0]["HTTP_COOKIE"] == "c=1; d=2"
    assert switch.called[0]["HTTP_X_E"] == ""


def test_a_header_cannot_pass_for_another_one(switch: Switch, url: str) -> None:
    ask(
        url,
        b"GET / HTTP/1.1\r\nXero_Tenant_Id: T\r\nRemote-Addr: 9.9.9.9\r\nContent_Length: 7\r\n"
        + CLOSE
        + b"\r\n",
    )
    assert "HTTP_XERO_TENANT_ID" not in switch.called[0]
    assert switch.called[0]["REMOTE_ADDR"] == "127.0.0.1"
    assert "CONTENT_LENGTH" not in switch.called[0]


def test_a_proxys_headers_are_not_believed(switch: Switch, url: str) -> None:
    ask(
        url,
        b"GET / HTTP/1.1\r\nX-Forwarded-For: 127.9.9.9\r\nForwarded: for=127.9.9.9;proto=https\r\n"
        b"X-Forwarded-Proto: https\r\nX-Real-IP: 127.9.9.9\r\n" + CLOSE + b"\r\n",
    )
    assert (switch.called[0]["REMOTE_ADDR"], switch.called[0]["wsgi.url_scheme"]) == ("127.0.0.1", "http")


@pytest.mark.parametrize(
    ("line", "path", "query"),
    [
        (b"GET http://fake:80/a?b HTTP/1.1", "/a", "b"),
        (b"GET http://fake HTTP/1.1", "/", ""),
        (b"GET /a?b?c#d HTTP/1.1", "/a", "b?c"),
        (b"GET //a/../b HTTP/1.1", "//a/../b", ""),
        (b"OPTIONS * HTTP/1.1", "*", ""),
        (b"CONNECT fake:443 HTTP/1.1", "/fake:443", ""),
    ],
)
def test_a_target_is_split(switch: Switch, url: str, line: bytes, path: str, query: str) -> None:
    ask(url, line + b"\r\n" + CLOSE + b"\r\n")
    assert (switch.called[0]["PATH_INFO"], switch.called[0]["QUERY_STRING"]) == (path, query)


# Bodies


def test_a_body_in_chunks_is_put_together_and_its_trailer_left_out(switch: Switch, url: str) -> None:
    ask(
        url,
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + CLOSE + b"\r\n"
        b"3;note=x\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nXero-Tenant-Id: T\r\n\r\n",
    )
    assert switch.bodies == [b"abc0123456789abcdef"]
    assert switch.called[0]["CONTENT_LENGTH"] == "19"
    assert "HTTP_TRANSFER_ENCODING" not in switch.called[0]
    assert "HTTP_XERO_TENANT_ID" not in switch.called[0]


@pytest.mark.parametrize("size", [0, 1, 70_000, 3_000_000])
def test_a_body_of_any_size_arrives(switch: Switch, url: str, size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"z" * (size % 256)
    assert requests.post(url, data=body, timeout=10).content == b"hello"
    assert switch.bodies == [body]


def test_a_large_body_waits_on_the_disk(switch: Switch, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_request, "BODY_IN_MEMORY", 10)
    kinds: list[bool] = []
    switch.during = lambda environ, _effects: kinds.append(
        isinstance(environ["wsgi.input"]._file, io.BytesIO)
    )
    requests.post(url, data=b"x" * 11, timeout=10)
    assert (kinds, switch.bodies) == ([False], [b"x" * 11])
    ask(url, LAST_GET)  # the server has finished with the one before
    assert switch.called[0]["wsgi.input"].closed


def test_a_caller_that_asks_for_leave_to_send_gets_it(switch: Switch, url: str) -> None:
    with Line(url) as line:
        line.send(b"POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n" + CLOSE + b"\r\n")
        assert line.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert line.send(b"abc").all().endswith(b"hello")
    assert switch.bodies == [b"abc"]


def test_leave_to_send_is_not_given_amid_an_earlier_answer(switch: Switch, url: str) -> None:
    def slow_first(environ: Environ, effects: Effects) -> None:
        effects.delay = 0.02 * (environ["REQUEST_METHOD"] == "GET")

    switch.during = slow_first
    with Line(url) as line:
        line.send(GET + b"POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n" + CLOSE + b"\r\n")
        assert line.until(b"Continue\r\n\r\n") == (
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 100 Continue\r\n\r\n"
        )
        assert line.send(b"abc").all().endswith(b"hello")


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 3\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"]
)
def test_an_offer_to_speak_another_protocol_is_passed_over(switch: Switch, url: str, framing: bytes) -> None:
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
    asked = b"POST / HTTP/1.1\r\nHost: fake\r\n" + offer + framing
    asked += b"GET / HTTP/1.1\r\nHost: fake\r\n" + offer + b"\r\n"
    assert ask(url, asked + LAST_GET).count(b"hello") == 3
    assert switch.bodies == [b"abc", b"", b""]


def test_any_number_of_such_requests_may_come_at_once(switch: Switch, url: str) -> None:
    many = b"CONNECT fake:443 HTTP/1.1\r\nHost: fake\r\n\r\n" * 3000
    assert ask(url, many + LAST_GET).count(b"hello") == 3001
    assert [environ["REQUEST_METHOD"] for environ in switch.called[-2:]] == ["CONNECT", "GET"]


def test_an_app_holds_its_callers_to_its_own_measure() -> None:
    app = Flask("measured")
    app.config["MAX_CONTENT_LENGTH"] = 10
    app.add_url_rule("/", "read", lambda: request.get_data(), methods=["POST"])  # noqa: PLW0108  # per call
    with running(app) as url:
        assert requests.post(url, data=b"x" * 10, timeout=10).status_code == 200
        assert requests.post(url, data=b"x" * 11, timeout=10).status_code == 413
        assert requests.post(url, data=iter([b"x" * 6, b"y" * 5]), timeout=10).status_code == 413


# Refusals


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"GARBAGE\r\n\r\n", b"400 Bad Request"),
        (b"BREW / HTTP/1.1\r\n\r\n", b"400 Bad Request"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", b"400 Bad Request"),
        (
            b"GET / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"400 Bad Request",
        ),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\nA: b\x00c\r\n\r\n", b"400 Bad Request"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400 Bad Request"),
        (b"GET / HTTP/2.0\r\n\r\n", b"505 HTTP Version Not Supported"),
        (b"GET /\r\n\r\n", b"505 HTTP Version Not Supported"),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 66_000, b"431 Request Header Fields Too Large"),
        (b"GET /" + b"x" * 66_000, b"431 Request Header Fields Too Large"),
        (b"POST / HTTP/1.1\r\nContent-Length: 16777217\r\n\r\nabc", b"413 Content Too Large"),
    ],
)
def test_what_is_no_request_is_refused_and_the_app_not_asked(
    switch: Switch, url: str, text: bytes, status: bytes
) -> None:
    with Line(url) as line:
        got = line.send(text).all()
    assert (
        got
        == (
            b"HTTP/1.1 "
            + status
            + b"\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n" % (len(status) + 1)
        )
        + b"Connection: close\r\n\r\n"
        + status
        + b"\n"
    )
    assert switch.called == []


def test_a_body_in_chunks_that_grows_too_large_is_refused(
    switch: Switch, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_request, "UNTOLD_BODY", 10)
    chunks = b"6\r\nabcdef\r\n" * 2
    got = ask(url, b"POST / HTTP/1.1\r\nHost: fake\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    assert got.startswith(b"HTTP/1.1 413 Content Too Large\r\n")
    assert switch.called == []


def test_a_refusal_is_given_in_its_turn(switch: Switch, url: str) -> None:
    def slow(_environ: Environ, effects: Effects) -> None:
        effects.delay = 0.02

    switch.during = slow
    got = ask(url, GET + b"GARBAGE\r\n\r\n")
    assert [got.find(b"200 OK") < got.find(b"400 Bad Request"), got.count(b"HTTP/1.1")] == [True, 2]


def _send_on(line: Line) -> None:
    while True:
        line.send(b"more")


def test_a_refused_caller_that_never_hangs_up_is_dropped(
    switch: Switch, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_connection, "LINGER", 0.01)
    with Line(url) as line:
        assert line.send(b"GARBAGE\r\n\r\n").all().startswith(b"HTTP/1.1 400")
        # The write end is still open: the server lets go of it by itself, and says so by a reset.
        with pytest.raises(ConnectionError):
            _send_on(line)


def test_a_body_that_cannot_be_kept_is_an_error_of_the_servers(
    switch: Switch, url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(**_arguments: object) -> io.BytesIO:
        raise OSError("the disk is full")

    monkeypatch.setattr(http_request.tempfile, "SpooledTemporaryFile", full)
    got = ask(url, b"POST / HTTP/1.1\r\nHost: fake\r\nContent-Length: 3\r\n\r\nabc")
    assert got.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
    assert "the disk is full" in caplog.text
