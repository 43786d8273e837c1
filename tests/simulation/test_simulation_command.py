"""What the simulator's commands take, refuse and print."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scenarios.cli import cli
from scenarios.simulation import explore
from scenarios.simulation.explore import Failure, Verdict
from scenarios.simulation.script import Script, draw
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
    (64, ("held", 'a "name" \\ with\na “line” of its own """')),
    (0, ("held", "")),
)
"""How many items, and what broke."""


@pytest.mark.parametrize(("items", "broken"), PASTED)
def test_a_failure_is_printed_as_a_test_that_holds_its_script(
    monkeypatch: pytest.MonkeyPatch, yard: Yard, items: int, broken: tuple[str, str]
) -> None:
    script = replace(draw(5), items=draw(5).items[:items])
    played: list[Script] = []

    def play_quietly(one: Script, _yard: Yard) -> Verdict:
        played.append(one)
        return Verdict(one.seed)

    monkeypatch.setattr(explore, "play", play_quietly)
    names: dict[str, Any] = {}
    exec(Failure(5, broken, script).test, names)  # noqa: S102  # as a developer pastes it
    names["test_seed_5_held"](yard)
    assert played == [script]


@pytest.mark.parametrize(("items", "broken"), PASTED)
def test_a_printed_test_is_taken_as_it_is_by_formatter_and_linter(
    items: int, broken: tuple[str, str]
) -> None:
    script = replace(draw(5), items=draw(5).items[:items])
    test = Failure(5, broken, script).test
    where = "tests/simulation/test_pasted.py"
    for command in (("format", "--check"), ("check",)):
        ruff = (sys.executable, "-m", "ruff", *command, "--no-cache", "--stdin-filename", where, "-")
        told = subprocess.run(ruff, input=test, capture_output=True, text=True, check=False, cwd=ROOT)
        assert told.returncode == 0, told.stdout + told.stderr
    assert sum(line.startswith("            Item(") for line in test.splitlines()) == len(script.items)


def test_a_printed_command_is_one_that_the_readme_has_and_that_is_taken() -> None:
    script = replace(draw(5), items=draw(5).items[:2])
    assert Failure(5, ("held", ""), script).command == ".venv/bin/python -m scenarios replay 5 --only 1-2"
    assert Failure(5, ("held", ""), script.only([])).command.endswith(" --only none")
