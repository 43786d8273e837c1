"""What the simulator's commands take, refuse and print."""

import json
import subprocess
import sys
from dataclasses import replace
from multiprocessing.pool import ThreadPool
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scenarios.cli import cli
from scenarios.simulation import command, explore
from scenarios.simulation.drawing import draw
from scenarios.simulation.explore import SAME, Failure, Verdict, idle
from scenarios.simulation.script import Script
from scenarios.simulation.shrink import numbers_in, ranges
from scenarios.simulation.yard import Yard

ROOT = Path(__file__).parents[2]


def called(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.mark.parametrize(
    ("numbers", "text"), [([1, 2, 3, 7], "1-3,7"), ([5], "5"), ([], "none"), ([2, 4], "2,4")]
)
def test_numbers_are_written_short_and_read_again(numbers: list[int], text: str) -> None:
    assert ranges(numbers) == text
    assert numbers_in(text, range(1, 8)) == numbers


@pytest.mark.parametrize(
    ("only", "told"),
    [
        ("9999", "there is no item 9999; give numbers from 1 to "),
        ("0", "there is no item 0; give numbers from 1 to "),
        ("0-3", "there is no item 0; give numbers from 1 to "),
        ("2-9999", "there is no item 9999; give numbers from 1 to "),
        ("1-99999999999", "there is no item 99999999999; give numbers from 1 to "),
        ("5-3", "5-3 runs backwards; write 3-5"),
        ("", "give numbers of items, such as 1-3,7, or none for no item at all"),
        (",", "give numbers of items, such as 1-3,7"),
        ("1,,3", "give numbers of items, such as 1-3,7"),
        ("-3", "give numbers of items, such as 1-3,7"),
        ("x", "give numbers of items, such as 1-3,7"),
        ("9" * 5000, "give numbers of items, such as 1-3,7"),
    ],
)
def test_items_that_the_script_does_not_have_are_refused_before_anything_is_played(
    only: str, told: str
) -> None:
    result = called("replay", "17", "--only", only)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "invariants" not in result.stdout


PASTED = (
    (2, ("held", "so it was")),
    (64, ("held", 'a "name" \\ with\na “line” of J\u03bfe\u2019s own """')),
    (0, ("held", "")),
    (2, ("a_seed_does_the_same_again", "the traces are 1 and 2")),
)
"""How many items, and what broke."""


@pytest.mark.parametrize(("items", "broken"), PASTED)
def test_a_failure_is_printed_as_a_test_that_holds_its_script(
    monkeypatch: pytest.MonkeyPatch, yard: Yard, items: int, broken: tuple[str, str]
) -> None:
    script = replace(draw(5), items=draw(5).items[:items])
    played: list[Script] = []

    def play_quietly(one: Script, _yard: Yard, *, digested: bool = False) -> Verdict:
        played.append(one)
        return Verdict(one.seed)

    monkeypatch.setattr(explore, "play", play_quietly)
    names: dict[str, Any] = {}
    exec(Failure(5, broken, script).test, names)  # noqa: S102  # as a developer pastes it
    names[f"test_seed_5_{broken[0]}"](yard)
    assert played == [script] * (2 if broken[0] == SAME else 1)


@pytest.mark.parametrize(("items", "broken"), PASTED)
def test_a_printed_test_is_taken_as_it_is_by_formatter_and_linter(
    items: int, broken: tuple[str, str]
) -> None:
    script = replace(draw(5), items=draw(5).items[:items])
    test = Failure(5, broken, script).test
    where = "tests/simulation/test_pasted.py"
    for how in (("format", "--check"), ("check",)):
        ruff = (sys.executable, "-m", "ruff", *how, "--no-cache", "--stdin-filename", where, "-")
        told = subprocess.run(ruff, input=test, capture_output=True, text=True, check=False, cwd=ROOT)
        assert told.returncode == 0, told.stdout + told.stderr
    assert sum(line.startswith("            Item(") for line in test.splitlines()) == len(script.items)


def test_a_printed_command_is_one_that_the_readme_has_and_that_is_taken() -> None:
    script = replace(draw(5), items=draw(5).items[:2])
    assert Failure(5, ("held", ""), script).command == ".venv/bin/python -m scenarios replay 5 --only 1-2"
    assert Failure(5, ("held", ""), script.only([])).command.endswith(" --only none")


def test_a_printed_test_of_a_seed_that_did_something_else_the_second_time_compares_two_plays(
    monkeypatch: pytest.MonkeyPatch, yard: Yard
) -> None:
    traces = iter("ab")
    monkeypatch.setattr(explore, "play", lambda one, _yard, **_: Verdict(one.seed, next(traces)))
    names: dict[str, Any] = {}
    exec(Failure(5, (SAME, ""), draw(5).only([])).test, names)  # noqa: S102
    with pytest.raises(AssertionError):
        names[f"test_seed_5_{SAME}"](yard)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The seeds that are played, in order; none of them in truth, and only 31 fails. Processes are threads."""
    seeds: list[int] = []

    def play_quickly(script: Script, *_: object, **__: object) -> Verdict:
        seeds.append(script.seed)
        broken = [("held", "so it was"), ("kept", "it was not")] if script.seed == 31 else []
        return Verdict(script.seed, f"{script.seed:064}"[::-1], violations=broken, kinds=script.kinds)

    monkeypatch.setattr(explore, "play", play_quickly)
    in_threads = SimpleNamespace(Pool=ThreadPool)
    monkeypatch.setattr(explore.multiprocessing, "get_context", lambda _: in_threads)
    return seeds


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("seeds", [1, 25])
def test_the_first_seed_of_every_exploration_and_each_fiftieth_are_played_twice(
    played: list[int], jobs: int, seeds: int
) -> None:
    told: list[int] = []
    verdicts = explore.explore(range(32, 32 + seeds), lambda one: told.append(one.seed), jobs)
    twice = [32, 50] if seeds > 1 else [32]
    assert told == [one.seed for one in verdicts] == [*range(32, 32 + seeds)]
    assert [one.seed for one in verdicts if one.is_played_twice] == twice
    assert sorted(played) == sorted([*range(32, 32 + seeds), *twice])


def test_a_stroll_is_told_of_in_a_short_exploration_too() -> None:
    assert idle([Verdict(1), Verdict(2, stroll="3 faults")]) == ["seed 2 was a stroll: 3 faults"]


@pytest.mark.usefixtures("played")
def test_each_seed_has_a_line_of_its_own_where_that_is_wanted() -> None:
    quiet, each = (
        called("explore", "--seeds", "2", "--from", "30", "--jobs", "1", *more) for more in ((), ("--each",))
    )
    assert "seed 30" not in quiet.stdout
    assert [line for line in each.stdout.splitlines() if "trace" in line] == [
        (
            "seed 30: 10 days, two practices, 9 clients with 0 namesakes, 2 clients with a shared contact, "
            "xpm wins conflicts; lost-500, webhook-reordered, crash, missed-boundary; trace 030000000000; holds"
        ),
        (
            "seed 31: 10 days, one practice, 5 clients with 1 namesake, 1 client with a shared contact, "
            "xpm wins conflicts; 503, reset, webhook-duplicated; trace 130000000000; 2 violations"
        ),
    ]


@pytest.mark.usefixtures("played")
def test_json_tells_of_each_seed() -> None:
    told = json.loads(called("explore", "--seeds", "2", "--from", "30", "--jobs", "1", "--json").stdout)
    assert told["each"][0] == {
        "seed": 30,
        "days": 10,
        "practices": 2,
        "clients": 9,
        "namesakes": 0,
        "shared": 2,
        "winner": "xpm",
        "calls_a_minute": 60,
        "kinds": ["lost-500", "webhook-reordered", "crash", "missed-boundary"],
        "trace": "03" + 62 * "0",
        "holds": True,
        "window": 0,
        "played_twice": True,
    }
    assert [(one["seed"], one["holds"], one["played_twice"]) for one in told["each"][1:]] == [
        (31, False, False)
    ]


@pytest.mark.usefixtures("played")
def test_a_replay_begins_with_what_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "play", explore.play)
    assert called("replay", "30", "--only", "2-3").stdout.splitlines()[:3] == [
        "seed 30: 10 days, two practices, 9 clients with 0 namesakes, 2 clients with a shared contact, xpm wins conflicts",
        "troubles drawn: lost-500, webhook-reordered, crash, missed-boundary",
        f"items played: 2 of {len(draw(30).items)}",
    ]


def test_a_failure_made_small_says_what_broke_in_the_small_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def play_quickly(script: Script, *_: object, **__: object) -> Verdict:
        jobs = len(script.items)
        is_broken = 7 in [item.number for item in script.items]
        broken = [("other", "so it was"), ("held", f"{jobs} jobs")] if is_broken else [("other", "")]
        return Verdict(script.seed, violations=broken)

    monkeypatch.setattr(explore, "play", play_quickly)
    small = explore.made_small(Verdict(5, violations=[("held", "64 jobs")]))
    assert [item.number for item in small.script.items] == [7]
    assert small.broken == ("held", "1 jobs")
    assert "# held: 1 jobs\n" in small.test


@pytest.mark.parametrize(("value", "is_on"), [("", False), ("0", False), ("1", True)])
def test_lines_for_each_seed_are_off_with_0(value: str, is_on: bool) -> None:  # noqa: FBT001
    make = ("make", "--dry-run", "explore", f"EACH={value}")
    told = subprocess.run(make, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert ("--each" in told) is is_on


def test_a_printed_test_says_where_it_belongs() -> None:
    assert Failure(5, ("held", ""), draw(5).only([])).test.startswith("# This belongs in tests/simulation/")


@pytest.mark.usefixtures("played")
def test_explore_and_replay_take_the_same_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "play", explore.play)
    last, beyond = str(2**63 - 1), str(2**63)
    one = ("explore", "--seeds", "1", "--jobs", "1", "--from")
    assert "1 of 1 seeds hold" in called(*one, last).stdout
    assert called("replay", last).exit_code == 0
    for refused in (called(*one, beyond), called("replay", beyond)):
        assert f"is no seed: give a whole number from 0 to {last}" in refused.stderr
    assert (
        f"seeds go to {last}; 2 from {last} on go beyond"
        in called("explore", "--seeds", "2", "--from", last).stderr
    )


def test_what_is_no_number_of_seeds_is_refused_in_plain_words() -> None:
    assert "'abc': give a whole number from 1 to 1000000" in called("explore", "--seeds", "abc").stderr


def test_term_ends_an_exploration_and_its_workers_in_one_line() -> None:
    line = (sys.executable, "-m", "scenarios", "explore", "--seeds", "1000", "--jobs", "2", "--each")
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("seed 1: ")
        process.terminate()
        _, told = process.communicate(timeout=30)  # whoever is left would hold the pipe open
    assert (process.returncode, told) == (143, "interrupted\n")
