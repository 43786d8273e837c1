"""A webhook that never comes is caught by the daily sync."""

from scenarios.story import Scenario, Story

DAY = 86_400.0


def play(story: Story) -> None:
    """Accept before the connection, after it without a webhook, and deliver the webhook late."""
    practice = story.stage.practice()
    service = practice.ignition.services()[0]["slug"]
    with story.step("A proposal is accepted before the practice connects"):
        early = practice.ignition.add_lead("Early Bird Pty Ltd", "Ella Early")
        old = practice.ignition.propose(early["slug"], "Before the connection", service)
        practice.ignition.accept(old["slug"])
        story.stage.pass_time(DAY)
    story.start()
    with story.step("The first sync does not deploy it (E12)"):
        practice.sync()
        story.expect("XPM clients of that name", 0, len(practice.xpm.named("Early Bird Pty Ltd")))
    with story.step("Another proposal is accepted, and its webhook is lost"):
        lead = practice.ignition.add_lead("Late News Limited", "Lou Late")
        new = practice.ignition.propose(lead["slug"], "After the connection", service)
        practice.ignition.accept(new["slug"])
        story.stage.pass_time(DAY)
    with story.step("The daily sync deploys it (E12)"):
        practice.sync()
        (made,) = practice.xpm.named("Late News Limited")
        story.expect("its jobs", 1, len(practice.xpm.jobs_of(made["UUID"])))
    with story.step("The webhook comes after all: nothing is made twice (E11)"):
        practice.deliver_webhooks()
        story.expect("XPM clients of that name", 1, len(practice.xpm.named("Late News Limited")))
        story.expect("its jobs", 1, len(practice.xpm.jobs_of(made["UUID"])))
    with story.step("The early one is deployed when it is asked for by name (E12)"):
        practice.deploy(old["slug"])
        story.expect(
            "what the proposal shows",
            "needs_attention",
            practice.ignition.proposal(old["slug"])["deployment"]["status"],
        )
        practice.resolve(old["slug"], "new")
        (bird,) = practice.xpm.named("Early Bird Pty Ltd")
        story.expect("its jobs", 1, len(practice.xpm.jobs_of(bird["UUID"])))


LOST_WEBHOOK = Scenario(
    name="lost-webhook",
    purpose="The daily sync deploys what no webhook told of, once, and nothing from before the connection.",
    rules=("E11", "E12"),
    play=play,
)
