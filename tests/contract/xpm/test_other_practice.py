"""What another practice has is out of reach, whatever names it, in both versions of the API.

Two practices have the same of everything under other identifiers. The second one's program sends each
call with its own identifiers, which is right, and then with one of the first practice's in each place.
"""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from mock_xpm.identity import NUMBERS
from mock_xpm.routes import METHODS
from tests.contract.xpm import busy, paperwork
from tests.contract.xpm.busy import BUSY, FILE_TAX, FIRST, FULL, SECOND, TRAVEL
from tests.contract.xpm.caller import AS_JSON
from tests.contract.xpm.conftest import unlimited
from tests.contract.xpm.paperwork import HEADS, SPOUSE
from tests.contract.xpm.small import (
    ACME,
    ANN,
    BAKER,
    BEN,
    CLOSED,
    FAMILY,
    JANE,
    OTHER,
    READ_PAPERS,
    SHARED,
    TAX,
    TENANT,
    TRUSTS,
)
from tests.contract.xpm.speaker import Speaker


def world() -> dict[str, Any]:
    """Return a world of two practices with everything in them; the twin's rows have identifiers of its own."""
    made = paperwork.world()
    first = made["tenants"][0]
    with_jobs = busy.world()["tenants"][0]
    first |= {name: with_jobs[name] for name in ("tasks", "templates", "jobs")}
    for letter, kind in (("J", "jobs"), ("Q", "quotes"), ("I", "invoices")):
        for place, numbered in enumerate(first[kind], 1):
            numbered.setdefault("number", f"{letter}00000{place}")
    twin = json.loads(twin_of(json.dumps(first)))
    made["tenants"][1] = twin | {"tenant_id": OTHER, "name": "Practice Two"}
    return made


def twin_of(text: str) -> str:
    """Return a text with the twin's identifiers in place of the first practice's."""
    text = text.replace("-0000-4000-8000-", "-0000-4000-9000-")
    return re.sub(r"\b([JQI])(0000\d\d)\b", r"\g<1>1\2", text).replace("INV-9", "INV-1")


NAMED = re.compile(r"<\w*#(\w+) [^/]*/>|\[(\w+) [^\]]*\]|\{(\w+) ([^}]*)\}")
"""The places of a call that name something: as `Speaker.say` has them, and numbers as `{jobs J000007}`."""
CALLED = {
    "groups": "client group",
    "custom_fields": "custom field",
    "job_tasks": "task",
    "job_costs": "cost",
    "templates": "job template",
    "categories": "category",
}
"""What a table's rows are called in a refusal, where it is not the table's name in the singular."""

