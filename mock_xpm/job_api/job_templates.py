"""Job templates, as they are copied onto a job: tasks, milestones, costs."""

from datetime import date
from typing import Any

from sqlalchemy import Table, select

from mock_kit.store import Row, Tx
from mock_xpm.errors import invalid
from mock_xpm.job_api import costs, job_rows
from mock_xpm.records.jobs import JOB
from mock_xpm.rows import found, only
from mock_xpm.tables.jobs import JOB_MILESTONES, JOB_TASKS
from mock_xpm.tables.practice import TEMPLATE_COSTS, TEMPLATE_MILESTONES, TEMPLATE_TASKS, TEMPLATES
from mock_xpm.wire.answers import Answer, Ask, Single

MODES = ("AddNew", "AppendExisting")


def apply_template(ask: Ask) -> Answer:
    """Put a template on a job; its tasks as new ones, or as further minutes of those the job has."""
    row = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("number"))
    check(ask.tx, ask.tenant_id, ask.body.get("template_uuid"))
    copy(ask.tx, row, ask.body["template_uuid"], append=_mode(ask.body) == "AppendExisting")
    return (Single(JOB, job_rows.fetch_one(ask.tx, ask.tenant_id, row["number"])),)


def _mode(body: Row) -> str:
    """Return what becomes of the tasks, or refuse."""
    mode = str(body.get("task_mode") or MODES[0])
    if mode not in MODES:
        raise invalid("task mode")
    return mode


def check(tx: Tx, tenant_id: str, uuid: Any) -> None:
    """Refuse a template that the practice does not have."""
    found(tx, tenant_id, TEMPLATES, uuid, "job template identifier")


def copy(tx: Tx, job: Row, uuid: str, *, append: bool = False) -> None:
    """Put what a template holds on a job; `append`: with its minutes added to tasks that are there."""
    tasks = _held(tx, TEMPLATE_TASKS, job["tenant_id"], uuid)
    job_rows.add_tasks(tx, job, _append(tx, job, tasks) if append else tasks)
    milestones = _held(tx, TEMPLATE_MILESTONES, job["tenant_id"], uuid)
    first = job_rows.next_position(tx, JOB_MILESTONES, job["tenant_id"], job["number"])
    for row in milestone_rows(job, milestones, first):
        tx.insert(JOB_MILESTONES, {"tenant_id": job["tenant_id"], **row})
    for cost in _held(tx, TEMPLATE_COSTS, job["tenant_id"], uuid):
        costs.insert(tx, job, cost_values(job, cost))


def milestone_rows(job: Row, template: list[Row], first: int) -> list[Row]:
    """Return a template's milestones as those of a job, so many days after its start as they say."""
    start = date.fromisoformat(job["start_date"]).toordinal()
    return [
        {
            "job_number": job["number"],
            "position": first + offset,
            # No calendar goes further than the year 9999.
            "date": date.fromordinal(min(start + milestone["days"], date.max.toordinal())).isoformat(),
            "description": milestone["description"],
            "folder": milestone["folder"],
            "completed": False,
        }
        for offset, milestone in enumerate(template)
    ]


def cost_values(job: Row, template: Row) -> Row:
    """Return a template's cost as that of a job, dated at its start."""
    return {**only(template, costs.OF_TEMPLATE), "date": job["start_date"]}


def _append(tx: Tx, job: Row, tasks: list[Row]) -> list[Row]:
    """Add the minutes of tasks that the job has already; return the others."""
    mine = job_rows.tasks_of(tx, job["tenant_id"], job["number"])
    there = {task["task_uuid"]: task for task in reversed(mine)}
    others = []
    for task in tasks:
        known = there.get(task["task_uuid"])
        if known is None:
            others.append(task)
            continue
        known["estimated_minutes"] += task["estimated_minutes"]
        key = (job["tenant_id"], known["uuid"])
        tx.update(JOB_TASKS, key, {"estimated_minutes": known["estimated_minutes"]})
    return others


def _held(tx: Tx, table: Table, tenant_id: str, template_uuid: str) -> list[Row]:
    query = select(table).where(table.c.tenant_id == tenant_id, table.c.template_uuid == template_uuid)
    return tx.rows(query.order_by(table.c.position))
