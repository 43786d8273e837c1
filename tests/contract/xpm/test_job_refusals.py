"""Calls about jobs, staff and groups that the API refuses inside the envelope."""

import pytest

from tests.contract.xpm.bodies import NEW_JOB
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.small import (
    ACME,
    ANN,
    ANNUAL,
    BAKER,
    DROPPED,
    FAMILY,
    GONE,
    NOBODY,
    TAX,
    error,
)


def without(element: str) -> str:
    start, end = NEW_JOB.index(f"<{element}>"), NEW_JOB.index(f"</{element}>")
    return NEW_JOB[:start] + NEW_JOB[end + len(element) + 3 :]


def assign(order: str, number: str = "J000001") -> tuple[str, str, str, str]:
    return "PUT", "job.api/assign", f"<Job><ID>{number}</ID>{order}</Job>", "Assign"


def added(body: str) -> tuple[str, str, str, str]:
    return "POST", "job.api/add", body, "Add"


REFUSED = [
    (*added(without("Name")), "Name is required"),
    (*added(without("StartDate")), "StartDate is required"),
    (*added(without("DueDate")), "DueDate is required"),
    (*added(without("ClientUUID")), "Invalid client identifier"),
    (*added(NEW_JOB.replace(ACME, DROPPED)), "Invalid client identifier"),
    (*added(NEW_JOB.replace(ACME, BAKER)), "Invalid contact identifier"),
    (*added(NEW_JOB.replace(ANNUAL, NOBODY)), "Invalid job template identifier"),
    (*added(NEW_JOB.replace(TAX, NOBODY)), "Invalid category identifier"),
    (*added(NEW_JOB.replace("20260701", "2026-07-01")), "Invalid StartDate"),
    ("GET", "job.api/get/J999999", "", "Get", "Invalid job identifier"),
    ("GET", f"job.api/client/{NOBODY}", "", "Client", "Invalid client identifier"),
    ("PUT", "job.api/update", "<Job><Name>x</Name></Job>", "Update", "Invalid job identifier"),
    (
        "PUT",
        "job.api/update",
        "<Job><ID>J000099</ID><Name>x</Name></Job>",
        "Update",
        "Invalid job identifier",
    ),
    ("PUT", "job.api/update", "<Job><ID>J000001</ID><DueDate/></Job>", "Update", "DueDate is required"),
    (
        "PUT",
        "job.api/state",
        "<Job><ID>J000001</ID><State>Planned</State></Job>",
        "State",
        "Invalid state code",
    ),
    (
        "PUT",
        "job.api/state",
        "<Job><ID>J9</ID><State>PLANNED</State></Job>",
        "State",
        "Invalid job identifier",
    ),
    ("POST", "job.api/delete", "<Job><ID>J9</ID></Job>", "Delete", "Invalid job identifier"),
    (*assign("", "J9"), "Invalid job identifier"),
    (*assign(f'<add uuid="{ANN}"/><add uuid="{NOBODY}"/>'), "Invalid staff identifier for add request"),
    (*assign(f'<add uuid="{GONE}"/>'), "Invalid staff identifier for add request"),
    (*assign("<add/>"), "Invalid staff identifier for add request"),
    (*assign(f'<remove uuid="{ANN}"/>'), "Invalid staff identifier for remove request"),
    (*assign(f'<add-manager uuid="{GONE}"/>'), "Invalid staff identifier for add-manager request"),
    (*assign(f'<add-partner uuid="{NOBODY}"/>'), "Invalid staff identifier for add-partner request"),
    (*assign(f'<add uuid="{ANN}" task-uuid="{NOBODY}"/>'), "Invalid task identifier"),
    (
        "POST",
        "job.api/applytemplate",
        f"<Job><ID>J9</ID><TemplateUUID>{ANNUAL}</TemplateUUID></Job>",
        "ApplyTemplate",
        "Invalid job identifier",
    ),
    (
        "POST",
        "job.api/applytemplate",
        "<Job><ID>J000001</ID></Job>",
        "ApplyTemplate",
        "Invalid job template identifier",
    ),
    (
        "POST",
        "job.api/applytemplate",
        f"<Job><ID>J000001</ID><TemplateUUID>{ANNUAL}</TemplateUUID><TaskMode>Merge</TaskMode></Job>",
        "ApplyTemplate",
        "Invalid task mode",
    ),
    ("POST", "staff.api/add", "<Staff><Email>x</Email></Staff>", "Get", "Name is required"),
    ("PUT", "staff.api/update", f"<Staff><UUID>{ANN}</UUID><Name/></Staff>", "Update", "Name is required"),
    ("PUT", "staff.api/update", f"<Staff><UUID>{GONE}</UUID></Staff>", "Update", "Invalid staff identifier"),
    ("POST", "staff.api/delete", "<Staff/>", "Delete", "Invalid staff identifier"),
    ("GET", f"task.api/get/{NOBODY}", "", "Get", "Invalid task identifier"),
    ("GET", f"clientgroup.api/get/{NOBODY}", "", "Get", "Invalid client group identifier"),
    ("POST", "clientgroup.api/add", "<Group/>", "Add", "Name is required"),
    (
        "POST",
        "clientgroup.api/add",
        f"<Group><Name>x</Name><ClientUUID>{DROPPED}</ClientUUID></Group>",
        "Add",
        "Invalid client identifier",
    ),
    ("POST", "clientgroup.api/delete", "<Group/>", "Delete", "Invalid client group identifier"),
    (
        "PUT",
        "clientgroup.api/members",
        f'<Group><UUID>{FAMILY}</UUID><add uuid="{BAKER}"/><add/></Group>',
        "Members",
        "Invalid client identifier",
    ),
]


@pytest.mark.parametrize(("verb", "path", "body", "method", "description"), REFUSED)
def test_a_refused_call_names_its_reason_and_changes_nothing(
    xpm: Caller, verb: str, path: str, body: str, method: str, description: str
) -> None:
    before = xpm.digest()
    answer = xpm.send(verb, path, body)
    assert (answer.status_code, answer.text) == (200, error(method, description))
    assert xpm.digest() == before
