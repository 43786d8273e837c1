"""Jobs, and what hangs on a job. A job's key is its number; its UUID and `id` name it nowhere."""

from sqlalchemy import Index

from mock_kit.columns import flags, key, maybe, texts, whole
from mock_xpm.tables.base import identified, table

JOBS = table(
    "jobs",
    key("number"),
    whole("id"),
    texts("uuid", "name", "description", "client_uuid", "client_order_number", "state", "budget"),
    texts("start_date", "due_date"),
    maybe("completed_date", "contact_uuid", "category_uuid", "manager_uuid", "partner_uuid"),
)
Index("jobs_of_client", JOBS.c.tenant_id, JOBS.c.client_uuid)
# A new job's UUID is looked up: it must be nobody's.
Index("jobs_by_uuid", JOBS.c.tenant_id, JOBS.c.uuid)
JOB_STAFF = table("job_staff", key("job_number", "staff_uuid"), whole("position"))
JOB_TASKS = table(
    "job_tasks",
    identified(),
    whole("position"),
    texts("job_number", "task_uuid", "name", "description", "folder"),
    whole("estimated_minutes"),
    whole("actual_minutes"),
    flags("completed", "billable"),
    maybe("start_date", "due_date"),
)
Index("tasks_of_job", JOB_TASKS.c.tenant_id, JOB_TASKS.c.job_number)
JOB_TASK_STAFF = table("job_task_staff", key("job_number", "job_task_uuid", "staff_uuid"), whole("position"))
JOB_MILESTONES = table(
    "job_milestones",
    key("job_number"),
    whole("position", key=True),
    texts("date", "description", "folder"),
    flags("completed"),
)
JOB_NOTES = table(
    "job_notes",
    key("job_number"),
    whole("position", key=True),
    texts("title", "text", "folder"),
    flags("public"),
)
JOB_COSTS = table(
    "job_costs",
    identified(),
    whole("position"),
    texts("job_number", "description", "code", "note", "quantity", "unit_cost", "unit_price"),
    maybe("date"),
    flags("billable"),
)
Index("costs_of_job", JOB_COSTS.c.tenant_id, JOB_COSTS.c.job_number)
JOB_DOCUMENTS = table(
    "job_documents",
    key("job_number"),
    whole("position", key=True),
    texts("title", "text", "folder", "file_name", "content"),
    flags("public"),
)
ON_A_JOB = (JOB_TASK_STAFF, JOB_TASKS, JOB_STAFF, JOB_MILESTONES, JOB_NOTES, JOB_COSTS, JOB_DOCUMENTS)
"""The tables of what goes with a job when it is deleted; each has the job's number and a position."""
