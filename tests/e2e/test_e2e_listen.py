"""`syncer connect` waits at the redirect URI for the browser to come back."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import requests
from e2e_bench import small_world

from scenarios.stage import syncer_config
from syncer import connect as connecting
from syncer import listen as listening
from syncer.config import parse
from syncer.errors import ConfigError, RefusedError
from syncer.practice import xpm_app


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    yield number  # noqa: PT022  # the socket is closed before the test uses its port


def attempt_at(port: int) -> connecting.Attempt:
    nowhere = "http://127.0.0.1:9"
    document = syncer_config(small_world(), nowhere, nowhere, nowhere)
    document["connect"] = {"redirect_uri": f"http://127.0.0.1:{port}/callback"}
    return connecting.begin(xpm_app(parse(document, {})))


def came(attempt: connecting.Attempt, browse: Callable[[str], None]) -> str:
    """Listen while a browser does something, given the address that is listened at."""
    uri = attempt.app.redirect_uri

    def start() -> None:
        for _ in range(1000):
            with socket.socket() as knocking:
                port = int(uri.split(":")[2].split("/")[0])
                if knocking.connect_ex(("127.0.0.1", port)) == 0:
                    break
        browse(uri)

    browser = threading.Thread(target=start)
    browser.start()
    try:
        return listening.listen(attempt)
    finally:
        browser.join()


def test_the_browser_coming_back_brings_the_code(port: int) -> None:
    attempt = attempt_at(port)
    pages: list[requests.Response] = []

    def browse(uri: str) -> None:
        pages.append(requests.get(f"{uri}?code=abc&state={attempt.state}", timeout=5))

    assert connecting.code_from(attempt, came(attempt, browse)) == "abc"
    assert "You can close this page" in pages[0].text
    assert "<title>Connected</title>" in pages[0].text


def test_what_is_not_the_answer_is_answered_and_waited_on(port: int) -> None:
    attempt = attempt_at(port)
    pages: list[requests.Response] = []

    def browse(uri: str) -> None:
        root = uri.removesuffix("callback")
        with socket.create_connection(("127.0.0.1", port)):  # a browser opens one ahead, and asks nothing
            pages.append(requests.get(f"{root}favicon.ico", timeout=5))
            pages.append(requests.post(uri, timeout=5))
            pages.append(requests.get(f"{uri}?code=old&state=old", timeout=5))
            pages.append(requests.get(f"{uri}?code=abc&state={attempt.state}", timeout=5))

    assert connecting.code_from(attempt, came(attempt, browse)) == "abc"
    assert [page.status_code for page in pages] == [404, 405, 400, 200]
    assert "another attempt" in pages[2].text


def test_a_consent_that_is_denied_is_not_called_connected_on_the_page(port: int) -> None:
    attempt = attempt_at(port)
    pages: list[requests.Response] = []

    def browse(uri: str) -> None:
        pages.append(requests.get(f"{uri}?error=access_denied&state={attempt.state}", timeout=5))

    with pytest.raises(RefusedError, match=r"consent was not given \(access_denied\)"):
        connecting.code_from(attempt, came(attempt, browse))
    assert "<title>Not connected</title>" in pages[0].text
    assert "Consent was not given" in pages[0].text


def test_nobody_coming_back_is_said(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "CONSENT_SECONDS", 0)
    shown: list[str] = []
    with pytest.raises(RefusedError, match="no answer came within 0 s"):
        listening.listen(attempt_at(port), lambda: shown.append("the link"))
    assert shown == ["the link"]


def test_a_redirect_port_in_use_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = int(taken.getsockname()[1])
        shown: list[str] = []
        with pytest.raises(ConfigError, match=f"cannot listen at http://127.0.0.1:{number}/callback"):
            listening.listen(attempt_at(number), lambda: shown.append("the link"))
        assert shown == []  # nobody is sent to a page that cannot send them back


def test_a_consent_without_a_code_says_why() -> None:
    attempt = attempt_at(18080)
    url = f"http://127.0.0.1:18080/callback?error=access_denied&state={attempt.state}"
    with pytest.raises(RefusedError, match=r"consent was not given \(access_denied\)"):
        connecting.code_from(attempt, url)
