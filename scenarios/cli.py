"""`python -m scenarios`: run one scenario or all of them, put everything up, load-test."""

import json
import os
import sys
from importlib import import_module

import click

from mock_kit.server import PortError
from scenarios.processes import TERMINATED, TermError

COMMANDS = {
    "all": "catalogue_command:run_all",
    "capacity": "load.capacity:run_capacity",
    "explore": "simulation.command:run_explore",
    "list": "catalogue_command:list_scenarios",
    "load": "load.load_command:run_load",
    "night": "simulation.night_command:run_night",
    "profiles": "world_command:list_profiles",
    "replay": "simulation.command:run_replay",
    "run": "catalogue_command:run_scenario",
    "up": "up_command:put_up",
    "world": "world_command:write_world",
}
"""Where each command is. What the others need is not loaded with it, which takes a second or so."""


class Commands(click.Group):
    """The commands, each of which is loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None where there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"scenarios.{module}"), name)
        return command


@click.group(cls=Commands, help="Stories on both fakes with the real syncer between them.")
def cli() -> None:
    """Group the commands."""


def main() -> None:
    """Run the command line as a program; foreseen trouble is one line, and with `--json` a JSON value too."""
    try:
        cli(prog_name="python -m scenarios", standalone_mode=False)
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        if "--json" in sys.argv:
            click.echo(json.dumps({"error": error.format_message()}, ensure_ascii=False))
        sys.exit(error.exit_code)
    except PortError as error:
        sys.exit(str(error))
    except OSError as error:
        if not _is_cut_off():
            raise
        click.echo(
            f"standard output cannot be written: {error.strerror}. Send it where there is room, or to the terminal",
            err=True,
        )
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt) as error:
        click.echo("interrupted", err=True)
        # Click makes an Abort of what interrupts a command.
        sys.exit(TERMINATED if isinstance(error.__cause__, TermError) else 130)


def _is_cut_off() -> bool:
    """Return whether standard output takes nothing any more; what it has not taken is dropped then."""
    try:
        click.echo()  # what it refused may be gone: it is given another line
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False
