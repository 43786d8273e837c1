"""Groups, website and tax registration go from XPM to Ignition, and never back."""

from scenarios.builders import client, group
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

KEA, MOA = "Kea Cafés Limited", "Moa Motors Ltd"
FARMS, TRUSTS = group("Farms"), group("Trusts")
OLD, MINE, NEW = "https://old.example", "https://mine.example", "https://new.example"
Facts = tuple[list[str], str, bool]


def world(seed: int, size: int) -> Worlds:
    """Return a practice with two groups, and a client in each."""
    worlds = build(seed, clients=size)
    tenant = worlds.tenant()
    tenant["groups"] += [FARMS, TRUSTS]
    tenant["clients"] += [
        client(KEA, group_uuids=[FARMS["uuid"]], website=OLD, gst_registered=True),
        client(MOA, group_uuids=[TRUSTS["uuid"]]),
    ]
    return worlds


def play(story: Story) -> None:
    """Change the one-way fields in XPM, then in Ignition, then in XPM again."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
        story.expect("“Kea” in Ignition", (["Farms"], OLD, True), facts(practice, KEA))
        there, here = practice.xpm.uuids(), practice.ignition.slugs()
    with story.step(
        "XPM regroups its clients, and one is no longer registered for tax: Ignition follows (R7)"
    ):
        practice.xpm.regroup(FARMS["uuid"], add=there[MOA], remove=there[KEA])
        practice.xpm.update_client(there[KEA], GSTRegistered="No")
        practice.xpm.update_client(there[MOA], GSTRegistered="Yes")
        practice.sync()
        story.expect("“Kea” in Ignition", ([], OLD, False), facts(practice, KEA))
        story.expect("“Moa” in Ignition", (["Farms", "Trusts"], "", True), facts(practice, MOA))
    with story.step("A website is typed in Ignition: it stays there, and does not go to XPM (R7)"):
        practice.ignition.update_client(here[KEA], website=MINE)
        report = practice.sync()
        story.expect("writes", 0, report.writes)
        websites = practice.xpm.client(there[KEA])["Website"], facts(practice, KEA)[1]
        story.expect("the websites in XPM and Ignition", (OLD, MINE), websites)
    with story.step("Its phone is edited: the phone crosses, the website still does not (R7, E3)"):
        practice.xpm.update_client(there[KEA], Phone="2")
        practice.sync()
        (row,) = practice.ignition.named(KEA)
        story.expect("phone and website in Ignition", ("2", MINE), (row["phone"], row["website"]))
    with story.step(
        "XPM's website changes: now it goes to Ignition, and what was typed there is kept (R7, E3)"
    ):
        practice.xpm.update_client(there[KEA], Website=NEW)
        report = practice.sync()
        story.expect("the website in Ignition", NEW, facts(practice, KEA)[1])
        story.expect("conflicts", 1, report.did["conflicts"])
        story.expect("writes of one more sync", 0, practice.sync().writes)


def facts(practice: PracticeStage, name: str) -> Facts:
    """Return a client's groups, website and tax registration in Ignition."""
    (row,) = practice.ignition.named(name)
    return row["groups"], row["website"], row["tax_registered"]


ONE_WAY = Scenario(
    name="one-way",
    purpose="Groups, website and tax registration go from XPM to Ignition; what is typed in Ignition stays there.",
    rules=("R7", "E3", "E4"),
    play=play,
    world=world,
)
