"""The step that all updates share: only what differs is written."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table

from mock_kit.store import Row, Tx


def change(tx: Tx, table: Table, row: Row, values: Mapping[str, Any]) -> bool:
    """Write the values that differ from a row's columns; tells whether there were any."""
    differing = {column: value for column, value in values.items() if column in row and row[column] != value}
    tx.update(table, [row[column.name] for column in table.primary_key], differing)
    return bool(differing)
