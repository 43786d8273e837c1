"""People edit both sides between two syncs."""

from scenarios.agreement import FIELDS, PARTS, POSTAL, STREET
from scenarios.builders import client
from scenarios.desks import Json
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build
from syncer.conflicts import conflicts, dismiss
from syncer.runtime import iso

NAMES = (
    "Edited In Xpm",
    "Edited In Ignition",
    "Edited On Both",
    "Edited Alike",
    "Cleared In Ignition",
    "Cleared In Xpm",
    "One Way",
    "Part Of An Address",
)
OLD = "1"
"""Everybody's phone at first."""
MOVERS = {"XPM": "Moves In Xpm", "Ignition": "Moves In Ignition"}
"""Of these everything is typed anew, on this side alone."""
HOME = ("1 Hill Road", "Hastings", "Heretaunga", "4122", "Aotearoa")
QUAY = ("2 Quay Street", "Napier", "Hawke’s Bay", "4110", "New Zealand")
BOX = ("PO Box 3", "Ahuriri", "East Coast", "4144", "NZ")
PLACES = ("address", "city", "region", "post_code", "country")


def moved(name: str) -> Json:
    """Return what is typed of a client that moves, by what is held side by side under R5."""
    return {
        "name": f"{name} And Is Renamed",
        "phone": "06 2",
        "fax": "06 3",
        "address": QUAY,
        "postal address": BOX,
    }


def world(seed: int, size: int) -> Worlds:
    """Return a practice with a client for each kind of edit."""
    worlds = build(seed, clients=size)
    homes: Json = {
        f"{which}{place}": text for which in ("", "postal_") for place, text in zip(PLACES, HOME, strict=True)
    }
    everybody = (*NAMES, *MOVERS.values())
    worlds.tenant()["clients"] += [
        client(name, phone=OLD, fax=OLD, website="https://old.example", **homes) for name in everybody
    ]
    return worlds


def play(story: Story) -> None:
    """Edit, sync, and compare both sides."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
        there, here = practice.xpm.uuids(), practice.ignition.slugs()
    _edits(story, practice, there, here)
    with story.step(
        "A sync carries each change over, field by field (E3, E5, R7); the same on both is in step, not a conflict (E3)"
    ):
        report = practice.sync()
        story.expect("problems", [], report.problems)
        story.expect(
            "conflicts: of what was typed differently on both alone (E3)", 1, report.did["conflicts"]
        )
    _both_sides(story, practice)
    _let_rest(story, practice)
    _every_field(story, practice, there, here)
    story.expect_rest(practice)
    _back_to_the_old(story, practice, there["Edited Alike"])


def _edits(story: Story, practice: PracticeStage, there: dict[str, str], here: dict[str, str]) -> None:
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
    with story.step(
        "Of one the postal address’s city is typed in XPM, and the street address’s line in Ignition"
    ):
        practice.xpm.update_client(there["Part Of An Address"], PostalCity="Napier")
        practice.ignition.update_client(here["Part Of An Address"], address={"line": "2 Quay Street"})


def _both_sides(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "Both sides agree, XPM having won the conflict; a one-way field edited in Ignition stays (R5, E5, R7)"
    ):
        xpm = {row["Name"]: row for row in practice.xpm.clients()}
        ours = {row["name"]: row for row in practice.ignition.clients()}
        for name, phone in zip(NAMES, ("2", "3", "4", "6", "", "", OLD, OLD), strict=True):
            found = xpm[name]["Phone"], ours[name]["phone"] or ""
            story.expect(f"phone of “{name}” in XPM and Ignition", (phone, phone), found)
        websites = xpm["One Way"]["Website"], ours["One Way"]["website"]
        story.expect("website", ("https://old.example", "https://mine.example"), websites)
        row, mine = xpm["Part Of An Address"], ours["Part Of An Address"]
        for what, home in {
            "address": ("2 Quay Street", *HOME[1:]),
            "postal address": (HOME[0], "Napier", *HOME[2:]),
        }.items():
            _, in_xpm, in_ignition = FIELDS[what]
            story.expect(f"{what} in XPM and Ignition", (home, home), (in_xpm(row), in_ignition(mine)))


def _let_rest(story: Story, practice: PracticeStage) -> None:
    own, now = story.stage.ledger.of(practice.name), iso(story.stage.runtime.now())
    with story.step(
        "A person lets the conflict rest, with `syncer conflicts dismiss`: XPM's value stays (E3)"
    ):
        story.expect("open conflicts before (E3)", 1, len(conflicts(own)))
        number = conflicts(own)[0].number
        story.note(f"{dismiss(own, number, now).title} stays as it is.")
        story.expect("open conflicts after (E3)", 0, len(conflicts(own)))
        story.expect("writes of one more sync (E4)", 0, practice.sync().writes)
        story.expect("open conflicts after that sync (E3)", 0, len(conflicts(own)))


def _every_field(story: Story, practice: PracticeStage, there: dict[str, str], here: dict[str, str]) -> None:
    """Have all that goes both ways typed anew, of one client in XPM and of another in Ignition."""
    with story.step(
        "Two move and take new names, phones and faxes: one is typed anew in XPM, one in Ignition"
    ):
        in_xpm, in_ignition = MOVERS.values()
        practice.xpm.update_client(there[in_xpm], **_as_xpm(moved(in_xpm)))
        practice.ignition.update_client(here[in_ignition], **_as_ignition(moved(in_ignition)))
    with story.step("A sync brings all of it to the other side (R5)"):
        practice.sync()
        (mine,) = (row for row in practice.ignition.clients() if row["slug"] == here[in_xpm])
        row = practice.xpm.client(there[in_ignition])
        for what, (rule, read_xpm, read_ignition) in FIELDS.items():
            if rule == "R5":
                story.expect(
                    f"{what} typed in XPM, as Ignition has it", moved(in_xpm)[what], read_ignition(mine)
                )
                story.expect(
                    f"{what} typed in Ignition, as XPM has it", moved(in_ignition)[what], read_xpm(row)
                )


def _as_xpm(new: Json) -> Json:
    parts = [*zip(STREET, new["address"], strict=True), *zip(POSTAL, new["postal address"], strict=True)]
    return {"Name": new["name"], "Phone": new["phone"], "Fax": new["fax"], **dict(parts)}


def _as_ignition(new: Json) -> Json:
    street, postal = (dict(zip(PARTS, new[what], strict=True)) for what in ("address", "postal address"))
    texts = {what: new[what] for what in ("name", "phone", "fax")}
    return {**texts, "address": street, "postal_address": postal}


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
