"""One person is a contact of five clients: one record in XPM, five copies in Ignition."""

from scenarios.builders import client, contact
from scenarios.desks import Json
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

JANE = contact("Jane Doe", email="jane@example.com", phone="1", is_primary=True)
COMPANIES = tuple(f"{name} Holdings Limited" for name in ("Aroha", "Kauri", "Mataī", "Rimu", "Tōtara"))
AROHA, KAURI, MATAI = COMPANIES[:3]
Said = tuple[str, str, str]
"""A phone, a mobile and a salutation."""


def world(seed: int, size: int) -> Worlds:
    """Return a practice with five companies that have the same director."""
    worlds = build(seed, clients=size)
    worlds.tenant()["clients"] += [client(name, contacts=[JANE]) for name in COMPANIES]
    return worlds


def play(story: Story) -> None:
    """Edit one copy, then two of them at once, and see what XPM and all copies say."""
    practice = story.start()
    with story.step("The first sync, and a quiet one"):
        practice.settle_in()
        _expect_all(story, practice, ("1", "", ""))
    _one_copy(story, practice)
    _two_copies(story, practice)
    _taken(story, practice)
    _ignition_wins(story, practice)
    story.expect_rest(practice)


def _one_copy(story: Story, practice: PracticeStage) -> None:
    with story.step("Mataī's copy of the director is changed in Ignition"):
        practice.ignition.update_contact(_slugs(practice)[MATAI], phone="3")
    with story.step("It goes to XPM once, and to the four other copies in the same sync (E6)"):
        report = practice.sync()
        story.expect("writes of the contact to XPM", 1, report.did["shared contacts written to XPM"])
        _expect_all(story, practice, ("3", "", ""))
    with story.step("The phone is changed in XPM, and Rimu parts with the director there"):
        (rimu,) = practice.xpm.named(COMPANIES[3])
        practice.xpm.update_contact(JANE["uuid"], rimu["UUID"], Phone="4")
        practice.xpm.remove_contact(JANE["uuid"], rimu["UUID"])
    with story.step("Rimu's copy goes, and the four others get the phone (E6)"):
        practice.sync()
        _expect_all(story, practice, ("4", "", ""), but=COMPANIES[3])
    story.expect_rest(practice)


def _two_copies(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "Two copies are edited in Ignition: another phone each, one mobile in both, a salutation in one"
    ):
        slugs = _slugs(practice)
        practice.ignition.update_contact(slugs[KAURI], phone="5", mobile="7")
        practice.ignition.update_contact(slugs[MATAI], phone="6", mobile="7", salutation="Dr")
    with story.step(
        "The two phones are a conflict: XPM keeps its own, and so does every copy; the rest crosses (E6)"
    ):
        report = practice.sync()
        story.expect("conflicts, one for each phone that lost", 2, report.did["conflicts"])
        _expect_all(story, practice, ("4", "7", "Dr"), but=COMPANIES[3])
    with story.step("The mobile that both typed was wrong, and is cleared in XPM"):
        practice.xpm.update_contact(JANE["uuid"], practice.xpm.uuids()[AROHA], Mobile="")
    with story.step("It is cleared in every copy: none that typed it takes it for its own news (E6)"):
        practice.sync()
        _expect_all(story, practice, ("4", "", "Dr"), but=COMPANIES[3])
    story.expect_rest(practice)


def _taken(story: Story, practice: PracticeStage) -> None:
    with story.step("Kauri's phone lost; it is taken after all, and goes to XPM and every copy (E3, E6)"):
        story.expect("conflicts taken", 1, practice.take(1).did["conflicts taken"])
        practice.sync()
        _expect_all(story, practice, ("5", "", "Dr"), but=COMPANIES[3])


def _ignition_wins(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "The practice has Ignition win conflicts, and the phones of the same two copies are edited apart"
    ):
        story.stage.change_settings(winner="ignition")
        slugs = _slugs(practice)
        practice.ignition.update_contact(slugs[MATAI], phone="8")
        practice.ignition.update_contact(slugs[KAURI], phone="9")
    with story.step(
        "The copy counts whose client's name comes first; the other one's phone is a conflict (E6)"
    ):
        story.expect("conflicts", 1, practice.sync().did["conflicts"])
        _expect_all(story, practice, ("9", "", "Dr"), but=COMPANIES[3])


def _slugs(practice: PracticeStage) -> dict[str, str]:
    """Return the slug of each company's copy of the director."""
    return {company: row["slug"] for company, row in _copies(practice).items()}


def _copies(practice: PracticeStage) -> dict[str, Json]:
    """Return each copy of the director in Ignition, by the company that has it."""
    rows = practice.ignition.all_contacts()
    return {row["client"]["name"]: row for row in rows if row["name"] == JANE["name"]}


def _expect_all(story: Story, practice: PracticeStage, due: Said, but: str = "") -> None:
    """Expect the director to be the same in XPM and in each copy; one company may have her no longer."""
    here = {
        company: (row["phone"] or "", row["mobile"] or "", row["salutation"] or "")
        for company, row in _copies(practice).items()
    }
    (aroha,) = practice.xpm.named(AROHA)
    (jane,) = aroha["Contacts"]
    story.expect(
        "phone, mobile and salutation in XPM", due, (jane["Phone"], jane["Mobile"], jane["Salutation"])
    )
    story.expect(
        "the same of each copy in Ignition", {company: due for company in COMPANIES if company != but}, here
    )


SHARED_CONTACT = Scenario(
    name="shared-contact",
    purpose="One contact of five XPM clients is five copies in Ignition: edited in one, in two alike, and in two apart.",
    rules=("R5", "E3", "E4", "E6"),
    play=play,
    world=world,
)