OWN_CLIENT = f"<#clients {BAKER}/>"
A_JOB = f"<Name>n</Name><Client#clients {ACME}/><StartDate>20260101</StartDate><DueDate>20260101</DueDate>"
BUSY_JOB = f"{{jobs {BUSY}}}"
FILE = "<Title>t</Title><FileName>f</FileName><Content>AAA=</Content>"
KEYED = [
    ("GET", f"client.api/get/[clients {ACME}]", ""),
    ("GET", f"client.api/contact/[contacts {JANE}]", ""),
    ("GET", f"client.api/contact/[contacts {SHARED}]?clientUuid=[clients {BAKER}]", ""),
    ("GET", f"client.api/documents/[clients {ACME}]", ""),
    ("GET", f"client.api/get/[clients {ACME}]/customfield", ""),
    ("GET", f"job.api/get/{BUSY_JOB}", ""),
    ("GET", f"job.api/staff/[staff {BEN}]", ""),
    ("GET", f"job.api/client/[clients {ACME}]", ""),
    ("GET", f"job.api/documents/{BUSY_JOB}", ""),
    ("GET", f"job.api/costs/{BUSY_JOB}", ""),
    ("GET", f"staff.api/get/[staff {ANN}]", ""),
    ("GET", f"task.api/get/[tasks {READ_PAPERS}]", ""),
    ("GET", f"clientgroup.api/get/[groups {FAMILY}]", ""),
    ("GET", f"customfield.api/get/[custom_fields {HEADS}]", ""),
    ("GET", "quote.api/get/{quotes Q000007}", ""),
    ("GET", "invoice.api/get/{invoices INV-9}", ""),
    ("POST", "client.api/add", f"<Client><Name>x</Name><BillingClient#clients {ACME}/></Client>"),
    ("POST", "client.api/add", f"<Client><Name>x</Name><AccountManager#staff {ANN}/></Client>"),
    ("PUT", "client.api/update", f"<Client><#clients {BAKER}/><BillingClient#clients {ACME}/></Client>"),
    ("PUT", "client.api/update", f"<Client>{OWN_CLIENT}<AccountManager#staff {BEN}/></Client>"),
    ("PUT", "client.api/update", f"<Client>{OWN_CLIENT}<JobManager#staff {BEN}/></Client>"),
    ("PUT", "client.api/archive", f"<Client>{OWN_CLIENT}</Client>"),
    ("POST", "client.api/delete", f"<Client><#clients {CLOSED}/></Client>"),
    ("POST", "client.api/contact", f"<Contact><Name>n</Name><Client>{OWN_CLIENT}</Client></Contact>"),
    ("PUT", f"client.api/contact/[contacts {JANE}]", "<Contact><Phone>1</Phone></Contact>"),
    (
        "PUT",
        f"client.api/contact/[contacts {SHARED}]",
        f"<Contact><Client>{OWN_CLIENT}</Client><Position>p</Position></Contact>",
    ),
    ("DELETE", f"client.api/contact/[contacts {SHARED}]?clientUuid=[clients {BAKER}]", ""),
    (
        "POST",
        f"client.api/client/[clients {CLOSED}]/contacts",
        f"<Client><Contacts><Contact><#contacts {JANE}/></Contact></Contacts></Client>",
    ),
    ("POST", "client.api/document", f"<Document><Client#clients {ACME}/>{FILE}</Document>"),
    (
        "POST",
        "client.api/addrelationship",
        f"<Relationship><Client#clients {ACME}/><RelatedClient#clients {CLOSED}/><Type>t</Type></Relationship>",
    ),
    (
        "PUT",
        "client.api/updaterelationship",
        f"<Relationship><#relationships {SPOUSE}/><Type>t</Type></Relationship>",
    ),
    ("POST", "client.api/deleterelationship", f"<Relationship><#relationships {SPOUSE}/></Relationship>"),
    (
        "PUT",
        f"client.api/update/[clients {BAKER}]/customfield",
        f"<CustomFields><CustomField><#custom_fields {HEADS}/><Number>1</Number></CustomField></CustomFields>",
    ),
    ("POST", "job.api/add", f"<Job>{A_JOB}</Job>"),
    ("POST", "job.api/add", f"<Job>{A_JOB}<Template#templates {FULL}/></Job>"),
    ("POST", "job.api/add", f"<Job>{A_JOB}<Category#categories {TAX}/></Job>"),
    ("POST", "job.api/add", f"<Job>{A_JOB}<Contact#contacts {JANE}/></Job>"),
    ("PUT", "job.api/update", f"<Job><ID>{BUSY_JOB}</ID><Category#categories {TAX}/></Job>"),
    ("PUT", "job.api/state", f"<Job><ID>{BUSY_JOB}</ID><State>CONFIRMED</State></Job>"),
    ("PUT", "job.api/assign", f'<Job><ID>{BUSY_JOB}</ID><add uuid="[staff {ANN}]"/></Job>'),
    ("PUT", "job.api/assign", f'<Job><ID>{BUSY_JOB}</ID><add-manager uuid="[staff {ANN}]"/></Job>'),
    ("PUT", "job.api/assign", f'<Job><ID>{BUSY_JOB}</ID><add-partner uuid="[staff {ANN}]"/></Job>'),
    (
        "PUT",
        "job.api/assign",
        f'<Job><ID>{BUSY_JOB}</ID><add uuid="[staff {ANN}]" task-uuid="[job_tasks {FIRST}]"/></Job>',
    ),
    (
        "PUT",
        "job.api/assign",
        f'<Job><ID>{BUSY_JOB}</ID><remove uuid="[staff {BEN}]" task-uuid="[job_tasks {SECOND}]"/></Job>',
    ),
    ("POST", "job.api/delete", f"<Job><ID>{BUSY_JOB}</ID></Job>"),
    ("POST", "job.api/applytemplate", f"<Job><ID>{BUSY_JOB}</ID><Template#templates {FULL}/></Job>"),
    ("POST", "job.api/task", f"<Task><Job>{BUSY_JOB}</Job><Task#tasks {FILE_TAX}/></Task>"),
    ("PUT", "job.api/task", f"<Task><#job_tasks {FIRST}/><Task#tasks {FILE_TAX}/></Task>"),
    ("PUT", f"job.api/task/[job_tasks {FIRST}]/complete", ""),
    ("PUT", f"job.api/task/[job_tasks {SECOND}]/reopen", ""),
    (
        "PUT",
        "job.api/reordertasks",
        f"<Job><ID>{BUSY_JOB}</ID><Tasks><Task><#job_tasks {SECOND}/></Task></Tasks></Job>",
    ),
    ("POST", "job.api/note", f"<Note><Job>{BUSY_JOB}</Job><Title>t</Title></Note>"),
    ("POST", "job.api/document", f"<Document><Job>{BUSY_JOB}</Job>{FILE}</Document>"),
    ("POST", "job.api/cost", f"<Cost><Job>{BUSY_JOB}</Job><Description>d</Description></Cost>"),
    ("PUT", "job.api/cost", f"<Cost><#job_costs {TRAVEL}/><Note>n</Note></Cost>"),
    ("POST", f"job.api/createquote/{BUSY_JOB}", ""),
    ("POST", f"job.api/createestimate/{BUSY_JOB}", ""),
    ("PUT", "staff.api/update", f"<Staff><#staff {ANN}/><Name>x</Name></Staff>"),
    ("POST", "staff.api/delete", f"<Staff><#staff {ANN}/></Staff>"),
    ("POST", "staff.api/disable", f"<Staff><#staff {ANN}/></Staff>"),
    ("POST", "staff.api/enable", f"<Staff><#staff {ANN}/></Staff>"),
    ("POST", "staff.api/forgottenpassword", f"<Staff><#staff {ANN}/></Staff>"),
    ("POST", "clientgroup.api/add", f"<Group><Name>g</Name><Client#clients {ACME}/></Group>"),
    ("PUT", "clientgroup.api/members", f'<Group><#groups {TRUSTS}/><add uuid="[clients {ACME}]"/></Group>'),
    ("PUT", "clientgroup.api/members", f'<Group><#groups {FAMILY}/><remove uuid="[clients {ACME}]"/></Group>'),
    ("POST", "clientgroup.api/delete", f"<Group><#groups {FAMILY}/></Group>"),
    (
        "PUT",
        "customfield.api/update",
        f"<CustomFieldDefinition><#custom_fields {HEADS}/><Name>x</Name></CustomFieldDefinition>",
    ),
    (
        "POST",
        "customfield.api/delete",
        f"<CustomFieldDefinition><#custom_fields {HEADS}/></CustomFieldDefinition>",
    ),
]  # fmt: skip
UNKEYED = {"staff.api/add", "customfield.api/add"}
"""The writes that name nothing that is there."""
LISTS = [
    "client.api/list?detailed=true",
    "client.api/paged-list",
    "client.api/search?query=a",
    "client.api/contacts",
    "job.api/current",
    "job.api/list?from=20260101&to=20261231&detailed=true",
    "job.api/tasks",
    "staff.api/list",
    "template.api/list",
    "category.api/list",
    "task.api/list",
    "clientgroup.api/list",
    "customfield.api/definition",
    "quote.api/current",
    "quote.api/draft",
    "quote.api/list?from=20260101&to=20261231&detailed=true",
    "invoice.api/current",
    "invoice.api/draft",
    "invoice.api/list?from=20260101&to=20261231&detailed=true",
]


