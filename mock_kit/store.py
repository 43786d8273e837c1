"""The state of a fake: SQLAlchemy tables on SQLite, in memory or in a file.

Every table of a fake's own data begins its primary key with `tenant_id`: that is how one
practice's rows are told from another's, and how a dump of one practice is made. Tables whose
`info` says `private` (tokens, keys, apps, the loaded world) are in no dump and no digest.
"""

import hashlib
import json
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Column, Integer, MetaData, Select, String, Table, Text, select

from mock_kit.statements import Row, TableSql
from mock_kit.store_file import StoreError, hold, open_engine
from mock_kit.transactions import Change, SideTx, Tx
from mock_kit.undo_log import UNDO_DEPTH, UndoLog

__all__ = [
    "LASTING",
    "PRIVATE",
    "SHOWN",
    "UNDO_DEPTH",
    "Begun",
    "Change",
    "Row",
    "Store",
    "StoreError",
    "Tx",
    "canonical_json",
    "kit_tables",
]

PRIVATE = {"private": True}
"""Mark of a table that is in no dump and no digest."""
LASTING = {"private": True, "lasting": True}
"""Mark of a private table that outlives a reset: apps and tokens, the loaded world."""
SHOWN = {"private": True, "shown": True}
"""Mark of a private table that answers show: a look at an earlier state shows its rows as they were."""
Listener = Callable[[Tx], None]
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
AnyTx = TypeVar("AnyTx", bound=Tx)


def kit_tables(metadata: MetaData) -> dict[str, Table]:
    """Add the tables that mock_kit itself needs to a fake's metadata, and return them by name."""
    return {
        "counters": Table(
            "kit_counters",
            metadata,
            Column("tenant_id", String, primary_key=True),
            Column("kind", String, primary_key=True),
            Column("key", Text, primary_key=True),
            Column("count", Integer, nullable=False),
            info=PRIVATE,
            sqlite_with_rowid=False,
        ),
        "clock": Table(
            "kit_clock",
            metadata,
            Column("id", Integer, primary_key=True),
            Column("mode", String, nullable=False),
            Column("place", Text, nullable=False),
            info=LASTING,
        ),
        "world": Table(
            "kit_world",
            metadata,
            Column("id", Integer, primary_key=True),
            Column("document", Text, nullable=False),
            info=LASTING,
        ),
    }


class Begun:
    """A transaction's block. A class of its own: as a generator it would take longer than a read."""

    __slots__ = ("_store", "_tx")

    def __init__(self, store: "Store") -> None:
        self._store = store

    def __enter__(self) -> Tx:
        self._tx = self._store.enter(Tx)
        return self._tx

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._store.leave(self._tx, failed=kind is not None)


