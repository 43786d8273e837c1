"""`job.api`: the jobs of a practice. A job is identified by its number."""

from typing import Any

from sqlalchemy import bindparam, or_, select

from mock_kit.kit import kit
from mock_kit.queries import TENANT
from mock_kit.statements import Query
from mock_kit.store import Row
from mock_xpm import identity
from mock_xpm.client_api.client_rows import find as find_client
from mock_xpm.errors import BusinessError, invalid, require
from mock_xpm.job_api import job_rows, job_templates
from mock_xpm.practice_api import practice, staff
from mock_xpm.records.jobs import JOB, JOB_BRIEF
from mock_xpm.rows import change, next_number, only
from mock_xpm.spans import span
from mock_xpm.tables.clients import CLIENT_CONTACTS
from mock_xpm.tables.jobs import JOB_STAFF, JOB_TASK_STAFF, JOBS, ON_A_JOB
from mock_xpm.wire.answers import NOTHING, Answer, Ask, Listing, Single

OWN = ("name", "description", "client_order_number", "budget", "start_date", "due_date", "category_uuid")
NEEDED = {"name": "Name", "start_date": "StartDate", "due_date": "DueDate"}
_BETWEEN = job_rows.those(JOBS.c.start_date.between(bindparam("first"), bindparam("last")))
_CURRENT = job_rows.those(*(JOBS.c.state != ended for ended in job_rows.ENDED))
_OF_CLIENT = job_rows.those(JOBS.c.client_uuid == bindparam("client"))
_OF_STAFF = job_rows.those(
    or_(*(
        JOBS.c.number.in_(
            select(links.c.job_number).where(
                links.c.tenant_id == TENANT, links.c.staff_uuid == bindparam("member")
            )
        )
        for links in (JOB_STAFF, JOB_TASK_STAFF)
    ))
)  # fmt: skip


def list_(ask: Ask) -> Answer:
    """Answer the jobs that start from one day to another, both included (ours), less than a year apart."""
    first, last = span(ask)
    return _list(ask, _BETWEEN, whole=ask.flag("detailed"), first=first, last=last)


def current(ask: Ask) -> Answer:
    """Answer the jobs that are neither completed nor cancelled."""
    return _list(ask, _CURRENT)


def get(ask: Ask) -> Answer:
    """Answer one job in full."""
    return _whole(ask, ask.key)


def of_client(ask: Ask) -> Answer:
    """Answer the jobs of a client, ended ones too."""
    client = find_client(ask.tx, ask.tenant_id, ask.key, deleted=True)
    return _list(ask, _OF_CLIENT, client=client["uuid"])


def of_staff(ask: Ask) -> Answer:
    """Answer the jobs that a member of the staff is assigned to, or to a task of, ended ones too."""
    member = staff.find(ask.tx, ask.tenant_id, ask.key, deleted=True)
    return _list(ask, _OF_STAFF, member=member["uuid"])


def add(ask: Ask) -> Answer:
    """Add a job, with what a template holds when one is named."""
    _check(ask, dict.fromkeys(NEEDED, "") | ask.body)
    client = find_client(ask.tx, ask.tenant_id, ask.body.get("client_uuid"))
    contact = _contact(ask, client)
    template = ask.body.get("template_uuid")
    if template:
        job_templates.check(ask.tx, ask.tenant_id, template)
    number = _new_number(ask)
    job: Row = {
        **identity.new(kit(), ask.tx, ask.tenant_id, JOBS, number),
        "number": number,
        "client_uuid": client["uuid"],
        "contact_uuid": contact,
        "state": job_rows.FIRST_STATE,
        **only(ask.body, OWN),
    }
    ask.tx.insert(JOBS, job)
    if template:
        job_templates.copy(ask.tx, job, template)
    return _whole(ask, number)


def update(ask: Ask) -> Answer:
    """Change what the body holds of a job's own fields."""
    row = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("number"))
    _check(ask, ask.body)
    change(ask.tx, JOBS, row, only(ask.body, OWN))
    return _whole(ask, row["number"])


def state(ask: Ask) -> Answer:
    """Put a job into a state, by its interface code; completing it dates it."""
    row = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("number"))
    name = _state(ask.body)
    completed = kit().now() if name == "Completed" else None
    if row["state"] != name:
        change(ask.tx, JOBS, row, {"state": name, "completed_date": completed})
    return NOTHING


def delete(ask: Ask) -> Answer:
    """Delete a job, with all that is on it; its number is not given out again."""
    row = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("number"))
    for table in ON_A_JOB:
        query = select(*table.primary_key).where(
            table.c.tenant_id == ask.tenant_id, table.c.job_number == row["number"]
        )
        for key in ask.tx.rows(query):
            ask.tx.delete(table, *key.values())
    ask.tx.delete(JOBS, ask.tenant_id, row["number"])
    return NOTHING


def _list(ask: Ask, chosen: Query, *, whole: bool = False, **parameters: Any) -> Answer:
    rows = job_rows.fetch(ask.tx, ask.tenant_id, chosen, whole=whole, **parameters)
    return (Listing("Jobs", JOB if whole else JOB_BRIEF, rows),)


def _whole(ask: Ask, number: str) -> Answer:
    return (Single(JOB, job_rows.fetch_one(ask.tx, ask.tenant_id, number)),)


def _check(ask: Ask, values: Row) -> None:
    """Refuse empty fields that a job must have, and a category that is not there."""
    require(values, **NEEDED)
    if values.get("category_uuid"):
        practice.check_category(ask.tx, ask.tenant_id, values["category_uuid"])


def _contact(ask: Ask, client: Row) -> str | None:
    """Return the contact that the body names, if any, or refuse: it must be one of the client's."""
    uuid: str | None = ask.body.get("contact_uuid")
    if uuid and ask.tx.get(CLIENT_CONTACTS, ask.tenant_id, client["uuid"], uuid) is None:
        raise invalid("contact identifier")
    return uuid


def _state(body: Row) -> str:
    """Return the name of the state whose interface code the body has, or refuse."""
    name = job_rows.STATES.get(body.get("state", ""))
    if name is None:
        raise invalid("state code")
    return name


def _new_number(ask: Ask) -> str:
    """Return the number that the body chose, unless it is taken, or the next of the sequence."""
    chosen = str(ask.body.get("number", ""))
    if not chosen:
        return next_number(
            kit(), ask.tx, ask.tenant_id, job_rows.LETTER, lambda one: ask.tx.get(JOBS, ask.tenant_id, one)
        )
    try:
        number = identity.path_number(chosen)
    except ValueError as error:
        raise invalid("ID") from error
    if ask.tx.get(JOBS, ask.tenant_id, number):
        raise BusinessError("ID is already in use")
    return number