def test_every_method_is_tried() -> None:
    tried = {(verb, NAMED.sub("<key>", path.partition("?")[0])) for verb, path, _ in KEYED}
    tried |= {("GET", path.partition("?")[0]) for path in LISTS} | {("POST", path) for path in UNKEYED}
    assert tried == {(method.verb, method.path.replace("<number>", "<key>")) for method in METHODS}


@pytest.fixture(params=["3.1", "3.0"])
def twin(shared_app: Flask, request: pytest.FixtureRequest) -> Speaker:
    """A program of the second practice."""
    unlimited(shared_app)
    answer = shared_app.test_client().post("/_control/world", json=world())
    assert answer.status_code == 200, answer.text
    return Speaker(shared_app, request.param, OTHER)


def worded(xpm: Speaker, text: str, foreign: int | None) -> str:
    """Word a call with the twin's identifiers, but for one of its places."""
    places = iter(range(len(NAMED.findall(text))))

    def one(found: re.Match[str]) -> str:
        kept = found[0] if next(places) == foreign else twin_of(found[0])
        return kept.strip("{}").partition(" ")[2] if found[3] else kept

    said = xpm.say(NAMED.sub(one, text))
    return said.replace("clientUuid", "client_id") if xpm.version == "3.0" else said


@pytest.mark.parametrize(("verb", "path", "body"), KEYED, ids=[f"{one[0]} {one[1]}" for one in KEYED])
def test_no_call_reaches_what_another_practice_has(twin: Speaker, verb: str, path: str, body: str) -> None:
    def send(foreign: int | None, **headers: str) -> str:
        split = worded(twin, f"{path}\n{body}", foreign).partition("\n")
        return str(twin.send(verb, split[0], split[2], **headers).text)

    before = twin.digest()
    for place, found in enumerate(NAMED.finditer(f"{path}\n{body}")):
        table = found[1] or found[2] or found[3]
        called = CALLED.get(table, table.removesuffix("s"))
        assert re.search(f"<ErrorDescription>Invalid (related )?{called} identifier", send(place))
    assert twin.digest() == before
    theirs = twin.http.get(f"/_control/digest?tenant={TENANT}").get_json()
    good = send(None, **AS_JSON)
    assert "<Status>OK</Status>" in good if twin.version == "3.0" else json.loads(good)["status"] == "OK"
    assert twin.http.get(f"/_control/digest?tenant={TENANT}").get_json() == theirs


