"""The load test: short runs, judged from outside."""

import json
import os
import re
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from e2e_load import digest_of, lanes_of, loaded, work_through

from mock_kit.server import LOOPBACK, bind
from scenarios.cli import cli, main
from scenarios.desks import Control
from scenarios.ignition_desk import IgnitionDesk
from scenarios.load import command, running
from scenarios.load.judge import judge
from scenarios.load.plan import VARIABLE, LoadPlan, PlanError, read
from scenarios.load.schedule import Item, phases
from scenarios.world import build

HEX = re.compile(r"^digest ([0-9a-f]{64})$", re.MULTILINE)


def test_two_users_in_two_processes_under_faults_leave_what_the_same_work_leaves_without_locust(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work: dict[str, Any] = {"seed": 5, "practices": 3, "size": 6, "users": 2}
    code = command.load(
        **work, seconds=120, ui=False, folder=tmp_path / "load", processes=2, span=1.0, faults="mild"
    )
    told = capsys.readouterr().out
    assert code == 0, told
    assert "doubles 0, losses 0" in told
    assert "3 measured syncs, 20 clients and 2 jobs in XPM, 0 failures\n" in told
    assert re.search(r"^XPM +POST job\.api/add +[2-9] +\d+ ", told, re.MULTILINE), told
    assert "CallError(" in told  # a call that fails under faults is no failure of the run, and is told
    assert HEX.findall(told) == [digest_of(LoadPlan("", "", **work, folder="", span=1.0))]


def test_an_interrupt_keeps_what_there_is_marks_it_partial_and_leaves_no_process(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "scenarios", "load", "--practices", "2", "--size", "4", "--span", "60"]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with subprocess.Popen(
        run, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("day 1: "):
                process.send_signal(signal.SIGINT)
                break
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "; PARTIAL: " in out
    plan = json.loads((tmp_path / "var/load/plan.json").read_text("utf-8"))
    assert json.loads((tmp_path / "var/load/results.json").read_text("utf-8"))["partial"]
    for pid in plan["pids"]:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_what_a_run_came_to_is_one_json_document_and_a_missed_threshold_fails_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bounds = tmp_path / "bounds.toml"
    bounds.write_text("[most.syncs.xpm]\nwrites = 0\n[least.edits]\nplanned = 4\n", "utf-8")
    work: dict[str, Any] = {"seed": 5, "practices": 2, "size": 6, "users": 3, "days": 2, "acceptances": 0}
    code = command.load(
        **work, seconds=60, ui=False, folder=tmp_path / "load", span=0.5, as_json=True, thresholds=bounds
    )
    told = json.loads(capsys.readouterr().out)
    assert code == 1
    assert told == json.loads((tmp_path / "load/summary.json").read_text("utf-8"))
    assert [(row["what"], row["measured"], row["met"]) for row in told["thresholds"]] == [
        ("syncs.xpm.writes", 1.0, False),
        ("edits.planned", 8, True),
    ]
    assert (told["passed"], told["partial"], told["failures"]) == (False, "", 0)
    assert told["edits"] == {"planned": 8, "wrong": []}
    assert told["syncs"]["count"] == 4
    assert told["syncs"]["xpm"]["calls"] == 5
    assert told["fakes"]["xpm"]["calls"] > 20
    assert told["fakes"]["xpm"]["service_ms"] > 0
    assert set(told["processes"]["each"]) > {"mock_xpm", "mock_ignition"}
    assert told["digest"] == digest_of(LoadPlan("", "", **work, folder="", span=0.5))
    page = (tmp_path / "load/summary.html").read_text("utf-8")
    assert "<svg" in page
    assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", page)


def test_the_judge_finds_a_double_and_a_loss() -> None:
    worlds = build(5, clients=6)
    with loaded(LoadPlan("", "", 5, 1, 6, 1, "")) as plan:
        with requests.Session() as session:
            desk = IgnitionDesk(
                Control("Ignition", plan.ignition_url, session), worlds.practices[0].ignition_tenant_id
            )
            name = worlds.tenant()["clients"][0]["name"]
            lead = desk.add_lead(name, "Ann Other")
            desk.add_lead(name, "Ann Other")
            proposal = desk.propose(lead["slug"], "Nothing was deployed", desk.services()[0]["slug"])
            desk.accept(proposal["slug"])
        found = judge(plan, {"0": "none"})
    practice = worlds.practices[0].name
    assert found.doubles == [f"{practice}: client “{name}”, 1 times too many"]
    assert f"{practice}: job of {proposal['reference_number']}" in found.losses
    assert sum(line.endswith("times missing") for line in found.losses) == 5


def test_the_oracle_judges_what_a_practice_came_to_and_finds_a_lost_edit_a_lost_job_and_a_double() -> None:
    with loaded(LoadPlan("", "", 5, 1, 6, 1, "")) as plan, lanes_of(plan) as (lane,):
        edits: list[dict[str, str]] = []
        for _ in work_through(plan, [lane]):
            edits = lane.record.edits or edits
        assert lane.record.violations == []
        assert lane.record.tested["nothing_typed_is_lost"] == 2
        assert lane.record.tested["each_proposal_has_its_jobs"] == 1
        typed = edits[0]
        lane.xpm.update_client(typed["xpm"], Phone="09 000")
        lane.ignition.update_client(typed["ignition"], phone="09 111")
        job = next(row for row in lane.xpm.jobs_between(date(2026, 7, 1), date(2026, 7, 31)))
        lane.xpm.delete_job(job["ID"])
        name = lane.xpm.client(typed["xpm"])["Name"]
        lane.xpm.add_client(name)
        lane.do(Item("sync", "judging"), len(phases(plan.days)) - 1, 0.0)
        found = "\n".join(lane.record.violations)
    assert f": clients_agree: {name}: phone is '09 000' in XPM and '09 111' in Ignition" in found
    assert f": nothing_typed_is_lost: item 0: phone '{typed['phone']}' typed in {typed['side']}" in found
    assert f": nobody_is_there_twice: XPM has 2 clients called '{name}'" in found
    assert f": each_proposal_has_its_jobs: {job['ClientOrderNumber']} has 0 jobs of 1" in found


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (None, "there is no load plan at "),
        ('{"xpm_url": "x"}', "the load plan is not whole ("),
        ('{"way": "x"}', "this is no load plan of this version; "),
        ("no JSON", " is no load plan ("),
    ],
)
def test_what_is_no_plan_says_so_and_the_way_out(
    plan: str | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.json"
    monkeypatch.setenv(VARIABLE, str(path))
    if plan is not None:
        path.write_text(plan, "utf-8")
    with pytest.raises(PlanError) as told:
        read()
    assert said in str(told.value)
    assert "start with" in str(told.value)


def test_the_locustfile_alone_says_in_one_line_that_there_is_no_plan(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "locust", "-f", str(running.LOCUSTFILE), "--headless", "-t", "1s"],
        env={**os.environ, VARIABLE: str(tmp_path / "plan.json")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "there is no load plan at " in done.stderr
    assert "start with" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [("--practices", "0"), ("--users", "-1"), ("--time", "soon"), ("--size", "0"), ("--seed", "x")],
)
def test_a_senseless_knob_is_refused_in_one_line(option: str, value: str) -> None:
    done = CliRunner().invoke(cli, ["load", option, value])
    assert done.exit_code == 2
    assert f"Invalid value for '{option}'" in done.output


def test_up_says_which_port_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = bind(lambda _environ, _start: [], LOOPBACK, 0)
    monkeypatch.setattr(sys, "argv", ["scenarios", "up", "--clients", "3", "--xpm-port", str(taken.port)])
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        taken.close()
    # Python prints a text that it is left with on stderr, and its exit code is 1.
    assert f"cannot listen on 127.0.0.1:{taken.port}" in str(ended.value.code)
