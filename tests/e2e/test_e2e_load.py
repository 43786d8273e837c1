"""The load test: a short one, twice, judged from outside."""

import json
import re
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from mock_kit.server import LOOPBACK, bind
from scenarios.cli import cli
from scenarios.desks import Control
from scenarios.ignition_desk import IgnitionDesk
from scenarios.load import command
from scenarios.load.judge import Verdict, judge
from scenarios.load.plan import LoadPlan
from scenarios.world import build

HEX = re.compile(r"^digest ([0-9a-f]{64})$", re.MULTILINE)


def test_a_load_run_ends_green_names_its_doubles_and_losses_and_the_same_seed_gives_the_same_digest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digests = []
    for number in (1, 2):
        code = command.load(
            seed=5, practices=2, size=6, users=2, seconds=2, ui=False, folder=tmp_path / str(number)
        )
        told = capsys.readouterr().out
        assert code == 0, told
        assert "doubles 0, losses 0" in told
        assert re.search(r"^\d+ syncs, 14 clients and 4 jobs in XPM, 0 failures$", told, re.MULTILINE), told
        assert re.search(r"^XPM +POST job\.api/add +4 +0 ", told, re.MULTILINE), told
        digests += HEX.findall(told)
    assert len(digests) == 2
    assert digests[0] == digests[1]


def test_a_run_whose_time_did_not_suffice_is_partial_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = LoadPlan("http://127.0.0.1:1", "http://127.0.0.1:2", 5, 2, 6, 1, str(tmp_path))
    row = {"kind": "sync", "name": "first sync", "calls": 1, "failures": 0, "median_ms": 5, "p95_ms": 6}
    plan.stats_path.write_text(json.dumps({"rows": [row], "failures": []}), "utf-8")
    assert command._summary(plan, Verdict(unfinished=[1], digest="d" * 64), 0) == 1
    assert (
        "1 syncs, 0 clients and 0 jobs in XPM, 0 failures; PARTIAL: practices [1]" in capsys.readouterr().out
    )
    assert command._summary(plan, Verdict(digest="d" * 64), 0) == 0


@pytest.mark.parametrize("what", ["doubles", "losses"])
def test_a_double_or_a_loss_fails_the_run_and_is_named(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = LoadPlan("http://127.0.0.1:1", "http://127.0.0.1:2", 5, 1, 6, 1, str(tmp_path))
    row = {"kind": "sync", "name": "first sync", "calls": 1, "failures": 0, "median_ms": None, "p95_ms": None}
    plan.stats_path.write_text(json.dumps({"rows": [row], "failures": []}), "utf-8")
    found = Verdict(digest="d" * 64)
    getattr(found, what).append("client “Twice”, 1 times too many")
    assert command._summary(plan, found, 0) == 1
    told = capsys.readouterr().out
    assert f"{what} 1" in told
    assert "client “Twice”, 1 times too many" in told


def test_the_judge_finds_a_double_and_a_loss(tmp_path: Path) -> None:
    worlds = build(5, clients=6)
    with (
        command.fake("mock_xpm", tmp_path) as xpm_url,
        command.fake("mock_ignition", tmp_path) as ignition_url,
    ):
        for url, world in ((xpm_url, worlds.xpm), (ignition_url, worlds.ignition)):
            requests.post(f"{url}/_control/world", json=world, timeout=60).raise_for_status()
        plan = LoadPlan(xpm_url, ignition_url, 5, 1, 6, 1, str(tmp_path))
        plan.done_path(0).write_text(json.dumps({"ledger": "none"}), "utf-8")
        control = Control("Ignition", ignition_url, requests.Session())
        desk = IgnitionDesk(control, worlds.practices[0].ignition_tenant_id)
        name = worlds.tenant()["clients"][0]["name"]
        lead = desk.add_lead(name, "Ann Other")
        desk.add_lead(name, "Ann Other")
        proposal = desk.propose(lead["slug"], "Nothing was deployed", desk.services()[0]["slug"])
        desk.accept(proposal["slug"])
        found = judge(plan)
        control.session.close()
    assert found.doubles == [f"{worlds.practices[0].name}: client “{name}”, 1 times too many"]
    assert len(found.losses) == 6  # five clients that are not in Ignition, and the proposal's job
    assert f"{worlds.practices[0].name}: job of {proposal['reference_number']}" in found.losses


def test_the_locustfile_alone_says_in_one_line_that_there_is_no_plan(tmp_path: Path) -> None:
    done = command.subprocess.run(
        [command.sys.executable, "-m", "locust", "-f", str(command.LOCUSTFILE), "--headless", "-t", "1s"],
        env={**command.os.environ, "LOAD_PLAN": str(tmp_path / "none.json")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "start with: make load" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [("--practices", "0"), ("--users", "-1"), ("--time", "soon"), ("--size", "0"), ("--seed", "x")],
)
def test_a_senseless_knob_is_refused_in_one_line(option: str, value: str) -> None:
    done = CliRunner().invoke(cli, ["load", option, value])
    assert done.exit_code == 2
    assert f"Invalid value for '{option}'" in done.output


def test_up_says_which_port_is_taken() -> None:
    taken = bind(lambda _environ, _start: [], LOOPBACK, 0)
    try:
        done = command.subprocess.run(
            [
                command.sys.executable,
                "-m",
                "scenarios",
                "up",
                "--clients",
                "3",
                "--xpm-port",
                str(taken.port),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        taken.close()
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{taken.port}" in done.stderr
    assert "Traceback" not in done.stderr
