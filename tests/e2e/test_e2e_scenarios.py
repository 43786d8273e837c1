"""The catalogue of scenarios: it passes, in both modes, the same every time; and it can fail."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenarios import catalogue_command
from scenarios import cli as program
from scenarios.catalogue import CATALOGUE, GROUPS
from scenarios.report import page
from scenarios.runner import Result, play
from scenarios.story import Expectation, Scenario, Step
from syncer import plan, whose
from syncer.match import Identity
from syncer.match import Step as Taken
from syncer.plan import Plan, View

SIZE = 1
PLAYED_AGAIN = ("end-to-end", "shared-contact", "webhooks", "lost-answers", "two-practices")
"""The stories with the most going on, which are played a third time: each call has to be the same."""
STATE = re.compile(r"^state sha256:([0-9a-f]{64})$")


@cache
def played(name: str) -> Result:
    return play(next(one for one in CATALOGUE if one.name == name), 7, SIZE)


every_scenario = pytest.mark.parametrize("scenario", CATALOGUE, ids=lambda one: one.name)


def failures(result: Result) -> list[object]:
    broken = [one for step in result.steps for one in step.expectations if not one.holds]
    return [*broken, *(step.failure for step in result.steps if step.failure)]


@every_scenario
def test_e22_a_scenario_passes_alike_every_time_and_in_both_modes(scenario: Scenario, tmp_path: Path) -> None:
    # One test, because workers share no memory: each of these plays takes most of a second.
    first = played(scenario.name)
    assert failures(first) == []
    assert first.passed
    assert first.expectations > 0
    _needs_nothing_else_and_holds_no_secret(first, page.write(first, tmp_path).read_text("utf-8"))
    if scenario.name in PLAYED_AGAIN:
        again = play(scenario, 7, SIZE)
        assert again.state == first.state
        assert calls(again) == calls(first)
    assert len(first.journals["XPM"]) > 3
    sockets = play(scenario, 7, SIZE, "sockets")
    assert failures(sockets) == []
    assert sockets.state == first.state


def test_another_seed_ends_in_another_state() -> None:
    scenario = next(one for one in CATALOGUE if one.name == "lead-import")
    other = play(scenario, 8, SIZE)
    assert failures(other) == []
    assert other.state != played("lead-import").state


def calls(result: Result) -> dict[str, list[str]]:
    """Return each journal's entries as text: compared byte for byte, told apart entry by entry."""
    return {
        name: [json.dumps(entry, sort_keys=True) for entry in entries]
        for name, entries in result.journals.items()
    }


def test_the_state_does_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    states = []
    for hash_seed in ("0", "4242"):
        command = [sys.executable, "-m", "scenarios", "run", "lead-import", "--size", str(SIZE)]
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(Path.cwd())}
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=True, timeout=120
        )
        match = STATE.match(done.stdout.splitlines()[-1])
        assert match
        states.append(match[1])
    assert states == [played("lead-import").state] * 2


