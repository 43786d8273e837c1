"""Answers that are cut short or make no sense: they are unknown, and nothing follows from them."""

from scenarios.builders import client, contact
from scenarios.desks import Control
from scenarios.stage import refusal
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

KEA = "Kea Cafés Limited"
MERE = contact("Mere Tāwhai", email="mere@example.com", phone="1", is_primary=True)
LEAVER = contact("Lee Leaver", email="lee@example.com")
LISTS = (
    # what is said of it, whose it is, the call, and what becomes of its answer
    ("XPM's list of clients is cut short", "XPM", "client.api/list", "cut"),
    ("XPM's list of clients makes no sense", "XPM", "client.api/list", "malformed"),
    ("XPM's list of staff is cut short", "XPM", "staff.api/list", "cut"),
    ("Ignition's list of clients is cut short", "Ignition", "*clients", "cut"),
    ("Ignition's list of contacts makes no sense", "Ignition", "*contacts", "malformed"),
)


def world(seed: int, size: int) -> Worlds:
    """Return a practice with one client told by hand, which has two contacts."""
    worlds = build(seed, clients=size)
    worlds.tenant()["clients"].append(client(KEA, phone="1", contacts=[MERE, LEAVER]))
    return worlds


def play(story: Story) -> None:
    """Change, clear and remove things in XPM, and have one list after the other come broken."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
    with story.step("In XPM a phone is changed, an e-mail cleared, a contact removed"):
        uuid = practice.xpm.uuids()[KEA]
        practice.xpm.update_client(uuid, Phone="2")
        practice.xpm.update_contact(MERE["uuid"], uuid, Email="")
        practice.xpm.remove_contact(LEAVER["uuid"], uuid)
        before = story.stage.fake_digests()
    systems: dict[str, Control] = {"XPM": story.stage.xpm, "Ignition": story.stage.ignition}
    for said, system, operation, kind in LISTS:
        with story.step(f"{said}: the sync ends and says so; nothing is concluded, nothing written (E5)"):
            systems[system].post("faults", {"kind": kind, "operation": operation})
            why = refusal(practice.sync)
            story.note(why)
            story.expect("the syncer names the system", True, system in why)
            story.expect("both systems are as they were", before, story.stage.fake_digests())
            systems[system].delete("faults")
    with story.step(
        "The answers are whole again: what is missing in them is empty, and all of it crosses (E5)"
    ):
        practice.sync()
        (here,) = practice.ignition.named(KEA)
        left = [(row["name"], row["email"] or "") for row in practice.ignition.contacts(here["slug"])]
        story.expect("phone in Ignition", "2", here["phone"])
        story.expect("contacts in Ignition, with their e-mails", [(MERE["name"], "")], left)
        story.expect("writes of one more sync", 0, practice.sync().writes)


HALF_ANSWERS = Scenario(
    name="half-answers",
    purpose="An answer cut short or without sense ends the sync; nothing is taken for empty that is merely unknown.",
    rules=("E4", "E5", "E6"),
    play=play,
    world=world,
)
