"""Quotes and estimates that are made from a job: drafts, as the job is at that moment.

Who works at which rate is not known here, so tasks are quoted without an amount (ours).
"""

from typing import Literal

from mock_kit.kit import kit
from mock_kit.store import Row, Tx
from mock_xpm.billing_api.amounts import NOTHING, product, total
from mock_xpm.job_api import costs, job_rows
from mock_xpm.rows import next_number, only
from mock_xpm.tables.billing import QUOTES

KINDS = {"quote": "Quote", "estimate": "Estimate"}
DRAFT = "Draft"
LETTER = "Q"
FROM_JOB = ("name", "description", "budget", "client_uuid", "contact_uuid")
FROM_TASK = ("name", "description", "estimated_minutes", "billable")


def create(tx: Tx, tenant_id: str, job: Row, kind: Literal["quote", "estimate"]) -> str:
    """Make a draft quote or estimate of what is on a job, dated today; return its number."""
    number = next_number(kit(), tx, tenant_id, LETTER, lambda one: tx.get(QUOTES, tenant_id, one))
    tasks = [_task(task) for task in job_rows.tasks_of(tx, tenant_id, job["number"])]
    lines = [cost_line(cost) for cost in costs.of_job(tx, tenant_id, job["number"])]
    amount = total(line["amount"] for line in lines)
    spent = total(product(line["quantity"], line["unit_cost"]) for line in lines)
    own = {
        "number": number,
        "uuid": kit().ids.uuid(tx, tenant_id, QUOTES.name, number),
        "type": KINDS[kind],
        "state": DRAFT,
        "date": kit().now()[:10],
        **with_tax("estimated_cost", spent),
        **with_tax("amount", amount),
        "tasks": tasks,
        "costs": lines,
    }
    tx.insert(QUOTES, {"tenant_id": tenant_id, **own, **only(job, FROM_JOB)})
    return number


def with_tax(column: str, amount: str, tax: str = NOTHING) -> Row:
    """Return the three columns of an amount: alone, its tax, and both together."""
    both = total([amount, tax])
    return {column: total([amount]), f"{column}_tax": total([tax]), f"{column}_including_tax": both}


def cost_line(cost: Row, tax: str = NOTHING) -> Row:
    """Return a cost as a line of a document: its amount is the price, or nothing when it is not billable."""
    amount = product(cost["quantity"], cost["unit_price"]) if cost["billable"] else NOTHING
    return {**only(cost, costs.OF_TEMPLATE), **with_tax("amount", amount, tax)}


def _task(task: Row) -> Row:
    return {
        **only(task, FROM_TASK),
        "billable_rate": NOTHING,
        **with_tax("amount", NOTHING),
    }
