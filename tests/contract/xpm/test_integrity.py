"""What a practice expects when a client goes: nothing of it lingers where it cannot be got rid of."""

import copy
from typing import Any

import pytest
from flask import Flask

from tests.contract.xpm.caller import AS_JSON, Caller, first
from tests.contract.xpm.small import (
    ACME,
    FAMILY,
    SHARED,
    TENANT,
    WORLD,
    error,
    ok,
    shared_xml,
)


def add_client(xpm: Caller, name: str, more: str = "") -> str:
    return first(xpm.post("client.api/add", f"<Client><Name>{name}</Name>{more}</Client>"), "UUID")


def remove(xpm: Caller, uuid: str) -> None:
    done = xpm.post("client.api/delete", f"<Client><UUID>{uuid}</UUID></Client>")
    assert done == ok("Delete")


def with_deleted(app: Flask, uuid: str, **fields: Any) -> Caller:
    """Load the small world with a deleted client more, and return a caller of its practice."""
    world = copy.deepcopy(WORLD)
    gone = {"uuid": uuid, "name": "Gone Ltd", "is_deleted": True, **fields}
    world["tenants"][0]["clients"].append(gone)
    answer = app.test_client().post("/_control/world", json=world)
    assert answer.status_code == 200, answer.text
    return Caller(app, TENANT)


def test_a_deleted_client_leaves_its_groups(xpm: Caller) -> None:
    client = add_client(xpm, "Gone Ltd")
    body = f"<Group><Name>Flock</Name><ClientUUID>{client}</ClientUUID></Group>"
    group = first(xpm.post("clientgroup.api/add", body), "UUID")
    assert "Gone Ltd" in xpm.get(f"clientgroup.api/get/{group}")
    remove(xpm, client)
    assert "<Clients />" in xpm.get(f"clientgroup.api/get/{group}")
    assert "<Groups />" in xpm.get(f"client.api/get/{client}")


def test_contacts_of_deleted_clients_alone_are_not_listed(xpm: Caller) -> None:
    contact = "<Contacts><Contact><Name>Orphan Annie</Name></Contact></Contacts>"
    client = add_client(xpm, "Gone Ltd", contact)
    assert "Orphan Annie" in xpm.get("client.api/contacts?pageSize=500")
    remove(xpm, client)
    assert "Orphan Annie" not in xpm.get("client.api/contacts?pageSize=500")


def test_a_contact_that_another_client_shares_stays_listed_with_that_client_alone(xpm: Caller) -> None:
    contact = "<Contacts><Contact><Name>Shared Sam</Name></Contact></Contacts>"
    client = add_client(xpm, "Gone Ltd", contact)
    uuid = first(first(xpm.get(f"client.api/get/{client}"), "Contacts"), "UUID")
    body = f"<Client><Contacts><Contact><UUID>{uuid}</UUID></Contact></Contacts></Client>"
    xpm.post(f"client.api/client/{ACME}/contacts", body)
    remove(xpm, client)
    listed = xpm.get("client.api/contacts?pageSize=500")
    assert listed.count("Shared Sam") == 1
    assert "Gone Ltd" not in listed


def test_a_contact_by_itself_and_in_the_list_has_its_place_at_the_same_client(app: Flask) -> None:
    before_all = "00000000-0000-4000-8000-000000000001"
    sam = {"uuid": SHARED, "name": "Sam Shared", "email": "sam@shared.example", "position": "Was here"}
    xpm = with_deleted(app, before_all, contacts=[{**sam, "is_primary": True}])
    assert xpm.get(f"client.api/contact/{SHARED}") == ok("Contact", shared_xml("Adviser"))
    assert shared_xml("Adviser").removesuffix("</Contact>") in xpm.get("client.api/contacts")
    at_the_deleted = xpm.get(f"client.api/contact/{SHARED}?clientUuid={before_all}")
    assert at_the_deleted == ok("Contact", shared_xml("Was here", primary="Yes"))


def test_a_deleted_member_of_a_world_s_group_can_leave_it_and_cannot_join(app: Flask) -> None:
    gone = "00000000-0000-4000-8000-000000000001"
    xpm = with_deleted(app, gone, group_uuids=[FAMILY])
    body = f'<Group><UUID>{FAMILY}</UUID><{{}} uuid="{gone}"/></Group>'
    assert "Gone Ltd" in xpm.get(f"clientgroup.api/get/{FAMILY}")
    assert "Gone Ltd" not in xpm.put("clientgroup.api/members", body.format("remove"))
    assert "Gone Ltd" not in xpm.get(f"clientgroup.api/get/{FAMILY}")
    refused = error("Members", "Invalid client identifier")
    assert xpm.put("clientgroup.api/members", body.format("add")) == refused


def test_a_billing_client_that_was_deleted_may_be_sent_again_as_it_was_read(xpm: Caller) -> None:
    payer, client = add_client(xpm, "Payer Ltd"), add_client(xpm, "Paid For Ltd")
    body = f"<Client><UUID>{client}</UUID><BillingClientUUID>{payer}</BillingClientUUID>{{}}</Client>"
    xpm.put("client.api/update", body.format(""))
    remove(xpm, payer)
    assert first(xpm.put("client.api/update", body.format("<Phone>5</Phone>")), "Phone") == "5"
    assert first(xpm.get(f"client.api/get/{client}"), "Phone") == "5"
    other = add_client(xpm, "Other Ltd")
    refused = xpm.put("client.api/update", body.replace(client, other).format(""))
    assert refused == error("Update", "Invalid client identifier")


@pytest.mark.parametrize("number", [" J000001 ", "\n\tJ000001\n"])
def test_white_space_around_a_job_number_means_nothing(xpm: Caller, number: str) -> None:
    assert (
        first(xpm.put("job.api/update", f"<Job><ID>{number}</ID><Name>Renamed</Name></Job>"), "Name")
        == "Renamed"
    )
    assert xpm.put("job.api/state", f"<Job><ID>{number}</ID><State> COMPLETED </State></Job>") == ok("State")
    job = xpm.get("job.api/get/J000001")
    assert (first(job, "Name"), first(job, "State")) == ("Renamed", "Completed")


def test_an_assignment_to_a_task_that_is_not_named_is_refused(xpm: Caller) -> None:
    staff = first(xpm.get("staff.api/list"), "UUID")
    before = xpm.digest()
    body = f'<Job><ID>J000001</ID><add uuid="{staff}" task-uuid=""/></Job>'
    assert xpm.put("job.api/assign", body) == error("Assign", "Invalid task identifier")
    assert xpm.digest() == before


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("Application/JSON", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/xml;q=0.5, application/json;q=0.9", "application/json"),
        ("application/json;q=0, text/xml", "text/xml"),
        ("application/json-patch+json", "text/xml"),
        ("*/*", "text/xml"),
        ("", "text/xml"),
    ],
)
def test_json_is_answered_to_whom_accept_names_it_and_does_not_refuse_it(
    xpm: Caller, accept: str, kind: str
) -> None:
    answer = xpm.send("GET", "staff.api/list", **{**AS_JSON, "Accept": accept})
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
