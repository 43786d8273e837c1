"""`make load`: puts the fakes up, lets Locust run, judges what it left, and says so."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from mock_kit.server import LOOPBACK, bind
from scenarios.load.charts import write as write_page
from scenarios.load.fakes import fake, settle
from scenarios.load.judge import Verdict, judge
from scenarios.load.plan import FOLDER, VARIABLE, LoadPlan
from scenarios.load.summary import summarise
from scenarios.load.telling import lines_of
from scenarios.load.thresholds import DEFAULT, Threshold, thresholds_of, verdicts
from scenarios.processes import end

NOTHING: dict[str, Any] = {
    "partial": "", "spans": {}, "days": [], "rows": [], "failures": [], "records": [], "ledgers": {}, "lost": {},
}  # fmt: skip
"""The results of a run that did nothing."""
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
    as_json: bool = False,
    thresholds: Path = DEFAULT,
    **how: Any,
) -> int:
    """Run a load test and return its exit code: 1 for failures, work left over, or a threshold missed.

    `how` are further fields of the plan: `shape`, `days`, `span`, `changes`, `acceptances`, `faults`, `limits`.
    """
    drawn = LoadPlan("", "", seed, practices, size, users, str(folder), seconds=float(seconds), **how)
    summary = run(drawn, ui=ui, processes=processes, thresholds=thresholds)
    click.echo(
        json.dumps(summary, ensure_ascii=False) if as_json else "\n".join(lines_of(summary, str(folder)))
    )
    return 0 if summary["passed"] else 1


def run(
    drawn: LoadPlan, *, ui: bool = False, processes: int = 1, thresholds: Path = DEFAULT
) -> dict[str, Any]:
    """Run a load test with fakes of its own, and return its summary; its files are in the plan's folder."""
    folder = Path(drawn.folder)
    wanted = thresholds_of(thresholds, summarise(drawn, NOTHING, Verdict(), processes))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with fake("mock_xpm", folder) as (xpm_url, xpm_pid), fake("mock_ignition", folder) as (ign_url, ign_pid):
        plan = replace(drawn, xpm_url=xpm_url, ignition_url=ign_url, pids=(xpm_pid, ign_pid))
        click.echo(
            f"load: {plan.practices} practices of {plan.size} clients, {plan.users} users, {processes} processes, "
            f"shape {plan.shape}, faults {plan.faults}, seed {plan.seed}, {plan.seconds:.0f} s at the most",
            err=True,
        )
        code = _locust(plan, ui=ui, processes=processes)
        results = _results(plan)
        settle(plan)
        verdict = judge(plan, results["ledgers"])
    return finish(plan, results, verdict, wanted, processes, code)


def finish(
    plan: LoadPlan,
    results: dict[str, Any],
    verdict: Verdict,
    wanted: list[Threshold],
    processes: int,
    code: int,
) -> dict[str, Any]:
    """Sum a run up, hold it to the thresholds, and write both as JSON and as a page; returns the summary."""
    summary = summarise(plan, results, verdict, processes)
    rows = verdicts(wanted, summary)
    found = {"thresholds": rows, "command": command_of(summary["run"])}
    held = all(row["met"] is not False for row in rows)
    passed = held and not summary["partial"] and not summary["failures"] and bool(summary["syncs"]["count"])
    summary |= {**found, "passed": passed and not code}
    folder = Path(plan.folder)
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1), "utf-8")
    write_page(summary, results, folder)
    return summary


def command_of(run: dict[str, Any]) -> str:
    """Return the line that does a run's work again."""
    flags = [f"--{name} {value}" for name, value in run.items() if name != "limits"]
    return " ".join(["python -m scenarios load", *flags, *(["--limits"] if run["limits"] else [])])


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


def _results(plan: LoadPlan) -> dict[str, Any]:
    """Return what came of the run, or nothing, having said why."""
    try:
        found: dict[str, Any] = json.loads(plan.results_path.read_text("utf-8"))
    except FileNotFoundError:
        log = (Path(plan.folder) / "locust.log").read_text("utf-8", "replace").strip().splitlines()
        click.echo("Locust did not run: " + (log[-1] if log else "it said nothing"), err=True)
        return {**NOTHING, "partial": "Locust did not run"}
    return found
