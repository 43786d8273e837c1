"""What the command line says when something was not done: to people in words, to programs as one value."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Raise
from e2e_bench import DAY, known, lost, small_world
from e2e_terminal import Terminal

from scenarios.stage import syncer_key

KEA = "Kea Cafés Limited"


@pytest.fixture
def terminal(raise_bench: Raise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    with raise_bench(small_world([known(KEA)]), connected=False) as bench:
        yield Terminal(bench, tmp_path, monkeypatch)


def proposed(terminal: Terminal) -> tuple[str, str]:
    """Have a proposal sent; returns its slug and reference number."""
    desk = terminal.bench.one.ignition
    (here,) = desk.named(KEA)
    desk.make_signatory(here["slug"])
    made = desk.propose(here["slug"], "Engagement", desk.services()[0]["slug"])
    return str(made["slug"]), str(made["reference_number"])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("deploy", "--proposal", "prop_none"), "Ignition has no proposal “prop_none”: give its slug or its reference"),
        (("conflicts", "show", "99"), "there is no conflict 99; open are: none"),
        (("runs", "0"), "there is no run 0; `syncer runs` lists them"),
        (("resolve", "PROP-9", "--client", "new"), "no deployment of “PROP-9” waits for a decision"),
    ],
)  # fmt: skip
def test_what_is_not_done_exits_with_1_and_is_one_value_for_programs(
    terminal: Terminal, words: tuple[str, ...], why: str
) -> None:
    terminal.run("connect")
    terminal.run("sync")
    told = terminal.json(*words, code=1)
    assert told.keys() == {"error"}
    assert told["error"].startswith(why)
    done = terminal.run(*words, code=1)
    assert done.stderr.startswith(f"syncer: {why}")
    assert done.stdout == ""


def test_e21_a_practice_that_fails_has_a_value_of_its_own(terminal: Terminal) -> None:
    terminal.run("connect")
    terminal.bench.faults.on("client.api/list", status=404, times=2)
    (told,) = terminal.json("sync", code=1)
    assert told.keys() == {"practice", "error"}
    assert told["practice"] == "practice-1"
    assert told["error"].startswith("XPM, client.api/list: 404")


def test_e12_a_proposal_that_nobody_accepted_is_not_deployed_and_exits_with_1(terminal: Terminal) -> None:
    terminal.run("connect")
    terminal.run("sync")
    slug, reference = proposed(terminal)
    for named in (slug, reference):
        done = terminal.run("deploy", "--proposal", named, code=1)
        assert (
            f"proposal {reference} is awaiting acceptance, not accepted: nothing is deployed" in done.stderr
        )
    assert terminal.bench.jobs(KEA) == []


def test_e12_a_proposal_is_asked_for_by_its_reference_number_too(terminal: Terminal) -> None:
    terminal.run("connect")
    terminal.run("sync")
    slug, reference = proposed(terminal)
    terminal.bench.one.ignition.accept(slug)
    assert "XPM: job J000001" in terminal.run("deploy", "--proposal", reference).stdout
    assert "nothing to write" in terminal.run("deploy", "--proposal", reference).stdout
    assert len(terminal.bench.jobs(KEA)) == 1


def test_e24_a_run_that_was_not_done_says_why_in_words(terminal: Terminal) -> None:
    terminal.run("connect")
    terminal.run("sync")
    terminal.bench.stage.xpm.post("world", terminal.bench.stage.worlds.xpm)
    terminal.bench.stage.pass_time(DAY)
    terminal.run("sync", code=1)
    outcome = terminal.json("status")["last_run"]["outcome"]
    assert outcome.startswith("not done: ")
    assert "run `syncer connect` again" in outcome
    assert "Error" not in outcome


def test_a_run_that_was_killed_is_not_said_to_run_for_ever(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.run("connect")
    with monkeypatch.context() as patch:
        # As after a kill: the run is begun, and neither it nor the lease is ended.
        patch.setattr("syncer.ledger.PracticeLedger.end_run", lambda *_: None)
        patch.setattr("syncer.lease.Lease._release", lambda _: None)
        terminal.run("sync")
    (row,) = terminal.json("runs")
    assert row["outcome"] == "running"
    assert "still running" in terminal.run("runs").stdout
    terminal.bench.stage.runtime.sleep(120)
    cut_short = "cut short: the program ended before the run did"
    (row,) = terminal.json("runs")
    assert (row["outcome"], row["ended_at"]) == (cut_short, None)
    assert "still running" not in terminal.run("runs").stdout
    assert terminal.json("status")["last_run"]["outcome"] == cut_short
    terminal.run("sync")
    assert [one["outcome"] for one in terminal.json("runs")] == [cut_short, "done"]


def test_names_of_a_client_cannot_break_or_turn_around_what_a_terminal_shows(terminal: Terminal) -> None:
    terminal.run("connect")
    trick = "Moa\N{RIGHT-TO-LEFT OVERRIDE}dtL"
    terminal.bench.one.xpm.add_client(trick)
    terminal.bench.one.xpm.add_client("M" * 300)
    planned = terminal.run("plan").stdout
    assert "would: Ignition: new lead “Moa\\u202edtL” with 0 contacts" in planned
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in planned
    assert f"would: Ignition: new lead “{'M' * 79}…” with 0 contacts" in planned
    (told,) = terminal.json("plan")
    assert {trick, "M" * 300} <= {row["client"] for row in told["planned"]}
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in terminal.run("plan", "--json").stdout


def test_e11_a_wait_for_what_may_still_land_is_said(terminal: Terminal) -> None:
    terminal.run("connect")
    terminal.run("sync")
    slug, _ = proposed(terminal)
    terminal.bench.one.ignition.accept(slug)
    terminal.bench.faults.on("job.api/add", error=lost)
    done = terminal.run("sync")
    assert (
        "what came of making a job is not known, and it may still land (E11): waiting 180 s\n" in done.stderr
    )
    assert len(terminal.bench.jobs(KEA)) == 1


def test_a_full_disk_under_the_output_is_said_in_a_line(terminal: Terminal) -> None:
    terminal.run("connect")
    command = [sys.executable, "-m", "syncer", "--config", str(terminal.path)]
    environment = {**os.environ, "SYNCER_KEY": syncer_key(7)}
    for words in (["status"], ["runs", "--json"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*command, *words],
                stdout=full,
                stderr=subprocess.PIPE,
                env=environment,
                check=False,
                text=True,
            )
        assert done.returncode == 1
        assert done.stderr == (
            "syncer: cannot write the output: No space left on device; `syncer runs` tells what was done\n"
        )
