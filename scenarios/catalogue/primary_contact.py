"""Who is a client's primary contact is chosen anew, or goes, on either side; one client for each case."""

from scenarios.builders import client, contact
from scenarios.desks import Json
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

DUE = {
    "Chosen In Xpm": "Ben",
    "Chosen In Ignition": "Ada",
    "Chosen On Both": "Ben",
    "Entered In Ignition": "Ada",
    "Gone From Xpm": "Zoe",
    "Gone From Ignition": "Zoe",
    "Gone From Xpm And Another Chosen In Ignition": "Zoe",
    "Chosen In Ignition And Gone From Xpm": "Ada",
    "Gone From Both": "Zoe",
}
"""The clients, each with who is its primary contact in the end. At first all have Ada, then Zoe, then Ben."""
NEXT = "Neither Agrees"
"""A client whose contacts came to either system in another order: who is the oldest left is not the same."""


def world(seed: int, size: int) -> Worlds:
    """Return a practice with clients that have three contacts each, Ada first."""
    worlds = build(seed, clients=size)
    for nth, name in enumerate(DUE):
        people = [contact(one, nth=nth, is_primary=one == "Ada") for one in ("Ada", "Zoe", "Ben")]
        worlds.tenant()["clients"].append(client(name, contacts=people))
    alone = contact("Ada", nth=len(DUE), is_primary=True)
    worlds.tenant()["clients"].append(client(NEXT, contacts=[alone]))
    return worlds


def play(story: Story) -> None:
    """Choose primary contacts anew and remove them, sync, and see whom both sides have."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
    with story.step(
        "Another primary contact is chosen in XPM, in Ignition, and apart on both; a newcomer in Ignition is entered as one"
    ):
        _choose_in_xpm(practice, "Chosen In Xpm", "Ben")
        _choose_in_ignition(practice, "Chosen In Ignition", "Ben")
        _choose_in_xpm(practice, "Chosen On Both", "Ben")
        _choose_in_ignition(practice, "Chosen On Both", "Zoe")
        slug = practice.ignition.slugs()["Entered In Ignition"]
        practice.ignition.add_contact(slug, "Newcomer", is_primary=True)
    with story.step("Primary contacts are removed in XPM, in Ignition, and on both"):
        _remove_from_xpm(practice, "Gone From Xpm", "Ada")
        _remove_from_ignition(practice, "Gone From Ignition", "Ada")
        _remove_from_xpm(practice, "Gone From Both", "Ada")
        _remove_from_ignition(practice, "Gone From Both", "Ada")
    with story.step(
        "Ignition chooses another one while XPM removes the primary contact, or the very one that is chosen"
    ):
        _remove_from_xpm(practice, "Gone From Xpm And Another Chosen In Ignition", "Ada")
        _choose_in_ignition(practice, "Gone From Xpm And Another Chosen In Ignition", "Ben")
        _remove_from_xpm(practice, "Chosen In Ignition And Gone From Xpm", "Ben")
        _choose_in_ignition(practice, "Chosen In Ignition And Gone From Xpm", "Ben")
    with story.step(
        "XPM's choice holds on both sides; where the primary contact went, the oldest left is it now (E6)"
    ):
        report = practice.sync()
        story.expect("problems", [], report.problems)
        story.expect("conflicts: a choice in Ignition is none", 0, report.did["conflicts"])
        for name, primary in DUE.items():
            expect_primary(story, practice, name, primary)
    story.expect_rest(practice)
    _another_order(story, practice)


def _another_order(story: Story, practice: PracticeStage) -> None:
    """Have the primary contact removed in Ignition where the oldest left is not the same on both sides."""
    with story.step(
        "A client gets a contact in XPM and another in Ignition: after a sync each side has its own as the older one"
    ):
        practice.xpm.add_contact(practice.xpm.uuids()[NEXT], "Older In Xpm")
        practice.ignition.add_contact(practice.ignition.slugs()[NEXT], "Older In Ignition")
        practice.sync()
    with story.step(
        "The primary contact is removed in Ignition, and the one who is older there takes its place"
    ):
        _remove_from_ignition(practice, NEXT, "Ada")
        chosen = [row["name"] for row in _here(practice, NEXT) if row["is_primary"]]
        story.expect("the primary contact in Ignition, for now", ["Older In Ignition"], chosen)
    with story.step(
        "One sync removes it from XPM, looks who is the primary contact there now, and has Ignition follow (E6)"
    ):
        practice.sync()
        expect_primary(story, practice, NEXT, "Older In Xpm")
    story.expect_rest(practice)


def expect_primary(story: Story, practice: PracticeStage, name: str, due: str) -> None:
    """Expect a client to have one primary contact, the same on both sides."""
    there = [row["Name"] for row in _there(practice, name) if row["IsPrimary"] == "Yes"]
    here = [row["name"] for row in _here(practice, name) if row["is_primary"]]
    story.expect(f"the primary contact of “{name}” in XPM and Ignition", ([due], [due]), (there, here))


def _there(practice: PracticeStage, name: str) -> list[Json]:
    contacts: list[Json] = practice.xpm.named(name)[0]["Contacts"]
    return contacts


def _here(practice: PracticeStage, name: str) -> list[Json]:
    return practice.ignition.contacts(practice.ignition.slugs()[name])


def _choose_in_xpm(practice: PracticeStage, name: str, who: str) -> None:
    uuids = {row["Name"]: row["UUID"] for row in _there(practice, name)}
    practice.xpm.update_contact(uuids[who], practice.xpm.uuids()[name], IsPrimary="true")


def _choose_in_ignition(practice: PracticeStage, name: str, who: str) -> None:
    slugs = {row["name"]: row["slug"] for row in _here(practice, name)}
    practice.ignition.update_contact(slugs[who], is_primary=True)


def _remove_from_xpm(practice: PracticeStage, name: str, who: str) -> None:
    uuids = {row["Name"]: row["UUID"] for row in _there(practice, name)}
    practice.xpm.remove_contact(uuids[who], practice.xpm.uuids()[name])


def _remove_from_ignition(practice: PracticeStage, name: str, who: str) -> None:
    slugs = {row["name"]: row["slug"] for row in _here(practice, name)}
    practice.ignition.remove_contact(slugs[who])


PRIMARY_CONTACT = Scenario(
    name="primary-contact",
    purpose="XPM's choice of a client's primary contact wins; when the primary goes, the oldest left takes its place.",
    rules=("E4", "E6"),
    play=play,
    world=world,
)
