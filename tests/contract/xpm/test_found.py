"""What testers with fresh eyes found, each as they would see it again."""

import pytest

from tests.contract.xpm.caller import Caller, first
from tests.contract.xpm.small import ACME, error


def test_a_client_with_a_thousand_contacts_takes_each_of_them_once(xpm: Caller) -> None:
    each = "<Contact><Name>Kea</Name><IsPrimary>Yes</IsPrimary></Contact>"
    made = xpm.post(
        "client.api/add", f"<Client><Name>Flock</Name><Contacts>{each * 1000}</Contacts></Client>"
    )
    assert made.count("<Contact>") == 1000
    assert made.count("<IsPrimary>Yes</IsPrimary>") == 1
    assert made.rindex("<IsPrimary>Yes</IsPrimary>") > made.rindex("<IsPrimary>No</IsPrimary>")
    changes = xpm.journal()[-1]["changes"]
    # Three rows a contact would be, with the old primary one changed each time, four.
    assert len([change for change in changes if change["table"] == "client_contacts"]) == 1000


def test_a_doubled_slash_is_another_path(xpm: Caller) -> None:
    answer = xpm.send("GET", "/client.api/list")
    assert answer.status_code == 404
    assert "Location" not in answer.headers


@pytest.mark.parametrize("verb", ["PATCH", "OPTIONS", "TRACE"])
def test_a_verb_that_no_method_has_is_a_404(xpm: Caller, verb: str) -> None:
    assert xpm.send(verb, "client.api/list").status_code == 404


def test_a_budget_is_an_amount(xpm: Caller) -> None:
    body = "<Job><ID>J000001</ID><Budget>{}</Budget></Job>"
    assert xpm.put("job.api/update", body.format("NaN")) == error("Update", "Invalid Budget")
    assert first(xpm.put("job.api/update", body.format("1200.50")), "Budget") == "1200.50"


@pytest.mark.parametrize("number", ["A/B", ".", " .. "])
def test_a_number_that_no_path_can_name_is_refused(xpm: Caller, number: str) -> None:
    body = (
        f"<Job><ID>{number}</ID><Name>n</Name><ClientUUID>{ACME}</ClientUUID><StartDate>20260701</StartDate>"
    )
    assert xpm.post("job.api/add", f"{body}<DueDate>20260702</DueDate></Job>") == error("Add", "Invalid ID")
