"""Two practices in one syncer: the same names on both sides, and one of them fails."""

from scenarios.agreement import is_live
from scenarios.builders import client
from scenarios.stage import PracticeStage, refusal
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

SAME, NEW = "Smith Family Trust", "Newman Pty Ltd"
DAY = 86_400.0


def world(seed: int, size: int) -> Worlds:
    """Return two practices that have a client of the same name, each with a phone of its own."""
    worlds = build(seed, clients=size, practices=2)
    for number in (0, 1):
        worlds.tenant(number)["clients"].append(client(SAME, nth=number, phone=f"{number + 1}"))
    return worlds


def play(story: Story) -> None:
    """Sync and deploy in both, then let one fail in every way."""
    one, other = story.start(), story.stage.practice(1)
    with story.step("The second practice connects as well, and both sync"):
        story.note(other.connect())
        for practice in (one, other):
            practice.sync()
    with story.step("Each has its own clients, and its own “Smith” with its own phone (E21)"):
        for number, practice in enumerate((one, other), start=1):
            there = sorted(row["Name"] for row in practice.xpm.clients() if is_live(row))
            story.expect(
                f"leads of practice {number}",
                there,
                sorted(row["name"] for row in practice.ignition.clients()),
            )
        story.expect("the phones (E21)", ["1", "2"], [_phone(one), _phone(other)])
    with story.step("A proposal is accepted in the second: its job is made there, and nowhere else (E21)"):
        _engage(other)
        one.deliver_webhooks()
        other.deliver_webhooks()
        story.expect("jobs of “Smith” in each (E21)", [0, 1], [_jobs(one), _jobs(other)])
    _both_edit(story, one, other)
    with story.step("XPM fails for the first practice alone: the second is synced all the same (E21)"):
        story.stage.pass_time(DAY)
        for number, practice in enumerate((one, other)):
            practice.xpm.update_client(practice.xpm.uuids()[SAME], Phone=f"{number + 5}")
        fault = {
            "kind": "status",
            "status": 500,
            "operation": "client.api/list",
            "tenant": one.known.xpm_tenant_id,
        }
        story.stage.xpm.post("faults", fault)
        story.note(refusal(one.sync))
        story.expect("the second practice's problems", [], other.sync().problems)
        story.stage.xpm.delete("faults")
        story.expect("the phones (E21)", ["100", "6"], [_phone(one), _phone(other)])
    with story.step(
        "The first accepts too, and its access is withdrawn: it must be connected again, the second need not (E21, E24)"
    ):
        row = _engage(one)
        one.withdraw()
        why = refusal(lambda: one.deploy(row["slug"]))
        story.note(why)
        story.expect("the first is refused (E24)", True, "run `syncer connect` again" in why)
        story.expect("what keeps the second (E21)", "", refusal(other.sync))
        one.connect()
        one.sync()
        story.expect("the phones", ["5", "6"], [_phone(one), _phone(other)])
        story.expect("jobs of “Smith” in each", [1, 1], [_jobs(one), _jobs(other)])
    with story.step("Another sync of either writes nothing (E4)"):
        story.expect("writes", [0, 0], [one.sync().writes, other.sync().writes])


def _both_edit(story: Story, one: PracticeStage, other: PracticeStage) -> None:
    """Have people of both practices edit their “Smith” on both sides, and check each side of each."""
    with story.step("People of both edit their “Smith” on the same day, each in XPM and in Ignition"):
        story.stage.pass_time(DAY)
        for number, practice in enumerate((one, other), start=1):
            practice.xpm.update_client(practice.xpm.uuids()[SAME], Fax=f"{number}0")
            practice.ignition.update_client(practice.ignition.slugs()[SAME], phone=f"{number}00")
    with story.step(
        "Both take on a client of one name as well, the first on paper in XPM and the second online"
    ):
        one.xpm.add_client(NEW)
        other.ignition.add_lead(NEW, "Nora Newman")
    with story.step("Either sync carries over its own practice's edits, and none of the other's (E21)"):
        for practice in (other, one):
            story.expect("problems", [], practice.sync().problems)
        for number, practice in enumerate((one, other), start=1):
            edited = f"{number}00", f"{number}0"
            (there,), (here,) = practice.xpm.named(SAME), practice.ignition.named(SAME)
            story.expect(
                f"phone and fax in XPM, practice {number} (E21)", edited, (there["Phone"], there["Fax"])
            )
            story.expect(
                f"phone and fax in Ignition, practice {number} (E21)", edited, (here["phone"], here["fax"])
            )
        found = [[len(one.xpm.named(NEW)), len(one.ignition.named(NEW))] for one in (one, other)]
        story.expect(f"“{NEW}” in XPM and in Ignition, in each practice (E21)", [[1, 1], [0, 1]], found)


def _engage(practice: PracticeStage) -> dict[str, str]:
    (lead,) = practice.ignition.named(SAME)
    practice.ignition.make_signatory(lead["slug"])
    return practice.ignition.engage(lead["slug"])


def _phone(practice: PracticeStage) -> str:
    return str(practice.ignition.named(SAME)[0]["phone"])


def _jobs(practice: PracticeStage) -> int:
    """Return how many jobs for proposals the client has; some it has had all along."""
    jobs = practice.xpm.jobs_of(practice.xpm.uuids()[SAME])
    return sum(job["Name"] == practice.ignition.services()[0]["name"] for job in jobs)


TWO_PRACTICES = Scenario(
    name="two-practices",
    purpose="Two practices share a syncer and a client's name, and neither data nor failures.",
    rules=("R9", "E4", "E21", "E24"),
    play=play,
    world=world,
)
