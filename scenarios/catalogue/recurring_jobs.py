"""A monthly service makes a job a month, an outage notwithstanding."""

from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story

DAY, HALF_AN_HOUR = 86_400.0, 1_800.0
RHYTHMS = {
    # cadence: first day, and first day, last day and period of each job that is due by 18 September 2026
    "yearly": ("2025-08-31", [("2025-08-31", "2026-08-30", "August 2025"), ("2026-08-31", "2027-08-30", "August 2026")]),
    "half_yearly": (
        "2025-08-31",
        [
            ("2025-08-31", "2026-02-27", "August 2025"),
            ("2026-02-28", "2026-08-30", "February 2026"),
            ("2026-08-31", "2027-02-27", "August 2026"),
        ],
    ),
    "quarterly": (
        "2026-02-28",
        [
            ("2026-02-28", "2026-05-27", "February 2026"),
            ("2026-05-28", "2026-08-27", "May 2026"),
            ("2026-08-28", "2026-11-27", "August 2026"),
        ],
    ),
    "fortnightly": (
        "2026-08-24",
        [
            ("2026-08-24", "2026-09-06", "24 August 2026"),
            ("2026-09-07", "2026-09-20", "7 September 2026"),
            ("2026-09-21", "2026-10-04", "21 September 2026"),
        ],
    ),
    "weekly": (
        "2026-09-14",
        [
            ("2026-09-14", "2026-09-20", "14 September 2026"),
            ("2026-09-21", "2026-09-27", "21 September 2026"),
            ("2026-09-28", "2026-10-04", "28 September 2026"),
        ],
    ),
}  # fmt: skip
"""Jobs at every other interval that there is, reckoned by hand; what began before is made up for at once."""


def play(story: Story) -> None:
    """Accept a monthly proposal, let seven weeks pass without a sync, and look at the jobs."""
    practice = story.start()
    with story.step("Leads arrive; one of them accepts a monthly service that starts on 31 July"):
        practice.sync()
        lead = practice.ignition.clients()[0]
        practice.ignition.make_signatory(lead["slug"])
        service = practice.ignition.services()[0]
        proposal = practice.ignition.propose(
            lead["slug"], "Monthly care", service["slug"], cadence="monthly", start="2026-07-31"
        )
        practice.ignition.accept(proposal["slug"])
        practice.deliver_webhooks()
        (client,) = practice.xpm.named(lead["name"])
    name = service["name"]

    def jobs() -> list[tuple[str, str, str]]:
        rows = [
            row
            for row in practice.xpm.jobs_of(client["UUID"])
            if row["ClientOrderNumber"] == proposal["reference_number"]
        ]
        return sorted((row["StartDate"][:10], row["DueDate"][:10], row["Name"]) for row in rows)

    july = ("2026-07-31", "2026-08-30", f"{name} – July 2026")
    with story.step("No job is due yet: the first starts in a month, and the lead time is 14 days (E15)"):
        story.expect("jobs", [], jobs())
        story.stage.pass_time(15 * DAY)
        practice.sync()
        story.expect("jobs on 16 July", [], jobs())
    with story.step(
        "Half an hour before UTC's midnight it is 17 July at the practice: the first is made (E15)"
    ):
        story.stage.pass_time(DAY - HALF_AN_HOUR)
        practice.sync()
        story.expect("begin, end and name of the jobs", [july], jobs())
    with story.step("A fortnight later, its day having come, there is nothing to make (E4)"):
        story.stage.pass_time(14 * DAY)
        story.expect("writes of one more sync", 0, practice.sync().writes)
    with story.step(
        "After an outage of seven weeks the missed ones are made once, in order, on the months' last days (E15)"
    ):
        story.stage.pass_time(50 * DAY)
        practice.sync()
        august = ("2026-08-31", "2026-09-29", f"{name} – August 2026")
        september = ("2026-09-30", "2026-10-30", f"{name} – September 2026")
        story.expect("begin, end and name of the jobs", [july, august, september], jobs())
        story.expect("writes of one more sync", 0, practice.sync().writes)
    _rhythms(story, practice, lead["slug"])


def _rhythms(story: Story, practice: PracticeStage, slug: str) -> None:
    with story.step(
        "Services by the week, the fortnight, the quarter, the half-year and the year make theirs at their intervals (E15)"
    ):
        service = practice.ignition.services()[0]
        sent = {
            cadence: practice.ignition.engage(
                slug, cadence, service["slug"], cadence=cadence, start=start, months=24
            )
            for cadence, (start, _) in RHYTHMS.items()
        }
        practice.deliver_webhooks()
        (client,) = practice.xpm.named(practice.ignition.clients()[0]["name"])
        rows = practice.xpm.jobs_of(client["UUID"])
        for cadence, (_, wanted) in RHYTHMS.items():
            reference = sent[cadence]["reference_number"]
            jobs = [row for row in rows if row["ClientOrderNumber"] == reference]
            found = sorted((row["StartDate"][:10], row["DueDate"][:10], row["Name"]) for row in jobs)
            due = [(first, last, f"{service['name']} – {period}") for first, last, period in wanted]
            story.expect(f"{cadence} jobs: begin, end and name (E15)", due, found)


RECURRING_JOBS = Scenario(
    name="recurring-jobs",
    purpose="A recurring service makes one job for each period, in time, by the calendar, each once.",
    rules=("R9", "E4", "E15"),
    play=play,
)
