"""How the last writes of each practice are taken back: what a look at an earlier state needs."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from mock_kit.statements import Row
from mock_kit.transactions import Tx

UNDO_DEPTH = 20
"""How many of a practice's last writes can be looked behind."""
UNDO_BYTES = 16 * 1024 * 1024
"""About how many bytes of rows as they were are kept of a practice; the oldest writes go first."""
COLUMN_BYTES = 64
"""What a column takes beside its text, about."""
Before = tuple[Table, tuple[Any, ...], Row | None]
"""A row's table and key, and the row as it was; None: there was none."""


@dataclass(slots=True)
class _Practice:
    """The last writes of one practice, each with its size, the oldest first."""

    writes: deque[tuple[int, list[Before]]] = field(default_factory=deque)
    size: int = 0


class UndoLog:
    """The last writes of each practice. Of its own: what one writes shortens no other's memory."""

    def __init__(self, budget: int = UNDO_BYTES) -> None:
        self._budget = budget
        self._practices: dict[str, _Practice] = {}

    def keep(self, tx: Tx) -> None:
        """Keep what a transaction wrote; after a write in bulk nothing is known of the state before."""
        if tx.swept:
            self._practices.clear()
            return
        by_tenant: dict[str, list[Before]] = {}
        for undo in tx.undo:
            if not undo.table.info.get("private") or undo.table.info.get("shown"):
                by_tenant.setdefault(undo.key[0], []).append((undo.table, undo.key, undo.before))
        for tenant_id, rows in by_tenant.items():
            self._keep(self._practices.setdefault(tenant_id, _Practice()), rows)

    def back(self, tenant_id: str, writes: int) -> Iterator[Before]:
        """Return the rows that a practice's last writes changed, the last change first."""
        practice = self._practices.get(tenant_id)
        if practice is not None:
            for _size, rows in list(practice.writes)[: -writes - 1 : -1]:
                yield from reversed(rows)

    def _keep(self, practice: _Practice, rows: list[Before]) -> None:
        size = sum(_weight(before) for _table, _key, before in rows if before is not None)
        practice.writes.append((size, rows))
        practice.size += size
        while len(practice.writes) > UNDO_DEPTH or (
            practice.size > self._budget and len(practice.writes) > 1
        ):
            oldest, _rows = practice.writes.popleft()
            practice.size -= oldest


def _weight(value: Any) -> int:
    """Return about how many bytes a row takes, or what a column of it holds."""
    if isinstance(value, str | bytes):
        return COLUMN_BYTES + len(value)
    if isinstance(value, dict):
        return sum(map(_weight, value.values()))
    if isinstance(value, list):
        return sum(map(_weight, value))
    return COLUMN_BYTES
