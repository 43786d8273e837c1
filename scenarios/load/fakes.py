"""Both fakes of a load run: put up in processes of their own, loaded, and moved from phase to phase."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import requests

from mock_kit.server import LOOPBACK, bind
from scenarios.load.plan import VARIABLE, LoadPlan, Trouble
from scenarios.load.schedule import LANDED, phases
from scenarios.processes import Process, end

READY_TRIES = 150
READY_SECONDS = 0.1
CONNECTS = 2.0
XPM, IGNITION = "*.api/*", "* /*"
"""The operations of either API; none of OAuth's, whose lost answers end a connection (E24)."""


class FakesError(Exception):
    """A fake refuses what the run needs of it."""


class LoadRefusal(click.ClickException):
    """A load run that cannot begin: one line, exit 1."""


FAULTS: dict[Trouble, tuple[dict[str, Any], ...]] = {
    "none": (),
    "mild": (
        {"kind": "latency", "seconds": 0.05, "probability": 0.05},
        {"kind": "status", "status": 503, "probability": 0.01},
        {"kind": "status", "status": 429, "retry_after": 2, "probability": 0.01},
        {"kind": "reset", "probability": 0.005},
    ),
    "rough": (
        {"kind": "latency", "seconds": 0.2, "probability": 0.1},
        {"kind": "status", "status": 503, "probability": 0.02},
        {"kind": "status", "status": 500, "probability": 0.02},
        {"kind": "status", "status": 429, "retry_after": 5, "probability": 0.02},
        {"kind": "lost", "probability": 0.02},
        {"kind": "cut", "probability": 0.01},
        {"kind": "malformed", "probability": 0.01},
    ),
}
"""What the calls of a measured day meet, on either fake; chance depends on the request, never on its time."""


@contextmanager
def fake(module: str, folder: Path, port: int = 0) -> Iterator[tuple[str, int]]:
    """Serve a fake from a process of its own while the block runs; its URL and its process id.

    Raises PortError when the port is taken, LoadRefusal when the fake does not start.
    """
    probe = bind(lambda _environ, _start: [], LOOPBACK, port)
    port = probe.port
    probe.close()
    command = [sys.executable, "-m", module, "serve", "--port", str(port), "--clock", "running"]
    with (folder / f"{module}.log").open("w") as log:
        # In a session of its own, so that an interrupt at the terminal ends it last, and not first.
        process = subprocess.Popen(command, stderr=log, stdout=log, start_new_session=True)
        url = f"http://{LOOPBACK}:{port}"
        try:
            _wait_until_ready(process, url, folder / f"{module}.log")
            yield url, process.pid
        finally:
            end(process)


def _wait_until_ready(process: Process, url: str, log: Path) -> None:
    for _ in range(READY_TRIES):
        if process.poll() is not None:
            raise LoadRefusal(f"a fake did not start: {log.read_text().strip()[-300:]}")
        try:
            if requests.get(f"{url}/_control/health", timeout=5).ok:
                return
        except requests.ConnectionError:
            try:
                process.wait(READY_SECONDS)
            except subprocess.TimeoutExpired:
                continue
    raise LoadRefusal(f"a fake did not answer at {url}; see {log}")


def prepare(plan: LoadPlan) -> None:
    """Load both fakes with their worlds anew; limits as the plan says, no faults. Raises FakesError.

    In a process of its own: one that Locust runs in shows no life while it makes thousands of clients, and
    whoever shows none for 3 s counts as dead.
    """
    command = [sys.executable, "-m", "scenarios.load.worlds"]
    written = {**os.environ, VARIABLE: str(plan.write())}
    done = subprocess.run(command, env=written, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FakesError(done.stderr.strip().rpartition("\n")[2] or f"{command} ended with {done.returncode}")


def begin_phase(plan: LoadPlan, number: int) -> None:
    """Let the time pass that passes before a phase, and have faults happen in the measured ones alone."""
    phase = phases(plan.days)[number]
    for url, operation in ((plan.xpm_url, XPM), (plan.ignition_url, IGNITION)):
        steer("DELETE", f"{url}/_control/faults")
        steer("DELETE", f"{url}/_control/journal")
        if phase.passes:
            steer("POST", f"{url}/_control/clock/advance", {"seconds": phase.passes})
        if phase.day is not None and FAULTS[plan.faults]:
            rules = [{**rule, "operation": operation} for rule in FAULTS[plan.faults]]
            steer("POST", f"{url}/_control/faults", {"faults": rules})


def settle(plan: LoadPlan) -> None:
    """End all faults, and let every late write land."""
    for url in (plan.xpm_url, plan.ignition_url):
        steer("DELETE", f"{url}/_control/faults")
        steer("POST", f"{url}/_control/clock/advance", {"seconds": LANDED})


def silent(plan: LoadPlan) -> str:
    """Say which fakes nobody listens for any more; empty while both are there, however busy."""
    gone = []
    for name, url in (("mock_xpm", plan.xpm_url), ("mock_ignition", plan.ignition_url)):
        parts = urlsplit(url)
        try:
            socket.create_connection((parts.hostname or LOOPBACK, parts.port or 80), CONNECTS).close()
        except TimeoutError:
            continue
        except OSError as error:
            gone.append(f"{name} at {url} ({error.strerror or error})")
    return ", ".join(gone)


def steer(method: str, url: str, body: Any = None) -> Any:
    """Ask a fake's control plane for something. Raises FakesError when it refuses."""
    answer = requests.request(method, url, json=body, timeout=600)
    if not answer.ok:
        raise FakesError(f"{method} {url} was answered {answer.status_code}: {answer.text[:200]}")
    return json.loads(answer.content) if answer.content else None
