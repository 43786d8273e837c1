"""`make up`: both fakes and the syncer's service on ports, as a newcomer meets them."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mock_kit.server import LOOPBACK, bind

ROOT = Path(__file__).parents[2]
LAST_LINE = "Ctrl-C ends all three"


def _free_ports(count: int) -> list[int]:
    listeners = [bind(lambda _environ, _start: [], LOOPBACK, 0) for _ in range(count)]
    ports = [listener.port for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


@pytest.fixture
def told(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    xpm, ignition, syncer = _free_ports(3)
    command = [sys.executable, "-u", "-m", "scenarios", "up", "--clients", "4", "--xpm-port", str(xpm)]
    command += ["--ignition-port", str(ignition), "--syncer-port", str(syncer)]
    # The package is installed; running elsewhere keeps var/up of the checkout as it is.
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ},
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if LAST_LINE in line:
            break
    try:
        yield process, "".join(lines)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        process.stdout.close()


def test_it_prints_a_first_call_that_works_when_pasted_and_ends_whole_on_sigterm(
    told: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    process, text = told
    match = re.search(r"^    (curl -s .*\n.*)$", text, re.MULTILINE)
    assert match, text
    answer = subprocess.run(["bash", "-c", match[1]], capture_output=True, text=True, timeout=60, check=True)
    assert answer.stdout.startswith('<Response api-method="List"><Status>OK</Status><Clients><Client><UUID>')
    assert answer.stdout.count("<Client><UUID>") == 4

    export = re.search(r"^    export (SYNCER_KEY=\S+) (SYNCER_CONFIG=\S+)$", text, re.MULTILINE)
    assert export, text
    variables = dict(pair.split("=", 1) for pair in export.groups())
    status = subprocess.run(
        [sys.executable, "-m", "syncer", "status", "--json"],
        cwd=tmp_path,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert '"xpm": "connected"' in status.stdout

    service = re.search(r"^syncer +(http://\S+)", text, re.MULTILINE)
    assert service
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{service[1]}/health", timeout=5)
