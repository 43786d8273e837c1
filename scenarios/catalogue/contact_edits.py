"""Each way in which a contact can change, on one side or on both, one contact for each."""

from scenarios.agreement import CONTACT_TEXTS
from scenarios.builders import client, contact
from scenarios.desks import Json
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

CLIENT = "Everyone Changes Limited"
NAMES = (
    "Edited In Xpm", "Edited In Ignition", "Edited Alike", "Edited Apart", "Cleared In Xpm", "Cleared In Ignition",
    "Renamed In Xpm", "Gone On Both", "Gone In Ignition And Edited In Xpm", "Deleted And Entered Anew",
)  # fmt: skip
ANEW = "Everything Anew Limited"
"""Of its two contacts every field is typed anew: of one in XPM, of the other in Ignition."""
FROM_XPM = {
    "name": "Dr Anahera Ngata", "email": "anahera@example.com", "phone": "06 1", "mobile": "021 1", "salutation": "Dr",
}  # fmt: skip
FROM_IGNITION = {
    "name": "Sir Wiremu Ngata", "email": "wiremu@example.com", "phone": "06 2", "mobile": "021 2", "salutation": "Sir",
}  # fmt: skip
Contacts = dict[str, tuple[str, str]]


def email(name: str) -> str:
    """Return the e-mail that a contact of this story has to begin with."""
    return f"{name.replace(' ', '.').lower()}@example.com"


def world(seed: int, size: int) -> Worlds:
    """Return a practice with one client whose contacts all have an e-mail and a phone, and one with two full ones."""
    worlds = build(seed, clients=size)
    people = [contact(name, email=email(name), phone="1", is_primary=name == NAMES[0]) for name in NAMES]
    old: Json = {"phone": "1", "mobile": "1", "salutation": "Friend"}
    two = [contact(name, email=email(name), **old) for name in ("Old In Xpm", "Old In Ignition")]
    worlds.tenant()["clients"] += [client(CLIENT, contacts=people), client(ANEW, contacts=two)]
    return worlds


