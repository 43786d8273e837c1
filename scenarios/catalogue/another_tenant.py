"""A practice is disconnected, and somebody connects another XPM tenant in its place."""

from dataclasses import replace

from scenarios.builders import client
from scenarios.stage import PracticeStage, refusal
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

SHARED_NAME = "Smith Family Trust"


def world(seed: int, size: int) -> Worlds:
    """Return two practices, each of which has a client of the same name with another phone."""
    worlds = build(seed, clients=size, practices=2)
    for number in range(2):
        worlds.tenant(number)["clients"].append(client(SHARED_NAME, nth=number, phone=f"{number + 1}"))
    return worlds


def play(story: Story) -> None:
    """Disconnect, connect the wrong tenant, then the right one, and the other under a name of its own."""
    practice, other = story.start(), story.stage.practice(1)
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
    with story.step("The practice is disconnected: nothing is synced, and Ignition shows it"):
        story.note(practice.disconnect())
        story.expect("a sync is refused", True, "is not connected" in refusal(practice.sync))
        story.expect("Ignition shows", "not_connected", practice.ignition.integration()["status"])
    with story.step("Somebody connects again, and picks another tenant at XPM's consent page: refused (E21)"):
        why = refusal(lambda: practice.consent(other.known))
        story.note(why)
        story.expect("it says which one it was", True, f"was connected to “{practice.known.name}”" in why)
        story.expect("a sync is refused", True, "is not connected" in refusal(practice.sync))
        story.expect("phones of the shared name", ("1", "1"), _phones(practice))
    _wrong_ignition(story, practice, other)
    with story.step(
        "The right tenant is connected again: everything is still linked, nothing comes twice (E10, E4)"
    ):
        practice.connect()
        uuid = practice.xpm.uuids()[SHARED_NAME]
        practice.xpm.update_client(uuid, Phone="3")
        practice.sync()
        story.expect("phones of the shared name", ("3", "3"), _phones(practice))
        story.expect("its leads", 1, len(practice.ignition.named(SHARED_NAME)))
    with story.step("The other tenant is connected under a name of its own: neither sees the other's (E21)"):
        other.connect()
        other.sync()
        story.expect("phones there", ("2", "2"), _phones(other))
        story.expect("phones here", ("3", "3"), _phones(practice))
        story.expect(
            "writes of one more sync of either", (0, 0), (practice.sync().writes, other.sync().writes)
        )


def _wrong_ignition(story: Story, practice: PracticeStage, other: PracticeStage) -> None:
    with story.step(
        "The right tenant, but the other's Ignition is picked: none of the clients is there (E21)"
    ):
        mixed = replace(practice.known, ignition_tenant_id=other.known.ignition_tenant_id)
        why = refusal(lambda: practice.consent(mixed))
        story.note(why)
        story.expect("it says so", True, "this one has none of them" in why)
        story.expect("a sync is refused", True, "is not connected to Ignition" in refusal(practice.sync))
        story.expect("the other's clients", [], other.ignition.clients())


def _phones(practice: PracticeStage) -> tuple[str, str]:
    """Return the phone of the client that both have by name: XPM's, then Ignition's."""
    return practice.xpm.named(SHARED_NAME)[0]["Phone"], practice.ignition.named(SHARED_NAME)[0]["phone"]


ANOTHER_TENANT = Scenario(
    name="another-tenant",
    purpose="A practice that was disconnected is connected to its own tenant again, and to no other.",
    rules=("E4", "E10", "E21"),
    play=play,
    world=world,
)