@pytest.mark.parametrize("path", LISTS)
def test_lists_hold_what_the_practice_has_and_nothing_of_another(
    shared_app: Flask, twin: Speaker, path: str
) -> None:
    first = Speaker(shared_app, twin.version).get(path)
    second = twin.get(path)
    assert second.count("<Name>") == first.count("<Name>")
    firsts, seconds = (set(re.findall(r"<(?:\w*ID|UUID)>([^<]+)</", answer)) for answer in (first, second))
    assert len(firsts) == len(seconds) > 0
    assert not firsts & seconds


def test_a_number_names_another_row_in_each_practice(shared_app: Flask) -> None:
    of_second = str(UUID(int=UUID(CLOSED).int + NUMBERS))
    made = world()
    made["tenants"][1]["clients"].append({"uuid": of_second, "name": "Same number"})
    unlimited(shared_app)
    assert shared_app.test_client().post("/_control/world", json=made).status_code == 200
    first, second = Speaker(shared_app, "3.0"), Speaker(shared_app, "3.0", OTHER)
    assert first.number("clients", CLOSED) == second.number("clients", of_second)
    path = f"client.api/get/{first.number('clients', CLOSED)}"
    assert "<Name>Closed acme</Name>" in first.get(path)
    assert "<Name>Same number</Name>" in second.get(path)
