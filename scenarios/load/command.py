"""`make load`: puts the fakes up, lets Locust run, judges what it left, and says so."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from scenarios.load.charts import write as write_page
from scenarios.load.fakes import LoadRefusal, fake, settle, silent
from scenarios.load.judge import Verdict, judge
from scenarios.load.lead import few_users
from scenarios.load.plan import FOLDER, LoadPlan
from scenarios.load.running import await_locust, hold, records_of, results_of, run_locust
from scenarios.load.summary import summarise
from scenarios.load.telling import lines_of
from scenarios.load.thresholds import DEFAULT, Threshold, thresholds_of, verdicts
from scenarios.processes import heeding_term

NOTHING: dict[str, Any] = {
    "partial": "", "spans": {}, "days": [], "rows": [], "failures": [], "records": [], "ledgers": {}, "lost": {},
}  # fmt: skip
"""The results of a run that did nothing."""


@dataclass(frozen=True)
class Ports:
    """Where things listen; 0 means any free port."""

    xpm: int = 0
    ignition: int = 0
    web: int = 8089

    def hold(self, *, ui: bool) -> None:
        """Raise PortError when one that is wanted is taken, LoadRefusal when both fakes are to have the same."""
        if self.xpm and self.xpm == self.ignition:
            raise LoadRefusal(f"both fakes were given port {self.xpm}: give each one of its own")
        for port in (self.xpm, self.ignition, *([self.web] if ui else [])):
            hold(port)


ANY = Ports()


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
    outside: bool = False,
    ports: Ports = ANY,
    **how: Any,
) -> int:
    """Run a load test and return its exit code: 1 for failures, work left over, or a threshold missed.

    `outside`: somebody else starts Locust, and this waits for it. `how` are further
    fields of the plan: `shape`, `days`, `span`, `changes`, `acceptances`, `faults`, `limits`.
    """
    drawn = LoadPlan(
        "", "", seed, practices, size, users, str(folder.resolve()), seconds=float(seconds), **how
    )
    summary = run(drawn, ui=ui, processes=processes, thresholds=thresholds, outside=outside, ports=ports)
    click.echo(
        json.dumps(summary, ensure_ascii=False) if as_json else "\n".join(lines_of(summary, str(folder)))
    )
    return 0 if summary["passed"] else 1


def run(
    drawn: LoadPlan,
    *,
    ui: bool = False,
    processes: int = 1,
    thresholds: Path = DEFAULT,
    outside: bool = False,
    ports: Ports = ANY,
) -> dict[str, Any]:
    """Run a load test with fakes of its own, and return its summary; its files are in the plan's folder."""
    folder = Path(drawn.folder)
    if too_few := few_users(drawn.users, processes):
        raise LoadRefusal(too_few)
    wanted = thresholds_of(thresholds, summarise(drawn, NOTHING, Verdict(), processes))
    # Before anything of a run before is removed: it may be that one that has the ports.
    ports.hold(ui=ui)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (
        heeding_term(),
        fake("mock_xpm", folder, ports.xpm) as (xpm_url, xpm_pid),
        fake("mock_ignition", folder, ports.ignition) as (ign_url, ign_pid),
    ):
        plan = replace(drawn, xpm_url=xpm_url, ignition_url=ign_url, pids=(xpm_pid, ign_pid))
        click.echo(
            f"load: {plan.practices} practices of {plan.size} clients, {plan.users} users, {processes} processes, "
            f"shape {plan.shape}, faults {plan.faults}, seed {plan.seed}, {plan.seconds:.0f} s at the most",
            err=True,
        )
        if outside:
            code = await_locust(plan)
        else:
            code = run_locust(plan, ui=ui, processes=processes, web_port=ports.web)
        results = _results(plan, code)
        verdict = _verdict(plan, results)
    return finish(plan, results, verdict, wanted, results.get("workers", processes), code)


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


def _results(plan: LoadPlan, code: int) -> dict[str, Any]:
    """Return what came of the run, whole or not, or nothing, having said why."""
    found = results_of(plan)
    if found:
        found["records"] = records_of(plan)
    if code < 0:
        click.echo(f"Locust was killed by signal {-code}", err=True)
    if not found:
        click.echo(f"Locust did not run: {_last_words(Path(plan.folder) / 'locust.log')}", err=True)
        found = {**NOTHING, "partial": "Locust did not run"}
    gone = silent(plan)
    return found | ({"partial": f"the fakes are down: {gone}"} if gone else {})


def _last_words(log: Path) -> str:
    if not log.exists():
        return "nobody started it"
    return log.read_text("utf-8", "replace").strip().rpartition("\n")[2] or "it said nothing"


def _verdict(plan: LoadPlan, results: dict[str, Any]) -> Verdict:
    """Judge what a run left; where a fake is gone, nothing can be read any more, and nothing is finished."""
    if silent(plan):
        return Verdict(unfinished=list(range(plan.practices)))
    settle(plan)
    return judge(plan, results["ledgers"])
