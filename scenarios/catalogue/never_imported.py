"""What stays in XPM for good, and what comes once: at a client's import."""

from typing import Any

from mock_kit.ids import uuid_of
from scenarios.builders import client, job
from scenarios.stage import PracticeStage
from scenarios.story import Scenario, Story
from scenarios.world import Worlds, build

RICH, MOTHER, LATER = "Secretive Holdings Ltd", "Mother Of Secretive Ltd", "Founded Later Ltd"
SHARES = "1234.50"
FIELD = uuid_of("story", "custom field", "Risk rating")
SECRETS: dict[str, Any] = {
    "tax_number": "51-824-753",
    "company_number": "004-085-616",
    "business_number": "9429-0414",
    "branch_number": "BRANCH-017",
    "email": "owner@secretive.example",
    "date_of_birth": "1961-02-03",
    "export_code": "EXP-77",
    "referral_source": "Golf club",
    "agency_status": "Linked agent",
    "gst_period": "Sixmonthly",
    "is_prospect": True,
}
"""What XPM knows of the client and Ignition never learns, by the member of XPM's world.

None of it is anything that a seed may draw elsewhere: a number of three digits is in many a phone's.
"""
WORDS = (
    *(text for text in SECRETS.values() if isinstance(text, str)),
    SHARES, "Shareholder", "High risk", "Risk rating", "Owes us money", "Deed of Trust", "Audit 2025",
)  # fmt: skip


def world(seed: int, size: int) -> Worlds:
    """Return a practice with one client of which XPM knows a lot."""
    worlds = build(seed, clients=size)
    tenant = worlds.tenant()
    mother = client(MOTHER)
    held = {"related_client_uuid": mother["uuid"], "type": "Shareholder", "number_of_shares": SHARES}
    rich = client(
        RICH,
        **SECRETS,
        business_structure="Company",
        relationships=[held],
        custom_fields=[{"uuid": FIELD, "value": "High risk"}],
        notes=["Owes us money"],
        documents=[{"title": "Deed of Trust", "file_name": "deed.pdf", "content": "ZGVlZA=="}],
    )
    tenant.setdefault("custom_fields", []).append({"uuid": FIELD, "name": "Risk rating", "type": "Text"})
    tenant["clients"] += [mother, rich]
    tenant["jobs"].append(job("Audit 2025", rich))
    return worlds


def play(story: Story) -> None:
    """Import the client, search Ignition for what it must not know, and change all of that in XPM."""
    practice = story.start()
    with story.step("The first sync"):
        report = practice.sync()
        story.expect("problems", [], report.problems)
    with story.step(
        "No relationship, status, custom field, tax detail, job, note or document came across (R8)"
    ):
        (here,) = practice.ignition.named(RICH)
        seen = _everything(practice)
        story.expect("found in Ignition", [], [word for word in WORDS if word in seen])
        story.expect("XPM's prospect is, like all others, a", "lead", here["state"])
        story.expect("its proposals and tags", ([], []), (practice.ignition.proposals(), here["tags"]))
    with story.step("The company structure came with the import (R4)"):
        story.expect("it is", "Company", here["company_structure"])
        story.stage.pass_time(86_400)
    with story.step(
        "XPM changes the structure and the tax details; that day's sync writes nothing at all (R4, R8)"
    ):
        (there,) = practice.xpm.named(RICH)
        practice.xpm.update_client(
            there["UUID"], BusinessStructure="Trust", TaxNumber="99-999-999", IsProspect="No"
        )
        report = practice.sync()
        story.expect("writes", 0, report.writes)
        story.expect("the structure in Ignition", "Company", _structure(practice, RICH))
    with story.step("The structure is edited in Ignition: XPM keeps its own (R4)"):
        practice.ignition.update_client(here["slug"], company_structure="Partnership")
        practice.sync()
        found = (practice.xpm.named(RICH)[0]["BusinessStructure"], _structure(practice, RICH))
        story.expect("the structure in XPM and in Ignition", ("Trust", "Partnership"), found)
    with story.step("A client that is new in XPM brings its structure with its own import (R4, E8)"):
        practice.xpm.add_client(LATER, BusinessStructure="Trust")
        practice.sync()
        story.expect("its structure in Ignition", "Trust", _structure(practice, LATER))
        story.expect("writes of one more sync", 0, practice.sync().writes)


def _everything(practice: PracticeStage) -> str:
    """Return all that Ignition shows of the practice, as one text."""
    desk = practice.ignition
    return str([desk.clients(), desk.all_contacts(), desk.services(), desk.job_templates(), desk.proposals()])


def _structure(practice: PracticeStage, name: str) -> str | None:
    found: str | None = practice.ignition.named(name)[0]["company_structure"]
    return found


NEVER_IMPORTED = Scenario(
    name="never-imported",
    purpose="Relationships, status, custom fields, tax details and jobs stay in XPM; the company structure comes once.",
    rules=("R4", "R8", "E4", "E8"),
    play=play,
    world=world,
)
