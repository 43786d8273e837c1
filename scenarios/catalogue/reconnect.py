"""Access is taken away amid a deployment, a refresh is lost, or two months are silent: a person must connect again."""

from collections.abc import Callable

from scenarios.stage import refusal
from scenarios.story import Scenario, Story

HOUR = 3_600.0
DAY = 24 * HOUR
PHONE = "09 555 0161"
NAME = "Kept Waiting Ltd"


def play(story: Story) -> None:
    """Withdraw XPM's grant between two calls, lose Ignition's new tokens, then leave both alone for two months."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
    with story.step(
        "A lead accepts; XPM's admin withdraws access between the client and its job: the syncer says so (E24)"
    ):
        lead = practice.ignition.add_lead(NAME, "Kit Kept")
        row = practice.ignition.engage(lead["slug"])
        story.stage.runtime.meanwhile("/client.api/add", practice.withdraw)
        _expect_reconnect(story, lambda: practice.deploy(row["slug"]), "XPM")
        (made,) = practice.xpm.named(NAME)
        story.expect("jobs so far", 0, len(practice.xpm.jobs_of(made["UUID"])))
    with story.step("Until somebody connects, nothing is done on either side (E24)"):
        before = story.stage.fake_digests()
        _expect_reconnect(story, lambda: practice.deploy(row["slug"]), "XPM")
        story.expect("both systems are as they were (E24)", before, story.stage.fake_digests())
    with story.step("After `syncer connect` it goes on where it was: one client, one job (E24, E11)"):
        practice.connect()
        practice.sync()
        story.expect(
            "jobs of each XPM client of that name",
            [1],
            practice.xpm.job_counts(NAME),
        )
        story.expect("what the proposal shows", "deployed", practice.ignition.shown(row["slug"])["status"])
    with story.step(
        "Ignition's answer to a refresh is lost: its old tokens are worth nothing any more (E24)"
    ):
        story.stage.pass_time(3 * HOUR)
        story.stage.ignition.post("faults", {"kind": "lost", "operation": "oauth/token", "times": 1})
        _expect_reconnect(story, lambda: practice.deploy(row["slug"]), "Ignition")
        story.stage.ignition.delete("faults")
    with story.step(
        "After `syncer connect` everything is in step, and a further sync writes nothing (E24, E4)"
    ):
        practice.connect()
        practice.sync()
        story.expect("writes", 0, practice.sync().writes)
    with story.step(
        "Nothing runs for 61 days: the refresh tokens have died of it, and the syncer says so (E24)"
    ):
        (made,) = practice.xpm.named(NAME)
        practice.xpm.update_client(made["UUID"], Phone=PHONE)
        story.stage.pass_time(61 * DAY)
        before = story.stage.fake_digests()
        _expect_reconnect(story, lambda: practice.deploy(row["slug"]), "Ignition")
        story.expect("both systems are as they were (E24)", before, story.stage.fake_digests())
    with story.step("After `syncer connect` what was edited before the silence goes over (E24, E4)"):
        practice.connect()
        practice.sync()
        (lead,) = practice.ignition.named(NAME)
        story.expect("the phone in Ignition", PHONE, lead["phone"])
        story.expect("jobs of each XPM client of that name", [1], practice.xpm.job_counts(NAME))
        story.expect("writes of a further sync", 0, practice.sync().writes)


def _expect_reconnect(story: Story, call: Callable[[], object], system: str) -> None:
    why = refusal(call)
    story.note(why)
    story.expect("whose connection it says is dead (E24)", True, why.startswith(system))
    story.expect("it says what to do (E24)", True, "run `syncer connect` again" in why)


RECONNECT = Scenario(
    name="reconnect",
    purpose="A connection that cannot refresh any more is said so, leaves nothing half done, and goes on once renewed.",
    rules=("E4", "E11", "E24"),
    play=play,
)
