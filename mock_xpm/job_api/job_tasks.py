"""`job.api/task`: the tasks on a job. Each is one of the practice's task list, under a name of its own."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from mock_kit.store import Row
from mock_xpm.errors import invalid, required
from mock_xpm.job_api import job_rows
from mock_xpm.practice_api import practice, staff
from mock_xpm.records.jobs import JOB, JOB_TASK, TASK_OF_A_JOB
from mock_xpm.rows import change, found, only
from mock_xpm.tables.jobs import JOB_TASKS, JOBS
from mock_xpm.wire.answers import NOTHING, Answer, Ask, Listing, Single

PLAN = ("description", "estimated_minutes", "start_date", "due_date")
"""What a body says of a task beside its name."""


def list_(ask: Ask) -> Answer:
    """Answer the tasks of the current jobs, each with its job, by the job's number (ours)."""
    current = select(JOBS.c.number, JOBS.c.name).where(
        JOBS.c.tenant_id == ask.tenant_id, JOBS.c.state.not_in(job_rows.ENDED)
    )
    jobs = ask.tx.rows(current.order_by(JOBS.c.number))
    tasks = _fetch(ask, [job["number"] for job in jobs])
    rows = [{**task, "job": job} for job in jobs for task in tasks.get(job["number"], [])]
    return (Listing("Tasks", TASK_OF_A_JOB, rows),)


def post(ask: Ask) -> Answer:
    """Put a task of the task list on a job, after those it has."""
    job = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("job_number"))
    listed = practice.find_task(ask.tx, ask.tenant_id, ask.body.get("task_uuid"))
    values = {
        "task_uuid": listed["uuid"],
        "name": _label(ask) or listed["name"],
        "description": listed["description"],
        "estimated_minutes": 0,
        "billable": True,
        "folder": "",
        **_plan(ask),
    }
    [added] = job_rows.add_tasks(ask.tx, job, [values])
    return _one(ask, added)


def put(ask: Ask) -> Answer:
    """Change a task of a job; it stays on its job."""
    row = _find(ask, ask.body.get("uuid"))
    values = {**_plan(ask), **_renamed(ask, row)}
    change(ask.tx, JOB_TASKS, row, values)
    return _one(ask, row)


def complete(ask: Ask) -> Answer:
    """Mark a task of a job as done; one that is done stays so."""
    change(ask.tx, JOB_TASKS, _find(ask, ask.key), {"completed": True})
    return NOTHING


def reopen(ask: Ask) -> Answer:
    """Take a task of a job up again; one that is open stays so."""
    change(ask.tx, JOB_TASKS, _find(ask, ask.key), {"completed": False})
    return NOTHING


def reorder(ask: Ask) -> Answer:
    """Put the tasks of a job in the order of the body; those it leaves out follow as they were (ours)."""
    job = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("number"))
    left = {task["uuid"]: task for task in job_rows.tasks_of(ask.tx, ask.tenant_id, job["number"])}
    wanted = ask.body.get("tasks", [])
    if not wanted:
        raise required("Tasks")
    first = [left.pop(task.get("uuid"), None) for task in wanted]
    if None in first:
        raise invalid("task identifier")
    for position, task in enumerate([*filter(None, first), *left.values()]):
        change(ask.tx, JOB_TASKS, task, {"position": position})
    return (Single(JOB, job_rows.fetch_one(ask.tx, ask.tenant_id, job["number"])),)


def _find(ask: Ask, uuid: Any) -> Row:
    return found(ask.tx, ask.tenant_id, JOB_TASKS, uuid, "task identifier")


def _fetch(ask: Ask, numbers: Sequence[str]) -> dict[str, list[Row]]:
    return job_rows.fetch_tasks(ask.tx, ask.tenant_id, numbers, staff.names(ask.tx, ask.tenant_id))


def _one(ask: Ask, task: Row) -> Answer:
    """Answer a task as its job shows it."""
    tasks = _fetch(ask, [task["job_number"]])[task["job_number"]]
    return (Single(JOB_TASK, next(row for row in tasks if row["uuid"] == task["uuid"])),)


def _plan(ask: Ask) -> Row:
    values = only(ask.body, PLAN)
    if values.get("estimated_minutes", 0) < 0:
        raise invalid("EstimatedMinutes")
    return values


def _label(ask: Ask) -> str:
    return ask.body.get("label", "") if ask.body.get("label", "").strip() else ""


def _renamed(ask: Ask, row: Row) -> Row:
    """Return a changed task's name, and what it is in the task list.

    A label is its name, an empty one gives it the list's. Without one the name stays, unless it was
    that of the task in the list, and the task becomes another.
    """
    if "label" not in ask.body and "task_uuid" not in ask.body:
        return {}
    uuid = ask.body.get("task_uuid", row["task_uuid"])
    listed = practice.find_task(ask.tx, ask.tenant_id, uuid)
    if "label" in ask.body:
        return {"task_uuid": uuid, "name": _label(ask) or listed["name"]}
    before = practice.find_task(ask.tx, ask.tenant_id, row["task_uuid"])
    kept = row["name"] if row["name"] != before["name"] else listed["name"]
    return {"task_uuid": uuid, "name": kept}
