"""What prepared queries share: the practice that asks, and the rows it asks for."""

from sqlalchemy import ColumnElement, bindparam, func, select

TENANT: ColumnElement[str] = bindparam("tenant_id")
CHOSEN = select(func.json_each(bindparam("uuids")).table_valued("value").c.value)
"""The UUIDs asked for: one parameter, a JSON list, however many there are."""
