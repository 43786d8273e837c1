"""`python -m scenarios run`, `all` and `list`: play a scenario, all of them, or say which there are."""

import json
import sys
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import click

from scenarios.catalogue import BY_NAME, CATALOGUE, GROUPS
from scenarios.house import Mode
from scenarios.lent import Addresses, LentError
from scenarios.options import fakes_options, json_option, mode_option, seed_option, size_option
from scenarios.processes import heeding_term
from scenarios.report import page
from scenarios.report.folder import UnwritableError
from scenarios.report.visible import escaped
from scenarios.runner import Result, play
from scenarios.story import Scenario, Step
from scenarios.telling import said, summary
from syncer.words import plain_json

WIDEST = max(len(name) for name in BY_NAME)
CLEAR = "\r\x1b[K"
"""Takes a line of progress back, on a terminal."""


@click.command("run")
@click.argument("name", default="")
@seed_option
@size_option
@mode_option
@fakes_options
@json_option
def run_scenario(name: str, seed: int, size: int, mode: Mode, *, as_json: bool, **fakes: Any) -> None:
    """Play one scenario; the last line is the hash of the state it ends in."""
    scenario = BY_NAME.get(name)
    if scenario is None:
        listed = "\n".join(_listed(GROUPS))
        _refuse(_unknown(name), as_json=as_json, more=f" There are:\n{listed}")
    page.prepare()
    if not as_json:
        click.echo(f"{scenario.name}: {scenario.purpose}\n")
    try:
        at = _lent(**fakes)
        told = (lambda _step: None) if as_json else _tell
        with heeding_term():
            result = play(scenario, seed, size, mode, told, looks=True, at=at)
    except LentError as error:
        _refuse(str(error), as_json=as_json)
    written = _written(lambda: page.write(result))
    if as_json:
        click.echo(plain_json(json.dumps(summary(result, written), ensure_ascii=False)))
    else:
        verdict = "passed" if result.passed else "FAILED"
        click.echo(f"\n{verdict}: {result.counted}, seed {seed}, size {size}, mode {result.mode}")
        if written:
            click.echo(f"report {written}")
        click.echo(f"state sha256:{result.state}")
    sys.exit(_code(result.passed, written))


@click.command("all")
@seed_option
@size_option
@mode_option
@json_option
def run_all(seed: int, size: int, mode: Mode, *, as_json: bool) -> None:
    """Play the whole catalogue, a line each."""
    page.prepare()
    results: list[Result] = []
    reports: list[Path | None] = []
    for number, scenario in enumerate(CATALOGUE, start=1):
        if not as_json and (number == 1 or scenario.group != CATALOGUE[number - 2].group):
            click.echo(("" if number == 1 else "\n") + scenario.group)
        _progress(f"{number} of {len(CATALOGUE)}: {scenario.name} …")
        with heeding_term():
            results.append(play(scenario, seed, size, mode, looks=True))
        _progress("")
        reports.append(_written(lambda: page.write(results[-1])))
        if not as_json:
            _line(results[-1], reports[-1])
    index = _written(lambda: page.write_index(results))
    passed = sum(result.passed for result in results)
    if as_json:
        told_of = [summary(result, report) for result, report in zip(results, reports, strict=True)]
        click.echo(plain_json(json.dumps(told_of, ensure_ascii=False)))
    else:
        expected = sum(result.expectations for result in results)
        unmet = sum(result.unmet for result in results)
        told = f"{unmet} of {expected} expectations failed" if unmet else f"{expected} expectations"
        listed = f"; reports listed in {index}" if index else ""
        click.echo(f"\n{passed} of {len(results)} scenarios passed, {told}{listed}")
    sys.exit(_code(passed == len(results), index, *reports))


@click.command("list")
@json_option
def list_scenarios(*, as_json: bool) -> None:
    """List the scenarios with their purposes."""
    if as_json:
        rows = [
            {"name": one.name, "group": one.group, "purpose": one.purpose, "rules": one.rules}
            for one in CATALOGUE
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        click.echo("\n".join(_listed(GROUPS)))


def _lent(xpm_url: str | None, ignition_url: str | None, control_token: str | None) -> Addresses | None:
    """Return the fakes to play on that run already, and warn; None: the story has its own. Raises LentError."""
    if xpm_url is None and ignition_url is None:
        if control_token is not None:
            raise LentError("--control-token is for fakes that run already: say which with --xpm-url")
        return None
    if xpm_url is None or ignition_url is None:
        raise LentError("a story needs both fakes: give --xpm-url and --ignition-url together")
    at = Addresses(xpm_url.rstrip("/"), ignition_url.rstrip("/"), control_token)
    click.echo(f"note: {at.warning}\n", err=True)
    return at


def _refuse(why: str, *, as_json: bool, more: str = "") -> NoReturn:
    """End the program with what is wrong, for programs as a JSON value too."""
    click.echo(why + more, err=True)
    if as_json:
        click.echo(json.dumps({"error": why}, ensure_ascii=False))
    sys.exit(2)


def _unknown(name: str) -> str:
    """Say that there is no scenario of a name, or that none was given."""
    if not name:
        return "say which scenario, by its NAME."
    near = get_close_matches(name, BY_NAME, n=3)
    meant = f" – did you mean {' or '.join(near)}?" if near else ""
    return f"there is no scenario “{escaped(name)}”{meant or '.'}"


def _listed(groups: dict[str, tuple[Scenario, ...]]) -> Iterable[str]:
    for group, members in groups.items():
        yield group
        for one in members:
            yield f"  {one.name:{WIDEST}}  {one.purpose}"


def _progress(text: str) -> None:
    """Show on a terminal what is being played; nothing anywhere else."""
    if sys.stderr.isatty():
        click.echo(f"{CLEAR}{text}", nl=False, err=True)


def _written(write: Callable[[], Path]) -> Path | None:
    """Write a page; where that cannot be say so, for what was played is told all the same."""
    try:
        return write()
    except UnwritableError as error:
        click.echo(error.format_message(), err=True)
        return None


def _code(passed: bool, *written: Path | None) -> int:  # noqa: FBT001  # it reads as what it says
    if not passed:
        return 1
    return 0 if all(written) else 2


def _line(result: Result, written: Path | None) -> None:
    verdict = "passed" if result.passed else "FAILED"
    scenario = result.scenario
    click.echo(f"  {verdict}  {scenario.name:{WIDEST}}  {result.expectations:4}  {scenario.purpose}")
    if not result.passed:
        bad = [step for step in result.steps if step.bad]
        for step in bad[:3]:
            click.echo(escaped(f"          ✗ {step.title}" + (f": {step.failure}" if step.failure else "")))
        look = f"look at {written}, or " if written else ""
        click.echo(f"          {result.counted}: {look}play it alone: {result.command}")


def _tell(step: Step) -> None:
    click.echo("\n".join(said(step)))
