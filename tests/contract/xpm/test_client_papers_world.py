"""World documents with what hangs on clients, quotes and invoices: what is refused, what is filled in."""

from typing import Any

import pytest
from flask import Flask

from tests.contract.xpm.caller import Caller, first
from tests.contract.xpm.paperwork import HEADS, JOB_CODE, SPOUSE, VIP, load_paperwork, world
from tests.contract.xpm.small import ACME, BAKER, JANE, NOBODY, TENANT, ok


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the world with a member of its first practice changed; a path that ends in + adds to a list."""
    document = world()
    *steps, last = path.removesuffix("+").split("/")
    place: Any = document["tenants"][0]
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    if path.endswith("+"):
        place[last].append(value)
    else:
        place[int(last) if last.isdigit() else last] = value
    return document


RELATED = {"related_client_uuid": BAKER, "type": "Director"}
BAD: list[tuple[str, Any, str]] = [
    ("clients/1/relationships/0/related_client_uuid", NOBODY, "not among the practice's clients"),
    ("clients/1/relationships/0/related_client_uuid", ACME, "'Acme Ltd' names the client itself"),
    ("clients/1/relationships/0/start_date", "1 July", "'1 July' is no date"),
    ("clients/1/relationships/0/end_date", "20200101", "'20200101' is no date"),
    ("clients/1/relationships+", {**RELATED, "uuid": SPOUSE}, f"two relationships are both {SPOUSE}"),
    ("clients/1/relationships/0/percentage", "half", "percentage"),
    ("clients/1/type/cost_markup", "<x>&", "cost_markup"),
    ("clients/1/billing_client_uuid", NOBODY, "not among the practice's clients"),
    ("clients/1/notes+", {"titel": "Called"}, "titel"),
    ("clients/1/documents/0/content", "no base64!", "content"),
    ("clients/1/documents/0/title", "bell \u0007", "holds '\\x07'"),
    ("clients/1/custom_fields/0/uuid", NOBODY, "not among the practice's custom fields"),
    ("clients/1/custom_fields/0/uuid", JOB_CODE, "not among the practice's custom fields for clients"),
    ("clients/1/custom_fields/0/uuid", HEADS, f"both {HEADS}"),
    ("clients/1/custom_fields/0/value", "20190501", "'20190501' is no date"),
    ("clients/1/custom_fields/1/value", "twelve", "'twelve' is no Number"),
    ("clients/1/custom_fields/2/value", " ", "' ' is no Boolean"),
    ("custom_fields/0/uuid", HEADS, f"two custom fields are both {HEADS}"),
    ("custom_fields/0/type", "Colour", "type"),
    ("quotes/0/client_uuid", NOBODY, "quote Q000007 names"),
    ("quotes/1/contact_uuid", JANE, "not among the practice's contacts of its client"),
    ("quotes/0/date", "20260201", "quote Q000007: '20260201' is no date"),
    ("quotes/0/valid_date", "soon", "'soon' is no date"),
    ("quotes/1/number", "Q000007", "two quotes are both Q000007"),
    ("quotes/0/number", "Q/1", "no path can name 'Q/1'"),
    ("quotes/0/state", "Lost", "state"),
    ("quotes/0/costs/0/description", "bell \u0007", "holds '\\x07'"),
    ("invoices/0/client_uuid", NOBODY, "invoice INV-9 names"),
    ("invoices/0/jobs/0/number", "J999999", "not among the practice's jobs"),
    ("invoices/0/due_date", "soon", "'soon' is no date"),
    ("invoices/1/number", "INV-9", "two invoices are both INV-9"),
    ("invoices/0/date", "", "date"),
]


@pytest.mark.parametrize(("path", "value", "message"), BAD, ids=range(len(BAD)))
def test_a_world_that_contradicts_itself_is_refused_and_changes_nothing(
    xpm: Caller, path: str, value: Any, message: str
) -> None:
    before = xpm.digest()
    answer = xpm.http.post("/_control/world", json=changed(path, value))
    assert answer.status_code == 422
    assert message in answer.get_json()["error"]["message"] + str(answer.get_json()["error"])
    assert xpm.digest() == before


def test_a_relationship_without_a_uuid_gets_one_that_each_run_gives(shared_app: Flask) -> None:
    shown = []
    for _ in range(2):
        load_paperwork(shared_app, changed("clients/1/relationships/0", RELATED))
        shown.append(first(Caller(shared_app, TENANT).get(f"client.api/get/{BAKER}"), "Relationships"))
    assert shown[0] == shown[1]
    assert "<Type>Director</Type>" in shown[0]
    assert "<NumberOfShares></NumberOfShares><Percentage></Percentage><StartDate></StartDate>" in shown[0]


def test_numbers_that_are_taken_are_skipped(shared_app: Flask) -> None:
    load_paperwork(shared_app, changed("quotes/0/number", "Q000001"))
    xpm = Caller(shared_app, TENANT)
    assert [first(xpm.get(f"quote.api/get/Q00000{number}"), "Name") for number in (1, 2, 3)] == [
        "Accounts &amp; tax",
        "Rough",
        "Old",
    ]


def test_a_boolean_of_a_world_is_kept_as_answers_write_it(shared_app: Flask) -> None:
    load_paperwork(shared_app, changed("clients/1/custom_fields", [{"uuid": VIP, "value": "Yes"}]))
    answer = Caller(shared_app, TENANT).get(f"client.api/get/{ACME}/customfield")
    value = f"<CustomField><UUID>{VIP}</UUID><Name>VIP</Name><Boolean>true</Boolean></CustomField>"
    assert answer == ok("CustomField", f"<CustomFields>{value}</CustomFields>")


def test_a_reset_goes_back_to_what_the_world_says(shared_app: Flask) -> None:
    load_paperwork(shared_app)
    xpm = Caller(shared_app, TENANT)
    before = xpm.digest()
    xpm.post("client.api/deleterelationship", f"<Relationship><UUID>{SPOUSE}</UUID></Relationship>")
    xpm.post("job.api/createquote/J000001", "")
    assert xpm.digest() != before
    xpm.http.post("/_control/reset", json={})
    assert xpm.digest() == before
