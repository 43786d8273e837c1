"""A monthly service makes a job a month, an outage notwithstanding."""

from scenarios.story import Scenario, Story

DAY = 86_400.0


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

    def jobs() -> list[tuple[str, str]]:
        rows = [
            row
            for row in practice.xpm.jobs_of(client["UUID"])
            if row["ClientOrderNumber"] == proposal["reference_number"]
        ]
        return sorted((row["StartDate"][:10], row["Name"]) for row in rows)

    with story.step("No job is due yet: the first starts in a month, and the lead time is 14 days (E15)"):
        story.expect("jobs", [], jobs())
    with story.step("When its day has come, the first one is made, named with its period"):
        story.stage.pass_time(30 * DAY)
        practice.sync()
        story.expect("jobs", [("2026-07-31", f"{name} – July 2026")], jobs())
    with story.step(
        "After an outage of seven weeks the missed ones are made once, in order, on the months' last days"
    ):
        story.stage.pass_time(50 * DAY)
        practice.sync()
        expected = [("2026-07-31", "July"), ("2026-08-31", "August"), ("2026-09-30", "September")]
        story.expect("jobs", [(day, f"{name} – {month} 2026") for day, month in expected], jobs())
        story.expect("writes of one more sync", 0, practice.sync().writes)


RECURRING_JOBS = Scenario(
    name="recurring-jobs",
    purpose="A recurring service makes one job for each period, in time, by the calendar, each once.",
    rules=("R9", "E4", "E15"),
    play=play,
)
