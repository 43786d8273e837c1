"""The command line of mock_ignition: the fake on a port, delivering its webhooks."""

from mock_ignition.app import create_app, delivering
from mock_kit.cli import fake_command, run

PORT = 18002
command = fake_command("mock-ignition", PORT, create_app, beside=delivering)


def main() -> None:
    """Run the command line."""
    run(command)
