"""What is nearly the name is not the name, and who types while a proposal is being deployed decides nothing."""

from scenarios.builders import client
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

REAL = "Caf\N{LATIN SMALL LETTER E WITH ACUTE} Rata & Sons Pty Ltd"
NEAR = {
    "another case": "CAF\N{LATIN CAPITAL LETTER E WITH ACUTE} RATA & SONS PTY LTD",
    "two spaces": REAL.replace("Rata", " Rata"),
    "a no-break space": REAL.replace(" Rata", "\N{NO-BREAK SPACE}Rata"),
    "another Unicode form": REAL.replace(
        "\N{LATIN SMALL LETTER E WITH ACUTE}", "e\N{COMBINING ACUTE ACCENT}"
    ),
    "“and” for “&”": REAL.replace("&", "and"),
    "“Pty. Ltd.”": REAL.replace("Pty Ltd", "Pty. Ltd."),
}
MINUTE = 60.0
LINKED, TWIN, MOVING, TWO = "Kauri Dental Ltd", "Twin Peaks Tours Ltd", "Moving Target Ltd", "Two At Once Ltd"


def world(seed: int, size: int) -> Worlds:
    """Return a practice with the client that others are nearly called like, and one that is renamed."""
    worlds = build(seed, clients=size)
    worlds.tenant()["clients"] += [client(REAL), client(LINKED)]
    return worlds


def play(story: Story) -> None:
    """Accept for each near name, then race renames, a twin and a second proposal."""
    practice = story.start()
    with story.step("The first sync"):
        practice.sync()
    _near(story, practice)
    _renamed(story, practice)
    _renamed_meanwhile(story, practice)
    _two_at_once(story, practice)
    _twin(story, practice)


def _near(story: Story, practice: PracticeStage) -> None:
    (real,) = practice.xpm.named(REAL)
    for what, name in NEAR.items():
        with story.step(
            f"“{name}”, {what}: a client is made of that name, and the near one reported (E10, R11)"
        ):
            practice.ignition.engage(practice.ignition.add_lead(name, "Nia Near")["slug"])
            (report,) = practice.deliver_webhooks()
            story.expect(
                "jobs of each XPM client of exactly that name (R12, E10)", [1], practice.xpm.job_counts(name)
            )
            warned = any(f"XPM also has “{REAL}”" in line for line in report.warnings)
            story.expect("the report warns of the near one (E10)", True, warned)
    with story.step("The one that all of them nearly were has got no job (R12)"):
        story.expect("its jobs", 0, len(practice.xpm.jobs_of(real["UUID"])))


def _renamed(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "A linked client is renamed in XPM as it accepts: its job goes where the link says (E10)"
    ):
        renamed = f"{LINKED} (formerly)"
        (lead,) = practice.ignition.named(LINKED)
        (there,) = practice.xpm.named(LINKED)
        practice.ignition.make_signatory(lead["slug"])
        practice.xpm.update_client(there["UUID"], Name=renamed)
        practice.ignition.engage(lead["slug"])
        practice.deliver_webhooks()
        story.expect(
            "jobs under its new name, and XPM clients of the old one",
            ([1], []),
            (practice.xpm.job_counts(renamed), practice.xpm.job_counts(LINKED)),
        )


def _renamed_meanwhile(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "A lead is renamed in Ignition while its client is being made: the new name follows (E10, E11)"
    ):
        lead = practice.ignition.add_lead(MOVING, "Mo Moving")
        slug = practice.ignition.engage(lead["slug"])["slug"]
        renamed = f"{MOVING} II"
        story.stage.runtime.meanwhile(
            "/client.api/add", lambda: practice.ignition.update_client(lead["slug"], name=renamed)
        )
        practice.deliver_webhooks()
        story.expect("jobs of the client as it was made", [1], practice.xpm.job_counts(MOVING))
        story.stage.pass_time(MINUTE)
        practice.sync()
        story.expect(
            "jobs under its new name, and XPM clients of the old one",
            ([1], []),
            (practice.xpm.job_counts(renamed), practice.xpm.job_counts(MOVING)),
        )
        story.expect("the proposal shows", "deployed", practice.ignition.shown(slug)["status"])


def _two_at_once(story: Story, practice: PracticeStage) -> None:
    with story.step("A lead accepts two proposals at once: one client is made, with a job for each (E11)"):
        lead = practice.ignition.add_lead(TWO, "Tui Two")
        both = [practice.ignition.engage(lead["slug"], name)["slug"] for name in ("Accounts", "Advice")]
        practice.deliver_webhooks()
        story.expect("jobs of each XPM client of that name", [2], practice.xpm.job_counts(TWO))
        story.expect(
            "the proposals show", ["deployed"] * 2, [practice.ignition.shown(one)["status"] for one in both]
        )


def _twin(story: Story, practice: PracticeStage) -> None:
    with story.step("A twin is typed into XPM between the look and the making: the job is made once (E11)"):
        lead = practice.ignition.add_lead(TWIN, "Tim Twin")
        slug = practice.ignition.engage(lead["slug"])["slug"]
        story.stage.runtime.meanwhile("/client.api/list", lambda: practice.xpm.add_client(TWIN))
        practice.deliver_webhooks()
        story.expect("jobs of each XPM client of that name", [0, 1], sorted(practice.xpm.job_counts(TWIN)))
        story.expect("the proposal shows", "deployed", practice.ignition.shown(slug)["status"])
    with story.step("The next proposal goes where the link says, twin or not (E10)"):
        story.stage.pass_time(MINUTE)
        practice.sync()
        practice.ignition.engage(lead["slug"], "More")
        practice.deliver_webhooks()
        story.expect("jobs of each", [0, 2], sorted(practice.xpm.job_counts(TWIN)))


NEAR_NAMES = Scenario(
    name="near-names",
    purpose="Near names are no match when a proposal is accepted; renames, twins and a second acceptance race it.",
    rules=("R11", "R12", "E10", "E11"),
    play=play,
    world=world,
)
