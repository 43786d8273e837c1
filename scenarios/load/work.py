"""The work of a load run: for each practice a fixed list of steps, drawn from the seed alone."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime

import requests

from mock_kit.clock import parse_iso
from scenarios.desks import Control
from scenarios.load.plan import LoadPlan
from scenarios.stage import PracticeStage, Stage, syncer_config, syncer_key
from scenarios.stage_runtime import StageRuntime
from scenarios.world import Worlds
from syncer.config import parse
from syncer.ledger import Ledger
from syncer.vault import Vault

EDITS = 3
"""How many clients people change on either side between the first sync and the next."""


class LoadRuntime(StageRuntime):
    """The syncer's runtime under load: the clock stands still, calls go side by side over sockets."""

    def __init__(self, now: datetime, session: Callable[[], requests.Session]) -> None:
        super().__init__(now, session, "sockets")


def make_stage(
    plan: LoadPlan, worlds: Worlds, ledger: Ledger, session: Callable[[], requests.Session]
) -> Stage:
    """Return a stage on the fakes of the run; `session` makes the syncer's sessions, which are measured."""
    document = syncer_config(worlds, plan.xpm_url, plan.ignition_url, "http://127.0.0.1:9")
    document["xpm"]["per_minute"] = document["ignition"]["per_hour"] = 0
    plain = requests.Session()
    plain.trust_env = False
    return Stage(
        worlds=worlds,
        xpm=Control("XPM", plan.xpm_url, plain),
        ignition=Control("Ignition", plan.ignition_url, plain),
        runtime=LoadRuntime(parse_iso(worlds.xpm["now"]), session),
        config=parse(document, {}),
        ledger=ledger,
        session=plain,
    )


def open_ledger(plan: LoadPlan, practice: int) -> Ledger:
    """Return a new ledger in memory for one practice's work."""
    return Ledger(None, Vault(syncer_key(plan.seed + practice)))


def steps(plan: LoadPlan, practice: PracticeStage) -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield a practice's steps: connect, first sync, a day of people's work, the sync that carries it over."""
    rng = random.Random(f"load/{plan.seed}/{practice.number}")
    yield "connect", lambda: _connect(practice)
    yield "first sync", lambda: _sync(practice)
    yield "people's day", lambda: _people(practice, rng)
    yield "daily sync", lambda: _sync(practice)
    yield "sync after a sync", lambda: _expect_quiet(practice)
    yield "done", lambda: _note_done(plan, practice)


def quiet_sync(practice: PracticeStage) -> None:
    """Sync a practice in which nothing changed; what is left of the run's time is filled with these."""
    _expect_quiet(practice)


class LoadError(Exception):
    """A sync under load did what it should not."""


def _connect(practice: PracticeStage) -> None:
    practice.consent()


def _sync(practice: PracticeStage) -> None:
    report = practice.sync()
    if report.problems or report.attention:
        raise LoadError("; ".join([*(one.say() for one in report.problems), *report.attention]))


def _expect_quiet(practice: PracticeStage) -> None:
    report = practice.sync()
    if report.writes:
        raise LoadError(f"a sync right after a sync wrote {report.writes} times: {report.lines}")


def _people(practice: PracticeStage, rng: random.Random) -> None:
    """Let people edit both sides, and two leads accept: one that XPM knows, and one born in Ignition."""
    leads = practice.ignition.clients()
    chosen = rng.sample(leads, min(len(leads), 2 * EDITS))
    uuids = {row["Name"]: row["UUID"] for row in practice.xpm.clients()}
    for number, lead in enumerate(chosen[:EDITS]):
        practice.ignition.update_client(
            lead["slug"], phone=f"02 5550 {rng.randrange(1000, 9999)}", fax=str(number)
        )
    for lead in chosen[EDITS:]:
        practice.xpm.update_client(uuids[lead["name"]], Phone=f"07 5550 {rng.randrange(1000, 9999)}")
    service = practice.ignition.services()[0]
    practice.ignition.link_service(service["slug"], practice.ignition.job_templates()[0]["slug"])
    newcomer = practice.ignition.add_lead(f"Newcomer {practice.number} Pty Ltd", "Nia Newcomer")
    for slug in (*[lead["slug"] for lead in chosen[:1]], newcomer["slug"]):
        practice.ignition.make_signatory(slug)
        proposal = practice.ignition.propose(slug, "Engagement", service["slug"])
        practice.ignition.accept(proposal["slug"])


def _note_done(plan: LoadPlan, practice: PracticeStage) -> None:
    plan.done_path(practice.number).write_text(
        json.dumps({"practice": practice.name, "ledger": practice.stage.ledger.digest()}), "utf-8"
    )
