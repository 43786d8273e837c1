"""What is done for one practice of a load run: by the real syncer, by people, by a third party's program."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests

from mock_kit.clock import parse_iso
from scenarios.desks import Control, DeskError, XpmDesk, agreeing
from scenarios.ignition_desk import IgnitionDesk
from scenarios.load.digest import ledger_digest
from scenarios.load.plan import LoadPlan
from scenarios.load.remembered import Remembered, verdict_of
from scenarios.load.schedule import Item, acceptances_of, phases
from scenarios.stage import practice_key, syncer_config, syncer_key
from scenarios.stage_runtime import StageRuntime
from scenarios.world import Worlds
from syncer import connect as connecting
from syncer.config import Config, parse
from syncer.deploy import deploy_one
from syncer.errors import ReconnectNeededError, SyncerError
from syncer.ledger import Ledger
from syncer.practice import open_practice
from syncer.report import Report
from syncer.sync import sync
from syncer.vault import Vault

Json = dict[str, Any]
MakeSession = Callable[[], requests.Session]
TRIES = 6
"""How often a sync is begun anew under faults, as the syncer's service would at its next round."""
STARTS = "2026-07-10"
"""When what clients accept begins: a date of the list of work, and not of the moment it is done at."""


class LoadError(Exception):
    """Something under load did what it should not."""


TROUBLE = (SyncerError, DeskError, LoadError, requests.RequestException)
"""What may go wrong with a piece of work without being a mistake of this program."""


@dataclass(frozen=True)
class House:
    """What all practices of a process share."""

    plan: LoadPlan
    worlds: Worlds
    config: Config
    measured: MakeSession
    """Makes sessions whose calls are told to Locust."""
    aside: Callable[..., Any]
    """Computes a function of what it is given, while the process goes on showing life."""


def make_house(plan: LoadPlan, measured: MakeSession, aside: Callable[..., Any]) -> House:
    """Return a process's house: the practices without their clients, and the syncer's configuration."""
    worlds = plan.outline()
    document = syncer_config(worlds, plan.xpm_url, plan.ignition_url, "http://127.0.0.1:9")
    if not plan.limits:
        document["xpm"]["per_minute"] = document["ignition"]["per_hour"] = 0
    return House(plan, worlds, parse(document, {}), measured, aside)


@dataclass
class Record:
    """What was done of a practice's work in a phase, for whoever leads the run."""

    syncs: list[Json] = field(default_factory=list)
    jobs: list[float] = field(default_factory=list)
    """Seconds from an acceptance's intended moment to its job's presence in XPM."""
    edits: list[Json] = field(default_factory=list)
    tested: dict[str, int] = field(default_factory=dict)
    """How often the oracle put each invariant to the test, at the end."""
    violations: list[str] = field(default_factory=list)
    ledger: str = ""
    """The hash of what the syncer remembers of the practice, at the end."""
    waited: float = 0.0
    repeats: int = 0