# The command line.


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[int, str, str]]:
    for write in (page.prepare, page.write, page.write_index):
        monkeypatch.setattr(write, "__defaults__", (tmp_path,))

    def call(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(program.cli, list(words))
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done.exit_code, done.stdout, done.stderr

    return call


Run = Callable[..., tuple[int, str, str]]


def test_a_run_tells_its_steps_and_ends_with_the_state(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("run", "lead-import", "--size", str(SIZE))
    lines = out.splitlines()
    assert code == 0
    assert lines[-1] == f"state sha256:{played('lead-import').state}"
    assert lines[-2] == f"report {tmp_path / 'lead-import-seed7-size1.html'}"
    assert "passed: " in lines[-3]
    assert any(line.startswith("✓ The first sync") for line in lines)


def test_a_run_as_json_is_one_value(run: Run) -> None:
    code, out, _ = run("run", "lead-import", "--size", str(SIZE), "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["scenario"], told["passed"], told["failed"]) == ("lead-import", True, [])
    assert told["state"] == f"sha256:{played('lead-import').state}"


def test_all_of_the_catalogue_is_a_line_each(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(catalogue_command, "play", lambda *_rest, **_how: played("lead-import"))
    code, out, _ = run("all", "--size", str(SIZE))
    assert code == 0
    assert sum(line.startswith("  passed  lead-import ") for line in out.splitlines()) == len(CATALOGUE)
    assert [line for line in out.splitlines() if line in GROUPS] == list(GROUPS)
    assert f"{len(CATALOGUE)} of {len(CATALOGUE)} scenarios passed" in out
    code, out, _ = run("all", "--json")
    assert [one["passed"] for one in json.loads(out)] == [True] * len(CATALOGUE)
    assert json.loads(out)[0]["report"] == str(tmp_path / "lead-import-seed7-size1.html")


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_played(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").write_text("a file")
    monkeypatch.setattr(catalogue_command, "play", lambda *_rest, **_how: pytest.fail("it was played"))
    for words in (["run", "lead-import"], ["run", "lead-import", "--json"], ["all"], ["world"]):
        done = CliRunner().invoke(program.cli, words)
        assert (done.exit_code, done.stdout) == (2, "")
        assert re.search(
            r"var/[a-z0-9/-]+ cannot be written: Not a directory. Move what is in the way", done.stderr
        )
        assert done.stderr.count("\n") == 1


def test_a_report_that_cannot_be_written_loses_no_result(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(catalogue_command, "play", lambda *_rest, **_how: played("lead-import"))
    in_the_way = tmp_path / "lead-import-seed7-size1.html"
    in_the_way.mkdir()
    code, out, err = run("run", "lead-import", "--json")
    assert (code, json.loads(out)["passed"], json.loads(out)["report"]) == (2, True, None)
    assert f"{in_the_way} cannot be written: Is a directory. " in err
    code, out, _ = run("all", "--json")
    assert (code, [one["passed"] for one in json.loads(out)]) == (2, [True] * len(CATALOGUE))
    code, out, _ = run("run", "lead-import")
    assert (code, out.splitlines()[-1]) == (2, f"state sha256:{played('lead-import').state}")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_output_that_nothing_takes_is_told_in_a_line(tmp_path: Path) -> None:
    for words in (["list"], ["run", "lead-import", "--size", "1"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "scenarios", *words],
                cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(Path.cwd())},
                stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=120,
            )  # fmt: skip
        assert done.returncode == 2
        assert done.stderr.startswith("standard output cannot be written: No space left on device. Send it ")
        assert done.stderr.count("\n") == 1


def sabotage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Break R1: archived XPM clients are imported, and living ones are not."""

    def nothing(_view: View, _plan: Plan, _people: object) -> list[object]:
        return []

    monkeypatch.setattr(plan, "plan_new", nothing)


def test_a_broken_rule_fails_the_scenario_and_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    sabotage(monkeypatch)
    code, out, _ = run("run", "end-to-end", "--size", str(SIZE))
    assert code == 1
    assert "✗ leads in Ignition: expected [" in out
    unmet = sum(line.startswith("    ✗ ") for line in out.splitlines())
    told = re.search(r"^FAILED: (\d+) of (\d+) expectations failed", out, re.MULTILINE)
    assert told
    assert int(told[1]) == unmet < int(told[2])
    assert "Traceback" not in out


def test_a_story_that_cannot_go_on_says_where_and_its_report_shows_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sabotage(monkeypatch)
    code, out, _ = run("run", "lead-import", "--size", str(SIZE))
    assert code == 1
    assert "broke off: " in out
    assert re.search(
        r"^FAILED: \d+ of \d+ expectations failed, and the story broke off, seed 7,", out, re.MULTILINE
    )
    written = (tmp_path / "lead-import-seed7-size1.html").read_text("utf-8")
    assert "It broke off here:" in written
    assert '<span class="verdict bad">failed</span>' in written


def test_a_wrong_match_fails_the_scenario(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whose, "identify", lambda *_args: Identity(Taken.CREATE))
    code, out, _ = run("run", "name-match", "--size", str(SIZE), "--json")
    assert code == 1
    assert json.loads(out)["failed"] != []


def test_all_exits_1_and_says_how_to_play_the_failed_one_again(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = played("lead-import")
    monkeypatch.setattr(catalogue_command, "CATALOGUE", CATALOGUE[:1])
    unmet = Step("It is not so", expectations=[Expectation("it", 1, 2), Expectation("that", 1, 1)])
    failed = replace(broken, passed=False, steps=[unmet])
    monkeypatch.setattr(catalogue_command, "play", lambda *_args, **_how: failed)
    code, out, _ = run("all")
    assert code == 1
    assert "make scenario NAME=lead-import SEED=7 SIZE=1 MODE=process" in out
    assert "1 of 2 expectations failed: look at " in out
    assert "0 of 1 scenarios passed, 1 of 2 expectations failed; " in out


def test_the_scenarios_are_listed_by_group_with_their_purposes(run: Run) -> None:
    code, out, _ = run("list")
    assert code == 0
    assert re.search(r"\nNames\n  name-match +Only an exact name is a match: one is used", out)
    code, out, _ = run("list", "--json")
    told = json.loads(out)
    assert [one["name"] for one in told] == [one.name for one in CATALOGUE]
    assert told[0]["group"] == "From the connection to a job"


def test_a_name_that_nobody_has_lists_them_all_and_says_which_was_meant(run: Run) -> None:
    code, out, err = run("run", "near-nmaes")
    assert (code, out) == (2, "")
    assert err.startswith("there is no scenario “near-nmaes” – did you mean near-names? There are:\n")
    assert all(f"  {one.name} " in err for one in CATALOGUE)


def test_make_passes_a_name_with_a_quote_on_as_it_is() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "scenario", "NAME=a'b"], capture_output=True, text=True, check=True, timeout=60
    )
    (line,) = [one for one in done.stdout.splitlines() if " scenarios run " in one]
    assert shlex.split(line)[3:6] == ["run", "a'b", "--seed"]


# The report.


def _needs_nothing_else_and_holds_no_secret(result: Result, written: str) -> None:
    assert (
        re.findall(r"""(?:src|action)\s*=|href="[^#]|@import|url\((?!#)|<script|<link|<iframe""", written)
        == []
    )
    assert result.scenario.name in written
    known = result.scenario.world(7, SIZE).credentials
    for secret in (known.xpm_client_secret, known.ignition_client_secret):
        assert secret not in written
    assert re.findall(r"eyJ[A-Za-z0-9_-]{20,}|refresh_token|access_token=|Bearer ", written) == []


def test_a_journal_holds_no_token_and_no_secret() -> None:
    text = json.dumps(played("lead-import").journals)
    assert "rows" not in played("lead-import").journals
    assert re.findall(r"eyJ[A-Za-z0-9_-]{20,}|Bearer |client_secret=[^&(]", text) == []
