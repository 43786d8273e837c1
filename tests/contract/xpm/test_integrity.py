"""What a practice expects when a client goes: nothing of it lingers where it cannot be got rid of."""

import pytest

from tests.contract.xpm.caller import AS_JSON, Caller, first
from tests.contract.xpm.small import ACME, error, ok


def add_client(xpm: Caller, name: str, more: str = "") -> str:
    return first(xpm.post("client.api/add", f"<Client><Name>{name}</Name>{more}</Client>"), "UUID")


def remove(xpm: Caller, uuid: str) -> None:
    done = xpm.post("client.api/delete", f"<Client><UUID>{uuid}</UUID></Client>")
    assert done == ok("Delete")


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


def test_a_media_type_has_no_case(xpm: Caller) -> None:
    answer = xpm.send("GET", "staff.api/list", **{**AS_JSON, "Accept": "Application/JSON"})
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
