"""Exact names: the one match, the near miss, and twice the same."""

from functools import partial

from scenarios.builders import client, ignition_client, signatory
from scenarios.stage import PracticeStage, refusal
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

EXACT, NEAR, NEAR_IN_XPM, TWICE, TAKEN = (
    "Tūī Landscapes Ltd",
    "Smith & Sons Pty Ltd",
    "Smith and Sons Pty. Ltd.",
    "The Jones Family Trust",
    "Harbour Holdings Limited",
)
ARCHIVED, DELETED = "Closed Cafés Limited", "Struck Off Ltd"


def world(seed: int, size: int) -> Worlds:
    """Return a practice whose Ignition already has clients of its own."""
    worlds = build(seed, clients=size)
    worlds.tenant()["clients"] += [client(TWICE), client(TWICE, nth=1), client(NEAR_IN_XPM), client(TAKEN)]
    worlds.tenant()["clients"] += [client(ARCHIVED, is_archived=True), client(DELETED, is_deleted=True)]
    leads = (EXACT, NEAR, ARCHIVED, DELETED)
    clients = [ignition_client(name, contacts=[signatory(f"Signer of {name}")]) for name in leads]
    engaged = ignition_client("Long Engaged Pty Ltd", state="active", contacts=[signatory("Ed Engaged")])
    worlds.practice().setdefault("clients", []).extend([*clients, engaged])
    return worlds


def play(story: Story) -> None:
    """Accept one proposal for each kind of name."""
    practice = story.start()
    with story.step("The first sync"):
        practice.sync()
    _exact(story, practice)
    _near(story, practice)
    _twice(story, practice)
    _taken(story, practice)
    _gone(story, practice)
    _engaged(story, practice)


def _exact(story: Story, practice: PracticeStage) -> None:
    with story.step(
        f"“{EXACT}” is added to XPM, then its namesake in Ignition accepts: it is that client (R12)"
    ):
        made = practice.xpm.add_client(EXACT)
        slug = _accept(practice, practice.ignition.named(EXACT)[0]["slug"])
        practice.deliver_webhooks()
        story.expect("XPM clients of that name", 1, len(practice.xpm.named(EXACT)))
        story.expect("its jobs", 1, len(practice.xpm.jobs_of(made["UUID"])))
        story.expect("the proposal shows", "deployed", _shown(practice, slug))


def _near(story: Story, practice: PracticeStage) -> None:
    with story.step(
        f"“{NEAR}” is not “{NEAR_IN_XPM}”: a client is made, and the near match is reported (E10)"
    ):
        slug = _accept(practice, practice.ignition.named(NEAR)[0]["slug"])
        (report,) = practice.deliver_webhooks()
        story.expect("XPM clients of exactly that name", 1, len(practice.xpm.named(NEAR)))
        near = practice.xpm.named(NEAR_IN_XPM)[0]["UUID"]
        story.expect("jobs of the near one", 0, len(practice.xpm.jobs_of(near)))
        story.expect("the report warns", True, any(NEAR_IN_XPM in line for line in report.warnings))
        story.expect("the proposal shows", "deployed", _shown(practice, slug))


def _twice(story: Story, practice: PracticeStage) -> None:
    with story.step(
        f"A lead born in Ignition is called “{TWICE}”, and XPM has two of them: a person must pick (E10)"
    ):
        lead = practice.ignition.add_lead(TWICE, "Jo Jones")
        slug = _accept(practice, lead["slug"])
        (report,) = practice.deliver_webhooks()
        both = practice.xpm.named(TWICE)
        story.expect("XPM clients of that name", 2, len(both))
        story.expect("jobs of either", [0, 0], [len(practice.xpm.jobs_of(row["UUID"])) for row in both])
        story.expect("the proposal shows", "needs_attention", _shown(practice, slug))
        story.expect("the report says so", 1, len(report.attention))
    with story.step("Another sync does not guess either"):
        practice.sync()
        story.expect("the proposal shows", "needs_attention", _shown(practice, slug))
    with story.step("Nobody can pick one that is archived, or one that is another's in Ignition (E10)"):
        for row in (*practice.xpm.named(ARCHIVED), *both):
            said = refusal(partial(practice.resolve, slug, row["UUID"]))
            story.note(said)
            why = "archived" if row["IsArchived"] == "Yes" else "linked to another"
            story.expect(f"it is refused, being {why} (E10)", True, why in said)
            story.expect("its jobs (E10)", 0, len(practice.xpm.jobs_of(row["UUID"])))
    with story.step("A new XPM client is picked with `syncer resolve`: the job is made there"):
        practice.resolve(slug, "new")
        new = [row for row in practice.xpm.named(TWICE) if row["UUID"] not in {old["UUID"] for old in both}]
        story.expect("one client was made", 1, len(new))
        story.expect("its jobs", 1, len(practice.xpm.jobs_of(new[0]["UUID"])))
        story.expect("the proposal shows", "deployed", _shown(practice, slug))


def _taken(story: Story, practice: PracticeStage) -> None:
    with story.step(f"The one XPM client “{TAKEN}” belongs to another Ignition client: parked (E10)"):
        (other,) = practice.ignition.named(TAKEN)
        practice.ignition.update_client(other["slug"], name="Harbour Holdings (old)")
        lead = practice.ignition.add_lead(TAKEN, "Hana Holder")
        slug = _accept(practice, lead["slug"])
        practice.deliver_webhooks()
        story.expect("XPM clients of that name", 1, len(practice.xpm.named(TAKEN)))
        story.expect("the proposal shows", "needs_attention", _shown(practice, slug))


def _gone(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "Of two who accept XPM has had the exact name, archived or deleted: no match, each is made anew (E2, E10)"
    ):
        for name in (ARCHIVED, DELETED):
            (old,) = practice.xpm.named(name)
            slug = _accept(practice, practice.ignition.named(name)[0]["slug"])
            practice.deliver_webhooks()
            story.expect("jobs of the old one (E2, E10)", 0, len(practice.xpm.jobs_of(old["UUID"])))
            made = [row for row in practice.xpm.named(name) if row["UUID"] != old["UUID"]]
            counts = [len(practice.xpm.jobs_of(row["UUID"])) for row in made]
            story.expect("jobs of each new one (E2, E10)", [1], counts)
            story.expect("the proposal shows", "deployed", _shown(practice, slug))


def _engaged(story: Story, practice: PracticeStage) -> None:
    with story.step("A client engaged before the connection, matched by nothing, is parked, not made (E10)"):
        (client,) = practice.ignition.named("Long Engaged Pty Ltd")
        slug = _accept(practice, client["slug"])
        practice.deliver_webhooks()
        story.expect("XPM clients of that name", 0, len(practice.xpm.named("Long Engaged Pty Ltd")))
        story.expect("the proposal shows", "needs_attention", _shown(practice, slug))


def _accept(practice: PracticeStage, client_slug: str) -> str:
    return str(practice.ignition.engage(client_slug)["slug"])


def _shown(practice: PracticeStage, slug: str) -> str:
    return str(practice.ignition.proposal(slug)["deployment"]["status"])


NAME_MATCH = Scenario(
    name="name-match",
    purpose="Only an exact name is a match: one is used, a near miss is a new client, two are a person's decision.",
    rules=("R12", "R11", "E2", "E10"),
    play=play,
    world=world,
    apart={f"“{TAKEN}”: name": "it was renamed in Ignition after the last sync"},
)
