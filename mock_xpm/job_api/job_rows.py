"""The rows of jobs: their numbers, their tasks, and all that an answer tells of them."""

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, func, select

from mock_kit.ids import uuid_of
from mock_kit.kit import Kit, kit
from mock_kit.queries import CHOSEN, TENANT
from mock_kit.statements import Query
from mock_kit.store import Row, Tx
from mock_xpm import identity
from mock_xpm.errors import invalid
from mock_xpm.practice_api import staff
from mock_xpm.practice_api.staff import People
from mock_xpm.rows import found, named, only
from mock_xpm.tables.clients import CLIENTS, CONTACTS
from mock_xpm.tables.jobs import (
    JOB_MILESTONES,
    JOB_NOTES,
    JOB_STAFF,
    JOB_TASK_STAFF,
    JOB_TASKS,
    JOBS,
)
from mock_xpm.tables.practice import CATEGORIES, TASKS

STATES = {
    "PLANNED": "Planned",
    "CONFIRMED": "Confirmed",
    "INPROGRESS": "In Progress",
    "COMPLETED": "Completed",
    "CANCELLED": "Cancelled",
}
"""A practice's job states by interface code; a new job has the first."""
FIRST_STATE = "Planned"
ENDED = ("Completed", "Cancelled")
LETTER = "J"
"""What the numbers begin with that the practice's sequence gives."""
OF_TASK = ("task_uuid", "name", "description", "estimated_minutes", "billable", "folder")
"""What a new task of a job is made of, beside its dates."""


def task_rows(
    parts: Kit, tenant_id: str, number: str, job_uuid: str, template: list[Row], first: int
) -> list[Row]:
    """Return tasks, as a template holds them, as tasks of a job, at positions from `first` on."""
    return [
        {
            **only(task, OF_TASK),
            # A template has no dates for its tasks.
            **{column: task.get(column) for column in ("start_date", "due_date")},
            "tenant_id": tenant_id,
            "job_number": number,
            "uuid": uuid_of(parts.ids.seed, tenant_id, "job task", job_uuid, first + offset),
            "position": first + offset,
            "actual_minutes": 0,
            "completed": False,
        }
        for offset, task in enumerate(template)
    ]


def find(tx: Tx, tenant_id: str, number: Any) -> Row:
    """Return the row of a job, or refuse."""
    return found(tx, tenant_id, JOBS, number, "job identifier")


def tasks_of(tx: Tx, tenant_id: str, number: str) -> list[Row]:
    """Return the rows of a job's tasks, in order."""
    query = select(JOB_TASKS).where(JOB_TASKS.c.tenant_id == tenant_id, JOB_TASKS.c.job_number == number)
    return tx.rows(query.order_by(JOB_TASKS.c.position))


def assigned_to(tx: Tx, table: Table, *key: str) -> list[Row]:
    """Return who is assigned to a job or to one of its tasks, in the order they were."""
    columns = list(table.primary_key)[: len(key)]
    matches = [column == part for column, part in zip(columns, key, strict=True)]
    return tx.rows(select(table).where(*matches).order_by(table.c.position))


def those(*conditions: ColumnElement[bool]) -> Query:
    """Return the query for a practice's jobs of which something is true, by number."""
    return Query(select(JOBS).where(JOBS.c.tenant_id == TENANT, *conditions).order_by(JOBS.c.number))


_NUMBERED = those(JOBS.c.number == bindparam("number"))


