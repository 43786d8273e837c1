"""Notes, documents and costs of jobs, in both versions of the API."""

import pytest
from flask import Flask

from tests.contract.xpm.busy import (
    BUSY,
    MILESTONES_XML,
    NOTE_XML,
    ODD_XML,
    PLAN_XML,
    TRAVEL,
    load_busy,
    travel_xml,
)
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.small import TENANT, ok
from tests.contract.xpm.speaker import Speaker

LONG = "é" * 4000


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    load_busy(app)
    return Speaker(app, request.param)


def last_cost(xpm: Speaker) -> str:
    """Return the identifier of the cost that came last."""
    row = max(xpm.state()["job_costs"], key=lambda row: (row["job_number"], row["position"]))
    return xpm.ident("job_costs", row["uuid"])


def test_a_job_in_full_shows_its_milestones_and_notes(xpm: Speaker) -> None:
    answer = xpm.get(f"job.api/get/{BUSY}")
    shown = f"</Tasks>{MILESTONES_XML}<Notes>{NOTE_XML}</Notes></Job>"
    assert shown in answer
    assert shown in xpm.get("job.api/list?from=20260201&to=20260201&detailed=true")
    assert "<Milestones" not in xpm.get("job.api/list?from=20260201&to=20260201")
    assert "<Notes" not in xpm.get("job.api/current")


def test_a_note_follows_those_a_job_has_and_keeps_odd_and_long_texts(xpm: Speaker) -> None:
    answer = xpm.post(
        "job.api/note", f"<Note><Job>{BUSY}</Job><Title>{ODD_XML}</Title><Text>{LONG}</Text></Note>"
    )
    note = f"<Note><Title>{ODD_XML}</Title><Text>{LONG}</Text><Folder></Folder><Public>false</Public></Note>"
    assert answer == ok("Note", note)
    assert f"<Notes>{NOTE_XML}{note}</Notes>" in xpm.get(f"job.api/get/{BUSY}")


def test_a_note_may_be_in_a_folder_and_public(xpm: Speaker) -> None:
    body = "<Note><Job>J000001</Job><Title>T</Title><Folder>F &amp; G</Folder><Public>true</Public></Note>"
    xpm.post("job.api/note", body)
    note = "<Note><Title>T</Title><Text></Text><Folder>F &amp; G</Folder><Public>true</Public></Note>"
    assert f"<Notes>{note}</Notes></Job>" in xpm.get("job.api/get/J000001")
    assert f"<Notes>{NOTE_XML}</Notes></Job>" in xpm.get(f"job.api/get/{BUSY}")


def test_a_document_comes_back_as_it_was_sent(xpm: Speaker) -> None:
    assert xpm.get(f"job.api/documents/{BUSY}") == ok("Documents", f"<Documents>{PLAN_XML}</Documents>")
    assert xpm.get("job.api/documents/J000001") == ok("Documents", "<Documents />")
    answer = xpm.post(
        "job.api/document",
        f"<Document><Job>{BUSY}</Job><Title>{ODD_XML}</Title><Text>T</Text><Folder>Letters</Folder>"
        "<Public>true</Public><FileName>brief 🦘.pdf</FileName><Content>\n  AAEC\n  /w==\n</Content></Document>",
    )
    document = (
        f"<Document><Title>{ODD_XML}</Title><Text>T</Text><Folder>Letters</Folder><Public>true</Public>"
        "<FileName>brief 🦘.pdf</FileName><Content>AAEC/w==</Content></Document>"
    )
    assert answer == ok("Document", document)
    assert xpm.get(f"job.api/documents/{BUSY}") == ok(
        "Documents", f"<Documents>{PLAN_XML}{document}</Documents>"
    )


def test_the_costs_of_a_job_are_listed(xpm: Speaker) -> None:
    assert xpm.get(f"job.api/costs/{BUSY}") == ok("Costs", f"<Costs>{travel_xml(xpm)}</Costs>")
    assert xpm.get("job.api/costs/J000001") == ok("Costs", "<Costs />")


def test_a_cost_keeps_its_amounts_as_they_are_written(xpm: Speaker) -> None:
    answer = xpm.post(
        "job.api/cost",
        f"<Cost><Job>{BUSY}</Job><Date>20260220</Date><Description>{ODD_XML}</Description><Code>C1</Code>"
        "<Note>n</Note><Quantity>2.50</Quantity><UnitCost>0.100</UnitCost><UnitPrice>-3</UnitPrice>"
        "<Billable>false</Billable></Cost>",
    )
    cost = (
        f"<Cost>{last_cost(xpm)}<Date>2026-02-20T00:00:00</Date><Description>{ODD_XML}</Description>"
        "<Code>C1</Code><Note>n</Note><Quantity>2.50</Quantity><UnitCost>0.100</UnitCost>"
        "<UnitPrice>-3</UnitPrice><Billable>false</Billable></Cost>"
    )
    assert answer == ok("Cost", cost)
    assert xpm.get(f"job.api/costs/{BUSY}") == ok("Costs", f"<Costs>{travel_xml(xpm)}{cost}</Costs>")


def test_an_amount_of_thirty_characters_is_kept_and_reckoned_with(xpm: Speaker) -> None:
    most = "-" + "9" * 26 + ".99"
    body = f"<Cost><Job>{BUSY}</Job><Description>Debt</Description><Quantity>3</Quantity>"
    xpm.post("job.api/cost", f"{body}<UnitPrice>{most}</UnitPrice></Cost>")
    assert f"<UnitPrice>{most}</UnitPrice>" in xpm.get(f"job.api/costs/{BUSY}")
    quote = xpm.post(f"job.api/createquote/{BUSY}", "")
    assert "<Amount>-299999999999999999999999999.97</Amount>" in quote


NOTHING_SAID = "<Date></Date><Code/><Note/><Quantity/><UnitCost></UnitCost><UnitPrice/><Billable> </Billable>"


@pytest.mark.parametrize("more", ["", NOTHING_SAID], ids=["absent", "empty"])
def test_a_cost_without_more_is_one_billable_thing_of_today(xpm: Speaker, more: str) -> None:
    xpm.post("job.api/cost", f"<Cost><Job>{BUSY}</Job><Description>Stamp</Description>{more}</Cost>")
    cost = (
        f"<Cost>{last_cost(xpm)}<Date>2026-07-01T00:00:00</Date><Description>Stamp</Description><Code></Code>"
        "<Note></Note><Quantity>1</Quantity><UnitCost>0</UnitCost><UnitPrice>0</UnitPrice>"
        "<Billable>true</Billable></Cost>"
    )
    assert xpm.get(f"job.api/costs/{BUSY}") == ok("Costs", f"<Costs>{travel_xml(xpm)}{cost}</Costs>")


def test_a_cost_is_changed_by_what_its_body_holds(xpm: Speaker) -> None:
    body = (
        f"<Cost>{xpm.ident('job_costs', TRAVEL)}<Job>J000001</Job><Date>20260202</Date><Note>By train</Note>"
        "<UnitCost></UnitCost><UnitPrice>20.00</UnitPrice><Billable>true</Billable></Cost>"
    )
    changed = (
        travel_xml(xpm)
        .replace("2026-02-01", "2026-02-02")
        .replace("<Note></Note>", "<Note>By train</Note>")
        .replace("<UnitCost>12.50", "<UnitCost>0")
        .replace("<UnitPrice>0", "<UnitPrice>20.00")
        .replace("<Billable>false", "<Billable>true")
    )
    assert xpm.put("job.api/cost", body) == ok("Cost", changed)
    assert xpm.get(f"job.api/costs/{BUSY}") == ok("Costs", f"<Costs>{changed}</Costs>")


def test_an_update_of_a_cost_clears_what_is_empty(xpm: Speaker) -> None:
    own = xpm.ident("job_costs", TRAVEL)
    xpm.put(
        "job.api/cost",
        f"<Cost>{own}<Code>C</Code><Note>N</Note><Quantity>2</Quantity><Billable>true</Billable></Cost>",
    )
    xpm.put("job.api/cost", f"<Cost>{own}{NOTHING_SAID}</Cost>")
    cleared = travel_xml(xpm).replace("2026-02-01T00:00:00", "").replace("<UnitCost>12.50", "<UnitCost>0")
    assert xpm.get(f"job.api/costs/{BUSY}") == ok("Costs", f"<Costs>{cleared}</Costs>")


def test_the_papers_of_a_job_as_json(app: Flask) -> None:
    load_busy(app)
    xpm = Caller(app, TENANT)
    assert xpm.json(f"job.api/costs/{BUSY}")["costs"] == [
        {
            "uuid": TRAVEL,
            "date": "2026-02-01T00:00:00",
            "description": "Travel",
            "code": "",
            "note": "",
            "quantity": "1",
            "unitCost": "12.50",
            "unitPrice": "0",
            "billable": False,
        }
    ]
    assert xpm.json(f"job.api/documents/{BUSY}")["documents"] == [
        {
            "title": "Plan",
            "text": "",
            "folder": "",
            "public": False,
            "fileName": "plan.txt",
            "content": "cGxhbg==",
        }
    ]
    job = xpm.json(f"job.api/get/{BUSY}")["job"]
    assert job["notes"] == [{"title": "Called", "text": "No answer", "folder": "Calls", "public": True}]
    assert job["milestones"] == [
        {"date": "2026-03-31T00:00:00", "description": "Year end", "completed": True, "folder": ""}
    ]
