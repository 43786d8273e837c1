"""Who is whom at the first sync: exact names that stand once on either side, and nothing else."""

from scenarios.builders import client, ignition_client, signatory
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build
from syncer.report import Report

NAMESAKES = {"Harris & Co": 2, "Brown Family Trust": 3, "Smith Pty Ltd": 50}
"""Names that XPM alone has, and how often."""
THRICE, TWICE_HERE = "Jones Holdings Limited", "Kauri Dental Limited"
ARCHIVED_TWIN, DELETED_TWIN, LONG_GONE = "Rimu Builders Ltd", "Tōtara Plumbing", "Closed Shop Limited"
EXACT = "Mānuka Honey Co"
HIVES = {"line": "1 Hive Lane", "city": "Te Puke"}
"""Its address, which XPM does not have."""
BORN_HERE = "Weka Weavers Ltd"
NEAR = {
    # as XPM writes it: as Ignition does
    "Lakeside Motors": "LAKESIDE MOTORS",
    "Hill Top Farms": "Hill Top  Farms",
    "Bay Of Plenty Tyres": "Bay Of Plenty\N{NO-BREAK SPACE}Tyres",
    "Caf\N{LATIN SMALL LETTER E WITH ACUTE} Rata": "Cafe\N{COMBINING ACUTE ACCENT} Rata",
    "Nguyen & Daughters": "Nguyen and Daughters",
    "Wattle Grove Pty Ltd": "Wattle Grove Pty. Ltd.",
}


def world(seed: int, size: int) -> Worlds:
    """Return a practice that used Ignition before, with namesakes and near misses on both sides."""
    worlds = build(seed, clients=size)
    there = [client(name, nth=nth) for name, count in NAMESAKES.items() for nth in range(count)]
    there += [client(THRICE, nth=nth) for nth in range(3)]
    there += [client(name, phone="1") for name in (TWICE_HERE, ARCHIVED_TWIN, DELETED_TWIN, *NEAR)]
    there += [client(ARCHIVED_TWIN, nth=1, is_archived=True), client(DELETED_TWIN, nth=1, is_deleted=True)]
    there += [client(LONG_GONE, is_archived=True), client(EXACT, phone="1", fax="2")]
    there.append(client(BORN_HERE, phone="1"))
    here = [ignition_client(name) for name in (THRICE, TWICE_HERE, ARCHIVED_TWIN, DELETED_TWIN, LONG_GONE)]
    here += [ignition_client(TWICE_HERE, nth=1), *(ignition_client(name) for name in NEAR.values())]
    here.append(ignition_client(EXACT, state="active", phone="7", address=HIVES))
    here.append(ignition_client(BORN_HERE, contacts=[signatory("Wiremu Weka")]))
    worlds.tenant()["clients"] += there
    worlds.practice().setdefault("clients", []).extend(here)
    return worlds


def play(story: Story) -> None:
    """Sync once and look at each kind of name; then let people settle who is who."""
    practice = story.start()
    with story.step("The first sync"):
        report = practice.sync()
        story.expect("problems", [], report.problems)
    with story.step(
        "Names that XPM alone has, twice, three and fifty times: Ignition has none to take for it, all are leads (R1)"
    ):
        for name, count in NAMESAKES.items():
            story.expect(f"leads called “{name}”", count, len(_linked(practice, name)))
    _doubled(story, practice, report)
    with story.step("Of a name that others had who are archived or deleted, the living one is linked (E2)"):
        for name, phone in {ARCHIVED_TWIN: "1", DELETED_TWIN: "1", LONG_GONE: None}.items():
            found = [row["phone"] or None for row in practice.ignition.named(name)]
            story.expect(f"the phone that “{name}” took over in Ignition", [phone], found)
    _near(story, practice)
    _exact(story, practice)
    _settled(story, practice)
    _born_here(story, practice)
    story.expect_rest(practice)


def _doubled(story: Story, practice: PracticeStage, report: Report) -> None:
    doubled = {THRICE: 1, TWICE_HERE: 2}
    with story.step(
        "A name that both sides have, and one of them twice, is neither linked nor imported, and reported (E1)"
    ):
        for name, count in doubled.items():
            story.expect(f"“{name}” in Ignition", [None] * count, _linked(practice, name))
            story.expect("the report says so", 1, sum(name in line for line in report.attention))
    with story.step("All of them get a fax in XPM: it comes to none of them in Ignition (E1)"):
        for row in [row for name in doubled for row in practice.xpm.named(name)]:
            practice.xpm.update_client(row["UUID"], Fax="4")
        practice.sync()
        for name, count in doubled.items():
            story.expect(f"faxes of “{name}” in Ignition (E1)", [""] * count, _faxes(practice, name))


