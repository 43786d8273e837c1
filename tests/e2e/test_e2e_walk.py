"""E11: a first sync, a day's sync and an acceptance die at every call and every commit, and end as if they had not.

Every boundary of a call is tried: before it, and when it has been done and its answer was not seen. So is
every commit that changes the ledger, which is also after whatever came before it; but of the moments between
two commits of an eventful day, with no call in between, every third, for there are many.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import Raise
from e2e_bench import ANNUAL, LODGE, Bench, CrashError, Json, known, lead, small_world
from e2e_jobs import MAX, PAT, SAM, linked_services
from e2e_walk import Checkpoint, Steps, differences, end_of

from scenarios.builders import contact, group, ignition_client, ignition_contact
from scenarios.world import Worlds
from syncer import apply
from syncer.once import SETTLE_SECONDS

NEW = "Brand New Ventures Pty Ltd"
FARMS = group("Farms")
JANE = contact("Jane Doe", email="jane@example.com", phone="1", is_primary=True)
FAMILY = [
    contact("Mere", email="mere@example.com", is_primary=True),
    contact("Tama", email="tama@example.com"),
    contact("Aria", email="aria@example.com"),
    contact("Hone", email="hone@example.com"),
]
HOUR = 3600.0


def first_world() -> Worlds:
    """Return a practice with clients for three batches, an archived one, namesakes, and clients known on both sides."""
    there = [
        known("Alpha Ltd", contacts=[JANE]),
        known("Beta Ltd", contacts=[JANE], group_uuids=[FARMS["uuid"]]),
        known("Kea Ltd", contacts=FAMILY[:2], account_manager_uuid=PAT["uuid"]),
        known("Matched Ltd", phone="1", fax="2", contacts=FAMILY[2:]),
        known("Namesake Ltd"),
        known("Namesake Ltd", nth=1),
        known("Archived Ltd", is_archived=True),
    ]
    people = [ignition_contact("Aria", email="aria@example.com", phone="9"), ignition_contact("Zoë")]
    here = [
        ignition_client("Matched Ltd", state="active", phone="3", contacts=people),
        lead("Namesake Ltd"),
        lead(NEW),
    ]
    return small_world(there, here, staff=[PAT, MAX, SAM], groups=[FARMS])  # fmt: skip


def day_world() -> Worlds:
    """Return the practice of an eventful day."""
    names = ("Edited Ltd", "Both Ltd", "Archived Ltd", "Gone Ltd", "Clockwork Ltd")
    there = [known(name, phone="1") for name in names]
    there += [known(name, contacts=[JANE]) for name in ("Alpha Ltd", "Beta Ltd")]
    there += [known("Kea Ltd", contacts=FAMILY)]
    return small_world(there, [lead(NEW)], staff=[PAT, MAX, SAM], groups=[FARMS])


def eventful_day(bench: Bench) -> None:
    """Let people do all kinds of things on both sides; what is due at midnight is due, and a webhook is lost."""
    _recurring(bench)
    # 13:55 UTC is five minutes to midnight in Sydney. A sync there renews the tokens: a refresh whose
    # answer is lost is another story (E24).
    bench.stage.pass_time(14 * HOUR - 300)
    bench.one.sync()
    bench.stage.pass_time(600)
    _edits_in_xpm(bench)
    _edits_in_ignition(bench)
    _accepted(bench)
    bench.faults.on("template.api/list", rewrite=lambda request: _renamed(bench, request), times=10**9)


def _recurring(bench: Bench) -> None:
    """Have weekly work accepted, the third week of which is due a day later, and a user picked."""
    bench.one.sync()
    desk = bench.one.ignition
    pat, max_ = (desk.pick_user(one["uuid"])["slug"] for one in (PAT, MAX))
    (client,) = desk.named("Clockwork Ltd")
    desk.update_client(client["slug"], partner_slug=pat, manager_slug=max_)
    services = linked_services(bench, ANNUAL["name"], LODGE["name"])
    slug = bench.accepted(client["slug"], *services, name="Care", cadence="weekly", start="2026-07-02")[
        "slug"
    ]
    bench.one.deploy(slug)
    bench.one.sync()


def _edits_in_xpm(bench: Bench) -> None:
    desk = bench.one.xpm
    uuids = {row["Name"]: row["UUID"] for row in desk.clients()}
    desk.update_client(
        uuids["Edited Ltd"], Address="1 Quay St", WebSite="https://new.example", GSTRegistered="Yes"
    )
    body = f'<Group><UUID>{FARMS["uuid"]}</UUID><add uuid="{uuids["Edited Ltd"]}"/></Group>'.encode()
    desk._call("PUT", "clientgroup.api/members", body, "Group")
    desk.update_client(uuids["Both Ltd"], Phone="2", Name="Both & Co Ltd")
    desk.archive_client(uuids["Archived Ltd"])
    newcomer = desk.add_client("Newcomer Ltd", Phone="5")
    desk.add_contact(newcomer["UUID"], "Nell New", Email="nell@example.com")
    desk.add_client("Matched Ltd", Fax="6")
    kea, of = uuids["Kea Ltd"], {one["name"]: one["uuid"] for one in FAMILY}
    desk.add_contact(kea, "Xan", Phone="4")
    desk.update_contact(of["Mere"], kea, Phone="7")
    desk.remove_contact(of["Tama"], kea)
    desk.remove_contact(of["Aria"], kea)


def _edits_in_ignition(bench: Bench) -> None:
    desk = bench.one.ignition
    slugs = {row["name"]: row["slug"] for row in desk.clients()}
    users = {row["name"]: row["slug"] for row in desk.users()}
    desk.update_client(slugs["Edited Ltd"], fax="9", partner_slug=users["Pat Partner"])
    desk.update_client(slugs["Both Ltd"], phone="3")
    desk.call("POST", f"clients/{slugs['Gone Ltd']}/archive")
    desk.add_lead("Matched Ltd", "Mat Match")
    desk.pick_user(SAM["uuid"])
    desk.delete_user(users["Max Manager"])
    family = {row["name"]: row["slug"] for row in desk.contacts(slugs["Kea Ltd"])}
    desk.update_contact(family["Aria"], mobile="8")
    desk.remove_contact(family["Hone"])
    desk.add_contact(slugs["Kea Ltd"], "Ivy", email="ivy@example.com")
    (jane,) = desk.contacts(slugs["Beta Ltd"])
    desk.update_contact(jane["slug"], phone="3")


def _accepted(bench: Bench) -> str:
    """Have the new lead accept two services with a template each."""
    (here,) = bench.one.ignition.named(NEW)
    services = linked_services(bench, ANNUAL["name"], LODGE["name"])
    return str(bench.accepted(here["slug"], *services, name="Everything")["slug"])


def _renamed(bench: Bench, request: Any) -> Any:
    """Answer XPM's templates as after an admin has renamed one, for which the API has no method."""
    answer = bench.faults.real(request)
    answer._content = answer.content.replace(b"<Name>Lodgement</Name>", b"<Name>Lodgement 2027</Name>")
    return answer


