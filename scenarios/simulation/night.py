"""A night on simulated time: every practice's daily sync at once, under the APIs' real limits.

How many minutes it takes is held against the fewest that the limits allow for the calls that were made.
"""

import random
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from mock_kit.clock import parse_iso
from scenarios.desks import Control, agreeing
from scenarios.house import IGNITION_URL, SYNCER_URL, XPM_URL
from scenarios.ignition_desk import IgnitionDesk
from scenarios.simulation.machine import Call, Network
from scenarios.simulation.process import Shop
from scenarios.simulation.scheduler import Scheduler
from scenarios.simulation.yard import Yard
from scenarios.stage import practice_key, syncer_config
from scenarios.world import Worlds, build
from syncer import connect as connecting
from syncer.config import parse
from syncer.practice import open_practice
from syncer.sync import sync

MINUTE = 60.0
PER_MINUTE, APP_PER_MINUTE = 60, 10_000
"""XPM's limits in a rolling minute: of a practice, and of an app over all its practices."""
PER_HOUR = 1000
"""Ignition's limit in a rolling hour, of a practice."""
TOO_MANY = 429
LONG = 86_400.0
SETTLED = timedelta(days=3)
"""How long after the first sync people begin to edit."""


class NightError(Exception):
    """A night was not what was asked for: a sync failed, or did other work."""


@dataclass(frozen=True)
class Night:
    """What a night is made of. `changes` are clients of each practice that were edited in Ignition since."""

    seed: int
    practices: int
    size: int
    changes: int
    app_per_minute: int = APP_PER_MINUTE


@dataclass(frozen=True)
class Told:
    """What came of it. Minutes are simulated ones; `least` is what the limits alone would take."""

    calls: int
    limited: int
    """Calls that were answered with 429."""
    writes: int
    minutes: float
    least: float

    @property
    def ratio(self) -> float | None:
        """How many times the least time it took; None where the limits allow all of it at once."""
        return self.minutes / self.least if self.least else None


def play(night: Night) -> Told:
    """Play a night. Raises NightError when a sync fails or does not carry over exactly what was edited."""
    worlds, yard = build(night.seed, clients=night.size, practices=night.practices), Yard()
    yard.load(worlds)
    config = parse(syncer_config(worlds, XPM_URL, IGNITION_URL, SYNCER_URL), {})
    scheduler = Scheduler(parse_iso(worlds.xpm["now"]), night.seed, yard.advance)
    network = Network(scheduler, yard.net.dispatch)
    shop = Shop(scheduler, network, config, night.seed)
    with closing(shop.disk):
        _connect_all(shop, yard, worlds)
        scheduler.run(scheduler.now + timedelta(hours=1))
        _sync_all(shop, night)
        scheduler.run(scheduler.now + SETTLED)
        _sync_all(shop, night)
        scheduler.run(scheduler.now + timedelta(days=1))
        _edit(yard, worlds, night)
        yard.xpm.put("limits", {**yard.xpm.get("limits"), "app_minute": night.app_per_minute})
        network.calls.clear()
        began = scheduler.now
        _sync_all(shop, night)
        seconds = (scheduler.now - began).total_seconds()
    return _told(network.calls, seconds, night)


def _connect_all(shop: Shop, yard: Yard, worlds: Worlds) -> None:
    with shop.command() as (machine, ledger):
        for number, known in enumerate(worlds.practices):
            agree = agreeing(yard.session, known)
            connecting.connect(shop.config, ledger, machine, practice_key(number), agree)


def _sync_all(shop: Shop, night: Night) -> None:
    """Have every practice's sync begin now, side by side in one process, and wait until all are done."""
    done = Counter[str]()

    def work(name: str) -> None:
        report = sync(open_practice(shop.config, ledger, machine, name))
        if report.exit_code:
            raise NightError(f"{name}: {report.outcome}: {[one.say() for one in report.problems]}")
        done[name] += 1

    with shop.command() as (machine, ledger):
        names = [practice_key(number) for number in range(night.practices)]
        actors = [shop.scheduler.spawn(name, lambda name=name: work(name)) for name in names]  # type: ignore[misc]
        shop.scheduler.finish(actors, LONG)
    if done != Counter(names):
        raise NightError(f"not every practice was synced: {sorted(set(names) - done.keys())}")


def _edit(yard: Yard, worlds: Worlds, night: Night) -> None:
    for number, known in enumerate(worlds.practices):
        desk = IgnitionDesk(Control("Ignition", IGNITION_URL, yard.session), known.ignition_tenant_id)
        leads = sorted(row["slug"] for row in desk.clients() if row["external_client_id"])
        rng = random.Random(f"night/{night.seed}/{number}")
        if len(leads) < night.changes:
            raise NightError(f"practice {number} has {len(leads)} linked clients, not {night.changes}")
        for place, slug in enumerate(rng.sample(leads, night.changes)):
            desk.update_client(slug, phone=f"02 {number:03}{place:05}")


def _told(calls: list[Call], seconds: float, night: Night) -> Told:
    limited = sum(call.status == TOO_MANY for call in calls)
    calls = [call for call in calls if call.status != TOO_MANY]
    there = [call for call in calls if "/practicemanager/" in call.url]
    here = [call for call in calls if "/external/api/" in call.url]
    writes = sum(call.method == "PUT" for call in there)
    if writes != night.practices * night.changes:
        raise NightError(f"{writes} writes to XPM, and {night.practices * night.changes} clients were edited")
    each = Counter(call.tenant for call in there)
    floors = [least(each.values(), PER_MINUTE, MINUTE), least([len(there)], night.app_per_minute, MINUTE)]
    return Told(len(there) + len(here), limited, writes, seconds / MINUTE, max(floors) / MINUTE)


def least(calls: Iterable[int], allowed: int, window: float) -> float:
    """Return the fewest seconds in which that many calls can begin, so many at the most in a rolling window."""
    return max(((count - 1) // allowed * window for count in calls if count), default=0.0)
