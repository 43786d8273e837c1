"""`python -m scenarios`: run one scenario or all of them, put everything up, load-test."""

import sys
from pathlib import Path
from typing import Any

import click

from mock_kit.server import PortError
from scenarios.catalogue_command import list_scenarios, run_all, run_scenario
from scenarios.load.capacity import run_capacity
from scenarios.load.command import Ports as LoadPorts
from scenarios.load.command import load
from scenarios.load.plan import SHAPES, TROUBLES
from scenarios.load.thresholds import DEFAULT
from scenarios.options import PORT, Real, seed_option
from scenarios.profiles import BY_NAME, make
from scenarios.simulation.command import run_explore, run_replay
from scenarios.simulation.night_command import run_night
from scenarios.up import Ports, up
from scenarios.world import build
from scenarios.world_command import list_profiles, profile_option, write_world


@click.group(help="Stories on both fakes with the real syncer between them.")
def cli() -> None:
    """Group the commands."""


@cli.command("up")
@seed_option
@click.option(
    "--clients", type=click.IntRange(1, 15_000), default=None, help="Default: 24, or the profile's."
)
@profile_option(None)
@click.option("--practices", type=click.IntRange(1, 100), default=1, show_default=True)
@click.option("--xpm-port", type=PORT, default=18001, show_default=True)
@click.option("--ignition-port", type=PORT, default=18002, show_default=True)
@click.option("--syncer-port", type=PORT, default=18003, show_default=True)
def put_up(
    seed: int,
    clients: int | None,
    profile: str | None,
    practices: int,
    xpm_port: int,
    ignition_port: int,
    syncer_port: int,
) -> None:
    """Start both fakes and the syncer's service on ports, seeded and connected."""
    if profile:
        worlds = make(BY_NAME[profile], seed, practices, clients)
    else:
        worlds = build(seed, clients=clients or 24, practices=practices)
    up(worlds, Ports(xpm_port, ignition_port, syncer_port))


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
@click.option(
    "--span",
    type=Real(0.1, 3600),
    default=6.0,
    show_default=True,
    help="Seconds a day's starts are spread over.",
)
@click.option("--days", type=click.IntRange(1, 3660), default=1, show_default=True, help="Measured days.")
@click.option(
    "--changes",
    type=Real(0, 100),
    default=2.0,
    show_default=True,
    help="Clients of a hundred that people edit a day; two of a practice at least.",
)
@click.option(
    "--acceptances",
    type=click.IntRange(0, 100),
    default=1,
    show_default=True,
    help="Proposals a practice's clients accept a day.",
)
@click.option("--limits", is_flag=True, help="With the real limits of both APIs.")
@click.option(
    "--thresholds",
    type=click.Path(path_type=Path),
    default=DEFAULT,
    help="What the run has to keep, a TOML file.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="The summary as one JSON document, in place of the tables."
)
@click.option(
    "--outside", is_flag=True, help="Somebody else starts Locust; this puts the fakes up, waits, and judges."
)
@click.option("--xpm-port", type=PORT, default=None, help="mock_xpm's, any free one by default.")
@click.option("--ignition-port", type=PORT, default=None, help="mock_ignition's, likewise.")
@click.option("--web-port", type=PORT, default=8089, show_default=True, help="That of Locust's page.")
def run_load(
    seed: int,
    practices: int,
    size: int,
    users: int,
    seconds: int,
    ui: bool,
    xpm_port: int | None,
    ignition_port: int | None,
    web_port: int,
    **how: Any,
) -> None:
    """Load-test the daily sync with Locust; the last line is the digest of what it left behind."""
    ports = LoadPorts(xpm_port or 0, ignition_port or 0, web_port)
    sys.exit(load(seed, practices, size, users, seconds, ui=ui, ports=ports, **how))


cli.add_command(run_scenario)
cli.add_command(run_all)
cli.add_command(list_scenarios)
cli.add_command(write_world)
cli.add_command(list_profiles)
cli.add_command(run_explore)
cli.add_command(run_replay)
cli.add_command(run_night)
cli.add_command(run_capacity)


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
