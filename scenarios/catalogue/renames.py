"""Clients are renamed: on one side, on both, and two of them swap their names."""

from scenarios.builders import client
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

IN_XPM, IN_IGNITION, ALIKE, APART = "Renamed In Xpm", "Renamed In Ignition", "Renamed Alike", "Renamed Apart"
SWAPS = {"xpm": ("East Ltd", "West Ltd"), "ignition": ("North Ltd", "South Ltd")}
Names = dict[str, tuple[str, str]]


def world(seed: int, size: int) -> Worlds:
    """Return a practice with a client for each kind of renaming; each has its first name as its fax."""
    worlds = build(seed, clients=size)
    names = (IN_XPM, IN_IGNITION, ALIKE, APART, *SWAPS["xpm"], *SWAPS["ignition"])
    worlds.tenant()["clients"] += [client(name, fax=name) for name in names]
    return worlds


def play(story: Story) -> None:
    """Rename, sync, and look by the fax who is called what; then accept under a new name."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
        there, here = practice.xpm.uuids(), practice.ignition.slugs()
    with story.step("Clients are renamed on one side, or on both"):
        practice.xpm.update_client(there[IN_XPM], Name="New Name (Xpm)")
        practice.ignition.update_client(here[IN_IGNITION], name="New Name (Ignition)")
        practice.xpm.update_client(there[ALIKE], Name="The Same On Both")
        practice.ignition.update_client(here[ALIKE], name="The Same On Both")
        practice.xpm.update_client(there[APART], Name="Apart (Xpm)")
        practice.ignition.update_client(here[APART], name="Apart (Ignition)")
    with story.step("Two clients swap their names in XPM, two others in Ignition"):
        east, west = SWAPS["xpm"]
        practice.xpm.update_client(there[east], Name=west)
        practice.xpm.update_client(there[west], Name=east)
        north, south = SWAPS["ignition"]
        practice.ignition.update_client(here[north], name=south)
        practice.ignition.update_client(here[south], name=north)
    with story.step("The links hold, whatever the names say: each name follows its own client (R5, E3, E10)"):
        report = practice.sync()
        story.expect("problems", [], report.problems)
        wanted = {IN_XPM: "New Name (Xpm)", IN_IGNITION: "New Name (Ignition)", ALIKE: "The Same On Both"}
        wanted |= {APART: "Apart (Xpm)", east: west, west: east, north: south, south: north}
        story.expect(
            "names on both sides", {old: (new, new) for old, new in wanted.items()}, _names(practice)
        )
        story.expect("clients", (len(there), len(here)), _count(practice))
    with story.step("Both had renamed one apart: a conflict, and what lost is kept and can be taken (E3)"):
        story.expect("conflicts", 1, report.did["conflicts"])
        practice.take(1)
        story.expect("its name on both sides", ("Apart (Ignition)",) * 2, _names(practice)[APART])
    _accepted(story, practice, here[east], there[east])
    story.expect_rest(practice, after=1)


def _accepted(story: Story, practice: PracticeStage, slug: str, uuid: str) -> None:
    with story.step(
        "One that was swapped accepts under a name nobody has: its job finds its own client (E10)"
    ):
        practice.ignition.update_client(slug, name="Renamed Before It Accepted")
        practice.ignition.make_signatory(slug)
        proposal = practice.ignition.engage(slug)
        practice.deliver_webhooks()
        jobs = [row["ClientOrderNumber"] for row in practice.xpm.jobs_of(uuid)]
        story.expect("its jobs", [proposal["reference_number"]], jobs)


def _names(practice: PracticeStage) -> Names:
    """Return what the clients of this story are called, XPM's name first, by the fax that tells them apart."""
    there = {row["Fax"]: row["Name"] for row in practice.xpm.clients()}
    here = {row["fax"]: row["name"] for row in practice.ignition.clients()}
    ours = (IN_XPM, IN_IGNITION, ALIKE, APART, *SWAPS["xpm"], *SWAPS["ignition"])
    return {fax: (there[fax], here[fax]) for fax in ours}


def _count(practice: PracticeStage) -> tuple[int, int]:
    return len(practice.xpm.clients()), len(practice.ignition.clients())


RENAMES = Scenario(
    name="renames",
    purpose="A client that is renamed on either side, on both, or swaps its name with another stays the same client.",
    rules=("R5", "E3", "E4", "E10"),
    play=play,
    world=world,
)
