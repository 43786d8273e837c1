"""What becomes of an accepted proposal, and how Ignition shows it: deployed, partly, needs attention, failed."""

from typing import Any

from scenarios.builders import client, ignition_client, service, signatory, staff, tasks_of, template
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

KEA, UNKNOWN, LATE_STAFF = "Kea Cafés Limited", "Long Engaged Pty Ltd", "Pat Partner"
ACCOUNTS, LODGEMENT = template("Accounts", "Plan", "Prepare"), template("Lodgement", "Lodge")
SERVICES = ("Accounts", "Lodgement", "Advice")
REFUSED = "a name that XML cannot carry: \u0001"


def world(seed: int, size: int) -> Worlds:
    """Return a practice with two job templates, three services, and a client that XPM does not know."""
    worlds = build(seed, clients=size)
    tenant = worlds.tenant()
    tenant["staff"].append(staff(LATE_STAFF, email="pat@example.com"))
    tenant["templates"] = [ACCOUNTS, LODGEMENT]
    tenant["tasks"] = tasks_of(ACCOUNTS, LODGEMENT)
    tenant["jobs"] = []
    tenant["clients"].append(client(KEA))
    worlds.practice()["services"] = [service(name) for name in SERVICES]
    engaged = ignition_client(UNKNOWN, state="active", contacts=[signatory("Ed Engaged")])
    worlds.practice().setdefault("clients", []).append(engaged)
    return worlds


def play(story: Story) -> None:
    """Deploy what goes well, what goes half, what only a person can decide, and what goes wrong."""
    practice = story.start()
    with story.step("The first sync; two services are linked to their templates, the third has none"):
        practice.sync()
        templates = {row["name"]: row["slug"] for row in practice.ignition.job_templates()}
        for row in practice.ignition.services():
            practice.ignition.link_service(row["slug"], templates.get(row["name"]))
        (lead,) = practice.ignition.named(KEA)
        practice.ignition.make_signatory(lead["slug"])
    _templates(story, practice)
    _services(story, practice)
    _people(story, practice)
    _states(story, practice)
    _revoked(story, practice)
    story.expect_rest(practice, after=1)


def _templates(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "In XPM one template is renamed and one deleted: the job has the one, and says that it lacks the other (E13)"
    ):
        story.stage.worlds.tenant()["templates"] = [{**ACCOUNTS, "name": "Accounts & Tax"}]
        practice.reload_xpm()
        row = _engage(practice, "Accounts", "Lodgement")
        practice.deliver_webhooks()
        (job,) = _jobs(practice, row)
        story.expect("its tasks (E13)", ["Plan", "Prepare"], sorted(task["Name"] for task in job["Tasks"]))
        shown = practice.ignition.shown(row["slug"])
        story.expect("the proposal shows (E17)", "deployed", shown.get("status"))
        story.expect("what it lacks (E17)", True, "“Lodgement”" in (shown.get("message") or ""))


def _services(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "Of two services the client selects one, which has no template: a job without tasks is made for it alone (E13)"
    ):
        row = _engage(practice, "Advice", offered=("Accounts",))
        practice.deliver_webhooks()
        found = [(job["Name"], len(job["Tasks"] or ())) for job in _jobs(practice, row)]
        story.expect("the jobs, with how many tasks (E13)", [("Advice", 0)], found)


def _people(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "The client's Partner is deleted from XPM's staff as it accepts: the job is made without (E16)"
    ):
        uuid = next(row["UUID"] for row in practice.xpm.staff() if row["Name"] == LATE_STAFF)
        user = practice.ignition.pick_user(uuid)
        practice.ignition.update_client(practice.ignition.slugs()[KEA], partner_slug=user["slug"])
        practice.sync()
        practice.xpm.delete_staff(uuid)
        row = _engage(practice, "Advice")
        practice.deliver_webhooks()
        story.expect("jobs (E16)", 1, len(_jobs(practice, row)))
        message = practice.ignition.shown(row["slug"]).get("message") or ""
        story.expect("it says whom the job lacks (E16)", True, LATE_STAFF in message)


def _states(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "One of two jobs is refused for its name: the proposal shows “partly” until that is corrected (E17, E20)"
    ):
        row = _propose(practice, "Advice", "Accounts")
        lines = [line["slug"] for line in row["services"]]
        practice.ignition.plan_workflow(
            row["slug"], "job_per_service", {"proposal_service_slug": lines[0], "name": REFUSED}
        )
        practice.ignition.accept(row["slug"])
        practice.deliver_webhooks()
        _expect_shown(story, practice, row, "partly", 1)
        practice.ignition.plan_workflow(row["slug"], "job_per_service")
        practice.sync()
        _expect_shown(story, practice, row, "deployed", 2)
    with story.step(
        "The only job is refused: the proposal shows “failed” until that is corrected (E17, E20)"
    ):
        row = _propose(practice, "Advice")
        practice.ignition.plan_workflow(row["slug"], "one_job", {"name": REFUSED})
        practice.ignition.accept(row["slug"])
        practice.deliver_webhooks()
        _expect_shown(story, practice, row, "failed", 0)
        practice.ignition.plan_workflow(row["slug"], "one_job")
        practice.sync()
        _expect_shown(story, practice, row, "deployed", 1)
    with story.step(
        "A client that XPM does not know was engaged before the connection: it needs attention (E17, E10)"
    ):
        row = _engage(practice, "Advice", of=UNKNOWN)
        practice.deliver_webhooks()
        _expect_shown(story, practice, row, "needs_attention", 0)


def _revoked(story: Story, practice: PracticeStage) -> None:
    with story.step("A proposal is revoked after its acceptance was announced: no job is made (E15)"):
        row = _engage(practice, "Advice")
        story.stage.ignition.post("deliveries/run")
        practice.ignition.revoke(row["slug"])
        practice.deliver_webhooks()
        practice.sync()
        story.expect("jobs", 0, len(_jobs(practice, row)))


def _propose(
    practice: PracticeStage, *names: str, of: str = KEA, offered: tuple[str, ...] = ()
) -> dict[str, Any]:
    slugs = {row["name"]: row["slug"] for row in practice.ignition.services()}
    others = tuple(slugs[name] for name in offered)
    (here,) = practice.ignition.named(of)
    return practice.ignition.propose(
        here["slug"], "Engagement", *(slugs[name] for name in names), offered=others
    )


def _engage(practice: PracticeStage, *names: str, **how: Any) -> dict[str, Any]:
    row = _propose(practice, *names, **how)
    practice.ignition.accept(row["slug"])
    return row


def _jobs(practice: PracticeStage, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a proposal's jobs in XPM."""
    jobs = practice.xpm.jobs_of(practice.xpm.uuids()[KEA])
    return [job for job in jobs if job["ClientOrderNumber"] == row["reference_number"]]


def _expect_shown(story: Story, practice: PracticeStage, row: dict[str, Any], status: str, jobs: int) -> None:
    shown = practice.ignition.shown(row["slug"])
    story.note(shown.get("message") or "It says nothing more.")
    found = (shown.get("status"), len(shown.get("jobs") or ()))
    story.expect("what the proposal shows, and how many jobs (E17)", (status, jobs), found)


WHAT_BECAME = Scenario(
    name="what-became",
    purpose="What is selected is deployed, with what is there of it, and the proposal shows what became of it.",
    rules=("R9", "E4", "E10", "E13", "E15", "E16", "E17", "E20"),
    play=play,
    world=world,
)
