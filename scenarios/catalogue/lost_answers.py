"""Answers that are lost, writes that land late, a program that stops: each client and job is made once."""

from typing import Any

from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story

CLIENT, JOB = "client.api/add", "job.api/add"
TROUBLES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    # what happens, to which call, and the fault
    ("the answer of making a client is lost", CLIENT, {"kind": "lost"}),
    (
        "the client is made only two minutes after its caller gave up",
        CLIENT,
        {"kind": "late", "seconds": 120},
    ),
    ("the answer of making a job is lost", JOB, {"kind": "lost"}),
    ("the job is made only two minutes after its caller gave up", JOB, {"kind": "late", "seconds": 120}),
    ("the connection breaks before XPM has the job", JOB, {"kind": "reset"}),
)
TWINS = "Twins By Accident Ltd"


def play(story: Story) -> None:
    """Accept one proposal for each trouble, then have people rename and delete what was made."""
    practice = story.start()
    with story.step("The first sync"):
        practice.sync()
    for number, (what, call, fault) in enumerate(TROUBLES, start=1):
        _trouble(story, practice, f"Troubled {number} Pty Ltd", what, {"operation": call, **fault})
    _twins(story, practice)
    _changed_by_a_person(story, practice)
    with story.step("An audit finds nothing twice, and another sync nothing to do (E11, E4)"):
        practice.sync()
        story.expect("doubles", [], [one.say() for one in practice.audit().problems])
        story.expect("writes of one more sync", 0, practice.sync().writes)


def _trouble(story: Story, practice: PracticeStage, name: str, what: str, fault: dict[str, Any]) -> None:
    with story.step(f"Of “{name}”, {what}: it is looked up, waited for, and there once (E11)"):
        slug = _engaged(practice, name)
        story.stage.xpm.post("faults", {**fault, "times": 1})
        before = story.stage.runtime.now()
        practice.deliver_webhooks()
        story.stage.pass_time(300)
        waited = (story.stage.runtime.now() - before).total_seconds() - 300
        story.note(f"It took {waited:.0f} s.")
        story.expect("jobs of each XPM client of that name (E11)", [1], practice.xpm.job_counts(name))
        story.expect("the proposal shows", "deployed", practice.ignition.shown(slug)["status"])
        story.stage.xpm.delete("faults")


def _twins(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "The answer is lost while somebody types a client of that name: a person must say which (E11)"
    ):
        slug = _engaged(practice, TWINS)
        story.stage.xpm.post("faults", {"kind": "lost", "operation": CLIENT, "times": 1})
        story.stage.runtime.meanwhile("/client.api/list", lambda: practice.xpm.add_client(TWINS))
        practice.deliver_webhooks()
        story.stage.xpm.delete("faults")
        story.expect("jobs of each", [0, 0], practice.xpm.job_counts(TWINS))
        story.expect("the proposal shows", "needs_attention", practice.ignition.shown(slug)["status"])
        practice.resolve(slug, practice.xpm.named(TWINS)[0]["UUID"])
        story.expect("jobs of each, one being picked", [0, 1], sorted(practice.xpm.job_counts(TWINS)))


def _changed_by_a_person(story: Story, practice: PracticeStage) -> None:
    names = [f"Troubled {number} Pty Ltd" for number in (1, 2, 3)]
    with story.step(
        "One job is renamed in XPM, one begins another day, one is deleted: none is made again (E11)"
    ):
        jobs = [practice.xpm.jobs_of(practice.xpm.named(name)[0]["UUID"])[0]["ID"] for name in names]
        practice.xpm.change_job(jobs[0], Name="Quite another thing")
        practice.xpm.change_job(jobs[1], StartDate="20260801", DueDate="20260831")
        practice.xpm.delete_job(jobs[2])
        practice.sync()
        for row in practice.ignition.proposals():
            practice.deploy(row["slug"])
        story.expect(
            "jobs of each client", [[1], [1], [0]], [practice.xpm.job_counts(name) for name in names]
        )


def _engaged(practice: PracticeStage, name: str) -> str:
    """Have a new lead accept a proposal; returns its slug."""
    lead = practice.ignition.add_lead(name, "Trudy Trouble")
    return str(practice.ignition.engage(lead["slug"])["slug"])


LOST_ANSWERS = Scenario(
    name="lost-answers",
    purpose="Whatever becomes of an answer, a client and a job are made once; what a person changes stays changed.",
    rules=("R9", "R11", "E4", "E11"),
    play=play,
)
