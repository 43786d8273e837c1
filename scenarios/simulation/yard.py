"""Both fakes in this process, used for one run after the other."""

from datetime import UTC, datetime

import mock_ignition.app
import mock_xpm.app
from mock_kit.clock import Clock
from mock_kit.kit import Config as FakeConfig
from scenarios.desks import Control
from scenarios.house import IGNITION_URL, XPM_URL
from scenarios.inprocess import InProcess
from scenarios.world import Worlds


class Yard:
    """Both fakes in this process, used for one run after the other: building them takes longer than a run's world."""

    def __init__(self) -> None:
        self.net = InProcess()
        start = datetime(2026, 1, 1, tzinfo=UTC)
        self.session = self.net.session()
        self.xpm_app = mock_xpm.app.create_app(FakeConfig(clock=Clock(start)))
        self.ignition_app = mock_ignition.app.create_app(
            FakeConfig(clock=Clock(start), http=self.net.session)
        )
        self.net.mount(XPM_URL, self.xpm_app)
        self.net.mount(IGNITION_URL, self.ignition_app)
        self.xpm = Control("XPM", XPM_URL, self.session)
        self.ignition = Control("Ignition", IGNITION_URL, self.session)

    @property
    def controls(self) -> tuple[Control, Control]:
        """Both control planes."""
        return self.xpm, self.ignition

    def load(self, worlds: Worlds) -> None:
        """Begin anew with a world."""
        for control, world in ((self.xpm, worlds.xpm), (self.ignition, worlds.ignition)):
            control.delete("faults")
            control.delete("journal")
            control.post("world", world)

    def advance(self, seconds: float) -> None:
        """Let time pass in both fakes: what `POST /_control/clock/advance` does, thousands of times a run."""
        for app in (self.xpm_app, self.ignition_app):
            app.extensions["kit"].passage.move_clock(lambda clock: clock.advance(seconds), app)
