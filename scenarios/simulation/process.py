"""A process of the syncer in a simulation: it works, dies, and is started again on the ledger that is left."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import requests

from scenarios.simulation.machine import DiedError, Disk, Machine, Network, SimulatedLedger
from scenarios.simulation.scheduler import Actor, Scheduler
from scenarios.stage import syncer_key
from syncer import service
from syncer.config import Config
from syncer.errors import SyncerError
from syncer.practice import open_practice
from syncer.report import Report
from syncer.sync import sync
from syncer.vault import Vault
from syncer.worker import Worker

RETRY = 900.0
"""How often the service looks again at what it could not do, in seconds."""
DOWN = 240.0
"""How long a process that died is down before it is started again."""
Json = dict[str, Any]


@dataclass
class Shop:
    """What all processes of the machine share."""

    scheduler: Scheduler
    network: Network
    config: Config
    seed: int
    living: set[str] = field(default_factory=set)
    machines: list[Machine] = field(default_factory=list)
    """Every process so far, the dead ones too."""
    started: int = 0
    skew: timedelta = timedelta(0)
    disk: Disk = field(default_factory=Disk)
    """What holds the ledger."""
    reports: list[Report] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """What ended a run: the errors that the syncer foresees, as texts."""
    deaths: list[str] = field(default_factory=list)

    def process(self) -> tuple[Machine, SimulatedLedger]:
        """Start a process."""
        self.started += 1
        machine = Machine(self.scheduler, self.network, self.started, self.living)
        self.machines.append(machine)
        machine.skew = self.skew
        ledger = SimulatedLedger(self.disk, Vault(syncer_key(self.seed)), machine.fate, self.scheduler)
        return machine, ledger

    @contextmanager
    def command(self) -> Iterator[tuple[Machine, SimulatedLedger]]:
        """Have a process for one command: it is gone when the block ends."""
        machine, ledger = self.process()
        try:
            yield machine, ledger
        finally:
            machine.bury()
            ledger.close()

    def run(self, machine: Machine, work: Callable[[], object]) -> bool:
        """Do some work of a process, noting how it ends; False when the process is dead."""
        try:
            work()
        except DiedError as death:
            machine.bury()
            self.deaths.append(str(death))
            return False
        except SyncerError as error:
            self.failures.append(f"{type(error).__name__}: {error}")
        return True


class Service:
    """`syncer serve`: the webhook receiver and the worker, started again whenever the process dies."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._door: Callable[..., Iterable[bytes]] | None = None
        self._actor: Actor | None = None
        self.machine: Machine | None = None
        self._is_on = False
        self._is_idle = False
        """Whether there is nothing to do: else it is at work, or waits for an API, and nobody hurries that."""
        self._is_called = False
        """Whether something came while it was at work."""

    def start(self) -> None:
        """Begin to serve."""
        self._is_on = True
        self._actor = self._shop.scheduler.spawn("service", self._live)

    def stop(self) -> None:
        """Switch the machine off; what comes meanwhile finds nobody."""
        self._is_on = False
        if self._actor and self.machine:
            self.machine.fate.die()
            self._shop.scheduler.wake(self._actor)

    def wake(self) -> None:
        """Have the service look now at what there is to do."""
        self._is_called = True
        if self._is_idle and self._actor and self.machine and self.machine.fate.died_at is None:
            self._shop.scheduler.wake(self._actor)

    def door(self, environ: Json, start_response: Any) -> Iterable[bytes]:
        """Take a webhook, as the receiver does; a process that is down refuses the connection."""
        machine, door = self.machine, self._door
        if door is None or machine is None or machine.fate.died_at is not None:
            raise requests.ConnectionError("nobody listens: the syncer is down")
        try:
            return door(environ, start_response)
        except DiedError as death:
            raise requests.ConnectionError("the syncer died") from death

    def _live(self) -> None:
        while self._is_on:
            machine, ledger = self._shop.process()
            self.machine, self._is_idle = machine, False
            worker = Worker(self._shop.config, ledger, machine)
            self._door = service.create_app(self._shop.config, ledger, machine, self.wake).wsgi_app
            while self._shop.run(machine, lambda worker=worker: self._work(worker)):  # type: ignore[misc]
                pass
            ledger.close()
            self._shop.scheduler.pause(DOWN)

    def _work(self, worker: Worker) -> None:
        # The real one looks each second; between two moments at which there is something to do it finds nothing.
        self._is_called = False
        is_done = worker.once()
        until = self._next_sync()
        if not self._is_called:
            self._is_idle = True
            self._shop.scheduler.pause(until if is_done else min(RETRY, until))
            self._is_idle = False

    def _next_sync(self) -> float:
        """Return the seconds until a practice's daily sync is due, by the machine's clock."""
        now, config = self._shop.scheduler.now + self._shop.skew, self._shop.config
        waits = []
        for section in config.practices:
            local = now.astimezone(ZoneInfo(section.timezone))
            due = datetime.combine(local.date(), config.daily_at(section), local.tzinfo)
            if due <= local:
                due += timedelta(days=1)
            waits.append((due.astimezone(UTC) - now).total_seconds())
        return min(waits)


def one_sync(shop: Shop, name: str) -> Report | None:
    """Do `syncer sync` in a process of its own, and return its report; None: it came to no end."""
    made: list[Report] = []
    with shop.command() as (machine, ledger):
        shop.run(machine, lambda: made.append(sync(open_practice(shop.config, ledger, machine, name))))
    shop.reports += made
    return made[0] if made else None
