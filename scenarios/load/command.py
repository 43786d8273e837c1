"""`make load`: puts the fakes up, lets Locust run, judges what it left, and says so."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

from mock_kit.server import LOOPBACK, bind
from scenarios.load.fakes import fake, settle
from scenarios.load.judge import Verdict, judge
from scenarios.load.plan import FOLDER, VARIABLE, LoadPlan, Shape, Trouble
from scenarios.processes import end

LOCUSTFILE = Path(__file__).with_name("locustfile.py")


def load(
    seed: int,
    practices: int,
    size: int,
    users: int,
    seconds: int,
    *,
    ui: bool,
    folder: Path = FOLDER,
    processes: int = 1,
    shape: Shape = "nightly",
    faults: Trouble = "none",
    span: float = 6.0,
) -> int:
    """Run a load test and return its exit code: 1 for failures, doubles, losses, or work left over."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with fake("mock_xpm", folder) as (xpm_url, xpm_pid), fake("mock_ignition", folder) as (ign_url, ign_pid):
        plan = LoadPlan(
            xpm_url, ign_url, seed, practices, size, users, str(folder), shape=shape, faults=faults,
            span=span, seconds=float(seconds), pids=(xpm_pid, ign_pid),
        )  # fmt: skip
        click.echo(
            f"load: {practices} practices of {size} clients, {users} users, {processes} processes, "
            f"shape {shape}, faults {faults}, seed {seed}, {seconds} s at the most",
            err=True,
        )
        code = _locust(plan, ui=ui, processes=processes)
        results = _results(plan)
        settle(plan)
        return _summary(plan, results, judge(plan, results["ledgers"]), code)


def _locust(plan: LoadPlan, *, ui: bool, processes: int) -> int:
    folder = Path(plan.folder)
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--stop-timeout", "5"]
    command += ["--csv", str(folder / "locust"), "--logfile", str(folder / "locust.log")]
    command += ["--html", str(folder / "locust.html")]
    if processes > 1:
        port = str(_free_port())
        command += ["--processes", str(processes), "--master-bind-port", port, "--master-port", port]
    command += ["--autostart", "--web-host", LOOPBACK] if ui else ["--headless", "--only-summary"]
    with (folder / "locust.out").open("w") as out:
        process = subprocess.Popen(
            command,
            env={**os.environ, VARIABLE: str(plan.write())},
            stdout=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            return process.wait()
        except KeyboardInterrupt:
            click.echo("interrupted: the result is partial", err=True)
            process.send_signal(signal.SIGINT)
            return process.wait()
        finally:
            end(process)


def _free_port() -> int:
    probe = bind(lambda _environ, _start: [], LOOPBACK, 0)
    probe.close()
    return int(probe.port)


def _summary(plan: LoadPlan, results: dict[str, Any], verdict: Verdict, code: int) -> int:
    rows = results["rows"]
    click.echo(f"{'':10}{'operation':44}{'calls':>7}{'failed':>8}{'median ms':>11}{'95 % ms':>9}")
    for row in rows:
        click.echo(
            f"{row['kind']:10}{row['name']:44}{row['calls']:>7}{row['failures']:>8}"
            f"{row['median_ms'] or 0:>11.0f}{row['p95_ms'] or 0:>9.0f}"
        )
    syncs = sum(len(record["syncs"]) for record in results["records"])
    failures = sum(
        row["failures"] for row in rows if plan.faults == "none" or row["kind"] in {"sync", "work"}
    )
    partial = results["partial"] or ("not all practices were finished" if verdict.unfinished else "")
    told = f"; PARTIAL: {partial}; practices {verdict.unfinished} were not finished" if partial else ""
    found = f"{verdict.clients} clients and {verdict.jobs} jobs in XPM"
    click.echo(f"\n{syncs} measured syncs, {found}, {failures} failures{told}")
    for cause in results["failures"]:
        click.echo(f"  {cause}")
    click.echo(f"doubles {len(verdict.doubles)}, losses {len(verdict.losses)}")
    for line in (*verdict.doubles, *verdict.losses, *results["lost"].values()):
        click.echo(f"  {line}")
    click.echo(f"details in {plan.folder} (locust.html, locust_stats.csv, results.json)")
    click.echo(f"digest {verdict.digest}")
    bad = failures or verdict.doubles or verdict.losses or partial or not syncs
    return 1 if bad or code else 0


def _results(plan: LoadPlan) -> dict[str, Any]:
    """Return what came of the run, or nothing, having said why."""
    try:
        found: dict[str, Any] = json.loads(plan.results_path.read_text("utf-8"))
    except FileNotFoundError:
        log = (Path(plan.folder) / "locust.log").read_text("utf-8", "replace").strip().splitlines()
        click.echo("Locust did not run: " + (log[-1] if log else "it said nothing"), err=True)
        return {
            "partial": "Locust did not run",
            "rows": [],
            "failures": [],
            "records": [],
            "ledgers": {},
            "lost": {},
        }
    return found
