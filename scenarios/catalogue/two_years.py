"""Recurring jobs over two years, with a leap day and an outage of three weeks."""

from datetime import date

from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

DAY = 86_400.0
NOW = "2027-06-15T00:00:00Z"
MONTHLY, WEEKLY = "Monthly Care Pty Ltd", "Weekly Books Pty Ltd"
MONTH_ENDS = (
    "2027-08-31", "2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31",
    "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31", "2028-06-30", "2028-07-31",
    "2028-08-31", "2028-09-30", "2028-10-31", "2028-11-30", "2028-12-31", "2029-01-31",
    "2029-02-28", "2029-03-31", "2029-04-30", "2029-05-31", "2029-06-30",
)  # fmt: skip
"""The last day of each month: the 31st of July 2027, and then by the calendar, the leap day among them."""


def world(seed: int, size: int) -> Worlds:
    """Return a practice in June 2027, half a year before a leap year."""
    return build(seed, clients=size, now=NOW)


def play(story: Story) -> None:
    """Have a monthly and a weekly service accepted, and let two years pass."""
    practice = story.start()
    with story.step("Two leads accept: monthly work from 31 July 2027, and weekly work from 1 February 2028"):
        practice.sync()
        rows = [
            _engaged(practice, MONTHLY, "monthly", "2027-07-31", 24),
            _engaged(practice, WEEKLY, "weekly", "2028-02-01", 2),
        ]
        practice.deliver_webhooks()
    with story.step(
        "A sync every four weeks until January 2028: the monthly jobs begin on the months' last days (E15)"
    ):
        while _today(story) < date(2028, 1, 24):
            story.stage.pass_time(28 * DAY)
            practice.sync()
        story.expect(
            "starts of the monthly jobs (E15)", ["2027-07-31", *MONTH_ENDS[:6]], _starts(practice, MONTHLY)
        )
    with story.step(
        "The syncer is down for three weeks, over the leap day's lead time: what was missed is made once, in order (E15)"
    ):
        story.stage.pass_time(21 * DAY)
        story.note(f"It is {_today(story)}.")
        practice.sync()
        weeks = ["2028-02-01", "2028-02-08", "2028-02-15", "2028-02-22", "2028-02-29"]
        due = [day for day in weeks if date.fromisoformat(day) <= _today(story, 14)]
        story.expect(
            "starts of the weekly jobs, in the order they were made (E15)",
            due,
            _starts(practice, WEEKLY, by="ID"),
        )
    with story.step("The leap day is a day like any other: a month's last, and the fifth Tuesday (E15)"):
        story.stage.pass_time(14 * DAY)
        practice.sync()
        story.expect(
            "starts of the weekly jobs",
            [*weeks, "2028-03-07", "2028-03-14"],
            _starts(practice, WEEKLY),
        )
        names = [job["Name"] for job in _jobs(practice, MONTHLY) if job["StartDate"][:10] == "2028-02-29"]
        story.expect("the monthly job of the leap day", 1, len(names))
    with story.step(
        "After two years each month has its job, and the contract's end is the end of them (E15)"
    ):
        while _today(story) < date(2029, 9, 1):
            story.stage.pass_time(50 * DAY)
            practice.sync()
        story.expect(
            "starts of the monthly jobs (E15)", ["2027-07-31", *MONTH_ENDS], _starts(practice, MONTHLY)
        )
        story.expect("doubles", [], [one.say() for one in practice.audit().problems])
        story.expect(
            "what the proposals show",
            ["deployed"] * 2,
            [practice.ignition.shown(one)["status"] for one in rows],
        )
    story.expect_rest(practice, after=1)


def _engaged(practice: PracticeStage, name: str, cadence: str, start: str, months: int) -> str:
    lead = practice.ignition.add_lead(name, "Rae Recurring")
    row = practice.ignition.engage(lead["slug"], "Care", cadence=cadence, start=start, months=months)
    return str(row["slug"])


def _today(story: Story, more: int = 0) -> date:
    return date.fromordinal(story.stage.runtime.now().date().toordinal() + more)


def _jobs(practice: PracticeStage, name: str) -> list[dict[str, str]]:
    return [job for row in practice.xpm.named(name) for job in practice.xpm.jobs_of(row["UUID"])]


def _starts(practice: PracticeStage, name: str, by: str = "StartDate") -> list[str]:
    """Return the days on which a client's jobs begin, in order, or in the order of their numbers."""
    return [job["StartDate"][:10] for job in sorted(_jobs(practice, name), key=lambda job: job[by])]


TWO_YEARS = Scenario(
    name="two-years",
    purpose="Recurring jobs go by the calendar for two years, over a leap day and an outage, each made once.",
    rules=("R9", "E4", "E11", "E15"),
    play=play,
    world=world,
)
