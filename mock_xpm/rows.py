"""What handlers do with rows: find one or refuse, list them by name, take what a body says, write what differs."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table, select

from mock_kit.kit import Kit
from mock_kit.queries import CHOSEN, TENANT
from mock_kit.statements import Query
from mock_kit.store import Row, Tx
from mock_xpm.errors import invalid


def only(values: Row, columns: Iterable[str]) -> Row:
    """Return some columns of a row or a body, of those that it holds."""
    return {column: values[column] for column in columns if column in values}


def change(tx: Tx, table: Table, row: Row, values: Mapping[str, Any]) -> bool:
    """Write the values that differ from a row's columns; tells whether there were any."""
    differing = {column: value for column, value in values.items() if column in row and row[column] != value}
    tx.update(table, [row[column.name] for column in table.primary_key], differing)
    return bool(differing)


def found(tx: Tx, tenant_id: str, table: Table, key: Any, what: str, *, deleted: bool = False) -> Row:
    """Return the row with a key, or refuse: `Invalid <what>`; one marked as deleted only when asked for."""
    row = tx.get(table, tenant_id, key)
    if row is None or (row.get("is_deleted") and not deleted):
        raise invalid(what)
    return row


def by_name(tx: Tx, tenant_id: str, table: Table) -> list[Row]:
    """Return the rows of a practice, by name; those of one name by UUID."""
    return tx.all(_by_name(table), tenant_id=tenant_id)


def named(tx: Tx, tenant_id: str, table: Table, uuids: Iterable[str | None]) -> dict[str | None, Row]:
    """Return `uuid`, `id` and `name` of the rows with some UUIDs, by UUID; None is nobody's."""
    keys = sorted({uuid for uuid in uuids if uuid is not None})
    if not keys:
        return {}
    return {row["uuid"]: row for row in tx.all(_named(table), tenant_id=tenant_id, keys=json.dumps(keys))}


@cache
def _by_name(table: Table) -> Query:
    mine = select(table).where(table.c.tenant_id == TENANT)
    return Query(mine.order_by(table.c.name, table.c.uuid))


@cache
def _named(table: Table) -> Query:
    shown = select(table.c.uuid, table.c.id, table.c.name)
    return Query(shown.where(table.c.tenant_id == TENANT, table.c.uuid.in_(CHOSEN)))


def next_number(parts: Kit, tx: Tx, tenant_id: str, letter: str, taken: Callable[[str], Any]) -> str:
    """Return the next number of a practice's sequence, `J000001`, that `taken` does not know."""
    while True:
        number = f"{letter}{parts.ids.number(tx, tenant_id, f'{letter} number', first=1):06d}"
        if not taken(number):
            return number
