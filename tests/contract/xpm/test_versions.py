"""The same rows through version 3.0 and through JSON. Element orders as recorded, transcribed by hand."""

import pytest
from flask import Flask

from tests.contract.xpm.caller import AS_JSON, OLD_ROOT, Caller, first
from tests.contract.xpm.small import (
    ACME,
    ANN,
    ANNUAL,
    BAKER,
    BEN,
    FAMILY,
    GONE,
    NOBODY,
    SHARED,
    TAX,
    TENANT,
    error,
)


@pytest.fixture
def old(app: Flask) -> Caller:
    return Caller(app, TENANT, OLD_ROOT)


def test_a_client_that_never_had_an_email_has_none_in_3_0(old: Caller) -> None:
    answer = old.get(f"client.api/get/{old.number('clients', BAKER)}")
    assert "<Name>Baker &amp; Sons</Name><Address></Address>" in answer


def test_a_uuid_names_nothing_in_3_0_and_an_integer_nothing_in_3_1(old: Caller, xpm: Caller) -> None:
    refused = error("Get", "Invalid client identifier")
    assert old.get(f"client.api/get/{ACME}") == refused
    assert xpm.get(f"client.api/get/{old.number('clients', ACME)}") == refused
    assert old.get("client.api/get/12") == refused


def test_integer_ids_fit_into_32_bits_and_are_another_for_each_row(old: Caller) -> None:
    numbers = [row["id"] for row in old.state()["clients"]]
    assert len(set(numbers)) == len(numbers)
    assert all(0 < number < 2**31 for number in numbers)


def test_a_client_made_through_3_0_is_the_same_row_in_3_1(old: Caller, xpm: Caller) -> None:
    made = old.post(
        "client.api/add",
        f"<Client><Name>New & old</Name><AccountManagerID>{old.number('staff', ANN)}</AccountManagerID>"
        f"<BillingClientID>{old.number('clients', ACME)}</BillingClientID></Client>".replace("&", "&amp;"),
    )
    assert first(made, "IsProspect") == "No"
    read = xpm.get(f"client.api/get/{first(made, 'UUID')}")
    assert f"<AccountManager><UUID>{ANN}</UUID><Name>Ann Partner</Name></AccountManager>" in read
    assert f"<BillingClient><UUID>{ACME}</UUID><Name>Acme Ltd</Name></BillingClient>" in read
    old.put(
        "client.api/update",
        f"<Client><ID>{first(made, 'ID')}</ID><WebSite>new.example</WebSite><JobManagerID></JobManagerID></Client>",
    )
    assert "<Website>new.example</Website>" in xpm.get(f"client.api/get/{first(made, 'UUID')}")


def test_an_integer_that_no_row_has_is_refused_in_a_body(old: Caller) -> None:
    body = "<Client><Name>New</Name><JobManagerID>99</JobManagerID></Client>"
    assert old.post("client.api/add", body) == error("Add", "Invalid staff identifier")
    body = "<Client><ID>x1</ID><Name>New</Name></Client>"
    assert old.put("client.api/update", body) == error("Update", "Invalid client identifier")


def test_a_job_made_and_assigned_through_3_0_is_the_same_in_3_1(old: Caller, xpm: Caller) -> None:
    number = old.number
    made = old.post(
        "job.api/add",
        f"<Job><Name>Books</Name><ClientID>{number('clients', BAKER)}</ClientID>"
        "<StartDate>20260801</StartDate><DueDate>20260831</DueDate>"
        f"<TemplateID>{number('templates', ANNUAL)}</TemplateID>"
        f"<ContactID>{number('contacts', SHARED)}</ContactID>"
        f"<CategoryID>{number('categories', TAX)}</CategoryID></Job>",
    )
    job = first(made, "ID")
    task = next(row for row in old.state()["job_tasks"] if row["job_number"] == job)
    old.put(
        "job.api/assign",
        f'<Job><ID>{job}</ID><add id="{number("staff", ANN)}" task-id="{task["id"]}"/>'
        f'<add-manager id="{number("staff", BEN)}"/></Job>',
    )
    read = xpm.get(f"job.api/get/{job}")
    assert f"<Client><UUID>{BAKER}</UUID>" in read
    assert f"<Contact><UUID>{SHARED}</UUID><Name>Sam Shared</Name></Contact>" in read
    assert "<Type>Tax</Type>" in read
    assert f"<Manager><UUID>{BEN}</UUID><Name>Ben Boss</Name></Manager>" in read
    assert f"<Assigned><Staff><UUID>{ANN}</UUID><Name>Ann Partner</Name></Staff></Assigned></Task>" in read


