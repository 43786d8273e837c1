"""A first sync that is larger than a day's calls, and a day on which XPM takes no writes.

Why XPM's day is made small. Bringing 15,000 clients over costs three calls of XPM's 5,000, since one list
carries them all in detail (and 155 of Ignition's 1,000 an hour, which takes a hundred clients in a call). A day
is used up by what is written to XPM: two calls for each new client with its job, one for each client whom
Ignition knew before and knows more of (E1). Of 3,000 acceptances 289 are deployed when Ignition's hour is used
up, with 578 of XPM's calls. 5,200 clients known before do use up XPM's day, in one sync of 83 minutes and 4,996
updates; in process that costs half a minute of computing, and the days after it more than a minute. So the
story makes the day small in place of the practice large. The figures were measured on these fakes.
"""

from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

DAY = 86_400.0
CALLS_A_DAY, LEADS = 20, 12
NAMES = tuple(f"Waiting {number:02} Pty Ltd" for number in range(LEADS))


def world(seed: int, size: int) -> Worlds:
    """Return a practice that starts with some clients more than usual."""
    return build(seed, clients=size + 20)


def play(story: Story) -> None:
    """Let XPM grant few calls a day, then have it refuse all writes for a day."""
    practice = story.stage.practice()
    with story.step(
        f"XPM grants {CALLS_A_DAY} calls a day and not 5,000, for {LEADS} acceptances and not 3,000: the same for each"
    ):
        story.stage.xpm.put("limits", {"day": CALLS_A_DAY})
    story.start()
    with story.step(f"{LEADS} leads accept a proposal before the first sync"):
        service = practice.ignition.services()[0]["slug"]
        for name in NAMES:
            lead = practice.ignition.add_lead(name, "Wilma Waiting")
            practice.ignition.engage(lead["slug"], "Engagement", service)
    with story.step("The first sync runs out of its day: it stops cleanly, and says how many are left (E19)"):
        report = practice.sync()
        story.note(str(report.stopped))
        story.expect("it stopped at the limit of the day (E19)", True, "day" in str(report.stopped))
        story.expect("its exit code", 1, report.exit_code)
        made = _made(practice)
        story.note(f"{sum(made)} of {LEADS} are deployed.")
        story.expect("acceptances that it says are left (E19)", LEADS - sum(made), report.left_proposals)
        story.expect("some are deployed, and some are left (E19)", True, 0 < sum(made) < LEADS)
        story.expect("none is there twice", True, max(made) == 1)
        story.expect("XPM never had to refuse a call (E19)", 0, _refused(story))
    with story.step("It goes on the next day where it stopped, until all are deployed, each once (E19)"):
        days = 1
        while report.stopped is not None:
            story.stage.pass_time(DAY)
            report, days = practice.sync(), days + 1
        story.note(f"It took {days} days.")
        story.expect("jobs for each", [1] * LEADS, _made(practice))
        story.expect("XPM never had to refuse a call (E19)", 0, _refused(story))
        story.stage.xpm.put("limits", {"day": 5_000})
    _read_only(story, practice)
    story.expect_rest(practice, after=1)


def _read_only(story: Story, practice: PracticeStage) -> None:
    name = "Read Only Day Ltd"
    with story.step(
        "XPM can only be read for a day: what was to be written is reported, and nothing else is held up (E20)"
    ):
        story.stage.pass_time(DAY)
        practice.sync()
        story.stage.pass_time(DAY)
        for method in ("POST", "PUT", "DELETE"):
            fault = {"kind": "status", "status": 503, "method": method, "operation": "*.api/*"}
            story.stage.xpm.post("faults", fault)
        lead = practice.ignition.add_lead(name, "Rob Reader")
        row = practice.ignition.engage(lead["slug"])
        practice.ignition.update_client(practice.ignition.slugs()[NAMES[0]], phone="7")
        there = practice.xpm.uuids()
        practice.xpm.update_client(there[NAMES[1]], Phone="8")
        report = practice.sync()
        for problem in report.problems:
            story.note(problem.say())
        story.expect("records that are left over (E20)", 2, len(report.problems))
        story.expect(
            "an edit in XPM still comes over (E20)", "8", practice.ignition.named(NAMES[1])[0]["phone"]
        )
        story.expect("what the proposal shows", "failed", practice.ignition.shown(row["slug"])["status"])
    with story.step("The next day it can be written again: everything is made up for, once (E11, E20)"):
        story.stage.xpm.delete("faults")
        story.stage.pass_time(DAY)
        report = practice.sync()
        story.expect("problems", [], report.problems)
        story.expect("phone in XPM", "7", practice.xpm.client(there[NAMES[0]])["Phone"])
        (made,) = practice.xpm.named(name)
        story.expect("jobs", 1, len(practice.xpm.jobs_of(made["UUID"])))
        story.expect("what the proposal shows", "deployed", practice.ignition.shown(row["slug"])["status"])


def _made(practice: PracticeStage) -> list[int]:
    """Return how many jobs each of those who wait has in XPM; one whom XPM does not have has none."""
    there = practice.xpm.uuids()
    return [len(practice.xpm.jobs_of(there[name])) if name in there else 0 for name in NAMES]


def _refused(story: Story) -> int:
    """Return how many calls XPM answered with a 429."""
    return sum(entry["status"] == 429 for entry in story.stage.journals()["XPM"])  # noqa: PLR2004  # too many


LIMITS_AND_OUTAGES = Scenario(
    name="limits-and-outages",
    purpose="A sync that uses up its day stops and goes on the next; a day without writes costs a day, nothing else.",
    rules=("R9", "E4", "E11", "E19", "E20"),
    play=play,
    world=world,
)
