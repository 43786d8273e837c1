"""The lists that a practice sets up for itself: job templates, categories, the task list."""

from typing import Any

from sqlalchemy import select

from mock_kit.statements import Query
from mock_kit.store import Row, Tx
from mock_xpm.records.practice import CATEGORY, TASK, TEMPLATE
from mock_xpm.rows import by_name, found
from mock_xpm.tables.practice import CATEGORIES, TASKS, TEMPLATES, TENANTS
from mock_xpm.wire.answers import Answer, Ask, Listing, Single

_TENANTS = Query(select(TENANTS).order_by(TENANTS.c.tenant_id))


def tenants(tx: Tx) -> list[Row]:
    """Return the practices: what `/connections` and the control plane show of them."""
    return tx.all(_TENANTS)


def templates(ask: Ask) -> Answer:
    """Answer the job templates, by name."""
    return (Listing("Templates", TEMPLATE, by_name(ask.tx, ask.tenant_id, TEMPLATES)),)


def categories(ask: Ask) -> Answer:
    """Answer the job categories, by name."""
    return (Listing("Categories", CATEGORY, by_name(ask.tx, ask.tenant_id, CATEGORIES)),)


def tasks(ask: Ask) -> Answer:
    """Answer the task list, by name."""
    return (Listing("TaskList", TASK, by_name(ask.tx, ask.tenant_id, TASKS)),)


def task(ask: Ask) -> Answer:
    """Answer one task of the task list."""
    return (Single(TASK, find_task(ask.tx, ask.tenant_id, ask.key)),)


def find_task(tx: Tx, tenant_id: str, uuid: Any) -> Row:
    """Return a task of the task list, or refuse."""
    return found(tx, tenant_id, TASKS, uuid, "task identifier")


def check_category(tx: Tx, tenant_id: str, uuid: Any) -> None:
    """Refuse a job category that the practice does not have."""
    found(tx, tenant_id, CATEGORIES, uuid, "category identifier")
