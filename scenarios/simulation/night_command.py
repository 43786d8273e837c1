"""`python -m scenarios night`: a night under the real limits, on simulated time, on the command line."""

import json
import sys
from dataclasses import asdict

import click

from scenarios.options import seed_option
from scenarios.simulation.night import APP_PER_MINUTE, Night, NightError, play

WORST = 1.1
"""How many times the least time a night may take."""


@click.command("night")
@seed_option
@click.option("--practices", type=click.IntRange(1, 200), default=2, show_default=True)
@click.option(
    "--size", type=click.IntRange(1, 15_000), default=330, show_default=True, help="Clients of each practice."
)
@click.option(
    "--changes",
    type=click.IntRange(1, 4000),
    default=300,
    show_default=True,
    help="Clients of each practice that were edited in Ignition.",
)
@click.option(
    "--app-minute", type=click.IntRange(10, 1_000_000), default=APP_PER_MINUTE, show_default=True,
    help="Calls a minute that XPM allows an app over all its practices.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
def run_night(seed: int, practices: int, size: int, changes: int, app_minute: int, *, as_json: bool) -> None:
    """Sync all practices at once under the real limits, on simulated time; exit 1 beyond 1.1 times the least."""
    try:
        told = play(Night(seed, practices, size, changes, app_minute))
    except NightError as error:
        raise click.ClickException(str(error)) from error
    ratio = told.ratio
    if as_json:
        click.echo(json.dumps({**asdict(told), "ratio": ratio}))
    else:
        click.echo(
            f"{told.calls} calls, {told.writes} of them writes to XPM; {told.limited} were turned away (429)\n"
            f"simulated minutes {told.minutes:.2f}, the least that the limits allow {told.least:.2f}, ratio "
            + (f"{ratio:.3f}" if ratio else "– (the limits allow all of it at once)")
        )
    sys.exit(1 if ratio and ratio > WORST else 0)
