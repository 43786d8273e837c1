"""The numbers that people call records by, and those that some records carry beside their slug."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Table, bindparam, select

from mock_kit.ids import hash_of
from mock_kit.kit import Kit
from mock_kit.queries import TENANT
from mock_kit.statements import Query
from mock_kit.store import Tx

FIRST = 1001


@dataclass(frozen=True)
class Sequence:
    """The reference numbers of one table's records, each practice's own: `PROP-1001` and on."""

    table: Table
    prefix: str
    counter: str

    def take(self, parts: Kit, tx: Tx, tenant_id: str) -> str:
        """Return the practice's next number that no record has."""
        while True:
            number = f"{self.prefix}-{parts.ids.number(tx, tenant_id, self.counter, first=FIRST)}"
            if tx.any(self._taken, tenant_id=tenant_id, number=number) is None:
                return number

    @cached_property
    def _taken(self) -> Query:
        columns = self.table.c
        mine = (columns.tenant_id == TENANT, columns.reference_number == bindparam("number"))
        return Query(select(columns.slug).where(*mine))


def numeric_id(kind: str, slug: str) -> int:
    """Return the number that a record carries beside its slug: one that every JSON reader keeps whole."""
    return int.from_bytes(hash_of(f"{kind} id", slug)[:6], "big")
