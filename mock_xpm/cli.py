"""The command line of mock_xpm."""

from pathlib import Path

from mock_kit.cli import fake_command, run
from mock_xpm.app import create_app

PORT = 18001
DEMO = Path(__file__).with_name("demo.json")
command = fake_command("mock-xpm", PORT, create_app, demo_world=DEMO)


def main() -> None:
    """Run the command line."""
    run(command)
