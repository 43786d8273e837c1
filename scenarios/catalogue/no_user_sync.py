"""Deleting people on one side changes nothing on the other."""

from scenarios.builders import client
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build


def world(seed: int, size: int) -> Worlds:
    """Return a practice in which everybody of the staff is some client's Partner."""
    worlds = build(seed, clients=size)
    tenant = worlds.tenant()
    for number, member in enumerate(tenant["staff"]):
        tenant["clients"].append(client(f"Partnered {number}", account_manager_uuid=member["uuid"]))
    return worlds


def play(story: Story) -> None:
    """Pick two staff, delete one in XPM and the other's user in Ignition, and sync on."""
    practice = story.start()
    with story.step("Leads arrive, and two staff are picked as users (R2)"):
        practice.sync()
        offered = practice.ignition.candidates()[:2]
        users = [practice.ignition.pick_user(one["uuid"]) for one in offered]
        practice.sync()
        partners = _partners(practice.ignition.clients())
        story.expect(
            "some leads have one of them as Partner",
            True,
            bool(set(partners.values()) & {u["slug"] for u in users}),
        )
    with story.step("The first staff member is deleted in XPM: the user in Ignition stays (R13)"):
        team = practice.ignition.users()
        practice.xpm.delete_staff(offered[0]["uuid"])
        practice.sync()
        story.expect("the team", team, practice.ignition.users())
        story.expect("Partners stay as they are (E18)", partners, _partners(practice.ignition.clients()))
        story.expect(
            "the deleted one is offered no more",
            False,
            offered[0]["uuid"] in _uuids(practice.ignition.candidates()),
        )
    with story.step("The second one's user is deleted in Ignition: the staff member in XPM stays (R13)"):
        staff = practice.xpm.staff()
        clients = practice.xpm.clients()
        practice.ignition.delete_user(users[1]["slug"])
        practice.sync()
        story.expect("XPM's staff", staff, practice.xpm.staff())
        story.expect("XPM's clients, Partner and Manager included (E18)", clients, practice.xpm.clients())
    with story.step("The next sync brings neither of them back, and writes nothing (E18, E4)"):
        report = practice.sync()
        story.expect("writes", 0, report.writes)
        picked = {row["slug"]: row["xpm_staff_uuid"] for row in practice.ignition.users()}
        story.expect("users", {users[0]["slug"]: offered[0]["uuid"]}, {k: v for k, v in picked.items() if v})
        story.expect("XPM's staff", staff, practice.xpm.staff())
    _made_anew(story, practice, offered[1])


def _made_anew(story: Story, practice: PracticeStage, member: dict[str, str]) -> None:
    partners = _partners(practice.ignition.clients())
    with story.step(
        "A user with the same name and e-mail is added by hand: that is not the one who was deleted (R2)"
    ):
        user = practice.ignition.add_user(member["name"], member["email"])
        report = practice.sync()
        story.expect("writes", 0, report.writes)
        story.expect("Partners stay as they are", partners, _partners(practice.ignition.clients()))
    with story.step("An admin links the new one to the staff member: new clients have them as Partner (R6)"):
        practice.ignition.link_user(user["slug"], member["uuid"])
        practice.xpm.add_client("Partnered Later", AccountManagerUUID=member["uuid"])
        practice.sync()
        (here,) = practice.ignition.named("Partnered Later")
        story.expect("its Partner", user["slug"], (here["partner"] or {}).get("slug"))
        after = _partners(practice.ignition.clients())
        story.expect("the others' stay as they are (E18)", partners, {slug: after[slug] for slug in partners})
        story.expect("writes of one more sync", 0, practice.sync().writes)


def _partners(clients: list[dict[str, dict[str, str]]]) -> dict[str, str]:
    return {str(row["slug"]): row["partner"]["slug"] for row in clients if row["partner"]}


def _uuids(candidates: list[dict[str, str]]) -> list[str]:
    return [row["uuid"] for row in candidates]


NO_USER_SYNC = Scenario(
    name="no-user-sync",
    purpose="A staff member deleted in XPM, or a user deleted in Ignition, changes nothing in the other system.",
    rules=("R2", "R6", "R13", "E18", "E4"),
    play=play,
    world=world,
)
