"""People edit both sides between two syncs."""

from scenarios.builders import client
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

NAMES = (
    "Edited In Xpm",
    "Edited In Ignition",
    "Edited On Both",
    "Edited Alike",
    "Cleared In Ignition",
    "Cleared In Xpm",
    "One Way",
    "Moved House",
)
OLD = "1"
"""Everybody's phone at first."""


def world(seed: int, size: int) -> Worlds:
    """Return a practice with a client for each kind of edit."""
    worlds = build(seed, clients=size)
    worlds.tenant()["clients"] += [client(name, phone=OLD, website="https://old.example") for name in NAMES]
    return worlds


def play(story: Story) -> None:
    """Edit, sync, and compare both sides."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
        there, here = practice.xpm.uuids(), practice.ignition.slugs()
    with story.step("People edit phones and websites on either side, or both"):
        practice.xpm.update_client(there["Edited In Xpm"], Phone="2")
        practice.ignition.update_client(here["Edited In Ignition"], phone="3")
        practice.xpm.update_client(there["Edited On Both"], Phone="4")
        practice.ignition.update_client(here["Edited On Both"], phone="5")
        practice.xpm.update_client(there["Edited Alike"], Phone="6")
        practice.ignition.update_client(here["Edited Alike"], phone="6")
        practice.ignition.update_client(here["Cleared In Ignition"], phone="")
        practice.xpm.update_client(there["Cleared In Xpm"], Phone="")
        practice.ignition.update_client(here["One Way"], website="https://mine.example")
    with story.step("One moves: its postal address is typed in XPM, its own address and fax in Ignition"):
        practice.xpm.update_client(there["Moved House"], PostalAddress="PO Box 1", PostalCity="Napier")
        practice.ignition.update_client(here["Moved House"], address={"line": "2 Quay Street"}, fax="9")
    with story.step(
        "A sync carries each change over, field by field (E3, E5, R7); the same on both is in step, not a conflict (E3)"
    ):
        report = practice.sync()
        story.expect("problems", [], report.problems)
        story.expect(
            "conflicts: of what was typed differently on both alone (E3)", 1, report.did["conflicts"]
        )
    with story.step(
        "Both sides agree, XPM having won the conflict; a one-way field edited in Ignition stays (R5, E5, R7)"
    ):
        xpm = {row["Name"]: (row["Phone"], row["Website"]) for row in practice.xpm.clients()}
        ours = {row["name"]: (row["phone"] or "", row["website"]) for row in practice.ignition.clients()}
        for name, phone in zip(NAMES, ("2", "3", "4", "6", "", "", OLD, OLD), strict=True):
            story.expect(
                f"phone of “{name}” in XPM and Ignition", (phone, phone), (xpm[name][0], ours[name][0])
            )
        story.expect(
            "website",
            ("https://old.example", "https://mine.example"),
            (xpm["One Way"][1], ours["One Way"][1]),
        )
        (row,), (mine,) = practice.xpm.named("Moved House"), practice.ignition.named("Moved House")
        story.expect("own address and fax in XPM", ("2 Quay Street", "9"), (row["Address"], row["Fax"]))
        postal = mine["postal_address"]
        story.expect("postal address in Ignition", ("PO Box 1", "Napier"), (postal["line"], postal["city"]))
    story.expect_rest(practice)
    _back_to_the_old(story, practice, there["Edited Alike"])


def _back_to_the_old(story: Story, practice: PracticeStage, uuid: str) -> None:
    """Show that what both typed alike is what they agree on since: its old value is news like any other."""
    with story.step("The number that both typed alike was wrong: the old one is typed again, in XPM alone"):
        practice.xpm.update_client(uuid, Phone=OLD)
    with story.step("It goes to Ignition: nobody takes the old number for one that was not changed (E3)"):
        report = practice.sync()
        (mine,) = practice.ignition.named("Edited Alike")
        story.expect(
            "its phone in XPM and Ignition (E3)",
            (OLD, OLD),
            (practice.xpm.client(uuid)["Phone"], mine["phone"]),
        )
        story.expect("conflicts (E3)", 0, report.did["conflicts"])


DAILY_EDITS = Scenario(
    name="daily-edits",
    purpose="What changed on one side goes to the other, field by field; both at once is a conflict XPM wins.",
    rules=("R5", "R7", "E3", "E4", "E5"),
    play=play,
    world=world,
    apart={"“One Way”: website": "a one-way field that was edited in Ignition stays (R7)"},
)
