"""The main job from beginning to end."""

from itertools import cycle
from typing import Any

from scenarios.agreement import CONTACT_TEXTS, FIELDS, is_live
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story

HOME = {"line": "1 High Street", "city": "Nelson", "region": "Tasman", "postcode": "7010", "country": "NZ"}
BOX = {"line": "PO Box 2", "city": "Stoke", "region": "Nelson", "postcode": "7041", "country": "Aotearoa"}
NEW: dict[str, Any] = {"phone": "03 1", "fax": "03 2", "address": HOME, "postal_address": BOX}
"""What Ignition knows of a new lead."""
ROBIN = {
    "name": "Robin O'Hara",
    "email": "robin@example.com",
    "phone": "03 3",
    "mobile": "021 4",
    "salutation": "Rob",
}


def play(story: Story) -> None:
    """Connect, import, pick users, link services, deploy to a known and to a new client, sync again."""
    practice = story.start()
    _leads_arrive(story, practice)
    _users_and_services(story, practice)
    _known_client_accepts(story, practice)
    _new_lead_accepts(story, practice)
    with story.step("Two more syncs find both sides in step (E4)"):
        practice.sync()
        before = story.stage.fake_digests()
        report = practice.sync()
        story.expect("writes of the last sync, on either side", 0, report.writes)
        story.expect("both systems are as they were", before, story.stage.fake_digests())


def _leads_arrive(story: Story, practice: PracticeStage) -> None:
    with story.step("The first sync brings every XPM client into Ignition as a lead (R1, R3)"):
        report = practice.sync()
        living = [row["Name"] for row in practice.xpm.clients() if is_live(row)]
        story.expect(
            "leads in Ignition", sorted(living), sorted(row["name"] for row in practice.ignition.clients())
        )
        story.expect("all of them are leads", {"lead"}, {row["state"] for row in practice.ignition.clients()})
        templates = [row["Name"] for row in practice.xpm.templates()]
        story.expect(
            "job templates to link to",
            sorted(templates),
            sorted(row["name"] for row in practice.ignition.job_templates()),
        )
        story.expect("problems", [], report.problems)


def _users_and_services(story: Story, practice: PracticeStage) -> None:
    with story.step("An admin picks two of XPM's staff as users (R2)"):
        before = len(practice.ignition.users())
        story.expect("nobody was copied unasked", 1, before)
        offered = practice.ignition.candidates()
        story.expect("staff in the dropdown", len(practice.xpm.staff()), len(offered))
        for candidate in offered[:2]:
            practice.ignition.pick_user(candidate["uuid"])
        story.expect("users now", before + 2, len(practice.ignition.users()))
    with story.step("Each service is linked to a job template in a single step (R3)"):
        templates = practice.ignition.job_templates()
        for service, template in zip(practice.ignition.services(), cycle(templates), strict=False):
            practice.ignition.link_service(service["slug"], template["slug"])
        linked = [row for row in practice.ignition.services() if row["job_template"]]
        story.expect("linked services", len(practice.ignition.services()), len(linked))
    with story.step("A sync carries Partner and Manager of the picked staff over (R6)"):
        practice.sync()
        picked = {
            row["xpm_staff_uuid"]: row["slug"] for row in practice.ignition.users() if row["xpm_staff_uuid"]
        }
        here = {row["name"]: row["partner"] and row["partner"]["slug"] for row in practice.ignition.clients()}
        for row in practice.xpm.clients():
            partner = row.get("AccountManager", {}).get("UUID")
            if row["Name"] in here:
                story.expect(f"Partner of “{row['Name']}”", picked.get(partner), here[row["Name"]])


def _known_client_accepts(story: Story, practice: PracticeStage) -> None:
    lead = practice.ignition.clients()[0]
    service = _service(practice)
    with story.step(f"“{lead['name']}”, known to XPM, accepts a proposal: its job is deployed (R9, R12)"):
        count = len(practice.xpm.clients())
        practice.ignition.make_signatory(lead["slug"])
        proposal = practice.ignition.propose(lead["slug"], "Annual engagement", service["slug"])
        practice.ignition.accept(proposal["slug"])
        practice.deliver_webhooks()
        story.expect("no client was made", count, len(practice.xpm.clients()))
        (match,) = practice.xpm.named(lead["name"])
        _expect_job(story, practice, match["UUID"], proposal["reference_number"], service)
        _expect_deployed(story, practice, proposal["slug"], match["UUID"])


