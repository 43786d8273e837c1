"""Writes the jobs of a world document, and what is on them."""

from collections.abc import Callable

from mock_kit.store import Row
from mock_kit.world import WorldError
from mock_xpm.job_api import costs
from mock_xpm.job_api.job_rows import LETTER, STATES, task_rows
from mock_xpm.job_api.job_templates import cost_values, milestone_rows
from mock_xpm.loading.sheet import Sheet, check_date, distinct, known
from mock_xpm.rows import next_number
from mock_xpm.tables.jobs import (
    JOB_COSTS,
    JOB_DOCUMENTS,
    JOB_MILESTONES,
    JOB_NOTES,
    JOB_STAFF,
    JOB_TASK_STAFF,
    JOB_TASKS,
    JOBS,
)
from mock_xpm.worlds.jobs import Job, JobTask
from mock_xpm.worlds.practice import Task, Template

APART = {"template_uuid", "assigned_uuids", "tasks", "milestones", "notes", "costs", "documents"}
"""The members of a job that are rows of other tables."""


def load_jobs(sheet: Sheet) -> None:
    """Add the jobs of a practice."""
    jobs = sheet.tenant.jobs
    distinct("jobs", (job.number for job in jobs if job.number))
    distinct("job tasks", (task.uuid for job in jobs for task in job.tasks if task.uuid))
    distinct("costs", (cost.uuid for job in jobs for cost in job.costs if cost.uuid))
    templates = {template.uuid: template for template in sheet.tenant.templates}
    listed = {task.uuid: task for task in sheet.tenant.tasks}
    contacts = {client.uuid: {one.uuid for one in client.contacts} for client in sheet.tenant.clients}
    taken = {job.number for job in jobs}
    check = _checker(sheet, contacts, templates, listed)
    for job in jobs:
        check(job)
        row = _job(sheet, job, taken.__contains__)
        template = templates[job.template_uuid] if job.template_uuid else None
        _tasks(sheet, job, row, template, listed)
        _milestones(sheet, job, row, template)
        _costs(sheet, job, row, template)
        for table, records in ((JOB_NOTES, job.notes), (JOB_DOCUMENTS, job.documents)):
            for position, record in enumerate(records):
                sheet.add(table, {**record.model_dump(), "job_number": row["number"], "position": position})


def _checker(
    sheet: Sheet, contacts: dict[str, set[str]], templates: dict[str, Template], listed: dict[str, Task]
) -> Callable[[Job], None]:
    """Return what refuses a job that names something the practice does not have."""
    staff = {member.uuid for member in sheet.tenant.staff}
    categories = {category.uuid for category in sheet.tenant.categories}

    def check(job: Job) -> None:
        where = f"job {job.name!r}"
        known(where, "clients", contacts, job.client_uuid)
        known(where, "contacts of its client", contacts[job.client_uuid], job.contact_uuid)
        known(where, "categories", categories, job.category_uuid)
        known(where, "staff", staff, job.manager_uuid, job.partner_uuid, *job.assigned_uuids)
        known(where, "templates", templates, job.template_uuid)
        known(where, "tasks", listed, *(task.task_uuid for task in job.tasks))
        distinct(f"assigned staff of {where}", job.assigned_uuids)
        for task in job.tasks:
            known(where, "staff", staff, *task.assigned_uuids)
            distinct(f"assigned staff of a task of {where}", task.assigned_uuids)
        _check_dates(where, job)
        if job.state not in STATES.values():
            raise WorldError(f"{where}: no such state: {job.state}; there are {', '.join(STATES.values())}")

    return check


def _check_dates(where: str, job: Job) -> None:
    for needed in (job.start_date, job.due_date, *(one.date for one in job.milestones)):
        if not needed:
            raise WorldError(f"{where}: '' is no date; write YYYY-MM-DD")
        check_date(where, needed)
    for task in job.tasks:
        check_date(where, task.start_date)
        check_date(where, task.due_date)
    for cost in job.costs:
        check_date(where, cost.date)


def _job(sheet: Sheet, job: Job, taken: Callable[[str], bool]) -> Row:
    number = job.number or next_number(sheet.parts, sheet.tx, sheet.tenant.tenant_id, LETTER, taken)
    completed = (job.completed_date or sheet.now) if job.state == "Completed" else None
    own = {"number": number, "uuid": sheet.uuid(JOBS, number), "completed_date": completed}
    row = job.model_dump(exclude=APART) | own
    sheet.add(JOBS, row)
    for position, uuid in enumerate(job.assigned_uuids):
        sheet.add(JOB_STAFF, {"job_number": number, "staff_uuid": uuid, "position": position})
    return row


def _tasks(sheet: Sheet, job: Job, row: Row, template: Template | None, listed: dict[str, Task]) -> None:
    copied = [task.model_dump() for task in template.tasks] if template else []
    plain = [*copied, *(_task(task, listed[task.task_uuid]) for task in job.tasks)]
    made = task_rows(sheet.parts, sheet.tenant.tenant_id, row["number"], row["uuid"], plain, 0)
    for task in made[: len(copied)]:
        sheet.add(JOB_TASKS, task)
    for task, said in zip(made[len(copied) :], job.tasks, strict=True):
        done = {"completed": said.completed, "actual_minutes": said.actual_minutes}
        uuid = said.uuid or task["uuid"]
        sheet.add(JOB_TASKS, {**task, **done, "uuid": uuid})
        for position, member in enumerate(said.assigned_uuids):
            link = {"job_number": row["number"], "job_task_uuid": uuid, "staff_uuid": member}
            sheet.add(JOB_TASK_STAFF, {**link, "position": position})


def _task(task: JobTask, listed: Task) -> Row:
    """Return a task with the name and the description of the task list, where it has none of its own."""
    row = task.model_dump()
    given = {column: row[column] for column in ("name", "description") if row[column] is not None}
    return {**row, "name": listed.name, "description": listed.description, **given}


def _milestones(sheet: Sheet, job: Job, row: Row, template: Template | None) -> None:
    copied = [one.model_dump() for one in template.milestones] if template else []
    rows = milestone_rows(row, copied, 0)
    own = ({"job_number": row["number"], **one.model_dump()} for one in job.milestones)
    rows += [{**one, "position": position} for position, one in enumerate(own, len(rows))]
    for one in rows:
        sheet.add(JOB_MILESTONES, one)


def _costs(sheet: Sheet, job: Job, row: Row, template: Template | None) -> None:
    copied = [cost_values(row, one.model_dump()) for one in template.costs] if template else []
    own = [one.model_dump() for one in job.costs]
    for position, cost in enumerate([*copied, *own]):
        uuid = cost.get("uuid") or sheet.uuid(JOB_COSTS, costs.natural_key(row, cost))
        key = {"uuid": uuid, "job_number": row["number"], "position": position}
        sheet.add(JOB_COSTS, {**cost, **key, "date": cost["date"] or row["start_date"]})
