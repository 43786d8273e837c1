"""Quotes, estimates and invoices. A document's key is its number.

Its lines are kept with it, as it was written: what later becomes of a job changes no document.
"""

from typing import Any

from sqlalchemy import JSON, Column, Index

from mock_kit.columns import key, maybe, texts
from mock_xpm.tables.base import table

_AMOUNT = ("amount", "amount_tax", "amount_including_tax")


def _lines(*names: str) -> list[Column[Any]]:
    return [Column(name, JSON, nullable=False, default=[]) for name in names]


QUOTES = table(
    "quotes",
    key("number"),
    texts("uuid", "type", "state", "name", "description", "budget", "option_explanation", "client_uuid"),
    maybe("contact_uuid", "date", "valid_date"),
    texts("estimated_cost", "estimated_cost_tax", "estimated_cost_including_tax", *_AMOUNT),
    _lines("tasks", "costs"),
)
INVOICES = table(
    "invoices",
    key("number"),
    texts("uuid", "type", "status", "job_text", "description", "client_order_number", "client_uuid"),
    maybe("contact_uuid", "date", "due_date"),
    texts(*_AMOUNT, "amount_paid", "amount_outstanding"),
    _lines("jobs"),
)
for _table in (QUOTES, INVOICES):
    Index(f"{_table.name}_by_date", _table.c.tenant_id, _table.c.date)
