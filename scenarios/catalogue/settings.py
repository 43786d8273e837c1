"""An admin narrows what is synced: which way, how much, and whether new clients come."""

from scenarios.builders import client, contact, ignition_client, signatory
from scenarios.desks import Json
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build
from syncer.report import Report

KEA, MOA = "Kea Cafés Limited", "Moa Motors Ltd"
BOTH = (KEA, MOA)
ENGAGED = "Long Engaged Pty Ltd"
"""A client that Ignition alone has, since before the connection."""


def world(seed: int, size: int) -> Worlds:
    """Return a practice with two clients that have a contact each."""
    worlds = build(seed, clients=size)
    worlds.tenant()["clients"] += [
        client(name, phone="1", fax=name, contacts=[contact(f"Owner of {name}", phone="1", is_primary=True)])
        for name in BOTH
    ]
    engaged = ignition_client(ENGAGED, state="active", contacts=[signatory("Ed Engaged")])
    worlds.practice().setdefault("clients", []).append(engaged)
    return worlds


def play(story: Story) -> None:
    """Change a setting, edit on both sides, sync, and see what crossed; in the end everything does."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
    _directions(story, practice)
    _levels(story, practice)
    _new_clients(story, practice)
    _winner(story, practice)
    _unmatched(story, practice)


def _directions(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "direction = from_xpm: XPM's edit crosses, Ignition's stays; a new XPM client comes (E9, E8)"
    ):
        story.stage.change_settings(direction="from_xpm")
        _edit(practice, there="2", here="3")
        practice.xpm.add_client("New Under From Xpm")
        practice.sync()
        story.expect("phones in XPM and Ignition", {KEA: ("2", "2"), MOA: ("1", "3")}, phones(practice))
        story.expect("the new client in Ignition", 1, len(practice.ignition.named("New Under From Xpm")))
    with story.step(
        "direction = to_xpm: Ignition's edits cross, XPM's stays; a new XPM client does not come (E9)"
    ):
        story.stage.change_settings(direction="to_xpm")
        practice.xpm.update_client(practice.xpm.uuids()[KEA], Phone="4")
        practice.xpm.add_client("New Under To Xpm")
        report = practice.sync()
        story.expect("phones in XPM and Ignition", {KEA: ("4", "2"), MOA: ("3", "3")}, phones(practice))
        story.expect("the new client in Ignition", 0, len(practice.ignition.named("New Under To Xpm")))
        story.expect("the report counts it", True, _says(report, "1 new XPM client not imported"))


def _levels(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "level = client_name: names cross, a phone and a contact do not; who waited to come in does (E9)"
    ):
        story.stage.change_settings(level="client_name")
        practice.xpm.update_client(practice.xpm.uuids()[MOA], Name=f"{MOA} (renamed)", Phone="5")
        (owner,) = practice.ignition.contacts(practice.ignition.slugs()[KEA])
        practice.ignition.update_contact(owner["slug"], phone="5")
        practice.sync()
        story.expect("the name in Ignition", 1, len(practice.ignition.named(f"{MOA} (renamed)")))
        story.expect("the one that waited", 1, len(practice.ignition.named("New Under To Xpm")))
        story.expect("phones in XPM and Ignition", {KEA: ("4", "2"), MOA: ("5", "3")}, phones(practice))
        story.expect("the owner's phone in XPM", "1", practice.xpm.named(KEA)[0]["Contacts"][0]["Phone"])
    with story.step(
        "level = nothing: no field crosses and nobody new comes, but jobs find their client (E9, R9)"
    ):
        story.stage.change_settings(level="nothing")
        practice.xpm.update_client(practice.xpm.uuids()[KEA], Name=f"{KEA} (renamed)")
        practice.xpm.add_client("New Under Nothing")
        slug = practice.ignition.slugs()[KEA]
        practice.ignition.make_signatory(slug)
        proposal = practice.ignition.propose(slug, "Engagement", practice.ignition.services()[0]["slug"])
        practice.ignition.accept(proposal["slug"])
        practice.sync()
        story.expect("its name in Ignition", 1, len(practice.ignition.named(KEA)))
        story.expect("the new client in Ignition", 0, len(practice.ignition.named("New Under Nothing")))
        (there,) = practice.xpm.named(f"{KEA} (renamed)")
        story.expect("its jobs", 1, len(practice.xpm.jobs_of(there["UUID"])))


def _new_clients(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "import_new_clients = false: all that waited crosses at once, new clients do not come (E8)"
    ):
        story.stage.change_settings(import_new_clients=False)
        report = practice.sync()
        story.expect("phones in XPM and Ignition", {KEA: ("4", "4"), MOA: ("5", "5")}, phones(practice))
        story.expect(
            "the owner's phone in XPM", "5", practice.xpm.named(f"{KEA} (renamed)")[0]["Contacts"][0]["Phone"]
        )
        story.expect("the report counts who waits", True, _says(report, "1 new XPM client not imported"))
        story.expect("the new client in Ignition", 0, len(practice.ignition.named("New Under Nothing")))
    with story.step("With the setting as it is by default it comes in as a lead at the next sync (E8)"):
        story.stage.change_settings()
        practice.sync()
        story.expect("the new client in Ignition", 1, len(practice.ignition.named("New Under Nothing")))
        story.expect("writes of one more sync", 0, practice.sync().writes)


def _winner(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "winner = ignition: a field changed on both sides takes Ignition's value, XPM's is kept (E3)"
    ):
        story.stage.change_settings(winner="ignition")
        uuid = practice.xpm.named(f"{KEA} (renamed)")[0]["UUID"]
        practice.xpm.update_client(uuid, Phone="6")
        practice.ignition.update_client(practice.ignition.slugs()[f"{KEA} (renamed)"], phone="7")
        report = practice.sync()
        story.expect("phones in XPM and Ignition", ("7", "7"), phones(practice)[KEA])
        story.expect("conflicts", 1, report.did["conflicts"])
        story.expect("writes of one more sync", 0, practice.sync().writes)
    with story.step(
        "winner = ignition: one contact is removed in XPM and edited in Ignition, one the other way round"
    ):
        there = practice.xpm.uuids()
        kea, moa = f"{KEA} (renamed)", f"{MOA} (renamed)"
        practice.xpm.remove_contact(_owner_there(practice, kea)[0]["UUID"], there[kea])
        practice.ignition.update_contact(_owner_here(practice, kea)[0]["slug"], phone="8")
        practice.xpm.update_contact(_owner_there(practice, moa)[0]["UUID"], there[moa], Phone="9")
        practice.ignition.remove_contact(_owner_here(practice, moa)[0]["slug"])
    with story.step("The edit in Ignition outlives the removal, and the removal in Ignition the edit (E6)"):
        report = practice.sync()
        for name, left in ((kea, ["8"]), (moa, [])):
            in_xpm = [row["Phone"] for row in _owner_there(practice, name)]
            found = in_xpm, [row["phone"] for row in _owner_here(practice, name)]
            story.expect(f"contacts of “{name}” by phone, in XPM and Ignition (E6)", (left, left), found)
        story.expect("conflicts (E6)", 2, report.did["conflicts"])
        story.expect("writes of one more sync", 0, practice.sync().writes)


def _unmatched(story: Story, practice: PracticeStage) -> None:
    with story.step(f"“{ENGAGED}”, matched by nothing, accepts: it is parked, and a person must pick (E10)"):
        story.stage.change_settings()
        (client,) = practice.ignition.named(ENGAGED)
        slug = practice.ignition.engage(client["slug"])["slug"]
        practice.sync()
        story.expect("clients of that name in XPM", 0, len(practice.xpm.named(ENGAGED)))
        story.expect("the proposal shows", "needs_attention", practice.ignition.shown(slug)["status"])
    with story.step("unmatched_existing = create: it is made in XPM, and its job with it (E10, R9)"):
        story.stage.change_settings(unmatched_existing="create")
        practice.sync()
        made = practice.xpm.named(ENGAGED)
        story.expect(
            "its jobs, client by client", [1], [len(practice.xpm.jobs_of(row["UUID"])) for row in made]
        )
        story.expect("the proposal shows", "deployed", practice.ignition.shown(slug)["status"])


def _edit(practice: PracticeStage, there: str, here: str) -> None:
    """Give one client another phone in XPM, and the other in Ignition."""
    practice.xpm.update_client(practice.xpm.uuids()[KEA], Phone=there)
    practice.ignition.update_client(practice.ignition.slugs()[MOA], phone=here)


def phones(practice: PracticeStage) -> dict[str, tuple[str, str]]:
    """Return the phones in XPM and Ignition by the fax, which is the client's first name."""
    there = {row["Fax"]: row["Phone"] for row in practice.xpm.clients()}
    here = {row["fax"]: row["phone"] for row in practice.ignition.clients()}
    return {name: (there[name], here[name]) for name in BOTH}


def _owner_there(practice: PracticeStage, name: str) -> list[Json]:
    """Return the contacts of a client in XPM."""
    (row,) = practice.xpm.named(name)
    return list(row["Contacts"] or ())


def _owner_here(practice: PracticeStage, name: str) -> list[Json]:
    """Return the contacts of a client in Ignition."""
    (row,) = practice.ignition.named(name)
    return practice.ignition.contacts(row["slug"])


def _says(report: Report, words: str) -> bool:
    return any(words in line for line in report.warnings)


SETTINGS = Scenario(
    name="settings",
    purpose="An admin chooses which way, how much and whether new clients are synced; what waited crosses later.",
    rules=("R9", "E3", "E4", "E6", "E8", "E9", "E10"),
    play=play,
    world=world,
)
