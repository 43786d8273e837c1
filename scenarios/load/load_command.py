"""`make load`: the options of a load test."""

import sys
from pathlib import Path
from typing import Any

import click

from scenarios.load.command import Ports, load
from scenarios.load.plan import SHAPES, TROUBLES
from scenarios.load.thresholds import DEFAULT
from scenarios.options import PORT, Real, seed_option


@click.command("load")
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
def run_load(xpm_port: int | None, ignition_port: int | None, web_port: int, **how: Any) -> None:
    """Load-test the daily sync with Locust; the last line is the digest of what it left behind."""
    ports = Ports(xpm_port or 0, ignition_port or 0, web_port)
    sys.exit(load(ports=ports, **how))
