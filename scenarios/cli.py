"""`python -m scenarios`: run one scenario or all of them, put everything up, load-test."""

import json
import sys
from typing import Any

import click

from mock_kit.server import PortError
from scenarios import html_report
from scenarios.catalogue import BY_NAME, CATALOGUE
from scenarios.house import Mode
from scenarios.load.command import load
from scenarios.load.plan import SHAPES, TROUBLES
from scenarios.runner import Result, play
from scenarios.simulation.command import run_explore, run_replay
from scenarios.story import Step
from scenarios.up import Ports, up

LARGEST_SEED = 2**63 - 1
LONGEST_SHOWN = 40


class Seed(click.ParamType[int]):
    """A seed: a whole number from 0 on."""

    name = "seed"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number, or say what a seed is."""
        text = str(value)
        plain = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_SEED))
        if not plain or int(text) > LARGEST_SEED:
            shown = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
            self.fail(f"{shown!r} is no seed: give a whole number from 0 to {LARGEST_SEED}", param, ctx)
        return int(text)


SEED = Seed()
PORT = click.IntRange(1, 65535)
seed_option = click.option("--seed", type=SEED, default=7, show_default=True)
size_option = click.option(
    "--size", type=click.IntRange(1, 15_000), default=24, show_default=True, help="Clients of the practice."
)
mode_option = click.option(
    "--mode", type=click.Choice(["process", "sockets"]), default="process", show_default=True
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")


@click.group(help="Stories on both fakes with the real syncer between them.")
def cli() -> None:
    """Group the commands."""


@cli.command()
@click.argument("name")
@seed_option
@size_option
@mode_option
@json_option
def run(name: str, seed: int, size: int, mode: Mode, as_json: bool) -> None:
    """Play one scenario; the last line is the hash of the state it ends in."""
    scenario = BY_NAME.get(name)
    if scenario is None:
        _list_names(f"there is no scenario “{name}”; there are:")
        sys.exit(2)
    if not as_json:
        click.echo(f"{scenario.name}: {scenario.purpose}\n")
    result = play(scenario, seed, size, mode, (lambda _step: None) if as_json else _tell)
    page = html_report.write(result)
    if as_json:
        click.echo(json.dumps({**_summary(result), "report": str(page)}, ensure_ascii=False))
    else:
        verdict = "passed" if result.passed else "FAILED"
        click.echo(f"\n{verdict}: {result.expectations} expectations, seed {seed}, size {size}, mode {mode}")
        click.echo(f"report {page}")
        click.echo(f"state sha256:{result.state}")
    sys.exit(0 if result.passed else 1)


@cli.command("all")
@seed_option
@size_option
@mode_option
@json_option
def run_all(seed: int, size: int, mode: Mode, as_json: bool) -> None:
    """Play the whole catalogue, a line each."""
    results: list[Result] = []
    for scenario in CATALOGUE:
        results.append(play(scenario, seed, size, mode))
        page = html_report.write(results[-1])
        if not as_json:
            verdict = "passed" if results[-1].passed else "FAILED"
            click.echo(
                f"{verdict}  {scenario.name:16} {results[-1].expectations:4} expectations  {scenario.purpose}"
            )
            if not results[-1].passed:
                click.echo(f"        look at {page}, or play it alone: {results[-1].command}")
    if as_json:
        click.echo(json.dumps([_summary(result) for result in results], ensure_ascii=False))
    else:
        click.echo(
            f"{sum(result.passed for result in results)} of {len(results)} scenarios passed; reports in {html_report.REPORTS}"
        )
    sys.exit(0 if all(result.passed for result in results) else 1)


@cli.command("up")
@seed_option
@click.option("--clients", type=click.IntRange(1, 15_000), default=24, show_default=True)
@click.option("--practices", type=click.IntRange(1, 100), default=1, show_default=True)
@click.option("--xpm-port", type=PORT, default=18001, show_default=True)
@click.option("--ignition-port", type=PORT, default=18002, show_default=True)
@click.option("--syncer-port", type=PORT, default=18003, show_default=True)
def put_up(
    seed: int, clients: int, practices: int, xpm_port: int, ignition_port: int, syncer_port: int
) -> None:
    """Start both fakes and the syncer's service on ports, seeded and connected."""
    up(seed, clients, practices, Ports(xpm_port, ignition_port, syncer_port))


@cli.command("load")
@seed_option
@click.option("--practices", type=click.IntRange(1, 2000), default=10, show_default=True)
@click.option(
    "--size", type=click.IntRange(1, 15_000), default=24, show_default=True, help="Clients of each practice."
)
@click.option("--users", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--time", "seconds", type=click.IntRange(1, 3600), default=300, show_default=True)
@click.option("--ui", is_flag=True, help="With Locust's own page.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--shape", type=click.Choice(SHAPES), default="nightly", show_default=True)
@click.option("--faults", type=click.Choice(TROUBLES), default="none", show_default=True)
@click.option("--span", type=click.FloatRange(0.1, 3600), default=6.0, show_default=True)
def run_load(seed: int, practices: int, size: int, users: int, seconds: int, ui: bool, **how: Any) -> None:
    """Load-test the daily sync with Locust; the last line is the digest of what it left behind."""
    sys.exit(load(seed, practices, size, users, seconds, ui=ui, **how))


cli.add_command(run_explore)
cli.add_command(run_replay)


def _list_names(head: str) -> None:
    click.echo(head, err=True)
    for scenario in CATALOGUE:
        click.echo(f"  {scenario.name:16} {scenario.purpose}", err=True)


def _tell(step: Step) -> None:
    click.echo(f"{'✗' if step.bad else '✓'} {step.title}")
    for note in step.notes:
        click.echo(f"    {note}")
    if step.failure:
        click.echo(f"    broke off: {step.failure}")
    for one in step.expectations:
        if not one.holds:
            click.echo(f"    ✗ {one.what}: expected {one.expected!r}, found {one.found!r}")


def _summary(result: Result) -> dict[str, Any]:
    return {
        "scenario": result.scenario.name,
        "seed": result.seed,
        "size": result.size,
        "mode": result.mode,
        "passed": result.passed,
        "expectations": result.expectations,
        "failed": [
            {"step": step.title, "what": one.what, "expected": repr(one.expected), "found": repr(one.found)}
            for step in result.steps
            for one in step.expectations
            if not one.holds
        ]
        + [{"step": step.title, "what": step.failure} for step in result.steps if step.failure],
        "rules": result.scenario.rules,
        "state": f"sha256:{result.state}",
    }


def main() -> None:
    """Run the command line as a program; foreseen trouble is one line."""
    try:
        cli(prog_name="python -m scenarios", standalone_mode=False)
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except PortError as error:
        sys.exit(str(error))
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