def test_members_of_a_group_are_named_by_integers_in_3_0(old: Caller, xpm: Caller) -> None:
    number = old.number
    old.put(
        "clientgroup.api/members",
        f'<Group><ID>{number("groups", FAMILY)}</ID><add id="{number("clients", BAKER)}"/></Group>',
    )
    assert f"<Client><UUID>{BAKER}</UUID>" in xpm.get(f"clientgroup.api/get/{FAMILY}")


def test_client_id_says_whose_contact_is_meant_in_3_0(old: Caller) -> None:
    path = f"client.api/contact/{old.number('contacts', SHARED)}"
    assert "<Position>Adviser</Position>" in old.get(f"{path}?client_id={old.number('clients', ACME)}")
    assert "<Position></Position>" in old.get(f"{path}?client_id={old.number('clients', BAKER)}")
    refused = error("Contact", "Invalid client identifier")
    assert old.get(f"{path}?client_id=77") == refused


def test_json_is_flat_and_camel_case_with_the_status_at_the_end(xpm: Caller) -> None:
    answer = xpm.send("GET", "category.api/list", **AS_JSON)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.text == f'{{"categories":[{{"uuid":"{TAX}","name":"Tax"}}],"status":"OK"}}'


def test_json_is_asked_for_by_both_headers_together(xpm: Caller, old: Caller) -> None:
    for name, value in AS_JSON.items():
        answer = xpm.send("GET", "category.api/list", **{name: value})
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        assert answer.text.startswith("<Response")
    assert old.send("GET", "category.api/list", **AS_JSON).text.startswith("<Response")


def test_a_client_as_json(xpm: Caller) -> None:
    client = xpm.json("client.api/list?modifiedsince=2026-06-01T00:00:00")["clients"][0]
    assert client["uuid"] == ACME
    assert client["isArchived"] == "No"
    assert client["accountManager"] == {"uuid": ANN, "name": "Ann Partner"}
    assert client["jobManager"] == {"uuid": GONE, "name": "Gone Gary"}
    assert client["website"] == "https://acme.example/?a=1&b=2"
    assert client["gstRegistered"] == "Yes"
    assert [contact["name"] for contact in client["contacts"]] == ["Jane Doe", "Sam Shared"]
    assert "notes" not in client


def test_staff_and_jobs_as_json(xpm: Caller) -> None:
    staff = xpm.json("staff.api/list")
    assert [member["name"] for member in staff["staffList"]] == ["Ann Partner", "Ben Boss"]
    assert staff["status"] == "OK"
    job = xpm.json("job.api/current")["jobs"][0]
    assert (job["id"], job["state"], job["assigned"]) == ("J000001", "In Progress", [])
    assert job["client"] == {"uuid": ACME, "name": "Acme Ltd"}
    assert job["partner"]["uuid"] == GONE
    task = xpm.json("job.api/get/J000001")["job"]["tasks"][0]
    assert (task["estimatedMinutes"], task["completed"]) == (60, False)


def test_a_refusal_as_json(xpm: Caller) -> None:
    answer = xpm.send("GET", f"client.api/get/{NOBODY}", **AS_JSON)
    assert answer.status_code == 200
    assert answer.text == '{"errorDescription":"Invalid client identifier","status":"ERROR"}'


@pytest.mark.parametrize("name", ["O'Brien & Söhne <Ltd>", 'Say "kia ora" 🥝', "two\nlines \\ and\ttab"])
def test_odd_texts_are_the_same_in_every_form(xpm: Caller, old: Caller, name: str) -> None:
    escaped = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    made = xpm.post("client.api/add", f"<Client><Name>{escaped}</Name></Client>")
    uuid = first(made, "UUID")
    assert f"<Name>{escaped}</Name>" in made
    assert f"<Name>{escaped}</Name>" in old.get(f"client.api/get/{old.number('clients', uuid)}")
    assert xpm.json(f"client.api/get/{uuid}")["client"]["name"] == name
