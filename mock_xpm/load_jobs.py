"""Writes the jobs of a world document, and what is on them."""

from collections.abc import Callable

from mock_kit.store import Row
from mock_kit.world import WorldError
from mock_xpm.job_rows import STATES, numbered, task_rows
from mock_xpm.loading import Sheet, check_date, distinct, known
from mock_xpm.tables.jobs import JOB_TASKS, JOBS
from mock_xpm.worlds.jobs import Job


def load_jobs(sheet: Sheet) -> None:
    """Add the jobs of a practice."""
    tenant = sheet.tenant
    clients = {client.uuid for client in tenant.clients}
    staff = {member.uuid for member in tenant.staff}
    templates = {template.uuid: template for template in tenant.templates}
    distinct("jobs", (job.number for job in tenant.jobs if job.number))
    taken = {job.number for job in tenant.jobs}
    for job in tenant.jobs:
        where = f"job {job.name!r}"
        known(where, "clients", clients, job.client_uuid)
        known(where, "staff", staff, job.manager_uuid, job.partner_uuid)
        known(where, "templates", templates, job.template_uuid)
        check_date(where, job.start_date)
        check_date(where, job.due_date)
        if job.state not in STATES.values():
            raise WorldError(f"{where}: no such state: {job.state}; there are {', '.join(STATES.values())}")
        template = templates[job.template_uuid].tasks if job.template_uuid else []
        _job(sheet, job, [task.model_dump() for task in template], taken.__contains__)


def _job(sheet: Sheet, job: Job, template: list[Row], taken: Callable[[str], bool]) -> None:
    tenant_id = sheet.tenant.tenant_id
    number = job.number or numbered(sheet.parts, sheet.tx, tenant_id, taken)
    uuid = sheet.uuid(JOBS, number)
    completed = sheet.now if job.state == "Completed" else None
    row = job.model_dump(exclude={"template_uuid"})
    sheet.add(JOBS, {**row, "number": number, "uuid": uuid, "completed_date": completed})
    for task in task_rows(sheet.parts, tenant_id, number, uuid, template, 0):
        sheet.add(JOB_TASKS, task)
