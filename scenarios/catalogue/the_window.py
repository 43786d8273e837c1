"""Somebody types in XPM while a sync is at work: before its second look, and after it."""

from scenarios.builders import client
from scenarios.stage import PracticeStage, refusal
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

BEFORE, AFTER, ONE, OTHER = "Typed Before The Look", "Typed After The Look", "One Of Two", "The Other Of Two"
DAY = 86_400.0


def world(seed: int, size: int) -> Worlds:
    """Return a practice with a client for each act."""
    worlds = build(seed, clients=size)
    worlds.tenant()["clients"] += [client(name, phone="1") for name in (BEFORE, AFTER, ONE, OTHER)]
    return worlds


def play(story: Story) -> None:
    """Type into XPM at two moments of a sync, and have it refuse one of two records."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
        there, here = practice.xpm.uuids(), practice.ignition.slugs()
    with story.step(
        "A phone is changed in Ignition; as the sync has read XPM, somebody changes it there: it is seen (E23)"
    ):
        practice.ignition.update_client(here[BEFORE], phone="2")
        story.stage.runtime.meanwhile(
            "/client.api/list", lambda: practice.xpm.update_client(there[BEFORE], Phone="3")
        )
        report = practice.sync()
        story.expect("conflicts (E23, E3)", 1, report.did["conflicts"])
        story.expect("phones, XPM having won (E23)", ("3", "3"), _phones(practice, BEFORE))
    with story.step(
        "Somebody types after the second look: it can be overwritten, and the window is measured (E23)"
    ):
        story.stage.pass_time(DAY)
        practice.ignition.update_client(here[AFTER], phone="2")

        def typed() -> None:
            second_look = lambda: practice.xpm.update_client(there[AFTER], Phone="3")  # noqa: E731
            story.stage.runtime.meanwhile("/client.api/list", second_look)

        story.stage.runtime.meanwhile("/client.api/list", typed)
        report = practice.sync()
        story.expect("phones", ("2", "2"), _phones(practice, AFTER))
        story.expect("the window is told (E23)", True, report.window_seconds is not None)
        story.note(f"XPM was looked at {report.window_seconds} s before the last write to it.")
    with story.step("One of two records is refused by XPM: it is reported, and the other goes over (E20)"):
        story.stage.pass_time(DAY)
        for name in (ONE, OTHER):
            practice.ignition.update_client(here[name], phone="4")
        fault = {"kind": "status", "status": 500, "operation": "client.api/update", "attempts": [1, 2, 3, 4]}
        story.stage.xpm.post("faults", {**fault, "times": 4})
        story.expect("what ended the sync (E20)", "", refusal(practice.sync))
        report = story.stage.reports[-1]
        story.stage.xpm.delete("faults")
        for problem in report.problems:
            story.note(problem.say())
        story.expect("records left over (E20)", 1, len(report.problems))
        story.expect(
            "phones in XPM (E20)", ["1", "4"], sorted(_phones(practice, name)[0] for name in (ONE, OTHER))
        )
    with story.step("The next sync makes up for it, and one more writes nothing (E20, E4)"):
        practice.sync()
        story.expect("phones", [("4", "4")] * 2, [_phones(practice, name) for name in (ONE, OTHER)])
        story.expect("writes of one more sync", 0, practice.sync().writes)


def _phones(practice: PracticeStage, name: str) -> tuple[str, str]:
    """Return a client's phone: XPM's, then Ignition's."""
    return practice.xpm.named(name)[0]["Phone"], practice.ignition.named(name)[0]["phone"]


THE_WINDOW = Scenario(
    name="the-window",
    purpose="An edit made while a sync runs is seen by its second look; a record that is refused holds up no other.",
    rules=("E3", "E4", "E20", "E23"),
    play=play,
    world=world,
)
