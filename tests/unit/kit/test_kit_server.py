import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import tiny_fake
from flask import Flask

from mock_kit import server
from mock_kit.server import PortError, bind, running, serve_until_signal
from mock_kit.store import Store

HERE = Path(__file__).parent


def test_an_app_is_served_over_a_socket_until_the_block_ends(app: Flask) -> None:
    with running(app) as url, requests.Session() as session:
        assert session.get(f"{url}/_control/health", timeout=5).json()["name"] == "tiny_fake"
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/_control/health", timeout=5)


def test_stopping_does_not_wait_for_a_connection_that_is_kept_alive(app: Flask) -> None:
    with requests.Session() as session:
        with running(app) as url:
            session.get(f"{url}/_control/health", timeout=5)
        assert not [thread for thread in threading.enumerate() if thread.name == f"serving {url}"]


def test_a_port_that_was_served_can_be_had_again_at_once(app: Flask) -> None:
    with running(app) as url:
        requests.get(f"{url}/_control/health", timeout=5)
    with running(app, port=int(url.rpartition(":")[2])) as again:
        assert again == url
        assert requests.get(f"{again}/_control/health", timeout=5).status_code == 200


def test_a_port_in_use_is_refused(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            PortError,
            match=f"cannot listen on 127.0.0.1:{port}: Address already in use; choose another",
        ):
            bind(app, port=port)


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [
        ("127.0.0.1", 70_000, "ports go from 0 to 65535"),
        ("127.0.0.1", -1, "ports go from 0 to 65535"),
        ("no such host", 0, "no such host"),
    ],
)
def test_what_is_no_address_is_refused(app: Flask, host: str, port: int, reason: str) -> None:
    with pytest.raises(PortError, match=f"cannot listen on {host}:{port}: {reason}"):
        bind(app, host, port)


@pytest.mark.parametrize(("host", "start"), [("localhost", "http://127.0.0.1:"), ("::1", "http://[::1]:")])
def test_a_server_knows_its_url(app: Flask, host: str, start: str) -> None:
    try:
        listener = bind(app, host)
    except PortError:
        pytest.skip("this machine has no IPv6")
    listener.close()
    assert listener.url.startswith(start)


class _Slow:
    """An app whose answer waits until the test lets it go."""

    def __init__(self, size: int) -> None:
        self.reached, self.go, self.size = threading.Event(), threading.Event(), size

    def __call__(self, _environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.reached.set()
        assert self.go.wait(10)
        start_response("200 OK", [("Content-Length", str(self.size))])
        return [b"x" * self.size]


def test_a_call_under_way_is_finished_before_the_server_stops() -> None:
    slow = _Slow(3_000_000)
    got: list[int] = []
    with running(slow) as url:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
        connection.request("GET", "/")
        assert slow.reached.wait(10)
        reader = threading.Thread(target=lambda: got.append(len(connection.getresponse().read())))
        threading.Timer(0.1, lambda: (slow.go.set(), reader.start())).start()
    reader.join()
    connection.close()
    assert got == [3_000_000]


def test_a_reader_who_never_reads_does_not_keep_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "FLUSH_ROUNDS", 3)
    slow = _Slow(20_000_000)
    slow.go.set()
    with running(slow) as url, socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as reader:
        reader.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert slow.reached.wait(10)
    assert slow.reached.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == f"serving {url}"]


def test_a_signal_stops_the_serving_and_the_handlers_go_back() -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals reach the main thread only")
    before = signal.getsignal(signal.SIGTERM)
    main = threading.get_ident()

    def app(_environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        signal.pthread_kill(main, signal.SIGTERM)
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]

    got: list[str] = []
    with closing(bind(app)) as listener:
        caller = threading.Thread(target=lambda: got.append(requests.get(listener.url, timeout=10).text))
        caller.start()
        serve_until_signal(listener)
        caller.join()
    assert got == ["done"]
    assert signal.getsignal(signal.SIGTERM) is before


@contextmanager
def _served(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `tiny-fake serve` in a process of its own; yields it and its URL."""
    command = [sys.executable, "tiny_fake.py", "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=HERE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        try:
            yield process, line.split()[-1]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_serving_with_exit_0_and_the_file_keeps_the_state(
    tmp_path: Path, number: signal.Signals
) -> None:
    path = tmp_path / "state.db"
    with _served("--db", str(path), "--clock", "frozen") as (process, url), requests.Session() as session:
        assert session.post(f"{url}/_control/world", json=tiny_fake.world(), timeout=5).status_code == 200
        body = {"tenant_ids": ["t1"]}
        token = session.post(f"{url}/_control/tokens", json=body, timeout=5).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert session.post(f"{url}/things", data=b"Kea", headers=headers, timeout=5).status_code == 201
        digest = session.get(f"{url}/_control/digest", timeout=5).json()["sha256"]
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    with closing(Store(tiny_fake.METADATA, path)) as store:
        assert store.digest() == digest
        assert {row["name"] for row in store.dump()["things"]} == {"Whānau", "Kea"}


def test_a_killed_server_keeps_what_it_answered(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with _served("--db", str(path)) as (process, url):
        requests.post(f"{url}/_control/world", json=tiny_fake.world(), timeout=5)
        digest = requests.get(f"{url}/_control/digest", timeout=5).json()["sha256"]
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
    with closing(Store(tiny_fake.METADATA, path)) as store:
        assert store.digest() == digest
