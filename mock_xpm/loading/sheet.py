"""What the loaders of a world's records share: the rows of one practice, and checks of the document."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import Table

from mock_kit.kit import Kit
from mock_kit.store import Row, Tx
from mock_kit.world import WorldError
from mock_xpm.identity import number_of
from mock_xpm.world import Tenant

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that no XML document can hold."""


@dataclass
class Sheet:
    """The rows of one practice, gathered before they are written."""

    parts: Kit
    tx: Tx
    tenant: Tenant
    now: str
    rows: dict[Table, list[Row]] = field(default_factory=dict)
    _numbers: dict[Table, set[int]] = field(default_factory=dict)

    def add(self, table: Table, row: Row) -> None:
        """Add a row: the practice and the integer id are filled in."""
        if "id" in table.c:
            row = {**row, "id": self._number(table, row["uuid"])}
        self.rows.setdefault(table, []).append({"tenant_id": self.tenant.tenant_id, **row})

    def uuid(self, table: Table, key: str) -> str:
        """Return a UUID for a record that the document gives none."""
        return self.parts.ids.uuid(self.tx, self.tenant.tenant_id, table.name, key)

    def write(self) -> None:
        """Write all rows. Raises WorldError for a text that XML cannot carry."""
        for table, rows in self.rows.items():
            _check_text(table, rows)
            self.tx.insert_many(table, rows)

    def _number(self, table: Table, uuid: str) -> int:
        taken = self._numbers.setdefault(table, set())
        number = next(number for attempt in count() if (number := number_of(uuid, attempt)) not in taken)
        taken.add(number)
        return number


def distinct(what: str, keys: Iterable[str]) -> None:
    """Refuse two records with the same key."""
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise WorldError(f"two {what} are both {key}; give each its own")
        seen.add(key)


def known(where: str, what: str, there: Iterable[str], *uuids: str | None) -> None:
    """Refuse a record that names another one which the practice does not have."""
    for uuid in uuids:
        if uuid is not None and uuid not in there:
            raise WorldError(f"{where} names {uuid}, which is not among the practice's {what}")


def check_date(where: str, text: str | None) -> None:
    """Refuse what is no date."""
    try:
        written = date.fromisoformat(text).isoformat() if text else text
    except ValueError:
        written = None
    if written != text:
        raise WorldError(f"{where}: {text!r} is no date; write YYYY-MM-DD")


def _check_text(table: Table, rows: list[Row]) -> None:
    for row in rows:
        bad = _NOT_XML.search("".join(_texts(row)))
        if bad:
            raise WorldError(
                f"{table.name}: a text of {row.get('name', row.get('client_uuid'))!r} holds {bad.group()!r},"
                " which XML cannot carry; take it out"
            )


def _texts(value: Any) -> Iterator[str]:
    """Return all texts in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
