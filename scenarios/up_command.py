"""`make up`: both fakes and the syncer's service on ports."""

import click

from scenarios.options import PORT, seed_option
from scenarios.profiles import BY_NAME, make
from scenarios.up import Ports, up
from scenarios.world import build
from scenarios.world_command import profile_option


@click.command("up")
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
