"""Bodies longer than an app reads: never kept, and refused by the app in its own way."""

from collections.abc import Iterator

import pytest
import requests
import tiny_fake
from flask import Response, request
from server_steps import Environ, Line, Switch, ask

from mock_kit import http_request
from mock_kit.effects import Effects
from mock_kit.flask_app import FakeApp
from mock_kit.kit import Kit
from mock_kit.server import running

LONGEST = 10


class Measured(Switch):
    """A switch that reads ten bytes of a body, at `/long` a million."""

    def longest_body(self, path: str) -> int:
        return 1_000_000 if path == "/long" else LONGEST


@pytest.fixture
def measured() -> Measured:
    return Measured()


@pytest.fixture
def at(measured: Measured) -> Iterator[str]:
    with running(measured) as url:
        yield url


def _post(path: str, *headers: bytes) -> bytes:
    return b"POST %b HTTP/1.1\r\nHost: localhost\r\n%b\r\n" % (
        path.encode(),
        b"".join(header + b"\r\n" for header in headers),
    )


def test_the_app_says_for_each_path_how_long_a_body_may_be(measured: Measured, at: str) -> None:
    assert requests.post(f"{at}/", data=b"x" * 10, timeout=10).content == b"hello"
    assert requests.post(f"{at}/long", data=b"x" * 1_000_000, timeout=10).content == b"hello"
    assert [len(body) for body in measured.bodies] == [10, 1_000_000]
    requests.post(f"{at}/", data=b"x" * 11, timeout=10)
    requests.post(f"{at}/long", data=b"x" * 1_000_001, timeout=10)
    assert [len(body) for body in measured.bodies[2:]] == [0, 0]
    assert [environ["CONTENT_LENGTH"] for environ in measured.called[2:]] == ["11", "1000001"]


def test_nothing_of_a_body_that_is_too_long_is_kept(
    measured: Measured, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept(**_arguments: object) -> None:
        raise AssertionError("a body is kept")

    monkeypatch.setattr(http_request.tempfile, "SpooledTemporaryFile", kept)
    with Line(at) as line:
        line.send(_post("/", b"Content-Length: 1000000000"))
        for _ in range(50):  # it goes on sending, and gets its answer all the same
            line.send(b"x" * 100_000)
        assert line.all() == b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
    assert [environ["CONTENT_LENGTH"] for environ in measured.called] == ["1000000000"]


def test_chunks_are_thrown_away_as_soon_as_they_are_too_many(measured: Measured, at: str) -> None:
    got = ask(at, _post("/", b"Transfer-Encoding: chunked") + b"6\r\nabcdef\r\n" * 3)
    assert got.endswith(b"Connection: close\r\n\r\nhello")
    assert [(environ["CONTENT_LENGTH"], "HTTP_TRANSFER_ENCODING" in environ) for environ in measured.called] == [
        ("12", False)
    ]  # fmt: skip
    assert measured.bodies == [b""]


def test_no_leave_is_given_to_send_what_is_too_long(measured: Measured, at: str) -> None:
    got = ask(at, _post("/", b"Content-Length: 11", b"Expect: 100-continue"))
    assert got == b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"


def test_what_follows_a_body_that_is_too_long_is_no_request(measured: Measured, at: str) -> None:
    smuggled = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
    got = ask(at, _post("/", b"Content-Length: 11") + smuggled)
    assert got.count(b"HTTP/1.1") == 1
    assert [environ["PATH_INFO"] for environ in measured.called] == ["/"]


def test_an_answer_that_takes_its_time_reaches_who_still_sends(measured: Measured, at: str) -> None:
    def delay(_environ: Environ, effects: Effects) -> None:
        effects.delay = 0.02

    measured.during = delay
    with Line(at) as line:
        line.send(_post("/", b"Content-Length: 1000000000") + b"x" * 1_000_000)
        assert line.all().endswith(b"hello")


def test_an_app_that_refuses_says_so_in_its_own_words() -> None:
    app = FakeApp("measured")
    app.config["MAX_CONTENT_LENGTH"] = LONGEST
    app.before_request_funcs[None] = []
    app.after_request_funcs[None] = []
    app.teardown_request_funcs[None] = []
    app.add_url_rule("/", "read", lambda: Response(request.get_data()), methods=["POST"])
    app.register_error_handler(413, lambda _error: ("mine", 413))
    with running(app) as url:
        assert requests.post(url, data=b"x" * 10, timeout=10).content == b"x" * 10
        refused = requests.post(url, data=b"x" * 11, timeout=10)
        assert (refused.status_code, refused.content) == (413, b"mine")
        refused = requests.post(url, data=iter([b"x" * 6, b"y" * 5]), timeout=10)
        assert (refused.status_code, refused.content) == (413, b"mine")


def test_only_a_world_may_be_long_and_what_is_too_long_is_noted() -> None:
    app = tiny_fake.create_app()
    parts: Kit = app.extensions["kit"]
    app.config["MAX_CONTENT_LENGTH"] = LONGEST
    with running(app) as url:
        world = requests.post(f"{url}/_control/world", json=tiny_fake.world(), timeout=10)
        assert (world.status_code, len(parts.store.dump()["practices"])) == (200, 2)
        refused = requests.post(f"{url}/_control/reset", data=b"x" * 11, timeout=10)
        assert (refused.status_code, refused.json()["error"]["code"]) == (413, "TOO_LARGE")
        with parts.store.begin() as tx:
            token = parts.oauth.mint(tx, "app-1", ["t1"], ["things"], None)["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert requests.post(f"{url}/things", data=b"x" * 11, headers=headers, timeout=10).status_code == 413
    (entry,) = parts.journal.read()["entries"]
    assert (entry["status"], entry["body_sha256"], entry["request_bytes"]) == (413, None, 11)
    assert app.longest_body("/things") == LONGEST
    assert app.longest_body("/_control/world") == 1024 * 1024 * 1024
    parts.store.close()
