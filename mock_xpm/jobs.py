"""`job.api`: the jobs of a practice. A job is identified by its number."""

from datetime import date

from sqlalchemy import select

from mock_kit.kit import kit
from mock_kit.store import Row
from mock_xpm import identity, job_rows, practice
from mock_xpm.answers import NOTHING, Answer, Ask, Listing, Single
from mock_xpm.changes import change
from mock_xpm.client_rows import find as find_client
from mock_xpm.errors import BusinessError, bad_request, invalid, required
from mock_xpm.kinds import MOMENT
from mock_xpm.records.jobs import JOB, JOB_BRIEF
from mock_xpm.tables.clients import CLIENT_CONTACTS
from mock_xpm.tables.jobs import JOB_STAFF, JOB_TASK_STAFF, JOB_TASKS, JOBS

OWN = ("name", "description", "client_order_number", "budget", "start_date", "due_date", "category_uuid")
NEEDED = {"name": "Name", "start_date": "StartDate", "due_date": "DueDate"}


def list_(ask: Ask) -> Answer:
    """Answer the jobs that start from one day to another, both included (ours), less than a year apart."""
    start, end = (_day(ask, name) for name in ("from", "to"))
    if end < start or not _less_than_a_year(start, end):
        raise bad_request(f"from {start} to {end} must be forwards, and less than a year")
    rows = job_rows.fetch(
        ask.tx, ask.tenant_id, JOBS.c.start_date >= start.isoformat(), JOBS.c.start_date <= end.isoformat()
    )
    return (Listing("Jobs", JOB if ask.flag("detailed") else JOB_BRIEF, rows),)


def current(ask: Ask) -> Answer:
    """Answer the jobs that are neither completed nor cancelled."""
    rows = job_rows.fetch(ask.tx, ask.tenant_id, JOBS.c.state.not_in(job_rows.ENDED))
    return (Listing("Jobs", JOB_BRIEF, rows),)


def get(ask: Ask) -> Answer:
    """Answer one job in full."""
    return _whole(ask, ask.key)


def of_client(ask: Ask) -> Answer:
    """Answer the jobs of a client, ended ones too."""
    client = find_client(ask.tx, ask.tenant_id, ask.key, deleted=True)
    rows = job_rows.fetch(ask.tx, ask.tenant_id, JOBS.c.client_uuid == client["uuid"])
    return (Listing("Jobs", JOB_BRIEF, rows),)


def add(ask: Ask) -> Answer:
    """Add a job, with the tasks of a template when one is named."""
    _check(ask, dict.fromkeys(NEEDED, "") | ask.body)
    client = find_client(ask.tx, ask.tenant_id, ask.body.get("client_uuid"))
    contact = ask.body.get("contact_uuid")
    if contact and ask.tx.get(CLIENT_CONTACTS, ask.tenant_id, client["uuid"], contact) is None:
        raise invalid("contact identifier")
    template = ask.body.get("template_uuid")
    tasks = practice.template_tasks(ask.tx, ask.tenant_id, template) if template else []
    number = _new_number(ask)
    job: Row = {
        **identity.new(kit(), ask.tx, ask.tenant_id, JOBS, number),
        "number": number,
        "client_uuid": client["uuid"],
        "contact_uuid": contact,
        "state": job_rows.FIRST_STATE,
        **{column: ask.body[column] for column in OWN if column in ask.body},
    }
    ask.tx.insert(JOBS, job)
    job_rows.add_tasks(ask.tx, job, tasks)
    return _whole(ask, number)


def update(ask: Ask) -> Answer:
    """Change what the body holds of a job's own fields."""
    row = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("number"))
    _check(ask, ask.body)
    change(ask.tx, JOBS, row, {column: ask.body[column] for column in OWN if column in ask.body})
    return _whole(ask, row["number"])


def state(ask: Ask) -> Answer:
    """Put a job into a state, by its interface code; completing it dates it."""
    row = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("number"))
    name = job_rows.STATES.get(ask.body.get("state", ""))
    if name is None:
        raise invalid("state code")
    completed = kit().now() if name == "Completed" else None
    if row["state"] != name:
        change(ask.tx, JOBS, row, {"state": name, "completed_date": completed})
    return NOTHING


def delete(ask: Ask) -> Answer:
    """Delete a job, with its tasks and assignments; its number is not given out again."""
    row = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("number"))
    for table in (JOB_TASK_STAFF, JOB_TASKS, JOB_STAFF):
        query = select(*table.primary_key).where(
            table.c.tenant_id == ask.tenant_id, table.c.job_number == row["number"]
        )
        for key in ask.tx.rows(query):
            ask.tx.delete(table, *key.values())
    ask.tx.delete(JOBS, ask.tenant_id, row["number"])
    return NOTHING


def apply_template(ask: Ask) -> Answer:
    """Put a template's tasks on a job: as new ones, or as further minutes of those it has."""
    row = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("number"))
    tasks = practice.template_tasks(ask.tx, ask.tenant_id, ask.body.get("template_uuid"))
    mode = ask.body.get("task_mode") or "AddNew"
    if mode not in {"AddNew", "AppendExisting"}:
        raise invalid("task mode")
    if mode == "AppendExisting":
        tasks = _append(ask, row["number"], tasks)
    job_rows.add_tasks(ask.tx, row, tasks)
    return _whole(ask, row["number"])


def _append(ask: Ask, number: str, tasks: list[Row]) -> list[Row]:
    """Add the minutes of tasks that the job has already; return the others."""
    there = {task["task_uuid"]: task for task in reversed(job_rows.tasks_of(ask.tx, ask.tenant_id, number))}
    others = []
    for task in tasks:
        known = there.get(task["task_uuid"])
        if known is None:
            others.append(task)
            continue
        known["estimated_minutes"] += task["estimated_minutes"]
        key = (ask.tenant_id, known["uuid"])
        ask.tx.update(JOB_TASKS, key, {"estimated_minutes": known["estimated_minutes"]})
    return others


def _whole(ask: Ask, number: str) -> Answer:
    return (Single(JOB, job_rows.fetch_one(ask.tx, ask.tenant_id, number)),)


def _check(ask: Ask, values: Row) -> None:
    """Refuse empty fields that a job must have, and a category that is not there."""
    for column, element in NEEDED.items():
        if column in values and not (values[column] or "").strip():
            raise required(element)
    if values.get("category_uuid"):
        practice.check_category(ask.tx, ask.tenant_id, values["category_uuid"])


def _new_number(ask: Ask) -> str:
    """Return the number that the body chose, unless it is taken, or the next of the sequence."""
    chosen = str(ask.body.get("number", "")).strip()
    if not chosen:
        return job_rows.numbered(
            kit(), ask.tx, ask.tenant_id, lambda number: ask.tx.get(JOBS, ask.tenant_id, number)
        )
    if ask.tx.get(JOBS, ask.tenant_id, chosen):
        raise BusinessError("ID is already in use")
    return chosen


def _day(ask: Ask, name: str) -> date:
    text = ask.query.get(name, "")
    try:
        return date.fromisoformat(MOMENT.read(text))
    except (ValueError, TypeError) as error:
        raise bad_request(f"{name} is required, as YYYYMMDD, not {text!r}") from error


def _less_than_a_year(start: date, end: date) -> bool:
    """Compare by calendar; as numbers, since the year after 9999 is no date, nor is every 29 February."""
    return (end.year, end.month, end.day) < (start.year + 1, start.month, start.day)
