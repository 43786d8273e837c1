"""Partner and Manager go both ways, where the person is XPM staff and a linked user."""

from scenarios.builders import client, staff
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build
from syncer.report import Report

PAT, MAX, SAM = (
    staff(name, email=f"{name[:3].lower()}@example.com") for name in ("Pat Reid", "Max Hill", "Sam Low")
)
KEA, MOA, TUI = "Kea Cafés Limited", "Moa Motors Ltd", "Tūī Trust"
NOBODY = ("", "")
Roles = dict[str, tuple[tuple[str, str], tuple[str, str]]]


def world(seed: int, size: int) -> Worlds:
    """Return a practice with three clients, two of which have people."""
    worlds = build(seed, clients=size)
    tenant = worlds.tenant()
    tenant["staff"] += [PAT, MAX, SAM]
    tenant["clients"] += [
        client(KEA, account_manager_uuid=PAT["uuid"], job_manager_uuid=MAX["uuid"]),
        client(MOA, account_manager_uuid=SAM["uuid"]),
        client(TUI),
    ]
    return worlds


def play(story: Story) -> None:
    """Make people users one after the other, and change who is whose Partner and Manager on both sides."""
    practice = story.start()
    with story.step(
        "Nobody of XPM's staff is a user yet: no Partner and no Manager arrives, and the report says so"
    ):
        report = practice.sync()
        story.expect("people in Ignition", [NOBODY] * 3, [here for _, here in roles(practice).values()])
        for one in (PAT, MAX, SAM):
            story.expect(
                f"the report names {one['name']}", True, _says(report, f"“{one['name']}” is no linked user")
            )
    with story.step(
        "Pat and Max are picked as users: where they are Partner or Manager, they arrive (R2, R6)"
    ):
        users = {one["name"]: practice.ignition.pick_user(one["uuid"])["slug"] for one in (PAT, MAX)}
        practice.sync()
        story.expect("Partner and Manager of “Kea”", (("Pat Reid", "Max Hill"),) * 2, roles(practice)[KEA])
        story.expect("those of “Moa”", (("Sam Low", ""), NOBODY), roles(practice)[MOA])
    _both_ways(story, practice, users)
    _unknown(story, practice)
    with story.step("Sam is picked as well: what could not be carried over before now is (R6)"):
        practice.ignition.pick_user(SAM["uuid"])
        practice.sync()
        story.expect("those of “Kea”", (("Sam Low", "Max Hill"),) * 2, roles(practice)[KEA])
        story.expect("those of “Moa”", (("Sam Low", "Max Hill"),) * 2, roles(practice)[MOA])
    with story.step("Taking somebody away on either side is a change like any other (E5)"):
        there, here = practice.xpm.uuids(), practice.ignition.slugs()
        practice.xpm.update_client(there[KEA], JobManagerUUID="")
        practice.ignition.update_client(here[MOA], partner_slug=None)
        practice.sync()
        story.expect("those of “Kea”", (("Sam Low", ""),) * 2, roles(practice)[KEA])
        story.expect("those of “Moa”", (("", "Max Hill"),) * 2, roles(practice)[MOA])
    story.expect_rest(practice)


def _both_ways(story: Story, practice: PracticeStage, users: dict[str, str]) -> None:
    with story.step("“Moa” gets a Manager in Ignition, “Tūī” a Partner in XPM: both cross over (R6)"):
        practice.ignition.update_client(practice.ignition.slugs()[MOA], manager_slug=users["Max Hill"])
        practice.xpm.update_client(practice.xpm.uuids()[TUI], AccountManagerUUID=PAT["uuid"])
        practice.sync()
        story.expect("those of “Moa”", (("Sam Low", "Max Hill"), ("", "Max Hill")), roles(practice)[MOA])
        story.expect("those of “Tūī”", (("Pat Reid", ""),) * 2, roles(practice)[TUI])


def _unknown(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "Sam becomes Kea's Partner in XPM and is no user; Tūī's Manager in Ignition is no XPM staff"
    ):
        alex = practice.ignition.add_user("Alex Admin", "alex@example.com")
        practice.xpm.update_client(practice.xpm.uuids()[KEA], AccountManagerUUID=SAM["uuid"])
        practice.ignition.update_client(practice.ignition.slugs()[TUI], manager_slug=alex["slug"])
        report = practice.sync()
    with story.step(
        "Either is unknown to the other side: nothing is written, and the report names them (R6)"
    ):
        story.expect(
            "those of “Kea”", (("Sam Low", "Max Hill"), ("Pat Reid", "Max Hill")), roles(practice)[KEA]
        )
        story.expect("those of “Tūī”", (("Pat Reid", ""), ("Pat Reid", "Alex Admin")), roles(practice)[TUI])
        for name in ("Sam Low", "Alex Admin"):
            story.expect(f"the report names {name}", True, _says(report, f"“{name}” is no linked"))
        story.expect("writes of one more sync", 0, practice.sync().writes)


def roles(practice: PracticeStage) -> Roles:
    """Return each client's Partner and Manager by name: as XPM has them, then as Ignition does."""
    there = {row["Name"]: row for row in practice.xpm.clients()}
    here = {row["name"]: row for row in practice.ignition.clients()}
    return {
        name: (
            (_name(there[name], "AccountManager", "Name"), _name(there[name], "JobManager", "Name")),
            (_name(here[name], "partner", "name"), _name(here[name], "manager", "name")),
        )
        for name in (KEA, MOA, TUI)
    }


def _says(report: Report, words: str) -> bool:
    return any(words in line for line in report.warnings)


def _name(row: dict[str, dict[str, str] | None], role: str, member: str) -> str:
    return (row.get(role) or {}).get(member, "")


PARTNER_AND_MANAGER = Scenario(
    name="partner-and-manager",
    purpose="Partner and Manager go both ways where the person is a linked user; anybody else is unknown.",
    rules=("R2", "R6", "E4", "E5"),
    play=play,
    world=world,
)
