"""The command line of the scenarios: each command is found under its name, and loads what it needs."""

import subprocess
import sys

import click
import pytest

from scenarios.cli import COMMANDS, cli


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_found_under_its_name(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name


def test_there_is_no_command_of_another_name() -> None:
    assert cli.get_command(click.Context(cli), "explode") is None


def test_who_makes_a_world_waits_for_no_fake() -> None:
    code = """
import sys, click
from scenarios.cli import cli
cli.get_command(click.Context(cli), "world")
print(sorted({name.partition(".")[0] for name in sys.modules} & {"mock_xpm", "mock_ignition", "flask", "scenarios"}))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "['scenarios']\n"
