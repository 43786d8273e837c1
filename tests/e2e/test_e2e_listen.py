"""`syncer connect` waits at the redirect URI for the browser to come back."""

import socket
import threading
from collections.abc import Iterator

import pytest
import requests
from e2e_bench import small_world

from scenarios.stage import syncer_config
from syncer import connect as connecting
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


def test_the_browser_coming_back_brings_the_code(port: int) -> None:
    attempt = attempt_at(port)
    pages: list[requests.Response] = []

    def browse() -> None:
        url = f"http://127.0.0.1:{port}/callback?code=abc&state={attempt.state}"
        for _ in range(1000):
            try:
                pages.append(requests.get(url, timeout=5))
            except requests.ConnectionError:
                continue
            return

    browser = threading.Thread(target=browse)
    browser.start()
    came = connecting.listen(attempt)
    browser.join()
    assert connecting.code_from(attempt, came) == "abc"
    assert "You can close this page" in pages[0].text


def test_nobody_coming_back_is_said(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "CONSENT_SECONDS", 0)
    with pytest.raises(RefusedError, match="no answer came within 0 s"):
        connecting.listen(attempt_at(port))


def test_a_redirect_port_in_use_is_said() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = int(taken.getsockname()[1])
        with pytest.raises(ConfigError, match=f"cannot listen at http://127.0.0.1:{number}/callback"):
            connecting.listen(attempt_at(number))


def test_a_consent_without_a_code_says_why() -> None:
    attempt = attempt_at(18080)
    url = f"http://127.0.0.1:18080/callback?error=access_denied&state={attempt.state}"
    with pytest.raises(RefusedError, match=r"consent was not given \(access_denied\)"):
        connecting.code_from(attempt, url)
