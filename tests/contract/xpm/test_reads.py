"""Each read of the API, byte for byte."""

import copy
from uuid import UUID

import pytest
from flask import Flask

from tests.contract.xpm.caller import Caller, first
from tests.contract.xpm.small import (
    ACME,
    ACME_BRIEF,
    ACME_XML,
    ANN,
    ANNUAL,
    BAKER,
    BEN,
    CLOSED,
    DROPPED,
    EMPTY_TEMPLATE,
    FAMILY,
    FOREIGN,
    JANE,
    JANE_XML,
    NO_DETAILS,
    OTHER,
    READ_PAPERS,
    SHARED,
    TAX,
    TENANT,
    TRUSTS,
    WORLD,
    job_head,
    ok,
    plain_client,
    shared_xml,
    task_xml,
)

BAKER_CONTACTS = f"<Contacts>{shared_xml('')}</Contacts>"
BAKER_BRIEF = plain_client(BAKER, "Baker &amp; Sons", contacts=BAKER_CONTACTS)
CLOSED_BRIEF = plain_client(CLOSED, "Closed acme", archived="Yes")
DROPPED_BRIEF = plain_client(DROPPED, "Dropped acme", deleted="Yes")
BEN_XML = (
    f"<Staff><UUID>{BEN}</UUID><Name>Ben Boss</Name><Email>ben@one.example</Email><Phone></Phone>"
    "<Mobile></Mobile><Address></Address><PayrollCode></PayrollCode></Staff>"
)
ANN_XML = (
    f"<Staff><UUID>{ANN}</UUID><Name>Ann Partner</Name><Email>ann@one.example</Email><Phone>02 1</Phone>"
    "<Mobile>04 1</Mobile><Address>1 High St</Address><PayrollCode>P1</PayrollCode></Staff>"
)
TASK_XML = (
    f"<Task><UUID>{READ_PAPERS}</UUID><Name>Read papers</Name><Description>All of them</Description></Task>"
)


def clients(*each: str) -> str:
    return "<Clients>" + "".join(each) + "</Clients>"


READS = [
    ("client.api/list", ok("List", clients(ACME_BRIEF, BAKER_BRIEF, CLOSED_BRIEF, DROPPED_BRIEF))),
    (
        "client.api/list?detailed=true&modifiedsince=2026-06-01T00:00:00",
        ok(
            "List",
            clients(
                ACME_XML, plain_client(BAKER, "Baker &amp; Sons", contacts=BAKER_CONTACTS, tail=NO_DETAILS)
            ),
        ),
    ),
    ("client.api/search?query=ACME", ok("Search", clients(ACME_BRIEF, CLOSED_BRIEF))),
    ("client.api/search?query=acme%20ltd&detailed=true", ok("Search", clients(ACME_XML))),
    ("client.api/search?query=nothing", ok("Search", "<Clients />")),
    (
        f"client.api/get/{ACME}",
        ok("Get", f"{ACME_XML}<WebUrl>https://practicemanager.xero.com/Client/{ACME}/Detail</WebUrl>"),
    ),
    (f"client.api/contact/{JANE}", ok("Contact", JANE_XML)),
    (f"client.api/contact/{SHARED}?clientUuid={ACME}", ok("Contact", shared_xml("Adviser"))),
    (f"client.api/contact/{SHARED}?clientUuid={BAKER}", ok("Contact", shared_xml(""))),
    ("staff.api/list", ok("List", f"<StaffList>{ANN_XML}{BEN_XML}</StaffList>")),
    (f"staff.api/get/{ANN}", ok("Get", ANN_XML)),
    (
        "template.api/list",
        ok(
            "List",
            f"<Templates><Template><UUID>{ANNUAL}</UUID><Name>Annual accounts</Name></Template>"
            f"<Template><UUID>{EMPTY_TEMPLATE}</UUID><Name>Empty</Name></Template></Templates>",
        ),
    ),
    (
        "category.api/list",
        ok("List", f"<Categories><Category><UUID>{TAX}</UUID><Name>Tax</Name></Category></Categories>"),
    ),
    ("task.api/list", ok("List", f"<TaskList>{TASK_XML}</TaskList>")),
    (f"task.api/get/{READ_PAPERS}", ok("Get", TASK_XML)),
    (
        "clientgroup.api/list",
        ok(
            "List",
            f"<Groups><Group><UUID>{FAMILY}</UUID><Name>Family</Name><Taxable>No</Taxable></Group>"
            f"<Group><UUID>{TRUSTS}</UUID><Name>Trusts</Name><Taxable>Yes</Taxable></Group></Groups>",
        ),
    ),
    (
        f"clientgroup.api/get/{FAMILY}",
        ok(
            "Get",
            f"<Group><UUID>{FAMILY}</UUID><Name>Family</Name><Taxable>No</Taxable>"
            f"<Clients><Client><UUID>{ACME}</UUID><Name>Acme Ltd</Name></Client></Clients></Group>",
        ),
    ),
    (f"job.api/client/{BAKER}", ok("Client", "<Jobs />")),
    ("job.api/list?from=20260116&to=20260201", ok("List", "<Jobs />")),
]