class Store:
    """One SQLite database. A transaction has it to itself: writes are serial, as SQLite's are.

    Raises StoreError for a file that cannot be had, or that another process has.
    """

    def __init__(self, metadata: MetaData, path: Path | None = None) -> None:
        _refuse_rows_of_nobody(metadata)
        self.metadata = metadata
        self.path = path
        self._lock = threading.RLock()
        self._is_open = False
        self._listeners: list[Listener] = []
        self._undo = UndoLog()
        self._sql = {table: TableSql(table) for table in metadata.tables.values()}
        self._let_go = weakref.finalize(self, hold(path) if path else _nothing)
        """Lets go of the file: at the latest when the store is forgotten."""
        try:
            self._engine = open_engine(metadata, path)
        except StoreError:
            self._let_go()
            raise
        # One connection for all that follows; transactions are begun and ended on its cursor.
        self._connection = self._engine.connect()
        raw = self._connection.connection.driver_connection
        if not isinstance(raw, sqlite3.Connection):
            raise TypeError(f"the database is {type(raw).__name__}, not SQLite")
        self._raw = raw
        self._cursor = raw.cursor()

    def begin(self) -> "Begun":
        """Open a transaction that commits at the end of the block and rolls back on any error.

        Raises StoreError inside another one of the same thread: pass that one on instead.
        """
        return Begun(self)

    def enter(self, kind: type[AnyTx]) -> AnyTx:
        """Begin, for `begin`."""
        self._lock.acquire()
        if self._is_open:
            self._lock.release()
            raise StoreError("a transaction is open in this thread already: pass it on")
        self._is_open = True
        return kind(self._connection, self._cursor, self._sql)

    def leave(self, tx: Tx, *, failed: bool) -> None:
        """Commit or roll back, for `begin`."""
        try:
            try:
                if failed or tx.doomed:
                    self._end(tx, "ROLLBACK")
                else:
                    tx.settle()
                    self._end(tx, "COMMIT")
            except BaseException:
                self._end(tx, "ROLLBACK")
                raise
            finally:
                self._is_open = False
            if not failed and not tx.doomed and (tx.touched or tx.swept):
                self._undo.keep(tx)
                for listener in self._listeners:
                    listener(tx)
        finally:
            self._lock.release()

    def listen(self, listener: Listener) -> None:
        """Call a function after each transaction that wrote something; it must not write itself."""
        self._listeners.append(listener)

    def as_before(self, tx: Tx, tenant_id: str, writes: int) -> bool:
        """Let a transaction see a practice as it was before its last writes, and undo all at its end.

        A practice's last 20 writes are known (fewer where they took away much), those since the world was loaded.
        Returns False, and does nothing, when there is none.
        """
        rows = list(self._undo.back(tenant_id, writes))
        tx.doomed = tx.doomed or bool(rows)
        for table, key, before in rows:
            tx.take_back(table, key, before)
        return bool(rows)

    def held(self) -> AbstractContextManager[object]:
        """Keep all other threads out over several transactions, and what is done between them."""
        return self._lock

    @contextmanager
    def attached(self, path: Path) -> Iterator[SideTx]:
        """Open a transaction in which the tables of another SQLite file are there, too."""
        with self._lock:
            # SQLite attaches outside a transaction only.
            self._cursor.execute("ATTACH DATABASE ? AS side", (str(path),))
            try:
                tx = self.enter(SideTx)
                failed = True
                try:
                    yield tx
                    failed = False
                finally:
                    self.leave(tx, failed=failed)
            finally:
                self._cursor.execute("DETACH DATABASE side")

    def _end(self, tx: Tx, how: str) -> None:
        if tx.begun and self._raw.in_transaction:
            self._cursor.execute(how)

    def clear(self, tx: Tx, *, keep_lasting: bool = False) -> None:
        """Remove all rows; with `keep_lasting` apps, tokens and the loaded world stay."""
        for table in reversed(self.metadata.sorted_tables):
            if not (keep_lasting and table.info.get("lasting")):
                tx.empty(table)

    def dump(self, tenant_id: str | None = None) -> dict[str, list[Row]]:
        """Return every public row, by table, in the order of the primary keys."""
        with self.begin() as tx:
            return {table.name: tx.rows(_ordered(table, tenant_id)) for table in self.public_tables()}

    def digest(self, tenant_id: str | None = None) -> str:
        """Return the SHA-256 of the dump's canonical JSON, 64 hex digits."""
        return hashlib.sha256(canonical_json(self.dump(tenant_id)).encode()).hexdigest()

    def public_tables(self) -> list[Table]:
        """Return the tables that make up the state, by name."""
        tables = (table for table in self.metadata.tables.values() if not table.info.get("private"))
        return sorted(tables, key=lambda table: table.name)

    def close(self) -> None:
        """Let go of the database, and of its file."""
        with self._lock:
            self._engine.dispose()
            self._let_go()


def canonical_json(value: Any) -> str:
    """Write a value as JSON in the one form that is hashed: sorted keys, no white space, UTF-8."""
    return _canonical(value)


def _ordered(table: Table, tenant_id: str | None) -> Select[Any]:
    query = select(table).order_by(*table.primary_key)
    return query if tenant_id is None else query.where(table.c.tenant_id == tenant_id)


def _refuse_rows_of_nobody(metadata: MetaData) -> None:
    for table in metadata.tables.values():
        keys = [column.name for column in table.primary_key]
        if not table.info.get("private") and keys[:1] != ["tenant_id"]:
            raise ValueError(f"the key of table {table.name} must begin with tenant_id, not {keys}")


def _nothing() -> None:
    """Let go of no file."""
