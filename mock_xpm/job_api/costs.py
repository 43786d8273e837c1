"""`job.api/cost`: what is spent on a job. Amounts stay as they are written."""

from typing import Any

from sqlalchemy import select

from mock_kit.kit import kit
from mock_kit.store import Row, Tx
from mock_xpm import identity
from mock_xpm.errors import require
from mock_xpm.job_api import job_rows
from mock_xpm.records.jobs import COST
from mock_xpm.rows import change, found, only
from mock_xpm.tables.jobs import JOB_COSTS
from mock_xpm.wire.answers import Answer, Ask, Listing, Single

CLEARED = {"quantity": "1", "unit_cost": "0", "unit_price": "0", "billable": False}
"""What an update makes of what it clears (ours)."""
NEW = {**CLEARED, "billable": True, "description": ""}
"""What a new cost has that is not given, or given empty (ours)."""
OF_TEMPLATE = ("description", "code", "note", *CLEARED)
OWN = (*OF_TEMPLATE, "date")


def list_(ask: Ask) -> Answer:
    """Answer the costs of a job, in the order they were written."""
    job = job_rows.find(ask.tx, ask.tenant_id, ask.key)
    return (Listing("Costs", COST, of_job(ask.tx, ask.tenant_id, job["number"])),)


def post(ask: Ask) -> Answer:
    """Add a cost to a job; without a date it is today's, and unless told otherwise billable (ours)."""
    job = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("job_number"))
    own = only(ask.body, OWN)
    given = {column: value for column, value in own.items() if not _is_empty(value)}
    values = {"date": kit().now()[:10], **NEW, **given}
    require(values, description="Description")
    return _one(ask, insert(ask.tx, job, values))


def put(ask: Ask) -> Answer:
    """Change a cost; it stays on its job."""
    row = _find(ask.tx, ask.tenant_id, ask.body.get("uuid"))
    given = only(ask.body, OWN)
    values = given | {column: CLEARED[column] for column in CLEARED if _is_empty(given.get(column, "given"))}
    require(values, description="Description")
    change(ask.tx, JOB_COSTS, row, values)
    return _one(ask, row["uuid"])


def insert(tx: Tx, job: Row, values: Row) -> str:
    """Add a cost to a job and return its UUID."""
    key = identity.new(kit(), tx, job["tenant_id"], JOB_COSTS, natural_key(job, values))
    position = job_rows.next_position(tx, JOB_COSTS, job["tenant_id"], job["number"])
    tx.insert(JOB_COSTS, {**values, **key, "job_number": job["number"], "position": position})
    return str(key["uuid"])


def natural_key(job: Row, values: Row) -> str:
    """Return what tells a cost from others."""
    return f"{job['uuid']} {values['description']}"


def of_job(tx: Tx, tenant_id: str, number: str) -> list[Row]:
    """Return the rows of a job's costs, in order."""
    query = select(JOB_COSTS).where(JOB_COSTS.c.tenant_id == tenant_id, JOB_COSTS.c.job_number == number)
    return tx.rows(query.order_by(JOB_COSTS.c.position))


def _is_empty(value: Any) -> bool:
    """Tell whether a body holds an element without holding a value: a flag that says no is one."""
    return value is None or value == ""


def _find(tx: Tx, tenant_id: str, uuid: Any) -> Row:
    return found(tx, tenant_id, JOB_COSTS, uuid, "cost identifier")


def _one(ask: Ask, uuid: str) -> Answer:
    return (Single(COST, _find(ask.tx, ask.tenant_id, uuid)),)
