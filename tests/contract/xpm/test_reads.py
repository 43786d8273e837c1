"""Each read of the API, byte for byte, in both of its versions."""

import copy
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from tests.contract.xpm import told
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.small import (
    ACME,
    ACME_BRIEF,
    ANN,
    ANNUAL,
    BAKER,
    BEN,
    EMPTY_TEMPLATE,
    FAMILY,
    FOREIGN,
    GONE,
    JANE,
    NO_DETAILS,
    OTHER,
    READ_PAPERS,
    SHARED,
    TAX,
    TENANT,
    TRUSTS,
    WORLD,
    error,
    job_head,
    ok,
    plain_client,
    task_xml,
)
from tests.contract.xpm.speaker import Speaker

Told = Callable[[Speaker], str]


@pytest.fixture(params=["3.1", "3.0"])
def either(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    return Speaker(app, request.param)


def clients(*each: str) -> str:
    return "<Clients>" + "".join(each) + "</Clients>"


def ben(xpm: Speaker) -> str:
    return (
        f"<Staff>{xpm.ident('staff', BEN)}<Name>Ben Boss</Name><Email>ben@one.example</Email><Phone></Phone>"
        "<Mobile></Mobile><Address></Address><PayrollCode></PayrollCode></Staff>"
    )


def ann(xpm: Speaker) -> str:
    return (
        f"<Staff>{xpm.ident('staff', ANN)}<Name>Ann Partner</Name><Email>ann@one.example</Email>"
        "<Phone>02 1</Phone><Mobile>04 1</Mobile><Address>1 High St</Address><PayrollCode>P1</PayrollCode></Staff>"
    )


def listed_task(xpm: Speaker) -> str:
    own = xpm.ident("tasks", READ_PAPERS)
    return f"<Task>{own}<Name>Read papers</Name><Description>All of them</Description></Task>"


def group(xpm: Speaker, uuid: str, name: str, taxable: str, rest: str = "") -> str:
    own = xpm.ident("groups", uuid)
    return f"<Group>{own}<Name>{name}</Name><Taxable>{taxable}</Taxable>{rest}</Group>"


def two_templates(xpm: Speaker) -> str:
    annual = told.reference(xpm, "Template", "templates", ANNUAL, "Annual accounts")
    empty = told.reference(xpm, "Template", "templates", EMPTY_TEMPLATE, "Empty")
    return f"<Templates>{annual}{empty}</Templates>"


def two_groups(xpm: Speaker) -> str:
    trusts = group(xpm, TRUSTS, "Trusts", "Yes")
    return f"<Groups>{group(xpm, FAMILY, 'Family', 'No')}{trusts}</Groups>"


def family(xpm: Speaker) -> str:
    members = clients(told.reference(xpm, "Client", "clients", ACME, "Acme Ltd"))
    return group(xpm, FAMILY, "Family", "No", members)


def every_client(xpm: Speaker) -> str:
    return clients(told.acme(xpm, detailed=False), told.baker(xpm), told.closed(xpm), told.dropped(xpm))


def two_in_full(xpm: Speaker) -> str:
    return clients(told.acme(xpm), told.baker(xpm, NO_DETAILS))


def acme_and_where(xpm: Speaker) -> str:
    return f"{told.acme(xpm)}<WebUrl>https://practicemanager.xero.com/Client/{ACME}/Detail</WebUrl>"


READS: list[tuple[str, str, Told]] = [
    ("client.api/list", "List", every_client),
    ("client.api/list?detailed=true&modifiedsince=2026-06-01T00:00:00", "List", two_in_full),
    (
        "client.api/search?query=ACME",
        "Search",
        lambda xpm: clients(told.acme(xpm, detailed=False), told.closed(xpm)),
    ),
    (
        "client.api/search?query=acme%20ltd&detailed=true",
        "Search",
        lambda xpm: clients(told.acme(xpm)),
    ),
    ("client.api/search?query=nothing", "Search", lambda _xpm: "<Clients />"),
    (f"client.api/get/[clients {ACME}]", "Get", acme_and_where),
    (f"client.api/contact/[contacts {JANE}]", "Contact", told.jane),
    (f"client.api/contact/[contacts {SHARED}]", "Contact", lambda xpm: told.shared(xpm, "Adviser")),
    ("staff.api/list", "List", lambda xpm: f"<StaffList>{ann(xpm)}{ben(xpm)}</StaffList>"),
    (f"staff.api/get/[staff {ANN}]", "Get", ann),
    ("template.api/list", "List", two_templates),
    (
        "category.api/list",
        "List",
        lambda xpm: f"<Categories>{told.reference(xpm, 'Category', 'categories', TAX, 'Tax')}</Categories>",
    ),
    ("task.api/list", "List", lambda xpm: f"<TaskList>{listed_task(xpm)}</TaskList>"),
    (f"task.api/get/[tasks {READ_PAPERS}]", "Get", listed_task),
    ("clientgroup.api/list", "List", two_groups),
    (f"clientgroup.api/get/[groups {FAMILY}]", "Get", family),
    (f"job.api/client/[clients {BAKER}]", "Client", lambda _xpm: "<Jobs />"),
    ("job.api/list?from=20260116&to=20260201", "List", lambda _xpm: "<Jobs />"),
]


@pytest.mark.parametrize(("path", "method", "content"), READS, ids=[path for path, _, _ in READS])
def test_a_read_answers_these_bytes(either: Speaker, path: str, method: str, content: Told) -> None:
    assert either.get(either.say(path)) == ok(method, content(either))


@pytest.mark.parametrize(("client", "position"), [(ACME, "Adviser"), (BAKER, "")])
def test_a_contact_has_its_place_at_the_client_that_is_named(
    either: Speaker, client: str, position: str
) -> None:
    parameter = "client_id" if either.version == "3.0" else "clientUuid"
    path = either.say(f"client.api/contact/[contacts {SHARED}]?{parameter}=[clients {client}]")
    assert either.get(path) == ok("Contact", told.shared(either, position))


def job_start(xpm: Speaker) -> str:
    """Return the job up to its tasks."""
    uuid = next(row["uuid"] for row in xpm.state()["jobs"] if row["number"] == "J000001")
    if xpm.version == "3.1":
        return job_head(uuid)
    return (
        "<Job><ID>J000001</ID><Name>Accounts 2025</Name><Description>One\nTwo</Description>"
        f"{told.reference(xpm, 'Client', 'clients', ACME, 'Acme Ltd')}"
        "<ClientOrderNumber>PROP-1</ClientOrderNumber><State>In Progress</State>"
        "<StartDate>2026-01-15T00:00:00</StartDate><DueDate>2026-03-31T00:00:00</DueDate>"
        f"<InternalID>{xpm.number('jobs', uuid)}</InternalID>"
        f"{told.reference(xpm, 'Manager', 'staff', BEN, 'Ben Boss')}"
        f"{told.reference(xpm, 'Partner', 'staff', GONE, 'Gone Gary')}<Assigned />"
    )


def job_tasks(xpm: Speaker) -> str:
    row = next(row for row in xpm.state()["job_tasks"] if row["job_number"] == "J000001")
    if xpm.version == "3.1":
        return f"<Tasks>{task_xml(row['uuid'])}</Tasks>"
    return (
        f"<Tasks><Task><ID>{row['id']}</ID><Name>Read papers</Name>"
        f"{xpm.ident('tasks', READ_PAPERS, 'Task')}<EstimatedMinutes>60</EstimatedMinutes>"
        "<ActualMinutes>0</ActualMinutes><Description>All of them</Description><Completed>false</Completed>"
        "<Billable>true</Billable><Folder>Start</Folder></Task></Tasks>"
    )


def test_a_job_is_answered_in_full_by_get_and_by_a_detailed_list(either: Speaker) -> None:
    job = f"{job_start(either)}{job_tasks(either)}<Milestones /><Notes /></Job>"
    assert either.get("job.api/get/J000001") == ok("Get", job)
    detailed = either.get("job.api/list?from=20260115&to=20260115&detailed=true")
    assert detailed == ok("List", f"<Jobs>{job}</Jobs>")


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("job.api/current", "Current"),
        (f"job.api/client/[clients {ACME}]", "Client"),
        ("job.api/list?from=20250116&to=20260115", "List"),
    ],
)
def test_a_short_list_of_jobs_leaves_out_tasks_milestones_and_notes(
    either: Speaker, path: str, method: str
) -> None:
    assert either.get(either.say(path)) == ok(method, f"<Jobs>{job_start(either)}</Job></Jobs>")


def test_identifiers_have_no_case(xpm: Caller) -> None:
    for path in (f"client.api/get/{ACME}", f"job.api/client/{ACME}", f"clientgroup.api/get/{FAMILY}"):
        resource, _, uuid = path.rpartition("/")
        assert xpm.get(f"{resource}/{uuid.upper()}") == xpm.get(path)


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
    ("path", "answer"),
    [
        ("client.api/get/%00", error("Get", "Invalid client identifier")),
        ("client.api/get/%ff", error("Get", "Invalid client identifier")),
        ("client.api/search?query=%ff%00", ok("Search", "<Clients />")),
        ("client.api/contact/x?clientUuid=%00", error("Contact", "Invalid contact identifier")),
        ("job.api/get/%F0%9F%98%80", error("Get", "Invalid job identifier")),
    ],
)
def test_odd_characters_in_a_path_are_only_not_found(xpm: Caller, path: str, answer: str) -> None:
    assert xpm.get(path) == answer


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
