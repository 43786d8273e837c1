"""Both fakes and the syncer's disk in this process, used for one run after the other."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

import mock_ignition.app
import mock_xpm.app
from mock_ignition.gateway import OUTBOX
from mock_kit.clock import Clock, parse_iso
from mock_kit.faults_kinds import ONE
from mock_kit.kit import Config as FakeConfig
from mock_kit.kit import Kit
from mock_kit.statements import Query
from scenarios.desks import Control
from scenarios.house import IGNITION_URL, XPM_URL
from scenarios.inprocess import InProcess
from scenarios.simulation.machine import Disk
from scenarios.world import Worlds

SHORT_KEY = 1024
"""Nobody checks a signature here, and signing would take longer than most answers."""
_deliveries = OUTBOX.tables.deliveries.c
NEXT_DELIVERY = Query(select(func.min(_deliveries.due_at)).where(_deliveries.outcome == "waiting"))


class Yard:
    """Both fakes and a disk, used for one run after the other: building them takes longer than a run's world."""

    def __init__(self) -> None:
        self.net = InProcess()
        self.disk = Disk()
        start = datetime(2026, 1, 1, tzinfo=UTC)
        self.session = self.net.session()
        xpm = mock_xpm.app.create_app(FakeConfig(clock=Clock(start)), key_bits=SHORT_KEY)
        ignition = mock_ignition.app.create_app(FakeConfig(clock=Clock(start), http=self.net.session))
        self._timed = (_Timed(xpm), _Timed(ignition))
        self.net.mount(XPM_URL, self._timed[0])
        self.net.mount(IGNITION_URL, self._timed[1])
        self.xpm = Control("XPM", XPM_URL, self.session)
        self.ignition = Control("Ignition", IGNITION_URL, self.session)

    @property
    def controls(self) -> tuple[Control, Control]:
        """Both control planes."""
        return self.xpm, self.ignition

    def load(self, worlds: Worlds) -> None:
        """Begin anew with a world, and an empty disk."""
        self.disk.empty()
        for control, world, fake in zip(
            self.controls, (worlds.xpm, worlds.ignition), self._timed, strict=True
        ):
            fake.kit.passage.plan.clear()
            fake.kit.journal.clear()
            fake.behind = timedelta(0)
            control.post("world", world)

    def advance(self, seconds: float) -> None:
        """Let time pass in both fakes: what `POST /_control/clock/advance` does, thousands of times a run."""
        passed = timedelta(seconds=seconds)
        for fake in self._timed:
            fake.behind += passed

    def add_fault(self, fake: str, fault: dict[str, Any]) -> None:
        """Let a fake (`xpm`, `ignition`) have a fault more: what `POST /_control/faults` does, dozens of times a run."""
        one = self._timed[("xpm", "ignition").index(fake)]
        one.kit.passage.plan.add([ONE.validate_python(fault)])

    def struck(self) -> Counter[str]:
        """Return how often the faults of each name did something, as `GET /_control/faults` tells it."""
        found: Counter[str] = Counter()
        for fake in self._timed:
            for armed in fake.kit.passage.plan.armed:
                found[armed.fault.label] += armed.applied
        return found

    def calm(self) -> None:
        """End all faults, as `DELETE /_control/faults` does."""
        for fake in self._timed:
            fake.kit.passage.plan.clear()

    def journals(self) -> dict[str, dict[str, Any]]:
        """Return what `GET /_control/journal` tells of each fake."""
        for fake in self._timed:
            fake.catch_up()
        return {
            control.name: fake.kit.journal.read()
            for control, fake in zip(self.controls, self._timed, strict=True)
        }

    def next_delivery(self) -> datetime | None:
        """Return when Ignition's next webhook is due: what `GET /_control/deliveries` tells, dozens of times a run."""
        ignition = self._timed[1]
        ignition.catch_up()
        with ignition.kit.store.begin() as tx:
            ((due,),) = tx.tuples(NEXT_DELIVERY)
        return parse_iso(due) if due else None

    def deliver(self) -> None:
        """Have Ignition send what is due: what `POST /_control/deliveries/run` does."""
        ignition = self._timed[1]
        ignition.catch_up()
        OUTBOX.pump(ignition.kit)


class _Timed:
    """A fake whose clock is moved when it is called: nobody sees it before."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.kit: Kit = app.extensions["kit"]
        self.behind = timedelta(0)
        """How much time has passed since it was called."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a call."""
        self.catch_up()
        return self._app(environ, start_response)

    def catch_up(self) -> None:
        """Let the time pass that has passed."""
        if self.behind:
            seconds, self.behind = self.behind.total_seconds(), timedelta(0)
            self.kit.passage.move_clock(lambda clock: clock.advance(seconds), self._app)
