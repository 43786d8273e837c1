"""The command line of mock_ignition: the fake on a port, delivering its webhooks."""

from pathlib import Path

from mock_ignition.app import create_app, delivering
from mock_kit.cli import fake_command, run

PORT = 18002
DEMO = Path(__file__).with_name("demo.json")
command = fake_command("mock-ignition", PORT, create_app, beside=delivering, demo_world=DEMO)


def main() -> None:
    """Run the command line."""
    run(command)