def play(story: Story) -> None:
    """Change every contact in its own way, sync, and hold both sides against what is due."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
        (there,), (here,) = practice.xpm.named(CLIENT), practice.ignition.named(CLIENT)
        uuids = {row["Name"]: row["UUID"] for row in there["Contacts"]}
        slugs = {row["name"]: row["slug"] for row in practice.ignition.contacts(here["slug"])}
    _edits(story, practice, there["UUID"], uuids, slugs)
    _who_is_there(story, practice, (there["UUID"], here["slug"]), uuids, slugs)
    with story.step(
        "A sync settles it all: edits cross, XPM wins what differs, an edit outlives a removal (E3, E6)"
    ):
        report = practice.sync()
        story.expect("problems", [], report.problems)
        due = {name: (email(name), "1") for name in NAMES if name != "Gone On Both"}
        due |= {
            "Edited In Xpm": (email("Edited In Xpm"), "2"),
            "Edited In Ignition": (email("Edited In Ignition"), "3"),
        }
        due |= {"Edited Alike": (email("Edited Alike"), "4"), "Edited Apart": (email("Edited Apart"), "5")}
        due |= {"Cleared In Xpm": ("", "1"), "Cleared In Ignition": (email("Cleared In Ignition"), "")}
        due |= {"New Name": due.pop("Renamed In Xpm"), "Entered On Both": (email("Entered On Both"), "1")}
        due |= {NAMES[8]: (email(NAMES[8]), "7"), NAMES[9]: (email(NAMES[9]), "8")}
        story.expect("the contacts in XPM", due, _there(practice))
        story.expect("the contacts in Ignition", due, _here(practice))
        story.expect("conflicts", 2, report.did["conflicts"])
    _every_field(story, practice)
    story.expect_rest(practice)


def _edits(
    story: Story, practice: PracticeStage, uuid: str, uuids: dict[str, str], slugs: dict[str, str]
) -> None:
    with story.step(
        "Phones are edited on one side or both, an e-mail and a phone cleared, a name changed (R5, E5)"
    ):
        practice.xpm.update_contact(uuids["Edited In Xpm"], uuid, Phone="2")
        practice.ignition.update_contact(slugs["Edited In Ignition"], phone="3")
        practice.xpm.update_contact(uuids["Edited Alike"], uuid, Phone="4")
        practice.ignition.update_contact(slugs["Edited Alike"], phone="4")
        practice.xpm.update_contact(uuids["Edited Apart"], uuid, Phone="5")
        practice.ignition.update_contact(slugs["Edited Apart"], phone="6")
        practice.xpm.update_contact(uuids["Cleared In Xpm"], uuid, Email="")
        practice.ignition.update_contact(slugs["Cleared In Ignition"], phone="")
        practice.xpm.update_contact(uuids["Renamed In Xpm"], uuid, Name="New Name")


def _who_is_there(
    story: Story,
    practice: PracticeStage,
    client_ids: tuple[str, str],
    uuids: dict[str, str],
    slugs: dict[str, str],
) -> None:
    uuid, slug = client_ids
    gone_here, anew = NAMES[8], NAMES[9]
    with story.step("Contacts go on both sides, or on one while the other edits them (E6)"):
        practice.xpm.remove_contact(uuids["Gone On Both"], uuid)
        practice.ignition.remove_contact(slugs["Gone On Both"])
        practice.ignition.remove_contact(slugs[gone_here])
        practice.xpm.update_contact(uuids[gone_here], uuid, Phone="7")
    with story.step(
        "One is entered on both sides with the same e-mail; one is deleted in Ignition and entered anew"
    ):
        practice.xpm.add_contact(uuid, "Entered On Both", Email=email("Entered On Both"), Phone="1")
        practice.ignition.add_contact(slug, "Entered On Both", email=email("Entered On Both"))
        practice.ignition.remove_contact(slugs[anew])
        practice.ignition.add_contact(slug, anew, email=email(anew), phone="8")


def _every_field(story: Story, practice: PracticeStage) -> None:
    (there,), (here,) = practice.xpm.named(ANEW), practice.ignition.named(ANEW)
    uuids = {row["Name"]: row["UUID"] for row in there["Contacts"]}
    slugs = {row["name"]: row["slug"] for row in practice.ignition.contacts(here["slug"])}
    with story.step(
        "Of another client's two contacts one is typed anew in XPM, one in Ignition, field by field"
    ):
        elements = {CONTACT_TEXTS[what]: text for what, text in FROM_XPM.items()}
        practice.xpm.update_contact(uuids["Old In Xpm"], there["UUID"], **elements)
        practice.ignition.update_contact(slugs["Old In Ignition"], **FROM_IGNITION)
    with story.step("A sync brings every field to the other side (R5)"):
        practice.sync()
        (mine,) = (one for one in practice.ignition.all_contacts() if one["slug"] == slugs["Old In Xpm"])
        (row,) = (
            one for one in practice.xpm.named(ANEW)[0]["Contacts"] if one["UUID"] == uuids["Old In Ignition"]
        )
        for what, element in CONTACT_TEXTS.items():
            story.expect(f"{what} typed in XPM, as Ignition has it", FROM_XPM[what], mine[what])
            story.expect(f"{what} typed in Ignition, as XPM has it", FROM_IGNITION[what], row.get(element))


def _there(practice: PracticeStage) -> Contacts:
    rows = practice.xpm.named(CLIENT)[0]["Contacts"]
    return {row["Name"]: (row.get("Email", ""), row["Phone"]) for row in rows}


def _here(practice: PracticeStage) -> Contacts:
    rows = practice.ignition.contacts(practice.ignition.named(CLIENT)[0]["slug"])
    return {row["name"]: (row["email"] or "", row["phone"] or "") for row in rows}


CONTACT_EDITS = Scenario(
    name="contact-edits",
    purpose="Every change of a contact on one side or both crosses, or is a conflict; none is doubled or lost.",
    rules=("R5", "E3", "E4", "E5", "E6"),
    play=play,
    world=world,
)
