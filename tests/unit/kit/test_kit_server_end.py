"""How a server ends: calls under way are finished, a second signal does not wait, a kill loses nothing."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import tiny_fake
from server_steps import GET, Line, Switch, serving

from mock_kit import server
from mock_kit.effects import Effects
from mock_kit.server import bind, running, serve_until_signal
from mock_kit.store import Store

HERE = Path(__file__).parent


def test_a_call_under_way_is_finished_before_the_server_stops() -> None:
    app = Switch()
    app.body = [b"x" * 3_000_000]
    listener = bind(app)
    app.during = lambda _environ, _effects: listener.stop()
    with serving(listener), Line(listener.url) as line:
        got = line.send(GET).all()
    assert got.count(b"x") == 3_000_000


def test_an_answer_that_is_delayed_is_still_given_while_the_server_stops() -> None:
    app = Switch()

    def delay(_environ: object, effects: Effects) -> None:
        effects.delay = 0.05
        listener.stop()

    app.during = delay
    listener = bind(app)
    with serving(listener), Line(listener.url) as line:
        assert line.send(GET).all().endswith(b"hello")


def test_requests_that_have_arrived_are_answered_before_the_server_stops() -> None:
    app = Switch()
    listener = bind(app)
    app.during = lambda _environ, _effects: listener.stop()
    with serving(listener), Line(listener.url) as line:
        got = line.send(GET + GET).all()
    assert got.count(b"hello") == 2
    assert got.endswith(b"\r\nConnection: close\r\n\r\nhello")


def test_a_caller_that_is_kept_hanging_does_not_keep_the_server() -> None:
    app = Switch()
    asked = threading.Event()

    def hang(_environ: object, effects: Effects) -> None:
        effects.hang = 60.0
        asked.set()

    app.during = hang
    listener = bind(app)
    with serving(listener), Line(listener.url) as line:
        line.send(GET)
        assert asked.wait(10)
        listener.stop()
        assert line.all() == b""


def test_a_reader_who_never_reads_does_not_keep_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LAST_CALLS", 0.05)
    closed = threading.Event()

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 60_000
        finally:
            closed.set()

    app = Switch()
    app.body = endless()
    with running(app) as url, Line(url) as line:
        line.send(GET).socket.recv(100)
    assert closed.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name == f"serving {url}"]


def test_a_signal_stops_the_serving_and_the_handlers_go_back() -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals reach the main thread only")
    before = signal.getsignal(signal.SIGTERM)
    main = threading.get_ident()

    def app(_environ: Any, start_response: Any) -> Iterable[bytes]:
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
        greeting, last = process.stderr.read().splitlines()
        assert greeting.startswith(f"tiny-fake: 0 practices, state kept in {path}, clock frozen at ")
        assert last == "tiny-fake stopped after 1 calls"
    with closing(Store(tiny_fake.METADATA, path)) as store:
        assert store.digest() == digest
        assert {row["name"] for row in store.dump()["things"]} == {"Whānau", "Kea"}


def test_a_server_that_ends_says_which_late_writes_it_drops() -> None:
    with _served("--clock", "frozen") as (process, url), requests.Session() as session:
        session.post(f"{url}/_control/world", json=tiny_fake.world(), timeout=5)
        token = session.post(f"{url}/_control/tokens", json={"tenant_ids": ["t1"]}, timeout=5).json()
        session.post(
            f"{url}/_control/faults", json={"kind": "late", "seconds": 9, "answer": "503"}, timeout=5
        )
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        assert session.post(f"{url}/things", data=b"Kea", headers=headers, timeout=5).status_code == 503
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        _greeting, dropped, last = process.stderr.read().splitlines()
    assert dropped == "late writes that did not land are dropped: POST /things due at 2026-07-01T00:00:09Z"
    assert last == "tiny-fake stopped after 1 calls"


def test_a_second_server_on_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with _served("--db", str(path)) as (process, _url):
        command = [sys.executable, "-m", "tiny_fake", "serve", "--port", "0", "--db", str(path)]
        second = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False, timeout=60)
        assert second.returncode == 1
        assert second.stderr == (
            f"Error: cannot use {path} as a store: another process ({process.pid}) serves it; "
            "end that one, or name another file\n"
        )
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
    Store(tiny_fake.METADATA, path).close()


HANGING = """
import sys
from mock_kit.effects import KEY
from mock_kit.server import bind, serve_until_signal

def app(environ, start_response):
    environ[KEY].delay = 60.0
    start_response("200 OK", [("Content-Length", "0")])
    print("asked", flush=True)
    return []

listener = bind(app)
print(listener.port, flush=True)
serve_until_signal(listener)
"""


def test_a_second_signal_ends_the_program_at_once() -> None:
    with subprocess.Popen([sys.executable, "-c", HANGING], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = f"http://127.0.0.1:{process.stdout.readline().strip()}"
        with Line(url) as line, Line(url) as idle:
            line.send(GET)
            assert process.stdout.readline() == "asked\n"
            process.send_signal(signal.SIGTERM)
            assert idle.all() == b""  # the first signal was heard: who waits for nothing is let go
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=5) == -signal.SIGTERM


def test_a_killed_server_keeps_what_it_answered(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with _served("--db", str(path)) as (process, url):
        requests.post(f"{url}/_control/world", json=tiny_fake.world(), timeout=5)
        digest = requests.get(f"{url}/_control/digest", timeout=5).json()["sha256"]
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
    with closing(Store(tiny_fake.METADATA, path)) as store:
        assert store.digest() == digest
