"""The lists that a practice sets up for itself: job templates, categories, the task list."""

from typing import Any

from sqlalchemy import Table, select

from mock_kit.store import Row, Tx
from mock_xpm.errors import invalid
from mock_xpm.records.practice import CATEGORY, TASK, TEMPLATE
from mock_xpm.tables.practice import CATEGORIES, TASKS, TEMPLATES, TENANTS
from mock_xpm.wire.answers import Answer, Ask, Listing, Single


def tenants(tx: Tx) -> list[Row]:
    """Return the practices: what `/connections` and the control plane show of them."""
    return tx.rows(select(TENANTS).order_by(TENANTS.c.tenant_id))


def templates(ask: Ask) -> Answer:
    """Answer the job templates, by name."""
    return (Listing("Templates", TEMPLATE, _by_name(ask, TEMPLATES)),)


def categories(ask: Ask) -> Answer:
    """Answer the job categories, by name."""
    return (Listing("Categories", CATEGORY, _by_name(ask, CATEGORIES)),)


def tasks(ask: Ask) -> Answer:
    """Answer the task list, by name."""
    return (Listing("TaskList", TASK, _by_name(ask, TASKS)),)


def task(ask: Ask) -> Answer:
    """Answer one task of the task list."""
    return (Single(TASK, find_task(ask.tx, ask.tenant_id, ask.key)),)


def find_task(tx: Tx, tenant_id: str, uuid: Any) -> Row:
    """Return a task of the task list, or refuse."""
    row = tx.get(TASKS, tenant_id, uuid)
    if row is None:
        raise invalid("task identifier")
    return row


def check_category(tx: Tx, tenant_id: str, uuid: Any) -> None:
    """Refuse a job category that the practice does not have."""
    if tx.get(CATEGORIES, tenant_id, uuid) is None:
        raise invalid("category identifier")


def _by_name(ask: Ask, table: Table) -> list[Row]:
    query = select(table).where(table.c.tenant_id == ask.tenant_id)
    return ask.tx.rows(query.order_by(table.c.name, table.c.uuid))
