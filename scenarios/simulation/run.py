"""Plays a script: the world, the actors, the troubles, and then quiet."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import requests

from mock_kit.clock import parse_iso
from scenarios.desks import Control, XpmDesk, agreeing
from scenarios.house import IGNITION_URL, SYNCER_URL, XPM_URL
from scenarios.ignition_desk import IgnitionDesk
from scenarios.simulation.diary import Diary
from scenarios.simulation.gathering import outcome_of
from scenarios.simulation.hands import Hands
from scenarios.simulation.machine import Network
from scenarios.simulation.moments import DAY
from scenarios.simulation.outcome import Outcome, listening
from scenarios.simulation.process import Service, Shop, one_sync
from scenarios.simulation.scheduler import Actor, Scheduler
from scenarios.simulation.script import Item, Script, worlds_of
from scenarios.simulation.yard import Yard
from scenarios.stage import practice_key, syncer_config
from syncer import connect as connecting
from syncer.config import parse
from syncer.ledger_statements import rows_of
from syncer.ledger_tables import connections
from syncer.report import Report
from syncer.worker import RECONNECT_NEEDED

Json = dict[str, Any]
TRIES, HOUR = 5, 3600
QUIET, OFF = timedelta(hours=12), timedelta(days=7)
"""How long the service goes on in quiet, one daily sync, and is switched off then: a weekly sweep is due after that."""
SYNCS_BY_HAND = 3
"""How many syncs come then at the most: one that sweeps, one that carries over the rest, and a last one."""
LONG = 7200.0
"""How many simulated seconds one sync may take in quiet."""


class Run:
    """One run of a script."""

    def __init__(self, script: Script, yard: Yard) -> None:
        self.script = script
        self.yard = yard
        self.worlds = worlds_of(script)
        self.known = self.worlds.practices[0]
        self.name = practice_key(0)
        yard.load(self.worlds)
        yard.xpm.put("limits", {"minute": script.minute})
        document = syncer_config(self.worlds, XPM_URL, IGNITION_URL, SYNCER_URL, {"winner": script.winner})
        document["ignition"]["page_size"] = script.page
        config = parse(document, {})
        self.zone = ZoneInfo(config.practice(self.name).timezone)
        self.scheduler = Scheduler(parse_iso(self.worlds.xpm["now"]), script.seed, yard.advance)
        self.network = Network(self.scheduler, yard.net.dispatch)
        self.shop = Shop(self.scheduler, self.network, config, script.seed, disk=yard.disk)
        self.service = Service(self.shop)
        yard.net.mount(SYNCER_URL, self.service.door)
        places = range(len(self.worlds.practices))
        self.people = [self.desks(self.network.session(), number) for number in places]
        """At whose desks each practice's people sit, in XPM and in Ignition."""
        self.hands = [Hands(self.scheduler, *desks, Diary()) for desks in self.people]
        """Those of each practice's people."""
        self.loaded: list[Json] = []
        """The other practice's clients as XPM has them at first."""
        self.fired: dict[str, int] = {}
        self.is_over = False
        """Whether people have come to rest: who picked a user between the last two syncs would give the last one work."""
        self.courier: Actor | None = None
        self.last_writes = -1
        """How often the sync right after a sync wrote, at the very end; below 0: it came to no end."""

    def play(self) -> None:
        """Connect, let everybody act under the script's troubles, then come to rest."""
        self._prepare()
        self.service.start()
        self.courier = self.scheduler.spawn("courier", self._deliver)
        self.scheduler.spawn("admin", self._administer, after=9 * 3600)
        for item in self.script.items:
            self.scheduler.spawn(f"{item.who} {item.number}", self._doing(item), after=item.at)
        self.scheduler.run(self._midnight + timedelta(days=self.script.days))
        self._count_fired()
        self._come_to_rest()

    def close(self) -> None:
        """End whoever is still under way; the syncer's processes die, and touch nothing any more."""
        # Where something broke off the run, it is under way: it must not be started again.
        self.service.stop()
        for machine in self.shop.machines:
            machine.fate.die()
        self.scheduler.close()

    def _prepare(self) -> None:
        self._connect_all()
        for number, hands in enumerate(self.hands):
            hands.diary.begin(self.worlds.tenant(number)["clients"])
        if self.script.has_neighbour:
            self.loaded = self.desks(self.yard.session, 1)[0].clients()
        self._midnight = datetime.combine(
            self.scheduler.now.astimezone(self.zone).date() + timedelta(days=1),
            datetime.min.time(),
            self.zone,
        ).astimezone(UTC)
        self.scheduler.pause((self._midnight - self.scheduler.now).total_seconds())

    def _administer(self) -> None:
        """Have the admin add two of the staff as users, and link the services, as soon as there is whom and what to (R2, R3).

        Each day the admin looks in.
        """
        has_users = False
        while not self.is_over:
            has_users = has_users or self.hands[0].team.pick()
            self.hands[0].sales.link_services()
            self._look_in()

    def _look_in(self) -> None:
        """Have the admin see to the connection, a day later; who meets trouble tries again within the hour."""
        self.scheduler.pause(DAY)
        for _ in range(TRIES):
            if not self._connect_lost():
                break
            self.scheduler.pause(HOUR)

    def _lost(self) -> list[int]:
        """Return the practices whose connection has come to its end, as `syncer status` says it (E24)."""
        disk = self.shop.disk.connection
        rows = rows_of(disk, connections, {"status": RECONNECT_NEEDED}) if disk else []
        found = {row["practice"] for row in rows}
        return [number for number in range(len(self.worlds.practices)) if practice_key(number) in found]

    def _connect_all(self) -> None:
        for number in range(len(self.worlds.practices)):
            self._connect(number)

    def _connect_lost(self) -> bool:
        """Connect again where a connection came to its end; False: nowhere."""
        lost = self._lost()
        for number in lost:
            self._connect(number)
        return bool(lost)

    def _doing(self, item: Item) -> Any:
        def do() -> None:
            match item.who:
                case "weather":
                    told = {"name": f"{item.what} #{item.number}", "times": item.how["times"]}
                    self.yard.add_fault(item.how["fake"], {**item.how["rule"], **told})
                case "machine":
                    self._trouble(item)
                case _:
                    self.hands[item.how.get("practice", 0)].do(item)
                    # Only Ignition has webhooks; what the syncer does there, it knows.
                    if self.courier is not None and item.who == "ignition":
                        self.scheduler.wake(self.courier)

        return do

    def _trouble(self, item: Item) -> None:
        machine = self.service.machine
        match item.what:
            case "second-syncer":
                self.fired["second-syncer"] = self.fired.get("second-syncer", 0) + 1
                one_sync(self.shop, self.name)
            case "clock-jump":
                self.shop.skew += timedelta(seconds=item.how["seconds"])
                for one in self.shop.machines:
                    one.skew = self.shop.skew
                self.fired["clock-jump"] = self.fired.get("clock-jump", 0) + 1
            case "crash" if machine is not None:
                machine.fate.dies_at = machine.fate.boundaries + item.how["number"]
            case "disk-full" if machine is not None:
                machine.fate.disk_fails_at |= {machine.fate.commits + item.how["number"]}

    def _deliver(self) -> None:
        while True:
            due = self.yard.next_delivery()
            if due is None:
                self.scheduler.rest()
                continue
            self.scheduler.pause(max(1.0, (due - self.scheduler.now).total_seconds()))
            self.yard.deliver()

    def _count_fired(self) -> None:
        for name, times in self.yard.struck().items():
            kind = name.partition(" #")[0]
            self.fired[kind] = self.fired.get(kind, 0) + times
        self.fired["crash"] = len(self.shop.deaths)
        self.fired["disk-full"] = sum(machine.fate.disk_failures for machine in self.shop.machines)

    def _come_to_rest(self) -> None:
        self.yard.calm()
        for machine in self.shop.machines:
            machine.fate.dies_at, machine.fate.disk_fails_at = None, frozenset()
            machine.skew = timedelta(0)
        self.shop.skew = timedelta(0)
        self._connect_lost()
        # The service may rest after failures; a week later everything that a cursor missed is read anew.
        self.scheduler.run(self.scheduler.now + QUIET)
        self.service.stop()
        self.is_over = True
        self.scheduler.run(self.scheduler.now + OFF)
        self._connect_lost()
        ended = [self._sync_till_quiet(number) for number in range(len(self.worlds.practices))]
        self.last_writes = ended[0]

    def _sync_till_quiet(self, number: int) -> int:
        """Sync until a sync has nothing to write, which is a further one already; returns how often the last one wrote.

        What it wrote is what the network saw, not what it tells; below 0: it came to no end.
        """
        writes = -1
        for _ in range(SYNCS_BY_HAND):
            before = len(self.network.calls)
            made = self._sync_by_hand(number)
            writes = sum(one.is_write for one in self.network.calls[before:]) if made else -1
            if made is not None and made.stopped is None and not writes:
                return 0
        return writes or -1

    def _connect(self, number: int) -> None:
        """Have the admin consent, at first and where the connection came to its end (E24).

        What goes wrong is noted, a consent page that does not load as well: the admin tries again.
        """
        with self.shop.command() as (machine, ledger):
            agree = agreeing(self.yard.session, self.worlds.practices[number])
            try:
                self.shop.run(
                    machine,
                    lambda: connecting.connect(
                        self.shop.config, ledger, machine, practice_key(number), agree
                    ),
                )
            except requests.RequestException as error:
                self.shop.failures.append(f"the consent page did not load: {error}")

    def _sync_by_hand(self, number: int = 0) -> Report | None:
        made: list[Report | None] = []
        actor = self.scheduler.spawn(
            "by hand", lambda: made.append(one_sync(self.shop, practice_key(number)))
        )
        self.scheduler.finish([actor], LONG)
        return made[0] if made else None

    def desks(self, session: Any, number: int = 0) -> tuple[XpmDesk, IgnitionDesk]:
        """Return the desks of a practice's people."""
        known = self.worlds.practices[number]
        xpm, ignition = Control("XPM", XPM_URL, session), Control("Ignition", IGNITION_URL, session)
        return XpmDesk(xpm, known.xpm_tenant_id), IgnitionDesk(ignition, known.ignition_tenant_id)

    def looking_at(self, number: int) -> tuple[XpmDesk, IgnitionDesk]:
        """Return the same people's desks, from which calls take no time and are not noted."""
        xpm, ignition = self.people[number]
        return xpm.over(self.yard.session), ignition.over(self.yard.session)


def simulate(script: Script, yard: Yard, *, digested: bool = False) -> Outcome:
    """Play a script and return what came of it; `digested`: with a hash of all that both fakes and the ledger hold."""
    with listening() as logged:
        run = Run(script, yard)
        try:
            run.play()
            return outcome_of(run, logged, digested=digested)
        finally:
            run.close()
