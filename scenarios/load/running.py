"""Locust as a program: started here, or waited for where somebody else starts it. Whatever happens, it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from mock_kit.server import LOOPBACK, bind
from scenarios.load.fakes import silent
from scenarios.load.plan import VARIABLE, LoadPlan
from scenarios.processes import end

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
STOPS = 15
"""Seconds in which Locust ends once it is told to: its users have 5 for what they are at."""
LOOKS = 0.5
"""Seconds between two looks at whether a run that somebody else started is over."""
OUTSIDE = """the fakes are up and the plan is at {plan}; now start Locust, here or on several machines:
  locust -f scenarios/load/locustfile.py --headless
  locust -f scenarios/load/locustfile.py --headless --master --expect-workers 2
  locust -f scenarios/load/locustfile.py --worker
This waits for its end, and judges what it left; an interrupt ends it before."""


def run_locust(plan: LoadPlan, *, ui: bool, processes: int, web_port: int) -> int:
    """Run Locust to its end, or to an interrupt, and return its exit code; none of its processes is left."""
    folder = Path(plan.folder)
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--stop-timeout", "5"]
    command += ["--csv", str(folder / "locust"), "--logfile", str(folder / "locust.log")]
    command += ["--html", str(folder / "locust.html")]
    if processes > 1:
        port = str(free_port())
        command += ["--processes", str(processes), "--master-bind-host", LOOPBACK]
        command += ["--master-bind-port", port, "--master-port", port]
    page = ["--autostart", "--web-host", LOOPBACK, "--web-port", str(web_port)]
    command += page if ui else ["--headless", "--only-summary"]
    with (folder / "locust.out").open("w") as out:
        process = subprocess.Popen(
            command,
            env={**os.environ, VARIABLE: str(plan.write())},
            stdout=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            if ui:
                click.echo(f"Locust's page: http://{LOOPBACK}:{web_port}; an interrupt ends it", err=True)
            return process.wait()
        except KeyboardInterrupt:
            click.echo("interrupted: Locust is told to stop", err=True)
            # Not an interrupt: that would end whatever is being done at the moment, wherever it is.
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOPS)
            return 0 if ui else 1
        finally:
            end(process)
            # Its workers are of its session; they would look for a master that was killed for a minute.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def await_locust(plan: LoadPlan) -> int:
    """Wait for the end of a run that somebody else starts; 1 where there is none: an interrupt, or a fake is gone."""
    click.echo(OUTSIDE.format(plan=plan.write()), err=True)
    try:
        while not silent(plan):
            if results_of(plan).get("over"):
                return 0
            time.sleep(LOOKS)
    except KeyboardInterrupt:
        click.echo("interrupted: Locust is not waited for any longer", err=True)
    return 1


def results_of(plan: LoadPlan) -> dict[str, Any]:
    """Return what has been written of a run so far, but its records; empty when it is nothing."""
    try:
        found: dict[str, Any] = json.loads(plan.results_path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return found


def records_of(plan: LoadPlan) -> list[dict[str, Any]]:
    """Return what practices came to in the phases so far; a line that was cut short is none."""
    try:
        with plan.records_path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]
    except FileNotFoundError:
        return []


def free_port() -> int:
    """Return a port that nobody listens on."""
    return hold(0)


def hold(port: int) -> int:
    """Return a port (0: any free one) that can be listened on. Raises PortError when it is taken."""
    probe = bind(lambda _environ, _start: [], LOOPBACK, port)
    probe.close()
    return int(probe.port)