def fetch(tx: Tx, tenant_id: str, chosen: Query, *, whole: bool = True, **parameters: Any) -> list[Row]:
    """Return jobs with all that an answer tells of them; `whole`: with what is on them too.

    `chosen` is a query for `those` jobs, and `parameters` what it asks for beside the practice.
    """
    rows = tx.all(chosen, tenant_id=tenant_id, **parameters)
    numbers = [row["number"] for row in rows]
    people = staff.names(tx, tenant_id)
    clients = named(tx, tenant_id, CLIENTS, (row["client_uuid"] for row in rows))
    contacts = named(tx, tenant_id, CONTACTS, (row["contact_uuid"] for row in rows))
    categories = named(tx, tenant_id, CATEGORIES, (row["category_uuid"] for row in rows))
    assigned = _by_job(tx, JOB_STAFF, tenant_id, numbers)
    for row in rows:
        row["client"] = clients.get(row["client_uuid"])
        row["contact"] = contacts.get(row["contact_uuid"])
        row["type"] = categories.get(row["category_uuid"], {"name": ""})["name"]
        row["manager"] = people.get(row["manager_uuid"])
        row["partner"] = people.get(row["partner_uuid"])
        row["assigned"] = [people[link["staff_uuid"]] for link in assigned[row["number"]]]
    if whole:
        tasks = fetch_tasks(tx, tenant_id, numbers, people)
        milestones = _by_job(tx, JOB_MILESTONES, tenant_id, numbers)
        notes = _by_job(tx, JOB_NOTES, tenant_id, numbers)
        for row in rows:
            row["tasks"] = tasks.get(row["number"], [])
            row["milestones"] = milestones[row["number"]]
            row["notes"] = notes[row["number"]]
    return rows


def fetch_tasks(tx: Tx, tenant_id: str, numbers: Sequence[str], people: People) -> dict[str, list[Row]]:
    """Return the tasks of jobs with all that an answer tells of them, by the job's number, in order.

    `people` is everybody who may be assigned to them.
    """
    on_tasks = _by_job(tx, JOB_TASK_STAFF, tenant_id, numbers)
    on_jobs = _by_job(tx, JOB_TASKS, tenant_id, numbers)
    listed = named(tx, tenant_id, TASKS, (task["task_uuid"] for tasks in on_jobs.values() for task in tasks))
    return {
        number: [_task(task, on_tasks[number], people, listed) for task in tasks]
        for number, tasks in on_jobs.items()
    }


def fetch_one(tx: Tx, tenant_id: str, number: Any) -> Row:
    """Return one job with all that an answer tells of it, or refuse."""
    rows = fetch(tx, tenant_id, _NUMBERED, number=number)
    if not rows:
        raise invalid("job identifier")
    return rows[0]


def add_tasks(tx: Tx, job: Row, template: list[Row]) -> list[Row]:
    """Put tasks, as a template holds them, after those a job has; return their rows."""
    first = next_position(tx, JOB_TASKS, job["tenant_id"], job["number"])
    added = task_rows(kit(), job["tenant_id"], job["number"], job["uuid"], template, first)
    for row in added:
        number = identity.free_number(tx, row["tenant_id"], JOB_TASKS, row["uuid"])
        tx.insert(JOB_TASKS, {**row, "id": number})
    return added


def next_position(tx: Tx, table: Table, tenant_id: str, number: str) -> int:
    """Return the position of what comes onto a job next; nothing but the job itself takes it off again."""
    mine = select(func.count()).select_from(table)
    row = tx.first(mine.where(table.c.tenant_id == tenant_id, table.c.job_number == number)) or {}
    return int(next(iter(row.values())))


def _task(task: Row, links: list[Row], people: People, listed: dict[str | None, Row]) -> Row:
    mine = [people[link["staff_uuid"]] for link in links if link["job_task_uuid"] == task["uuid"]]
    task_id = listed.get(task["task_uuid"], {"id": ""})["id"]
    return {**task, "task_id": task_id, "assigned": mine}


def _by_job(tx: Tx, table: Table, tenant_id: str, numbers: Sequence[str]) -> dict[str, list[Row]]:
    of_job: dict[str, list[Row]] = defaultdict(list)
    for row in tx.all(_on_jobs(table), tenant_id=tenant_id, keys=json.dumps(numbers)):
        of_job[row["job_number"]].append(row)
    return of_job


@cache
def _on_jobs(table: Table) -> Query:
    """Return the query for what is on some jobs, each job's in order."""
    theirs = select(table).where(table.c.tenant_id == TENANT, table.c.job_number.in_(CHOSEN))
    return Query(theirs.order_by(table.c.job_number, table.c.position))
