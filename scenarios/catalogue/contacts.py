"""Contacts are added, changed and removed on either side."""

from scenarios.builders import client, contact, ignition_client, ignition_contact
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

FAMILY = "Tāwhai Family Trust"
MERE = contact("Mere Tāwhai", email="mere@example.com", phone="1", is_primary=True)
PEOPLE = (
    MERE,
    contact("Gone In Xpm", email="gone.xpm@example.com"),
    contact("Gone In Ignition", email="gone.ignition@example.com"),
    contact("Gone And Edited", email="gone.edited@example.com"),
)
PAIRED = "Rewi & Twins Limited"
"""A client that both sides have before they are connected: who are its contacts?"""
ANA, ANAHERA, TWIN = "Ana Rewi", "Anahera Rewi", "Tama Twin"
EMAILS = {ANA: "ana@example.com", ANAHERA: "anahera@example.com"}
THERE = (*(contact(name, email=email) for name, email in EMAILS.items()),
         contact(TWIN, phone="1"), contact(TWIN, nth=1, phone="2"))  # fmt: skip
HERE = (ignition_contact(ANA, email=EMAILS[ANAHERA]), ignition_contact(TWIN, phone="3"))


def world(seed: int, size: int) -> Worlds:
    """Return a practice with a family of contacts, and with a client whose contacts were entered on both sides."""
    worlds = build(seed, clients=size)
    worlds.tenant()["clients"].append(client(FAMILY, contacts=list(PEOPLE)))
    worlds.tenant()["clients"].append(client(PAIRED, contacts=list(THERE)))
    paired = ignition_client(PAIRED, state="active", contacts=list(HERE))
    worlds.practice().setdefault("clients", []).append(paired)
    return worlds


def play(story: Story) -> None:
    """Change contacts on both sides, sync, and compare."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
    _matched(story, practice)
    _family(story, practice)
    _conflict(story, practice)


def _matched(story: Story, practice: PracticeStage) -> None:
    (there,), (here,) = practice.xpm.named(PAIRED), practice.ignition.named(PAIRED)
    rows = practice.ignition.contacts(here["slug"])
    with story.step(
        f"“{ANA}” in Ignition has the e-mail of XPM's “{ANAHERA}”: the e-mail says who it is, not the name (E6)"
    ):
        found = {row["email"]: (row["name"], row["slug"] == HERE[0]["slug"]) for row in rows if row["email"]}
        wanted = {EMAILS[ANAHERA]: (ANAHERA, True), EMAILS[ANA]: (ANA, False)}
        story.expect("by e-mail: XPM's name, and whether Ignition had it (E6)", wanted, found)
    with story.step(
        f"“{TWIN}” is twice in XPM, once in Ignition: which is meant nobody knows, all stay (E6)"
    ):
        in_xpm = sorted(row["Phone"] for row in there["Contacts"] if row["Name"] == TWIN)
        in_ignition = [row["phone"] for row in rows if row["name"] == TWIN]
        story.expect("their phones in XPM, and in Ignition (E6)", (["1", "2"], ["3"]), (in_xpm, in_ignition))


def family(practice: PracticeStage) -> tuple[dict[str, str], dict[str, str]]:
    """Return the family's contacts with their phones: XPM's, then Ignition's."""
    (there,), (here,) = practice.xpm.named(FAMILY), practice.ignition.named(FAMILY)
    return (
        {row["Name"]: row["Phone"] for row in there["Contacts"]},
        {row["name"]: row["phone"] or "" for row in practice.ignition.contacts(here["slug"])},
    )


def _family(story: Story, practice: PracticeStage) -> None:
    (there,), (here,) = practice.xpm.named(FAMILY), practice.ignition.named(FAMILY)
    slugs = {row["name"]: row["slug"] for row in practice.ignition.contacts(here["slug"])}
    uuids = {row["Name"]: row["UUID"] for row in there["Contacts"]}
    with story.step("People add, change and remove contacts of a family trust on either side"):
        practice.xpm.add_contact(there["UUID"], "New In Xpm")
        practice.ignition.add_contact(here["slug"], "New In Ignition")
        practice.ignition.update_contact(slugs["Mere Tāwhai"], phone="2")
        practice.xpm.remove_contact(uuids["Gone In Xpm"], there["UUID"])
        practice.ignition.remove_contact(slugs["Gone In Ignition"])
        practice.xpm.remove_contact(uuids["Gone And Edited"], there["UUID"])
        practice.ignition.update_contact(slugs["Gone And Edited"], phone="7")
    with story.step(
        "A sync carries all of it over; what was removed here and edited there is a conflict (R5, E6)"
    ):
        report = practice.sync()
        story.expect("problems", [], report.problems)
        story.expect("conflicts", 1, report.did["conflicts"])
        both = {"Mere Tāwhai": "2", "New In Xpm": "", "New In Ignition": ""}
        story.expect("the family's contacts on both sides", (both, both), family(practice))
    story.expect_rest(practice)


def _conflict(story: Story, practice: PracticeStage) -> None:
    with story.step("Taking what lost the conflict brings the edited contact back on both sides (E3)"):
        # The first conflict was about Anahera's name.
        story.expect("conflicts taken", 1, practice.take(2).did["conflicts taken"])
        phones = [contacts.get("Gone And Edited") for contacts in family(practice)]
        story.expect("phone of “Gone And Edited” in XPM and Ignition", ["7", "7"], phones)
    story.expect_rest(practice)


CONTACTS = Scenario(
    name="contacts",
    purpose="Contacts added, changed and removed on either side; removed here and edited there is a conflict.",
    rules=("R5", "E3", "E4", "E6"),
    play=play,
    world=world,
    apart={
        f"“{PAIRED}”: what the other side": f"“{TWIN}” stands twice in XPM: nobody knows which is Ignition's"
    },
)
