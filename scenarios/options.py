"""Options that several commands have."""

from collections.abc import Callable
from math import isnan
from typing import Any

import click

LARGEST_SEED = 2**63 - 1
LONGEST_SHOWN = 40
USUAL_SIZE, USUAL_MODE = 24, "process"
"""What a scenario is played with where nobody says otherwise."""


class Real(click.FloatRange):
    """A number within bounds; `nan` is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number. Raises BadParameter for what is none."""
        found = float(super().convert(value, param, ctx))
        if isnan(found):
            self.fail(f"{value!r} is no number", param, ctx)
        return found


class Whole(click.IntRange):
    """A whole number within bounds, refused in plain words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number. Raises BadParameter for what is none, or beyond the bounds."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            self.fail(f"{str(value)!r}: give a whole number from {self.min} to {self.max}", param, ctx)


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
    "--size",
    type=Whole(1, 15_000),
    default=USUAL_SIZE,
    show_default=True,
    help="Clients of the practice.",
)
mode_option = click.option(
    "--mode", type=click.Choice(["process", "sockets"]), default=USUAL_MODE, show_default=True
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")


def fakes_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say on which running fakes to play."""
    for option in (
        click.option("--control-token", help="What those fakes ask for at /_control."),
        click.option("--ignition-url", metavar="URL", help="Likewise, as http://127.0.0.1:18002."),
        click.option(
            "--xpm-url",
            metavar="URL",
            help="Play on fakes that run already, as those of `up`, over sockets: http://127.0.0.1:18001. Their "
            "worlds are put back afterwards; the same state needs the same --seed on both.",
        ),
    ):
        command = option(command)
    return command