def acceptance(bench: Bench) -> None:
    """Have a new lead accept, and its webhook arrive at the syncer's door."""
    bench.one.sync()
    _accepted(bench)
    bench.stage.ignition.post("deliveries/run")


@dataclass(frozen=True)
class Tale:
    """What is there beforehand, what the program does that may die, and what it does when started again.

    `stride`: see `Steps.moments`. `shares`: among how many tests the moments are dealt out.
    """

    world: Callable[[], Worlds]
    prepare: Callable[[Bench], object]
    act: Callable[[Bench], object]
    go_on: Callable[[Bench], object]
    stride: int = 1
    shares: int = 1


def synced(bench: Bench) -> object:
    return bench.one.sync()


def delivered(bench: Bench) -> object:
    return bench.one.deliver_webhooks()


def synced_and_audited(bench: Bench) -> object:
    """Sync, and again when all must have landed that came of what was in doubt: then it is audited (E11)."""
    told = synced(bench)
    bench.stage.pass_time(SETTLE_SECONDS)
    return told, synced(bench)


def delivered_and_audited(bench: Bench) -> object:
    return delivered(bench), synced_and_audited(bench)


TALES = {
    "a first sync": Tale(first_world, lambda _bench: None, synced, synced),
    "a day's sync": Tale(day_world, eventful_day, synced, synced_and_audited, stride=3, shares=3),
    "an acceptance": Tale(first_world, acceptance, delivered, delivered_and_audited),
}


@dataclass
class Walk:
    """A story that is told again and again, from the same beginning."""

    bench: Bench
    tale: Tale
    steps: Steps
    start: Checkpoint

    def cut_short(self, moment: int) -> Json:
        """Let the program die at a moment and be started again; returns the end."""
        self.start.go_back()
        self.steps.start(moment)
        with pytest.raises(CrashError):
            self.tale.act(self.bench)
        self.steps.start()
        self.bench.restart()
        self.tale.go_on(self.bench)
        return end_of(self.bench)


def walk(bench: Bench, tale: Tale, patch: pytest.MonkeyPatch, folder: Path) -> Walk:
    """Be at the beginning of a story. Imports go in batches of two, so that there are several."""
    patch.setattr(apply, "BATCH", 2)
    tale.prepare(bench)
    steps = Steps(bench, patch)
    found = Walk(bench, tale, steps, Checkpoint(bench, folder))
    steps.start()
    return found


@pytest.mark.parametrize(
    ("name", "share"), [(name, one) for name in TALES for one in range(TALES[name].shares)]
)
def test_e11_whatever_dies_at_any_call_or_commit_ends_alike_when_started_again(
    raise_bench: Raise, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, share: int
) -> None:
    tale = TALES[name]
    with raise_bench(tale.world()) as bench:
        found = walk(bench, tale, monkeypatch, tmp_path)
        tale.act(bench)
        moments, names = found.steps.moments(tale.stride), found.steps.names
        tale.go_on(bench)
        calm = end_of(bench)
        assert bench.one.sync().writes == 0
        bench.stage.after_sync.clear()  # that both systems agree was seen now: every other end is held against this one
        for moment in moments[share :: tale.shares]:
            assert differences(found.cut_short(moment), calm) == [], names[:moment][-2:]
            assert bench.one.sync().writes == 0, names[:moment][-2:]
