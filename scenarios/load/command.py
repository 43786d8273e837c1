"""`make load`: puts the fakes up, lets Locust run, judges what it left, and says so."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import requests

from mock_kit.server import LOOPBACK, bind
from scenarios.load.judge import Verdict, judge
from scenarios.load.plan import FOLDER, VARIABLE, LoadPlan
from scenarios.processes import Process, end

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
READY_TRIES = 150
READY_SECONDS = 0.1


class LoadRefusal(click.ClickException):
    """A load run that cannot begin: one line, exit 1."""


def load(
    seed: int, practices: int, size: int, users: int, seconds: int, *, ui: bool, folder: Path = FOLDER
) -> int:
    """Run a load test and return its exit code: 1 for failures, doubles, losses, or work left over."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with fake("mock_xpm", folder) as xpm_url, fake("mock_ignition", folder) as ignition_url:
        plan = LoadPlan(xpm_url, ignition_url, seed, practices, size, min(users, practices), str(folder))
        worlds = plan.worlds()
        for url, world in ((xpm_url, worlds.xpm), (ignition_url, worlds.ignition)):
            requests.post(f"{url}/_control/world", json=world, timeout=600).raise_for_status()
            switch_limits_off(url)
        click.echo(
            f"load: {practices} practices of {size} clients, {plan.users} users, {seconds} s, seed {seed}",
            err=True,
        )
        code = _locust(plan, seconds, ui=ui)
        return _summary(plan, judge(plan), code)


def switch_limits_off(url: str) -> None:
    """Let a fake answer as fast as it can: its limits would be all that is measured."""
    limits = requests.get(f"{url}/_control/limits", timeout=60).json()
    requests.put(f"{url}/_control/limits", json=dict.fromkeys(limits), timeout=60).raise_for_status()


@contextmanager
def fake(module: str, folder: Path) -> Iterator[str]:
    """Serve a fake from a process of its own while the block runs; its clock is frozen."""
    probe = bind(lambda _environ, _start: [], LOOPBACK, 0)
    port = probe.port
    probe.close()
    command = [sys.executable, "-m", module, "serve", "--port", str(port), "--clock", "frozen"]
    with (folder / f"{module}.log").open("w") as log:
        process = subprocess.Popen(command, stderr=log, stdout=log)
        url = f"http://{LOOPBACK}:{port}"
        try:
            _wait_until_ready(process, url, folder / f"{module}.log")
            yield url
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


def _locust(plan: LoadPlan, seconds: int, *, ui: bool) -> int:
    folder = Path(plan.folder)
    command = [
        sys.executable,
        "-m",
        "locust",
        "-f",
        str(LOCUSTFILE),
        "-u",
        str(plan.users),
        "-r",
        str(plan.users),
    ]
    command += ["-t", f"{seconds}s", "--stop-timeout", "30", "--csv", str(folder / "locust")]
    if ui:
        command += ["--autostart", "--web-host", LOOPBACK]
    else:
        command += ["--headless", "--only-summary", "--html", str(folder / "locust.html")]
    with (folder / "locust.log").open("w") as log:
        process = subprocess.Popen(
            command,
            env={**os.environ, VARIABLE: str(plan.write())},
            stdout=None if ui else log,
            stderr=None if ui else log,
        )
        try:
            return process.wait()
        except KeyboardInterrupt:
            click.echo("interrupted: the result is partial", err=True)
            process.send_signal(signal.SIGINT)
            return process.wait()
        finally:
            end(process)


def _summary(plan: LoadPlan, verdict: Verdict, code: int) -> int:
    measured = _measured(plan)
    rows = measured["rows"]
    click.echo(f"{'':10}{'operation':44}{'calls':>7}{'failed':>8}{'median ms':>11}{'95 % ms':>9}")
    for row in rows:
        click.echo(
            f"{row['kind']:10}{row['name']:44}{row['calls']:>7}{row['failures']:>8}"
            f"{row['median_ms'] or 0:>11.0f}{row['p95_ms'] or 0:>9.0f}"
        )
    syncs = sum(row["calls"] for row in rows if row["kind"] == "sync")
    failures = sum(row["failures"] for row in rows)
    partial = f"; PARTIAL: practices {verdict.unfinished} were not finished" if verdict.unfinished else ""
    found = f"{verdict.clients} clients and {verdict.jobs} jobs in XPM"
    click.echo(f"\n{syncs} syncs, {found}, {failures} failures{partial}")
    for cause in measured["failures"]:
        click.echo(f"  {cause}")
    click.echo(f"doubles {len(verdict.doubles)}, losses {len(verdict.losses)}")
    for line in (*verdict.doubles, *verdict.losses):
        click.echo(f"  {line}")
    click.echo(f"details in {plan.folder} (locust.html, locust_stats.csv)")
    click.echo(f"digest {verdict.digest}")
    bad = failures or verdict.doubles or verdict.losses or verdict.unfinished or not syncs
    return 1 if bad or code else 0


def _measured(plan: LoadPlan) -> dict[str, list[Any]]:
    """Return what Locust measured, or nothing, having said why."""
    try:
        found: dict[str, list[Any]] = json.loads(plan.stats_path.read_text("utf-8"))
    except FileNotFoundError:
        log = (Path(plan.folder) / "locust.log").read_text("utf-8", "replace").strip().splitlines()
        click.echo("Locust did not run: " + (log[-1] if log else "it said nothing"), err=True)
        return {"rows": [], "failures": []}
    return found
