"""`up` in a process of its own, for tests: both fakes and the syncer's service on free ports."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import requests

from mock_kit.server import LOOPBACK, bind

TRIES = 20
LAST_LINE = "Ctrl-C ends all three"


class Up(NamedTuple):
    """The process, where it runs, what it printed, and where the fakes are."""

    process: subprocess.Popen[str]
    folder: Path
    text: str
    xpm_url: str
    ignition_url: str

    def syncer(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run the syncer's command line as the text says how."""
        export = re.search(r"^    export (SYNCER_KEY=\S+) (SYNCER_CONFIG=\S+)$", self.text, re.MULTILINE)
        assert export, self.text
        variables = dict(pair.split("=", 1) for pair in export.groups())
        return subprocess.run(
            [sys.executable, "-m", "syncer", *command],
            cwd=self.folder,
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def come_to_rest(self) -> None:
        """Wait for what the service begins with: it listens for acceptances, and another sync has nothing to write."""
        for _ in range(TRIES):
            done = self.syncer("sync", "--practice", "practice-1")
            is_quiet = done.returncode == 0 and "nothing to write" in done.stdout
            if (
                is_quiet
                and requests.get(f"{self.ignition_url}/_control/state", timeout=60).json()["webhooks"]
            ):
                return
        raise AssertionError(f"the first sync does not end: {done.stdout}{done.stderr}")


@contextmanager
def started(folder: Path, *options: str) -> Iterator[Up]:
    """Have `up` run in a folder, with 4 clients, while the block runs."""
    xpm, ignition, syncer = free_ports(3)
    command = [sys.executable, "-u", "-m", "scenarios", "up", "--clients", "4", "--xpm-port", str(xpm)]
    command += ["--ignition-port", str(ignition), "--syncer-port", str(syncer), *options]
    # The package is installed; running elsewhere keeps var/up of the checkout as it is.
    process = subprocess.Popen(
        command,
        cwd=folder,
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
        yield Up(process, folder, "".join(lines), f"http://{LOOPBACK}:{xpm}", f"http://{LOOPBACK}:{ignition}")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        process.stdout.close()


def free_ports(count: int) -> list[int]:
    """Return so many ports that nobody has just now."""
    listeners = [bind(lambda _environ, _start: [], LOOPBACK, 0) for _ in range(count)]
    ports = [listener.port for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports
