"""World documents about clients: all that a practice may hold of one can be said, and is read back."""

import copy
from typing import Any

from flask import Flask

from mock_xpm.loading.load_clients import APART
from mock_xpm.tables.clients import CLIENTS
from mock_xpm.worlds.clients import Client
from tests.contract.xpm.caller import OLD_ROOT, Caller
from tests.contract.xpm.small import ACME, ACME_XML, BAKER, TENANT, WORLD

SAID = {
    "agency_status": "Linked",
    "balance_month": "June",
    "gst_period": "Quarterly",
    "gst_basis": "Cash",
    "signed_tax_authority": True,
    "prepare_activity_statement": True,
    "prepare_tax_return": True,
    "active_ato_client": True,
    "billing_client_uuid": BAKER,
}
IN_ANSWERS = [
    (
        "<TaxNumber>",
        f"<BillingClient><UUID>{BAKER}</UUID><Name>Baker &amp; Sons</Name></BillingClient><TaxNumber>",
    ),
    ("<SignedTaxAuthority>No", "<SignedTaxAuthority>Yes"),
    ("<AgencyStatus>", "<AgencyStatus>Linked"),
    ("<PrepareActivityStatement>No", "<PrepareActivityStatement>Yes"),
    ("<PrepareTaxReturn>No", "<PrepareTaxReturn>Yes"),
    ("<ActiveAtoClient>No", "<ActiveAtoClient>Yes"),
]
"""What stands in an answer about Acme, and what stands there once it has all that is said."""


def with_acme(app: Flask, **changes: Any) -> Caller:
    """Load the small world with changes to Acme, and return a caller of its practice."""
    world = copy.deepcopy(WORLD)
    world["tenants"][0]["clients"][1].update(changes)
    answer = app.test_client().post("/_control/world", json=world)
    assert answer.status_code == 200, answer.text
    return Caller(app, TENANT)


def test_a_world_may_say_what_its_practices_know_of_a_client(app: Flask) -> None:
    xpm = with_acme(app, **SAID)
    expected = ACME_XML
    for before, after in IN_ANSWERS:
        assert before in expected
        expected = expected.replace(before, after)
    assert expected in xpm.get(f"client.api/get/{ACME}")
    (row,) = (row for row in xpm.state()["clients"] if row["uuid"] == ACME)
    assert {name: row[name] for name in SAID} == SAID


def test_a_world_has_a_member_for_every_column_of_a_client() -> None:
    filled_in = {"tenant_id", "id"}
    assert Client.model_fields.keys() - APART == {column.name for column in CLIENTS.columns} - filled_in


def test_a_note_of_a_world_is_a_text_or_has_a_title_and_a_folder_too(app: Flask) -> None:
    record = {"title": "Called & asked", "text": "No answer", "folder": "Calls"}
    xpm = with_acme(app, notes=["First <note>", record, {"title": "Bare"}])
    notes = (
        "<Notes><Note><Title></Title><Text>First &lt;note&gt;</Text><Folder></Folder></Note>"
        "<Note><Title>Called &amp; asked</Title><Text>No answer</Text><Folder>Calls</Folder></Note>"
        "<Note><Title>Bare</Title><Text></Text><Folder></Folder></Note></Notes>"
    )
    assert notes in xpm.get(f"client.api/get/{ACME}")
    assert xpm.json(f"client.api/get/{ACME}")["client"]["notes"][1] == record


def test_a_prospect_is_told_by_3_0_alone(app: Flask) -> None:
    xpm = with_acme(app, is_prospect=True)
    old = Caller(app, TENANT, OLD_ROOT)
    told = old.get(f"client.api/get/{old.number('clients', ACME)}")
    assert "<IsProspect>Yes</IsProspect><IsArchived>No</IsArchived><IsDeleted>No</IsDeleted>" in told
    assert "<IsProspect>" not in xpm.get(f"client.api/get/{ACME}")
