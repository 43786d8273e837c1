"""Clients are archived or deleted on one side: the other side keeps its own, and they take no more jobs."""

from scenarios.builders import client
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

ARCHIVED, DELETED, ARCHIVED_HERE = "Archived In Xpm", "Deleted In Xpm", "Archived In Ignition"
STANDINGS = {ARCHIVED: "xpm archived", DELETED: "xpm deleted", ARCHIVED_HERE: "ignition archived"}
Phones = dict[str, tuple[str, str]]


def world(seed: int, size: int) -> Worlds:
    """Return a practice with a client for each way of leaving."""
    worlds = build(seed, clients=size)
    worlds.tenant()["clients"] += [client(name, phone="1") for name in STANDINGS]
    return worlds


def play(story: Story) -> None:
    """Let clients go, edit what is left of them, accept for them, and bring one back."""
    practice = story.start()
    with story.step("The first sync; all three have a proposal that is not accepted yet"):
        practice.settle_in()
        there, here = practice.xpm.uuids(), practice.ignition.slugs()
        proposals = {name: _proposed(practice, here[name]) for name in STANDINGS}
        practice.sync()
    with story.step("One is archived in XPM, one deleted there, one archived in Ignition"):
        practice.xpm.archive_client(there[ARCHIVED])
        practice.xpm.delete_client(there[DELETED])
        practice.ignition.archive_client(here[ARCHIVED_HERE])
    with story.step("The sync leaves each where it is on the other side, and the report says so (E7)"):
        report = practice.sync()
        for name, words in STANDINGS.items():
            said = f"“{name}”: {words}, no longer synced (E7)"
            story.expect(f"the report on “{name}”", True, said in report.warnings)
        states = {name: practice.ignition.named(name)[0]["state"] for name in STANDINGS}
        story.expect(
            "states in Ignition", {ARCHIVED: "lead", DELETED: "lead", ARCHIVED_HERE: "archived"}, states
        )
        (kept,) = practice.xpm.named(ARCHIVED_HERE)
        story.expect(
            "the third in XPM: archived, deleted", ("No", "No"), (kept["IsArchived"], kept["IsDeleted"])
        )
    with story.step("What is edited on either of them stays there (E7)"):
        practice.ignition.update_client(here[ARCHIVED], phone="2")
        practice.ignition.update_client(here[DELETED], phone="2")
        practice.xpm.update_client(there[ARCHIVED_HERE], Phone="3")
        report = practice.sync()
        story.expect("writes", 0, report.writes)
        wanted: Phones = {ARCHIVED: ("1", "2"), DELETED: ("1", "2"), ARCHIVED_HERE: ("3", "1")}
        story.expect("phones in XPM and Ignition", wanted, _phones(practice))
    _accepted(story, practice, there, here, proposals)
    with story.step(
        "The third is brought back in Ignition: it is synced again, with what was edited meanwhile (E3)"
    ):
        practice.ignition.restore_client(here[ARCHIVED_HERE])
        practice.sync()
        story.expect("its phones", ("3", "3"), _phones(practice)[ARCHIVED_HERE])
        story.expect("writes of one more sync", 0, practice.sync().writes)


def _accepted(
    story: Story,
    practice: PracticeStage,
    there: dict[str, str],
    here: dict[str, str],
    proposals: dict[str, str],
) -> None:
    """Have all three accept."""
    with story.step("Two of them accept their proposals: no job is made, a person has to decide (E7, E10)"):
        for name in (ARCHIVED, DELETED):
            practice.ignition.accept(proposals[name])
        practice.deliver_webhooks()
        for name in (ARCHIVED, DELETED):
            story.expect(f"jobs of “{name}”", [], practice.xpm.jobs_of(there[name]))
            shown = practice.ignition.proposal(proposals[name])["deployment"]
            story.expect("its proposal shows", "needs_attention", shown["status"])
            story.expect("XPM clients of that name", 1, len(practice.xpm.named(name)))
    with story.step(
        "The third had accepted just before it was archived in Ignition: no job is made either (E7)"
    ):
        practice.ignition.restore_client(here[ARCHIVED_HERE])
        practice.ignition.accept(proposals[ARCHIVED_HERE])
        practice.ignition.archive_client(here[ARCHIVED_HERE])
        practice.deliver_webhooks()
        story.expect("its jobs in XPM (E7)", [], practice.xpm.jobs_of(there[ARCHIVED_HERE]))
        shown = practice.ignition.proposal(proposals[ARCHIVED_HERE])["deployment"]
        story.expect("its proposal shows (E7)", "needs_attention", shown["status"])


def _proposed(practice: PracticeStage, slug: str) -> str:
    practice.ignition.make_signatory(slug)
    service = practice.ignition.services()[0]["slug"]
    return str(practice.ignition.propose(slug, "Engagement", service)["slug"])


def _phones(practice: PracticeStage) -> Phones:
    """Return the phones of who is leaving: XPM's first."""
    there = {row["Name"]: row["Phone"] for row in practice.xpm.clients()}
    here = {row["name"]: row["phone"] for row in practice.ignition.clients()}
    return {name: (there[name], here[name]) for name in STANDINGS}


LEAVING = Scenario(
    name="leaving",
    purpose="A client archived or deleted on one side is kept on the other, no longer synced, and takes no more jobs.",
    rules=("E3", "E4", "E7", "E10"),
    play=play,
    world=world,
)
