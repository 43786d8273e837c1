"""The proposal's workflow decides which jobs there are, how they are made, and who is on them."""

from typing import Any

from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story

DAY = 86_400.0
LEAD = "Workflow & Sons Pty Ltd"
PER_SERVICE, WHOLE = "job_per_service", "one_job"
Json = dict[str, Any]


def play(story: Story) -> None:
    """Plan a job for each service, change a plan that has begun, lose somebody, and look for doubles."""
    practice = story.start()
    staff = _prepare(story, practice)
    category = practice.xpm.categories()[0]
    _a_job_for_each_service(story, practice, staff, category)
    _a_workflow_changed_later(story, practice)
    _one_job_of_three(story, practice)
    _somebody_who_is_gone(story, practice, staff)
    with story.step("An audit finds nothing twice, and two more syncs nothing to do (E11, E4)"):
        story.expect("doubles", [], [one.say() for one in practice.audit().problems])
        practice.sync()
        story.expect("writes of one more sync", 0, practice.sync().writes)


def _prepare(story: Story, practice: PracticeStage) -> list[Json]:
    with story.step("Two of the staff are picked as users, three services are linked to templates"):
        practice.sync()
        staff = practice.xpm.staff()[:2]
        for one in staff:
            practice.ignition.pick_user(one["UUID"])
        practice.sync()
        pairs = zip(practice.ignition.services(), practice.ignition.job_templates(), strict=False)
        for service, template in list(pairs)[:3]:
            practice.ignition.link_service(service["slug"], template["slug"])
        practice.ignition.add_lead(LEAD, "Wanda Flow")
        return staff


def _a_job_for_each_service(story: Story, practice: PracticeStage, staff: list[Json], category: Json) -> None:
    with story.step("A proposal plans a job for each service, the first with name, category, budget, staff"):
        # The second begins on 1 September and is due 45 days later.
        proposal = _propose(practice, "Year end")
        first, second = proposal["services"]
        how = {"name": "Accounts 2026", "category_uuid": category["UUID"], "budget": 2400.0}
        how |= {"due_date": "2026-10-31", "staff_slugs": [_user(practice, staff[1])]}
        later = {"proposal_service_slug": second["slug"], "start_date": "2026-09-01", "due_after_days": 45}
        practice.ignition.plan_workflow(
            proposal["slug"], PER_SERVICE, {**how, "proposal_service_slug": first["slug"]}, later
        )
        practice.ignition.accept(proposal["slug"])
        practice.deliver_webhooks()
        made = _jobs(practice, proposal)
        story.expect("the jobs (E14)", ["Accounts 2026", second["name"]], [job["Name"] for job in made])
        one, other = made
        story.expect("tasks of both templates", True, bool(one["Tasks"] and other["Tasks"]))
        found = [one["Type"], one["Budget"], one["DueDate"][:10]]
        story.expect(
            "category, budget and due date of the first", [category["Name"], "2400.00", "2026-10-31"], found
        )
        days = [other["StartDate"][:10], other["DueDate"][:10]]
        story.expect("the other begins, and is due 45 days later (E14)", ["2026-09-01", "2026-10-16"], days)
        story.expect("who is on the first (E16)", [staff[1]["Name"]], _assigned(one))
        story.expect("who is on the other", [], _assigned(other))


def _a_workflow_changed_later(story: Story, practice: PracticeStage) -> None:
    with story.step("A monthly proposal makes one job for both services"):
        proposal = _propose(practice, "Monthly care", "monthly")
        names = [line["name"] for line in proposal["services"]]
        practice.ignition.accept(proposal["slug"])
        practice.deliver_webhooks()
        july = "Monthly care – July 2026"
        story.expect("the jobs", [july], [job["Name"] for job in _jobs(practice, proposal)])
    with story.step(
        "It is to be a job a service from now on: July stays made, August is two jobs (E14, E15)"
    ):
        practice.ignition.plan_workflow(proposal["slug"], PER_SERVICE)
        practice.sync()
        story.stage.pass_time(20 * DAY)
        practice.sync()
        august = [f"{name} – August 2026" for name in names]
        story.expect("the jobs", [july, *august], [job["Name"] for job in _jobs(practice, proposal)])


def _one_job_of_three(story: Story, practice: PracticeStage) -> None:
    with story.step("A proposal of three services is one job, with the tasks of all three templates (E14)"):
        proposal = _propose(practice, "Everything", count=3)
        practice.ignition.accept(proposal["slug"])
        practice.deliver_webhooks()
        (job,) = _jobs(practice, proposal)
        linked = {one["job_template"]["name"] for one in practice.ignition.services()[:3]}
        templates = [one for one in story.stage.worlds.tenant()["templates"] if one["name"] in linked]
        story.expect("templates", 3, len(templates))
        tasks = sorted(task["name"] for one in templates for task in one["tasks"])
        story.expect("its tasks", tasks, sorted(task["Name"] for task in job["Tasks"]))


def _somebody_who_is_gone(story: Story, practice: PracticeStage, staff: list[Json]) -> None:
    with story.step("Somebody whom the workflow names is deleted in XPM: the job is made without them (E16)"):
        proposal = _propose(practice, "Advice")
        slugs = [_user(practice, one) for one in staff]
        practice.ignition.plan_workflow(proposal["slug"], WHOLE, {"staff_slugs": slugs})
        practice.xpm.delete_staff(staff[0]["UUID"])
        practice.ignition.accept(proposal["slug"])
        practice.deliver_webhooks()
        (job,) = _jobs(practice, proposal)
        story.expect("who is on it", [staff[1]["Name"]], _assigned(job))
        shown = practice.ignition.proposal(proposal["slug"])["deployment"]
        story.expect("what the proposal shows", "deployed", shown["status"])
        story.expect("whom it names (E17)", True, staff[0]["Name"] in shown["message"])


def _propose(practice: PracticeStage, name: str, cadence: str = "once_off", count: int = 2) -> Json:
    """Send the lead a proposal of the first services."""
    (lead,) = practice.ignition.named(LEAD)
    services = [one["slug"] for one in practice.ignition.services()[:count]]
    return practice.ignition.propose(lead["slug"], name, *services, cadence=cadence)


def _user(practice: PracticeStage, member: Json) -> str:
    rows = practice.ignition.users()
    return next(str(row["slug"]) for row in rows if row["xpm_staff_uuid"] == member["UUID"])


def _jobs(practice: PracticeStage, proposal: Json) -> list[Json]:
    """Return a proposal's jobs in XPM, in the order they were made."""
    rows = [job for client in practice.xpm.named(LEAD) for job in practice.xpm.jobs_of(client["UUID"])]
    return [job for job in rows if job["ClientOrderNumber"] == proposal["reference_number"]]


def _assigned(job: Json) -> list[str]:
    return [one["Name"] for one in job["Assigned"] or []]


PROPOSAL_WORKFLOW = Scenario(
    name="proposal-workflow",
    purpose="A job for the whole proposal or for each service, made as its workflow says, by the people it names.",
    rules=("R9", "E4", "E11", "E14", "E15", "E16", "E17"),
    play=play,
)
