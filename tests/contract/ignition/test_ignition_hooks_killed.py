"""A server that is killed while a receiver has its event: it comes again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from ignition_support import BASE, Receiver, world

from mock_kit.server import running


@contextmanager
def served(path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `mock-ignition serve` on a file, its clock frozen; yields it and its URL."""
    command = [sys.executable, "-m", "mock_ignition", "serve", "--port", "0", "--db", str(path)]
    with subprocess.Popen([*command, "--clock", "frozen"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        try:
            yield process, line.split()[-1]
        finally:
            process.kill()


def test_an_event_whose_receipt_a_kill_9_prevented_comes_again_after_the_restart(tmp_path: Path) -> None:
    path, receiver = tmp_path / "state.db", Receiver()
    with running(receiver) as hooks, requests.Session() as session:
        with served(path) as (process, url):
            receiver.during = lambda: os.kill(process.pid, signal.SIGKILL)
            session.post(f"{url}/_control/world", json=world(), timeout=10)
            asked = {"tenant_ids": ["prc_kea"]}
            token = session.post(f"{url}/_control/tokens", json=asked, timeout=10).json()["access_token"]
            session.headers["Authorization"] = f"Bearer {token}"
            hook = {"url": f"{hooks}/in", "types": ["client.updated"], "secret": "s"}
            assert session.post(f"{url}{BASE}/webhooks", json=hook, timeout=10).status_code == 201
            session.patch(f"{url}{BASE}/clients/cli_acme", json={"phone": "1"}, timeout=10)
            with pytest.raises(requests.ConnectionError):
                session.post(f"{url}/_control/deliveries/run", timeout=20)
            assert process.wait(timeout=10) == -signal.SIGKILL
        receiver.during = lambda: None
        with served(path) as (process, url):
            session.post(f"{url}/_control/clock/advance", json={"seconds": 10}, timeout=10)
            (made,) = session.post(f"{url}/_control/deliveries/run", timeout=20).json()["data"]
            assert (made["attempt"], made["status"]) == (2, 200)
            (row,) = session.get(f"{url}/_control/deliveries", timeout=10).json()["data"]
            assert [one["result"] for one in row["history"]] == ["not known", "200"]
    first, second = (json.loads(body) for _headers, body in receiver.got)
    assert first == second
