"""What prepared queries share: the practice that asks, and the rows it asks for."""

from sqlalchemy import ColumnElement, bindparam, func, select

TENANT: ColumnElement[str] = bindparam("tenant_id")
CHOSEN = select(func.json_each(bindparam("keys")).table_valued("value").c.value)
"""The keys asked for: one parameter, a JSON list, however many there are."""
