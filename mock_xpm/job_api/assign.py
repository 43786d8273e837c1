"""`job.api/assign`: who works on a job, who manages it, and whose it is as a partner.

A body is a list of orders, done in the order they are written; one that cannot be done undoes
the whole call.
"""

from sqlalchemy import Table

from mock_xpm.errors import invalid
from mock_xpm.job_api import job_rows
from mock_xpm.practice_api import staff
from mock_xpm.records.jobs import JOB
from mock_xpm.rows import change
from mock_xpm.tables.jobs import JOB_STAFF, JOB_TASK_STAFF, JOB_TASKS, JOBS
from mock_xpm.wire.answers import Answer, Ask, Single

ROLES = {"manager": "manager_uuid", "partner": "partner_uuid"}


def assign(ask: Ask) -> Answer:
    """Do the orders of the body, and answer the whole job."""
    row = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("number"))
    for name, attributes in ask.body.get("orders", []):
        verb, _, role = name.partition("-")
        if role:
            _role(ask, row["number"], verb, role, attributes)
        else:
            _member(ask, row["number"], verb, attributes)
    return (Single(JOB, job_rows.fetch_one(ask.tx, ask.tenant_id, row["number"])),)


def _role(ask: Ask, number: str, verb: str, role: str, attributes: dict[str, str]) -> None:
    uuid = None
    if verb == "add":
        what = f"staff identifier for add-{role} request"
        found = staff.assignable(ask.tx, ask.tenant_id, attributes.get("uuid", ""), what)
        uuid = found["uuid"]
    change(ask.tx, JOBS, job_rows.find(ask.tx, ask.tenant_id, number), {ROLES[role]: uuid})


def _member(ask: Ask, number: str, verb: str, attributes: dict[str, str]) -> None:
    """Put somebody on a job or take them off; with a task's UUID, on that task of the job."""
    table, key = _where(ask, number, attributes)
    links = job_rows.assigned_to(ask.tx, table, *key)
    uuid = attributes.get("uuid", "")
    there = any(link["staff_uuid"] == uuid for link in links)
    if verb == "remove":
        if not there:
            raise invalid("staff identifier for remove request")
        ask.tx.delete(table, *key, uuid)
        return
    staff.assignable(ask.tx, ask.tenant_id, uuid, "staff identifier for add request")
    if not there:
        position = max((link["position"] for link in links), default=-1) + 1
        names = [column.name for column in table.primary_key]
        row = dict(zip(names, (*key, uuid), strict=True))
        ask.tx.insert(table, {**row, "position": position})


def _where(ask: Ask, number: str, attributes: dict[str, str]) -> tuple[Table, tuple[str, ...]]:
    task_uuid = attributes.get("task-uuid")
    if task_uuid is None:
        return JOB_STAFF, (ask.tenant_id, number)
    task = ask.tx.get(JOB_TASKS, ask.tenant_id, task_uuid)
    if task is None or task["job_number"] != number:
        raise invalid("task identifier")
    return JOB_TASK_STAFF, (ask.tenant_id, number, task_uuid)
