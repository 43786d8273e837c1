"""Small steps that all writes share: a new identifier, and only what differs is written."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table

from mock_kit.kit import Kit
from mock_kit.store import Row, Tx


def new_uuid(parts: Kit, tx: Tx, tenant_id: str, table: Table, kind: str, key: str) -> str:
    """Return the next UUID of a kind and natural key that no record of the table has."""
    while True:
        uuid = parts.ids.uuid(tx, tenant_id, kind, key)
        if tx.get(table, tenant_id, uuid) is None:
            return uuid


def change(tx: Tx, table: Table, row: Row, values: Mapping[str, Any]) -> bool:
    """Write the values that differ from a row's columns; tells whether there were any."""
    differing = {column: value for column, value in values.items() if column in row and row[column] != value}
    tx.update(table, [row[column.name] for column in table.primary_key], differing)
    return bool(differing)
