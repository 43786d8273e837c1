"""Calls about clients and contacts that the API refuses inside the envelope."""

import pytest

from tests.contract.xpm.caller import Caller
from tests.contract.xpm.small import (
    ACME,
    BAKER,
    DROPPED,
    FOREIGN,
    GONE,
    JANE,
    NOBODY,
    error,
)

REFUSED = [
    ("POST", "client.api/add", "<Client><Phone>1</Phone></Client>", "Add", "Name is required"),
    ("POST", "client.api/add", "<Client><Name> </Name></Client>", "Add", "Name is required"),
    ("POST", "client.api/add", "<Job><Name>x</Name></Job>", "Add", "Client is required"),
    (
        "POST",
        "client.api/add",
        "<Client><Name>Half</Name><Contacts><Contact><Name></Name></Contact></Contacts></Client>",
        "Add",
        "Name is required",
    ),
    (
        "POST",
        "client.api/add",
        f"<Client><Name>x</Name><AccountManagerUUID>{GONE}</AccountManagerUUID></Client>",
        "Add",
        "Invalid staff identifier",
    ),
    (
        "POST",
        "client.api/add",
        f"<Client><Name>x</Name><BillingClientUUID>{FOREIGN}</BillingClientUUID></Client>",
        "Add",
        "Invalid client identifier",
    ),
    (
        "POST",
        "client.api/add",
        "<Client><Name>x</Name><DateOfBirth>1970-11-26</DateOfBirth></Client>",
        "Add",
        "Invalid DateOfBirth",
    ),
    (
        "POST",
        "client.api/add",
        "<Client><Name>x</Name><DateOfBirth>20260230</DateOfBirth></Client>",
        "Add",
        "Invalid DateOfBirth",
    ),
    (
        "POST",
        "client.api/add",
        "<Client><Name>x</Name><GSTRegistered>perhaps</GSTRegistered></Client>",
        "Add",
        "Invalid GSTRegistered",
    ),
    ("POST", "client.api/add", "<Client><Name><b>x</b></Name></Client>", "Add", "Invalid Name"),
    ("PUT", "client.api/update", "<Client><Name>x</Name></Client>", "Update", "Invalid client identifier"),
    (
        "PUT",
        "client.api/update",
        f"<Client><UUID>{ACME}</UUID><Name></Name></Client>",
        "Update",
        "Name is required",
    ),
    (
        "PUT",
        "client.api/update",
        f"<Client><UUID>{DROPPED}</UUID><Name>x</Name></Client>",
        "Update",
        "Invalid client identifier",
    ),
    (
        "PUT",
        "client.api/update",
        f"<Client><UUID>{ACME}</UUID><Fax>1</Fax><JobManagerUUID>{NOBODY}</JobManagerUUID></Client>",
        "Update",
        "Invalid staff identifier",
    ),
    (
        "PUT",
        "client.api/archive",
        f"<Client><UUID>{NOBODY}</UUID></Client>",
        "Archive",
        "Invalid client identifier",
    ),
    (
        "POST",
        "client.api/delete",
        f"<Client><UUID>{ACME}</UUID></Client>",
        "Delete",
        "Client has jobs and cannot be deleted",
    ),
    (
        "POST",
        "client.api/contact",
        "<Contact><Name>x</Name></Contact>",
        "Contact",
        "Invalid client identifier",
    ),
    (
        "POST",
        "client.api/contact",
        f"<Contact><Client><UUID>{ACME}</UUID></Client></Contact>",
        "Contact",
        "Name is required",
    ),
    ("PUT", f"client.api/contact/{NOBODY}", "<Contact/>", "Contact", "Invalid contact identifier"),
    ("GET", f"client.api/contact/{NOBODY}", "", "Contact", "Invalid contact identifier"),
    ("DELETE", f"client.api/contact/{NOBODY}", "", "Contact", "Invalid contact identifier"),
    (
        "PUT",
        f"client.api/contact/{JANE}",
        "<Contact><Position>CEO</Position></Contact>",
        "Contact",
        "Invalid client identifier",
    ),
    (
        "PUT",
        f"client.api/contact/{JANE}",
        f"<Contact><Client><UUID>{BAKER}</UUID></Client><Phone>1</Phone></Contact>",
        "Contact",
        "Invalid client identifier",
    ),
    ("PUT", f"client.api/contact/{JANE}", "<Contact><Name></Name></Contact>", "Contact", "Name is required"),
    ("GET", f"client.api/get/{FOREIGN}", "", "Get", "Invalid client identifier"),
    ("GET", "client.api/search", "", "Search", "query is required"),
]


@pytest.mark.parametrize(("verb", "path", "body", "method", "description"), REFUSED)
def test_a_refused_call_is_a_200_with_a_description_and_changes_nothing(
    xpm: Caller, verb: str, path: str, body: str, method: str, description: str
) -> None:
    before = xpm.digest()
    answer = xpm.send(verb, path, body)
    assert (answer.status_code, answer.text) == (200, error(method, description))
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert xpm.digest() == before
    assert xpm.journal()[-1]["changes"] == []