def _new_lead_accepts(story: Story, practice: PracticeStage) -> None:
    name, service = "Brand New Ventures Pty Ltd", _service(practice)
    with story.step(f"“{name}” becomes a lead in Ignition: nothing is pushed to XPM yet (R10)"):
        lead = practice.ignition.add_lead(name, ROBIN["name"], **NEW)
        (robin,) = practice.ignition.contacts(lead["slug"])
        practice.ignition.update_contact(robin["slug"], **ROBIN)
        practice.sync()
        story.expect("clients of that name in XPM", 0, len(practice.xpm.named(name)))
    with story.step(f"“{name}” accepts a proposal: client, contact and job are made in XPM, in full (R11)"):
        people = _people_of(practice, lead["slug"])
        proposal = practice.ignition.propose(lead["slug"], "Getting started", service["slug"])
        practice.ignition.accept(proposal["slug"])
        practice.deliver_webhooks()
        made = practice.xpm.named(name)
        story.expect("clients of that name in XPM", 1, len(made))
        _expect_all_of_it(story, practice, made[0])
        story.expect("its Partner and Manager", people, _uuids(made[0], "AccountManager", "JobManager"))
        _expect_job(story, practice, made[0]["UUID"], proposal["reference_number"], service)
        _expect_deployed(story, practice, proposal["slug"], made[0]["UUID"])
        for job in practice.xpm.jobs_of(made[0]["UUID"]):
            story.expect("the job's Partner and Manager (E16)", people, _uuids(job, "Partner", "Manager"))
    with story.step("The webhook comes once more: nothing is made twice (E11)"):
        report = practice.deploy(proposal["slug"])
        story.expect("writes", 0, report.writes)
        story.expect("clients of that name in XPM", 1, len(practice.xpm.named(name)))


def _expect_all_of_it(story: Story, practice: PracticeStage, made: dict[str, Any]) -> None:
    """Expect a new XPM client to have what Ignition knew of the lead and its contact."""
    (lead,) = practice.ignition.named(made["Name"])
    for what, (rule, in_xpm, in_ignition) in FIELDS.items():
        if rule == "R5":
            story.expect(f"its {what} (R11)", in_ignition({**lead, **NEW}), in_xpm(made))
    found = [{what: row.get(tag) for what, tag in CONTACT_TEXTS.items()} for row in made["Contacts"]]
    story.expect("its contacts (R11)", [ROBIN], found)


def _uuids(row: dict[str, Any], *roles: str) -> list[Any]:
    """Return who of XPM's staff has each role."""
    return [row.get(role, {}).get("UUID") for role in roles]


def _people_of(practice: PracticeStage, slug: str) -> list[Any]:
    """Give a lead a Partner and a Manager, and return who of XPM's staff they are."""
    partner, manager = [row for row in practice.ignition.users() if row["xpm_staff_uuid"]]
    practice.ignition.update_client(slug, partner_slug=partner["slug"], manager_slug=manager["slug"])
    return [partner["xpm_staff_uuid"], manager["xpm_staff_uuid"]]


def _service(practice: PracticeStage) -> dict[str, str]:
    """Return a service, with the name of the template it is linked to."""
    row = practice.ignition.services()[0]
    return {"slug": row["slug"], "name": row["name"], "template": row["job_template"]["name"]}


def _expect_job(
    story: Story, practice: PracticeStage, uuid: str, reference: str, service: dict[str, str]
) -> None:
    """Expect one job for a proposal, with the tasks of the service's template."""
    jobs = [row for row in practice.xpm.jobs_of(uuid) if row["ClientOrderNumber"] == reference]
    story.expect(f"jobs for {reference}", [service["name"]], [row["Name"] for row in jobs])
    template = next(
        row for row in story.stage.worlds.tenant()["templates"] if row["name"] == service["template"]
    )
    wanted = sorted(task["name"] for task in template["tasks"])
    for job in jobs:
        story.expect("its tasks are the template's", wanted, sorted(task["Name"] for task in job["Tasks"]))


def _expect_deployed(story: Story, practice: PracticeStage, slug: str, uuid: str) -> None:
    """Expect that the proposal shows in Ignition what became of it (E17)."""
    shown = practice.ignition.proposal(slug)["deployment"]
    story.expect(
        "the proposal shows",
        ("deployed", uuid, 1),
        (shown["status"], shown["xpm_client_uuid"], len(shown["jobs"])),
    )


END_TO_END = Scenario(
    name="end-to-end",
    purpose="A practice connects, its clients arrive as leads, and two accepted proposals become jobs in XPM.",
    rules=("R1", "R2", "R3", "R6", "R9", "R10", "R11", "R12", "E4", "E11", "E16", "E17"),
    play=play,
)
