"""The first sync, looked at field by field."""

from typing import Any

from scenarios.builders import client, contact, group, ignition_client, staff
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

KEA, MOA, GONE, TWIN = "Kea Cafés Limited", "O'Brien & Söhne <Ltd>", "Archived Pty Ltd", "Same Name Trust"
SECRET_NUMBERS = ("51 824 753 556", "004 085 616")


def world(seed: int, size: int) -> Worlds:
    """Return a practice with a few clients told by hand, one of which is in Ignition already."""
    worlds = build(seed, clients=size)
    tenant = worlds.tenant()
    vip = group("Key clients")
    tenant["groups"].append(vip)
    partner = staff("Pat Partner", email="pat@example.com")
    tenant["staff"].append(partner)
    kea = client(
        KEA,
        address="1 High Street\nSuite 2",
        city="Wellington",
        region="Wellington",
        post_code="6011",
        country="New Zealand",
        phone="+64 4 555 0100",
        website="https://kea.example",
        gst_registered=True,
        business_structure="Company",
        group_uuids=[vip["uuid"]],
        tax_number=SECRET_NUMBERS[0],
        company_number=SECRET_NUMBERS[1],
        email="office@kea.example",
        account_manager_uuid=partner["uuid"],
        contacts=[contact("Mere Tāwhai", email="mere@example.com", mobile="021 555 010", is_primary=True)],
    )
    archived = client(GONE, is_archived=True)
    twins = [client(TWIN), client(TWIN, nth=1)]
    tenant["clients"] = [kea, client(MOA), archived, *twins, *tenant["clients"]]
    worlds.practice().setdefault("clients", []).append(ignition_client(MOA, phone="1300 555 000"))
    return worlds


def play(story: Story) -> None:
    """Sync once, and compare what arrived with what XPM holds."""
    practice = story.start()
    with story.step("A dry run says what would be done, and does nothing"):
        before = story.stage.fake_digests()
        planned = practice.plan()
        story.expect("it plans something", True, bool(planned.lines))
        story.expect("neither side was written to", before, story.stage.fake_digests())
    with story.step("The first sync"):
        report = practice.sync()
        story.expect("problems", [], report.problems)
    with story.step("A client arrives as a lead with its address, groups and company structure (R1, R4, R7)"):
        (kea,) = practice.ignition.named(KEA)
        story.expect("it is", KEA_ARRIVES, {name: kea[name] for name in KEA_ARRIVES})
        (mere,) = practice.ignition.contacts(kea["slug"])
        story.expect("its contact", MERE_ARRIVES, {name: mere[name] for name in MERE_ARRIVES})
    with story.step(
        "Numbers, the client's own e-mail, and a Partner who is no user stay in XPM (R5, R6, R8)"
    ):
        everything = str(practice.ignition.clients())
        story.expect(
            "no tax or company number came across", [], [one for one in SECRET_NUMBERS if one in everything]
        )
        story.expect("no e-mail and no Partner", ("", None), (kea["email"] or "", kea["partner"]))
    with story.step("A client that Ignition had already is linked by its exact name, not doubled (E1)"):
        found = practice.ignition.named(MOA)
        story.expect("clients of that name", 1, len(found))
        story.expect("its phone stayed", "1300 555 000", found[0]["phone"])
    with story.step("Two XPM clients of one name are two leads; archived ones do not come (R1, E2)"):
        story.expect("leads of the doubled name", 2, len(practice.ignition.named(TWIN)))
        story.expect("leads of the archived name", 0, len(practice.ignition.named(GONE)))
    with story.step("A second sync writes nothing (E4)"):
        story.expect("writes", 0, practice.sync().writes)


KEA_ARRIVES: dict[str, Any] = {
    "state": "lead",
    "address": {
        "line": "1 High Street\nSuite 2",
        "city": "Wellington",
        "region": "Wellington",
        "postcode": "6011",
        "country": "New Zealand",
    },
    "phone": "+64 4 555 0100",
    "website": "https://kea.example",
    "tax_registered": True,
    "company_structure": "Company",
    "groups": ["Key clients"],
}
MERE_ARRIVES = {
    "name": "Mere Tāwhai",
    "email": "mere@example.com",
    "mobile": "021 555 010",
    "is_primary": True,
}

LEAD_IMPORT = Scenario(
    name="lead-import",
    purpose="The first sync brings over what the rules name, links what is there already, and nothing else.",
    rules=("R1", "R4", "R5", "R7", "R8", "E1", "E2", "E4", "E22"),
    play=play,
    world=world,
)
