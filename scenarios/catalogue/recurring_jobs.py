"""A monthly service makes a job a month, an outage notwithstanding."""

from scenarios.story import Scenario, Story

DAY, HALF_AN_HOUR = 86_400.0, 1_800.0


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


RECURRING_JOBS = Scenario(
    name="recurring-jobs",
    purpose="A recurring service makes one job for each period, in time, by the calendar, each once.",
    rules=("R9", "E4", "E15"),
    play=play,
)
