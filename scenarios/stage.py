"""Where stories are played: both fakes with a world, the real syncer between them, one frozen clock."""

import base64
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from mock_kit.clock import parse_iso
from scenarios.desks import Control, XpmDesk, agreeing
from scenarios.house import House, LateApp, Mode, opened
from scenarios.ignition_desk import IgnitionDesk
from scenarios.lent import Addresses, lent
from scenarios.stage_folder import in_memory
from scenarios.stage_runtime import StageRuntime
from scenarios.watch import PEOPLE, SYNCER, Watch
from scenarios.world import Practice as WorldPractice
from scenarios.world import Worlds
from syncer import connect as connecting
from syncer.auditing import audit
from syncer.config import Config, SyncSection, parse
from syncer.deploy import deploy_one
from syncer.disconnect import disconnect
from syncer.errors import SyncerError
from syncer.ledger import Ledger
from syncer.practice import open_practice
from syncer.report import Report
from syncer.resolve import resolve
from syncer.service import create_app
from syncer.sync import sync
from syncer.taking import take
from syncer.vault import Vault
from syncer.worker import work_inbox


@dataclass
class Stage:
    """A world that is up. Close it, or use `raised`."""

    worlds: Worlds
    xpm: Control
    ignition: Control
    runtime: StageRuntime
    config: Config
    ledger: Ledger
    session: requests.Session
    reports: list[Report] = field(default_factory=list)
    door: LateApp = field(default_factory=LateApp)
    """Where webhooks come in."""
    watch: Watch = field(default_factory=Watch)
    """Notes who calls whom."""
    after_sync: list[Callable[["PracticeStage", Report], None]] = field(default_factory=list)
    """Called after each sync with the practice and the sync's report."""

    def __post_init__(self) -> None:
        self.door.app = create_app(self.config, self.ledger, self.runtime)

    def restart(self, ledger: Ledger) -> None:
        """Go on with a syncer that was started again: all it knows is what its ledger holds."""
        self.ledger.close()
        self.runtime.started += 1
        self.ledger = ledger
        self.door.app = create_app(self.config, ledger, self.runtime)

    def change_settings(self, **settings: Any) -> None:
        """Set the syncer's `[sync]` section anew: what is not given is the default."""
        sync_section = SyncSection.model_validate(settings)
        self.config = self.config.model_copy(update={"sync": sync_section})
        self.door.app = create_app(self.config, self.ledger, self.runtime)

    def practice(self, number: int = 0) -> "PracticeStage":
        """Return one practice's part of the stage."""
        return PracticeStage(self, number, self.worlds.practices[number])

    def pass_time(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self.runtime.sleep(seconds)

    def state_digest(self) -> str:
        """Return one hash of both fakes' states and the ledger's, without secrets."""
        parts = [*self.fake_digests(), self.ledger.digest()]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def fake_digests(self) -> list[str]:
        """Return the hash of either fake's state: XPM's, then Ignition's."""
        return [str(control.get("digest")["sha256"]) for control in (self.xpm, self.ignition)]

    def journals(self) -> dict[str, list[dict[str, Any]]]:
        """Return the calls that either fake answered."""
        return {control.name: control.get("journal")["entries"] for control in (self.xpm, self.ignition)}


@dataclass
class PracticeStage:
    """One practice: its people at their desks, and the syncer's commands for it."""

    stage: Stage
    number: int
    known: WorldPractice

    def __post_init__(self) -> None:
        self.name = practice_key(self.number)
        self.xpm = XpmDesk(self.stage.xpm, self.known.xpm_tenant_id)
        self.ignition = IgnitionDesk(self.stage.ignition, self.known.ignition_tenant_id)

    def connect(self) -> str:
        """Connect the syncer; the practice's people agree on both consent pages. Subscribes to webhooks."""
        stage = self.stage
        sentence = self.consent()
        connecting.subscribe(stage.config, stage.ledger, stage.runtime, self.name)
        return sentence

    def consent(self, known: WorldPractice | None = None) -> str:
        """Connect the syncer without webhooks; `known` is the practice picked at the consent pages, else this one."""
        stage, agree = self.stage, agreeing(self.stage.session, known or self.known)
        return connecting.connect(stage.config, stage.ledger, stage.runtime, self.name, agree)

    def reload_xpm(self) -> None:
        """Put XPM back to its world as the story has changed it by now, and connect anew.

        It is for what an admin does that the API has no method for, before anything else was done in XPM.
        """
        self.stage.xpm.post("world", self.stage.worlds.xpm)
        self.xpm.log_in_again()
        self.connect()

    def withdraw(self) -> None:
        """Take the syncer's grant away at Xero, as the practice's admin can at any time."""
        xpm = self.stage.config.xpm
        tokens = self.stage.ledger.of(self.name).tokens("xpm") or {}
        self.stage.session.post(
            f"{xpm.identity_url}/connect/revocation",
            data={"token": tokens["refresh_token"]},
            auth=(xpm.client_id, xpm.client_secret),
            timeout=60,
        ).raise_for_status()

    def disconnect(self) -> str:
        """Have the syncer give its grants back."""
        return disconnect(self.stage.config, self.stage.ledger, self.stage.runtime, self.name)

    def sync(self, *, force: bool = False) -> Report:
        """Run the syncer's sync."""
        practice = open_practice(self.stage.config, self.stage.ledger, self.stage.runtime, self.name)
        report = self._keep(sync(practice, force=force))
        for look in self.stage.after_sync:
            look(self, report)
        return report

    def settle_in(self) -> None:
        """Run the first sync and a quiet one, and let a day pass: what people do then is news."""
        self.sync()
        self.sync()
        self.stage.pass_time(86_400)

    def plan(self) -> Report:
        """Run the syncer's dry run."""
        practice = open_practice(self.stage.config, self.stage.ledger, self.stage.runtime, self.name)
        return self._keep(sync(practice, dry_run=True))

    def deploy(self, proposal_slug: str) -> Report:
        """Ask the syncer for one proposal."""
        practice = open_practice(self.stage.config, self.stage.ledger, self.stage.runtime, self.name)
        return self._keep(deploy_one(practice, proposal_slug, asked=True))

    def resolve(self, proposal_slug: str, pick: str) -> Report:
        """Settle a parked deployment."""
        practice = open_practice(self.stage.config, self.stage.ledger, self.stage.runtime, self.name)
        return self._keep(resolve(practice, proposal_slug, pick))

    def audit(self) -> Report:
        """Have the syncer look whether anything is there twice."""
        practice = open_practice(self.stage.config, self.stage.ledger, self.stage.runtime, self.name)
        return self._keep(audit(practice))

    def take(self, conflict: int) -> Report:
        """Have what lost a conflict after all."""
        practice = open_practice(self.stage.config, self.stage.ledger, self.stage.runtime, self.name)
        return self._keep(take(practice, conflict))

    def deliver_webhooks(self) -> list[Report]:
        """Have Ignition deliver its webhooks, and the syncer work on what came."""
        self.stage.ignition.post("deliveries/run")
        done = work_inbox(self.stage.config, self.stage.ledger, self.stage.runtime, self.name)
        return [self._keep(report) for report in done]

    def _keep(self, report: Report) -> Report:
        self.stage.reports.append(report)
        return report


def refusal(call: Callable[[], object]) -> str:
    """Return why the syncer refuses to do something; empty where it does it."""
    try:
        call()
    except SyncerError as error:
        return str(error)
    return ""


def practice_key(number: int) -> str:
    """Return the name that a world's practice has in the syncer's configuration."""
    return f"practice-{number + 1}"


def syncer_key(seed: int) -> str:
    """Return the key that a story's ledger is encrypted with: made from the seed, good for nothing else."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"story/{seed}".encode()).digest()).decode()


def syncer_config(
    worlds: Worlds,
    xpm_url: str,
    ignition_url: str,
    syncer_url: str,
    sync_settings: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the syncer's configuration for a world, as its TOML file would say it."""
    known = worlds.credentials
    zones = {"AUD": "Australia/Sydney", "NZD": "Pacific/Auckland", "GBP": "Europe/London"}
    return {
        "xpm": {
            "auth_url": xpm_url,
            "identity_url": xpm_url,
            "api_url": xpm_url,
            "client_id": known.xpm_client_id,
            "client_secret": known.xpm_client_secret,
        },
        "ignition": {
            "url": ignition_url,
            "client_id": known.ignition_client_id,
            "client_secret": known.ignition_client_secret,
        },
        "connect": {"redirect_uri": known.redirect_uri},
        "serve": {"public_url": syncer_url},
        "sync": sync_settings or {},
        "practices": [
            {"name": practice_key(number), "timezone": zones.get(practice["currency"], "Australia/Sydney")}
            for number, practice in enumerate(worlds.ignition["practices"])
        ],
    }


@contextmanager
def staged(
    house: House, worlds: Worlds, seed: int, sync_settings: dict[str, Any] | None = None
) -> Iterator[Stage]:
    """Load a world into a house's fakes, and put a syncer with an empty ledger between them."""
    now = parse_iso(worlds.xpm["now"])
    watch = house.watch
    watch.begin_anew()
    runtime = StageRuntime(now, watch.by(SYNCER, house.make_session), house.mode)
    watch.now = runtime.now
    written = syncer_config(worlds, house.xpm_url, house.ignition_url, house.syncer_url, sync_settings)
    session = watch.by(PEOPLE, house.make_session)()
    with tempfile.TemporaryDirectory(prefix="stage-", dir=in_memory()) as folder:
        path = Path(folder) / "ledger.db"
        stage = Stage(
            worlds, *house.controls(session), runtime, parse(written, {}), Ledger(path, Vault(syncer_key(seed))), session,
            door=house.syncer, watch=watch,
        )  # fmt: skip
        stage.xpm.post("world", worlds.xpm)
        stage.ignition.post("world", worlds.ignition)
        for control in (stage.xpm, stage.ignition):
            runtime.slept.append(_advancer(control))
        try:
            yield stage
        finally:
            stage.ledger.close()


@contextmanager
def raised(
    worlds: Worlds,
    seed: int,
    mode: Mode = "process",
    sync_settings: dict[str, Any] | None = None,
    at: Addresses | None = None,
) -> Iterator[Stage]:
    """Put a stage up while the block runs, on fakes `at` an address or, without one, on our own.

    Both modes run the same apps and end in the same state. Raises LentError for fakes that cannot be had.
    """
    having = lent(at) if at else opened(parse_iso(worlds.xpm["now"]), seed, mode)
    with having as house, staged(house, worlds, seed, sync_settings) as stage:
        yield stage


def _advancer(control: Control) -> Callable[[float], None]:
    return lambda seconds: control.post("clock/advance", {"seconds": seconds})
