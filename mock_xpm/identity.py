"""Who a row is: a UUID in version 3.1, a whole number in 3.0; both name the same row.

The whole number is made from the UUID, not counted: it does not depend on the order in which calls
arrive. (Where two UUIDs give the same number, the later row takes the next one that is free.)
"""

from functools import cache
from itertools import count

from sqlalchemy import Table, bindparam, select

from mock_kit.kit import Kit
from mock_kit.statements import Query
from mock_kit.store import Row, Tx
from mock_xpm.tables.base import METADATA

NOT_IN_A_PATH = {"", ".", ".."}
"""What no path can name, as programs write paths."""
SMALLEST = 10_000_000
NUMBERS = 1_999_999_973
"""How many numbers there are: with the smallest they stay within 32 bits, as programs may expect.

A prime, so that UUIDs that differ anywhere differ in what is left of them.
"""


def path_number(text: str) -> str:
    """Return the number of a job or a document without the white space around it.

    Raises ValueError for one that no path could name.
    """
    number = text.strip()
    if number in NOT_IN_A_PATH or "/" in number:
        raise ValueError(f"no path can name {text!r}")
    return number


def number_of(uuid: str, attempt: int = 0) -> int:
    """Return the whole number for a UUID; further attempts give further numbers."""
    return SMALLEST + (int(uuid.replace("-", ""), 16) + attempt) % NUMBERS


def free_number(tx: Tx, tenant_id: str, table: Table, uuid: str) -> int:
    """Return the number for a new row of a table."""
    for attempt in count():
        number = number_of(uuid, attempt)
        if _row_of(tx, tenant_id, table, number) is None:
            break
    return number


def new(parts: Kit, tx: Tx, tenant_id: str, table: Table, key: str) -> Row:
    """Return `tenant_id`, `uuid` and `id` for a new row of this natural key."""
    while True:
        uuid = parts.ids.uuid(tx, tenant_id, table.name, key)
        number = number_of(uuid)
        taken = tx.all(_either(table), tenant_id=tenant_id, uuid=uuid, number=number)
        if not taken:
            return {"tenant_id": tenant_id, "uuid": uuid, "id": number}
        if all(row["uuid"] != uuid for row in taken):
            return {"tenant_id": tenant_id, "uuid": uuid, "id": free_number(tx, tenant_id, table, uuid)}


def uuid_of(tx: Tx, tenant_id: str, table_name: str, text: str) -> str:
    """Return the UUID of the row that a whole number names; what no row has, when there is none."""
    digits = text.strip()
    if digits.isascii() and digits.isdigit() and len(digits) <= len(str(SMALLEST + NUMBERS)):
        row = _row_of(tx, tenant_id, METADATA.tables[table_name], int(digits))
        if row is not None:
            return str(row["uuid"])
    return f"no {table_name} {digits[:40]}"


def _row_of(tx: Tx, tenant_id: str, table: Table, number: int) -> Row | None:
    return tx.any(_by_number(table), tenant_id=tenant_id, number=number)


@cache
def _by_number(table: Table) -> Query:
    mine = table.c.tenant_id == bindparam("tenant_id")
    return Query(select(table.c.uuid).where(mine, table.c.id == bindparam("number")))


@cache
def _either(table: Table) -> Query:
    """Return the query for the rows that have a UUID or a number: one look instead of two."""
    mine = table.c.tenant_id == bindparam("tenant_id")
    of_uuid = select(table.c.uuid).where(mine, table.c.uuid == bindparam("uuid"))
    of_number = select(table.c.uuid).where(mine, table.c.id == bindparam("number"))
    return Query(of_uuid.union_all(of_number))
