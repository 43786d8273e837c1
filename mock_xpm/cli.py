"""The command line of mock_xpm."""

from mock_kit.cli import fake_command, run
from mock_xpm.app import create_app

PORT = 18001
command = fake_command("mock-xpm", PORT, create_app)


def main() -> None:
    """Run the command line."""
    run(command)