@pytest.mark.parametrize(("path", "expected"), READS, ids=[path for path, _ in READS])
def test_a_read_answers_these_bytes(xpm: Caller, path: str, expected: str) -> None:
    assert xpm.get(path) == expected


def test_a_job_is_answered_in_full_by_get_and_by_a_detailed_list(xpm: Caller) -> None:
    answer = xpm.get("job.api/get/J000001")
    uuid = first(answer, "UUID")
    task_uuid = first(first(answer, "Tasks"), "UUID")
    job = f"{job_head(uuid)}<Tasks>{task_xml(task_uuid)}</Tasks><Milestones /><Notes /></Job>"
    assert answer == ok("Get", job)
    detailed = xpm.get("job.api/list?from=20260115&to=20260115&detailed=true")
    assert detailed == ok("List", f"<Jobs>{job}</Jobs>")


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("job.api/current", "Current"),
        (f"job.api/client/{ACME.upper()}", "Client"),
        ("job.api/list?from=20250116&to=20260115", "List"),
    ],
)
def test_a_short_list_of_jobs_leaves_out_tasks_milestones_and_notes(
    xpm: Caller, path: str, method: str
) -> None:
    uuid = first(xpm.get("job.api/get/J000001"), "UUID")
    assert xpm.get(path) == ok(method, f"<Jobs>{job_head(uuid)}</Job></Jobs>")


def test_completed_jobs_are_not_current(xpm: Caller) -> None:
    xpm.put("job.api/state", "<Job><ID>J000001</ID><State>COMPLETED</State></Job>")
    assert xpm.get("job.api/current") == ok("Current", "<Jobs />")


def test_two_practices_never_see_each_other(xpm: Caller, other: Caller) -> None:
    assert other.get("client.api/list") == ok("List", clients(plain_client(FOREIGN, "Acme Ltd")))
    assert FOREIGN not in xpm.get("client.api/list") + xpm.get("client.api/search?query=acme")
    for path in (f"client.api/get/{ACME}", f"client.api/contact/{JANE}", "job.api/get/J000001"):
        assert "<Status>ERROR</Status>" in other.get(path)
        assert "<Status>OK</Status>" in xpm.get(path)
    for path in ("staff.api/list", "template.api/list", "clientgroup.api/list", "category.api/list"):
        assert other.get(path).endswith(" /></Response>")


def test_a_write_in_one_practice_leaves_the_other_as_it_was(xpm: Caller, other: Caller) -> None:
    before = other.http.get(f"/_control/digest?tenant={OTHER}").get_json()
    xpm.post("client.api/add", "<Client><Name>Acme Ltd</Name></Client>")
    xpm.put("client.api/update", f"<Client><UUID>{FOREIGN}</UUID><Name>Stolen</Name></Client>")
    assert other.http.get(f"/_control/digest?tenant={OTHER}").get_json() == before


def test_modifiedsince_is_inclusive(xpm: Caller) -> None:
    at = xpm.get("client.api/list?modifiedsince=2026-06-15T12:00:00")
    after = xpm.get("client.api/list?modifiedsince=2026-06-15T12:00:01")
    assert at == ok("List", clients(ACME_BRIEF))
    assert after == ok("List", "<Clients />")


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00", "0900-01-01T00:00:00", "1900-01-01T00:00:00Z"])
def test_a_modifiedsince_of_long_ago_answers_everybody(xpm: Caller, since: str) -> None:
    assert xpm.get(f"client.api/list?modifiedsince={since}") == xpm.get("client.api/list")


@pytest.mark.parametrize(
    "path",
    [
        "client.api/get/%00",
        "client.api/get/%ff",
        "client.api/search?query=%ff%00",
        "client.api/contact/x?clientUuid=%00",
        "job.api/get/%F0%9F%98%80",
    ],
)
def test_odd_characters_in_a_path_are_only_not_found(xpm: Caller, path: str) -> None:
    assert xpm.get(path).startswith("<Response")


def test_many_search_hits_come_in_the_order_of_their_names(app: Flask) -> None:
    world = copy.deepcopy(WORLD)
    many = [
        {"uuid": str(UUID(int=number)), "name": f"Many {number % 7} {number:04d}"} for number in range(1005)
    ]
    world["tenants"][0]["clients"] += many
    app.test_client().post("/_control/world", json=world)
    found = Caller(app, TENANT).get("client.api/search?query=many%20")
    names = [part.partition("</Name>")[0] for part in found.split("<Name>")[1:]]
    assert names == sorted(client["name"] for client in many)