class Lane:
    """One practice: its ledger, its clock, its people. One user works on it at a time."""

    def __init__(self, house: House, number: int) -> None:
        self._house, self.number, self.name = house, number, practice_key(number)
        self._known = house.worlds.practices[number]
        self._plain = requests.Session()
        self._plain.trust_env = False
        controls = (
            Control("XPM", house.plan.xpm_url, self._plain),
            Control("Ignition", house.plan.ignition_url, self._plain),
        )
        self.xpm = XpmDesk(controls[0], self._known.xpm_tenant_id)
        self.ignition = IgnitionDesk(controls[1], self._known.ignition_tenant_id)
        self._people = house.measured()
        self._runtime = LaneRuntime(parse_iso(house.worlds.xpm["now"]), house.measured, controls)
        self._ledger = Ledger(None, Vault(syncer_key(house.plan.seed + number)))
        self._proposals: list[str] = []
        self._engaged: set[str] = set()
        self._remembered = Remembered()
        self.record = Record()

    def begin(self, seconds: int) -> None:
        """Begin a phase, so many seconds after the one before."""
        self._runtime.pass_by(seconds)
        self.record = Record()

    def close(self) -> None:
        """Let go of the ledger and the connections."""
        self._ledger.close()
        self._plain.close()
        self._people.close()

    def do(self, item: Item, phase: int, intended: float) -> None:
        """Do an item. Raises one of TROUBLE where it cannot be done, or does what it should not."""
        day = phases(self._house.plan.days)[phase].day
        match item.what:
            case "connect":
                self._remembered.found(self.xpm)
                self._connect()
            case "people":
                self._edit(phase)
                self._propose(phase)
            case "acceptance":
                self._accept(self._proposals[item.number], intended)
            case "reading":
                self._browse(phase)
            case "judging":
                self._judge()
            case _:
                self._sync(item, intended, measured=day is not None)

    def _judge(self) -> None:
        """Have the simulator's oracle judge what both sides and the ledger have come to."""
        dump = self._ledger.dump()
        case = self._remembered.case(self.xpm, self.ignition, dump, self._runtime.now())
        self.record.tested, found = self._house.aside(verdict_of, case)
        self.record.violations = [f"{self._known.name}: {line}" for line in found]
        self.record.ledger = ledger_digest(dump)

    def _connect(self) -> None:
        connecting.connect(
            self._house.config,
            self._ledger,
            self._runtime,
            self.name,
            agreeing(self._plain, self._known),
        )

    def _sync(self, item: Item, intended: float, *, measured: bool) -> None:
        began = time.perf_counter()
        report = self._stubborn(lambda: sync(self._open()))
        ended = time.perf_counter()
        if measured:
            costs = report.as_json()["costs"]
            took = {"due": item.due, "seconds": ended - began, "from_due": ended - intended}
            self.record.syncs.append({**took, "costs": costs})
        self.record.waited = self._runtime.waited
        if item.what == "further sync" and report.writes and self._house.plan.faults == "none":
            raise LoadError(f"a sync right after a sync wrote {report.writes} times: {report.lines}")

    def _open(self) -> Any:
        return open_practice(self._house.config, self._ledger, self._runtime, self.name)

    def _stubborn(self, work: Callable[[], Report]) -> Report:
        """Do a piece of the syncer's work; under faults again where it failed, as the next round would."""
        for tried in range(TRIES):
            try:
                report = work()
                if report.problems or report.attention or report.stopped:
                    told = [*(one.say() for one in report.problems), *report.attention, report.stopped or ""]
                    raise LoadError("; ".join(str(one) for one in told if one))  # noqa: TRY301  # as a failed sync is
            except (SyncerError, LoadError) as error:
                if self._house.plan.faults == "none" or tried == TRIES - 1:
                    raise
                self.record.repeats += 1
                self._runtime.sleep(60.0)
                if isinstance(error, ReconnectNeededError):
                    self._connect()
            else:
                return report
        raise AssertionError("the last try returns or raises")

    def _edit(self, phase: int) -> None:
        """Let people edit, half of it on either side: each value is there once, so that every write is known."""
        plan, rng = self._house.plan, self._rng(phase, "edits")
        uuids = self.xpm.uuids()
        leads = [row for row in self.ignition.clients() if row["name"] in uuids]
        many = min(len(leads), max(2, round(plan.size * plan.changes / 100)))
        numbers = rng.sample(range(10_000_000), many)
        for place, (lead, value) in enumerate(zip(rng.sample(leads, many), numbers, strict=True)):
            side, uuid, text = ("xpm", "ignition")[place % 2], uuids[lead["name"]], f"02 {value:07}"
            if side == "xpm":
                self.xpm.update_client(uuid, Phone=text)
            else:
                self.ignition.update_client(lead["slug"], phone=text)
            self._remembered.edited(side, uuid, lead, text, self._runtime.now())
            self.record.edits.append({"side": side, "xpm": uuid, "ignition": lead["slug"], "phone": text})

    def _propose(self, phase: int) -> None:
        """Create and send the proposals that clients accept in the day: known ones and new ones in turn."""
        rng, self._proposals = self._rng(phase, "proposals"), []
        for number in range(acceptances_of(self._house.plan, self.number)):
            service = rng.choice(self.ignition.services())["slug"]
            free = [row for row in self.ignition.clients() if row["slug"] not in self._engaged]
            if number % 2 and free:
                client = rng.choice(free)
                self.ignition.make_signatory(client["slug"])
            else:
                name = f"Newcomer {self.number}-{phase}-{number} Pty Ltd"
                client = self.ignition.add_lead(name, "Nia Newcomer")
                self._remembered.made(client, self._runtime.now())
            self._engaged.add(client["slug"])
            sent = self.ignition.propose(client["slug"], "Engagement", service, start=STARTS)["slug"]
            self._remembered.sent(sent, client, STARTS)
            self._proposals.append(sent)

    def _accept(self, slug: str, intended: float) -> None:
        """Accept, have the syncer deploy as its service does at a webhook, and look for the job in XPM."""
        self.ignition.accept(slug)
        self._remembered.accepted(self.ignition.proposal(slug), self._runtime.now())
        self._stubborn(lambda: deploy_one(self._open(), slug))
        shown = self.ignition.shown(slug)
        numbers = {one["number"] for one in shown["jobs"]}
        if not numbers & {row["ID"] for row in self.xpm.jobs_of(shown["xpm_client_uuid"])}:
            raise LoadError(f"{self.name}: XPM has no job of {slug}, which shows {shown['status']!r}")
        self.record.jobs.append(time.perf_counter() - intended)

    def _browse(self, phase: int) -> None:
        """Read as a third party's program does, with tokens of its own: lists, and some clients one by one."""
        rng, plan = self._rng(phase, "reading"), self._house.plan
        uuids = sorted(self.xpm.uuids().values())
        paths = ["client.api/paged-list", "staff.api/list"]
        paths += [f"client.api/get/{uuid}" for uuid in rng.sample(uuids, min(3, len(uuids)))]
        token = self._token(self.xpm)
        for path in paths:
            headers = {"Authorization": f"Bearer {token}", "xero-tenant-id": self._known.xpm_tenant_id}
            url = f"{plan.xpm_url}/practicemanager/3.1/{path}"
            self._people.get(url, headers=headers, timeout=60)
        headers = {"Authorization": f"Bearer {self._token(self.ignition)}"}
        for path in ("clients", "proposals", "invoices"):
            url = f"{plan.ignition_url}/external/api/v1/reporting/{path}?limit=100"
            self._people.get(url, headers=headers, timeout=60)

    @staticmethod
    def _token(desk: XpmDesk | IgnitionDesk) -> str:
        return str(desk.control.post("tokens", {"tenant_ids": [desk.tenant_id]})["access_token"])

    def _rng(self, phase: int, what: str) -> random.Random:
        return random.Random(f"load/{self._house.plan.seed}/{self.number}/{phase}/{what}")


class LaneRuntime(StageRuntime):
    """The syncer's runtime under load: a clock of the practice's own, so that its calls are the seed's.

    What it sleeps passes on the fakes' clocks too, and in no real time: those are ahead of it, never behind.
    """

    def __init__(self, now: datetime, session: MakeSession, controls: tuple[Control, Control]) -> None:
        super().__init__(now, session, "sockets")
        self.waited = 0.0
        self.slept += [self._count, *(_advancer(control) for control in controls)]

    def pass_by(self, seconds: float) -> None:
        """Let time pass here alone: whoever leads the run moves the fakes' clocks, once for all."""
        slept, self.slept, self.waited = self.slept, [], 0.0
        self.sleep(seconds)
        self.slept = slept

    def _count(self, seconds: float) -> None:
        self.waited += seconds


def _advancer(control: Control) -> Callable[[float], None]:
    return lambda seconds: control.post("clock/advance", {"seconds": seconds})