def _near(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "Case, spaces, Unicode form, “and”, “Pty. Ltd.”: no match, each is a lead of its own (E1)"
    ):
        for there, here in NEAR.items():
            (lead,) = practice.xpm.named(there)
            story.expect(f"“{there}” is the lead of", [lead["UUID"]], _linked(practice, there))
            story.expect(f"“{here}” was imported from", [None], _linked(practice, here))
    with story.step("They get a fax in XPM: it comes to the lead alone, and to no near miss (E1)"):
        for there in NEAR:
            practice.xpm.update_client(practice.xpm.named(there)[0]["UUID"], Fax="4")
        practice.sync()
        for there, here in NEAR.items():
            found = [_faxes(practice, name) for name in (there, here)]
            story.expect(f"faxes of “{there}” and “{here}” in Ignition (E1)", [["4"], [""]], found)


def _exact(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "The exact name is linked: empty fields take the other side's, two values conflict (E1, E3)"
    ):
        (here,) = practice.ignition.named(EXACT)
        (there,) = practice.xpm.named(EXACT)
        story.expect("fax in Ignition", "2", here["fax"])
        found = there["Address"], there["City"]
        story.expect("address in XPM, which had none (E1)", tuple(HIVES.values()), found)
        story.expect("phones, XPM having won", ("1", "1"), (there["Phone"], here["phone"]))


def _settled(story: Story, practice: PracticeStage) -> None:
    with story.step(
        "People give the doubled ones names of their own: the next sync links and imports (E1, E8)"
    ):
        first, second, third = practice.xpm.named(THRICE)
        practice.xpm.update_client(second["UUID"], Name=f"{THRICE} No. 2")
        practice.xpm.update_client(third["UUID"], Name=f"{THRICE} No. 3")
        practice.sync()
        story.expect("in Ignition", 1, len(_linked(practice, THRICE)))
        story.expect("a lead", [second["UUID"]], _linked(practice, f"{THRICE} No. 2"))
        practice.xpm.update_client(first["UUID"], Phone="9")
        practice.sync()
        story.expect(
            "the linked one takes XPM's phone", ["9"], [r["phone"] for r in practice.ignition.named(THRICE)]
        )


def _born_here(story: Story, practice: PracticeStage) -> None:
    (here,), (there,) = practice.ignition.named(BORN_HERE), practice.xpm.named(BORN_HERE)
    with story.step(
        "A lead born in Ignition and linked by name only receives: its new phone stays, XPM's fax comes (R10, E1)"
    ):
        practice.ignition.update_client(here["slug"], phone="7")
        practice.xpm.update_client(there["UUID"], Fax="2")
        before = story.stage.fake_digests()[0]
        practice.sync()
        story.expect("XPM is as it was", before, story.stage.fake_digests()[0])
        story.expect("phone and fax in Ignition", [("7", "2")], _numbers(practice))
    with story.step("It accepts a proposal: from then on its edits go to XPM (R10)"):
        practice.ignition.engage(here["slug"])
        practice.deliver_webhooks()
        practice.ignition.update_client(here["slug"], fax="8")
        practice.sync()
        row = practice.xpm.client(there["UUID"])
        story.expect("phone and fax in XPM", ("7", "8"), (row["Phone"], row["Fax"]))
        story.expect("phone and fax in Ignition", [("7", "8")], _numbers(practice))


def _numbers(practice: PracticeStage) -> list[tuple[str, str]]:
    return [(row["phone"], row["fax"]) for row in practice.ignition.named(BORN_HERE)]


def _faxes(practice: PracticeStage, name: str) -> list[str]:
    """Return the faxes of Ignition's clients of a name."""
    return [row["fax"] or "" for row in practice.ignition.named(name)]


def _linked(practice: PracticeStage, name: str) -> list[str | None]:
    """Return of Ignition's clients of a name which XPM client each was imported from."""
    return [row["external_client_id"] for row in practice.ignition.named(name)]


FIRST_LINK = Scenario(
    name="first-link",
    purpose="At the first sync the one exact name is linked; near misses are leads, namesakes a person's decision.",
    rules=("R1", "R10", "E1", "E2", "E3", "E4", "E8"),
    play=play,
    world=world,
)
