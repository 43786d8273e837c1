"""What the scenarios say to programs, and in what words they refuse: JSON on standard output, whatever comes of it."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from e2e_told import failed

from scenarios import catalogue_command
from scenarios import cli as program
from scenarios.report import page
from scenarios.runner import Result
from scenarios.story import Expectation, Step

Run = Callable[..., tuple[int, str, str]]
STEPS = [
    Step("Rata\x01 is typed", notes=["by \x1b[31mAna"], expectations=[Expectation("jobs", ([1], None), ([], {"b", "a"}))]),
    Step("It goes on", failure="LookupError: no such client"),
]  # fmt: skip


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in the process; what is played is a run of two steps, in which all fails."""
    for write in (page.prepare, page.write, page.write_index):
        monkeypatch.setattr(write, "__defaults__", (tmp_path,))

    def play(*known: object, **_how: object) -> Result:
        told = known[4] if len(known) > 4 else lambda _step: None
        for step in STEPS:
            told(step)  # type: ignore[operator]  # the fifth that `play` is given
        return replace(failed(), steps=STEPS)

    monkeypatch.setattr(catalogue_command, "play", play)

    def call(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(program.cli, list(words))
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done.exit_code, done.stdout, done.stderr

    return call


def test_each_step_is_told_with_its_notes_and_values_are_those_of_json(run: Run) -> None:
    code, out, _ = run("run", "renames", "--json")
    told = json.loads(out)
    values = {"what": "jobs", "expected": [[1], None], "found": [[], ["a", "b"]]}
    assert code == 1
    assert told["failed"] == [
        {"step": "Rata\x01 is typed", **values},
        {"step": "It goes on", "what": "LookupError: no such client"},
    ]
    assert told["steps"] == [
        {
            "number": 1, "title": "Rata\x01 is typed", "passed": False, "notes": ["by \x1b[31mAna"],
            "expectations": [{**values, "holds": False}], "failure": None,
        },
        {
            "number": 2, "title": "It goes on", "passed": False, "notes": [], "expectations": [],
            "failure": "LookupError: no such client",
        },
    ]  # fmt: skip


def test_no_name_moves_a_terminals_cursor(run: Run) -> None:
    """Whoever typed it; as JSON it is written in codes anyhow."""
    for words in (("run", "renames"), ("all",), ("run", "renames", "--json")):
        _, out, _ = run(*words)
        assert all(one.isprintable() for one in out.replace("\n", ""))
    _, out, _ = run("run", "renames")
    assert "✗ Rata\\u0001 is typed\n    by \\u001b[31mAna\n" in out


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nonesuch", "there is no scenario “nonesuch”."),
        ("rename", "there is no scenario “rename” – did you mean renames or near-names?"),
        ("a\x01", "there is no scenario “a\\u0001”."),
        ("", "say which scenario, by its NAME."),
    ],
)
def test_a_name_that_nobody_has_is_refused_to_people_with_a_list_and_to_programs_as_json(
    run: Run, name: str, expected: str
) -> None:
    code, out, err = run("run", name)
    assert (code, out) == (2, "")
    assert err.startswith(f"{expected} There are:\nFrom the connection to a job\n  end-to-end ")
    code, out, _ = run("run", name, "--json")
    assert (code, json.loads(out)) == (2, {"error": expected})


def test_fakes_that_cannot_be_had_are_told_to_programs_too(run: Run) -> None:
    code, out, err = run("run", "renames", "--json", "--xpm-url", "http://127.0.0.1:18001")
    why = "a story needs both fakes: give --xpm-url and --ignition-url together"
    assert (code, json.loads(out), err) == (2, {"error": why}, f"{why}\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run", "renames", "--size", "abc"], "'--size': 'abc': give a whole number from 1 to 15000"),
        (["world", "--out", "README.md"], "'--out': README.md is a file: name a folder"),
    ],
)
def test_an_option_that_is_nonsense_is_refused_in_a_line_of_plain_words(
    words: list[str], expected: str
) -> None:
    call = [sys.executable, "-m", "scenarios", *words, "--json"]
    done = subprocess.run(call, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr == f"Invalid value for {expected}\n"
    assert json.loads(done.stdout) == {"error": f"Invalid value for {expected}"}
