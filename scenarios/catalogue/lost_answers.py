"""Answers that are lost, writes that land late, a program that stops: each client and job is made once."""

from datetime import datetime
from typing import Any, NamedTuple

from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story

CLIENT, JOB = "client.api/add", "job.api/add"
LOOK_UPS = {CLIENT: "client.api/list", JOB: "job.api/client"}
"""Where what came of a call is looked up."""
Course = list[tuple[int, str]]
"""What XPM was asked, each with the seconds since it was first asked to make the thing."""
MADE, NOTHING, LATE, LOOKED = "asked: made", "asked: nothing made", "made only now", "looked up"
FOUND_AT_ONCE: Course = [(0, MADE), (0, LOOKED)]
FOUND_LATER: Course = [(0, NOTHING), (0, LOOKED), (120, LATE), (180, LOOKED)]
ASKED_AGAIN: Course = [(0, NOTHING), (0, LOOKED), (180, LOOKED), (180, MADE)]


class Trouble(NamedTuple):
    """What goes wrong, in which call, by which fault, and the course that things are to take then."""

    what: str
    call: str
    fault: dict[str, Any]
    course: Course


LANDS_LATE = {"kind": "late", "seconds": 120}
TROUBLES = (
    Trouble(
        "XPM makes the client, and its answer is lost: it is found at once, and XPM is not asked again",
        CLIENT,
        {"kind": "lost"},
        FOUND_AT_ONCE,
    ),
    Trouble(
        "XPM makes the client two minutes after the call broke off: it is found after 180 s, and not asked for again",
        CLIENT,
        LANDS_LATE,
        FOUND_LATER,
    ),
    Trouble(
        "XPM makes the job, and its answer is lost: it is found at once, and XPM is not asked again",
        JOB,
        {"kind": "lost"},
        FOUND_AT_ONCE,
    ),
    Trouble(
        "XPM makes the job two minutes after the call broke off: it is found after 180 s, and not asked for again",
        JOB,
        LANDS_LATE,
        FOUND_LATER,
    ),
    Trouble(
        "the connection breaks before XPM has the job: nothing is there after 180 s, and it is asked for again",
        JOB,
        {"kind": "reset"},
        ASKED_AGAIN,
    ),
    Trouble(
        "the connection breaks before XPM has the client: nothing is there after 180 s, and it is asked for again",
        CLIENT,
        {"kind": "reset"},
        ASKED_AGAIN,
    ),
)
TWINS = "Twins By Accident Ltd"


def play(story: Story) -> None:
    """Accept one proposal for each trouble, then have people rename and delete what was made."""
    practice = story.start()
    with story.step("The first sync"):
        practice.sync()
    for number, trouble in enumerate(TROUBLES, start=1):
        _trouble(story, practice, f"Troubled {number} Pty Ltd", trouble)
    _twins(story, practice)
    _changed_by_a_person(story, practice)
    with story.step("An audit finds nothing twice, and another sync nothing to do (E11, E4)"):
        practice.sync()
        story.expect("doubles", [], [one.say() for one in practice.audit().problems])
        story.expect("writes of one more sync", 0, practice.sync().writes)
    _doubled_by_a_person(story, practice)


def _trouble(story: Story, practice: PracticeStage, name: str, trouble: Trouble) -> None:
    with story.step(f"Of “{name}”: {trouble.what} (E11)"):
        slug = _engaged(practice, name)
        story.stage.xpm.post("faults", {"operation": trouble.call, **trouble.fault, "times": 1})
        since = story.stage.xpm.get("journal")["next"] - 1
        practice.deliver_webhooks()
        story.stage.pass_time(300)
        story.expect(
            "what XPM is asked, after how many seconds, and what is made (E11)",
            trouble.course,
            _course(practice, name, trouble.call, since),
        )
        story.expect("jobs of each XPM client of that name (E11)", [1], practice.xpm.job_counts(name))
        story.expect("the proposal shows", "deployed", practice.ignition.shown(slug)["status"])
        story.stage.xpm.delete("faults")


def _course(practice: PracticeStage, name: str, call: str, since: int) -> Course:
    """Return what XPM's journal has on the making of a client or its job; a look that is taken twice counts once."""
    entries = practice.xpm.control.get("journal", since=str(since))["entries"]
    uuids = [row["UUID"] for row in practice.xpm.named(name)]
    began, course = None, Course()
    for one in entries:
        if call == CLIENT and one["operation"] == JOB:
            break  # the client is there: what comes now is about its job
        at, said = datetime.fromisoformat(one["at"]), _said(one, call, uuids)
        began = at if one["operation"] == call and began is None else began
        if began is None or not said:
            continue
        seen = round((at - began).total_seconds()), said
        if said != LOOKED or seen != course[-1]:
            course.append(seen)
    return course


def _said(entry: dict[str, Any], call: str, uuids: list[str]) -> str:
    """Return what an entry of the journal says of a making, in a word or two; nothing of another matter."""
    if entry["operation"] == call:
        landed = str(entry["fault"]).endswith("landed")
        return LATE if landed else MADE if entry["changes"] else NOTHING
    about = call == CLIENT or any(uuid in entry["path"] for uuid in uuids)
    return LOOKED if about and entry["operation"] == LOOK_UPS[call] else ""


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
        jobs = [_jobs(practice, name)[0]["ID"] for name in names]
        practice.xpm.change_job(jobs[0], Name="Quite another thing")
        practice.xpm.change_job(jobs[1], StartDate="20260801", DueDate="20260831")
        practice.xpm.delete_job(jobs[2])
        practice.sync()
        for row in practice.ignition.proposals():
            practice.deploy(row["slug"])
        story.expect(
            "jobs of each client", [[1], [1], [0]], [practice.xpm.job_counts(name) for name in names]
        )
        (renamed,), (moved,) = (_jobs(practice, name) for name in names[:2])
        story.expect("the name that was typed stays (E11)", "Quite another thing", renamed["Name"])
        days = moved["StartDate"][:10], moved["DueDate"][:10]
        story.expect("the days that were typed stay (E11)", ("2026-08-01", "2026-08-31"), days)


def _doubled_by_a_person(story: Story, practice: PracticeStage) -> None:
    names = [f"Troubled {number} Pty Ltd" for number in (4, 5)]
    with story.step(
        "Somebody types one client's job once more in XPM, and another client of a name that was made"
    ):
        (job,) = _jobs(practice, names[0])
        practice.xpm.add_job(
            practice.xpm.named(names[0])[0]["UUID"],
            job["Name"],
            ClientNumber=job["ClientOrderNumber"],
            StartDate=job["StartDate"][:10].replace("-", ""),
            DueDate=job["DueDate"][:10].replace("-", ""),
        )
        practice.xpm.add_client(names[1])
    with story.step("An audit reports both, and nobody deletes anything (E11)"):
        said = [one.say() for one in practice.audit().problems]
        for one in said:
            story.note(one)
        found = [sum(f"job “{job['Name']}” of {job['ClientOrderNumber']}" in one for one in said)]
        found.append(sum(f"client “{names[1]}”" in one for one in said))
        story.expect("doubled jobs and clients that it names (E11)", [1, 1], found)
        story.expect("jobs of the one (E11)", [2], practice.xpm.job_counts(names[0]))
        story.expect("clients of the other's name (E11)", 2, len(practice.xpm.named(names[1])))


def _jobs(practice: PracticeStage, name: str) -> list[dict[str, Any]]:
    """Return the jobs of the one XPM client of a name."""
    (row,) = practice.xpm.named(name)
    return practice.xpm.jobs_of(row["UUID"])


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
