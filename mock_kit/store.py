"""The state of a fake: SQLAlchemy tables on SQLite, in memory or in a file.

Every table of a fake's own data begins its primary key with `tenant_id`: that is how one
practice's rows are told from another's, and how a dump of one practice is made. Tables whose
`info` says `private` (tokens, keys, apps, the loaded world) are in no dump and no digest.
"""

import hashlib
import json
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Engine,
    Executable,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    inspect,
    select,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from mock_kit.statements import Row, TableSql
from mock_kit.transactions import Change, Tx, Undo

__all__ = [
    "LASTING",
    "PRIVATE",
    "SHOWN",
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
UNDO_DEPTH = 20
"""How many of a practice's last writes can be looked behind."""
Listener = Callable[[Tx], None]


class StoreError(Exception):
    """The store cannot be used so: its file is no database or another program's, or it is busy."""


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
        self._tx = self._store.enter()
        return self._tx

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._store.leave(self._tx, failed=kind is not None)


class Store:
    """One SQLite database. A transaction has it to itself: writes are serial, as SQLite's are."""

    def __init__(self, metadata: MetaData, path: Path | None = None) -> None:
        _refuse_rows_of_nobody(metadata)
        self.metadata = metadata
        self.path = path
        self._lock = threading.RLock()
        self._is_open = False
        self._listeners: list[Listener] = []
        self._undo: dict[str, deque[list[Undo]]] = {}
        self._sql = {table: TableSql(table) for table in metadata.tables.values()}
        self._engine = create_engine(
            f"sqlite:///{path}" if path else "sqlite://",
            poolclass=StaticPool,
            connect_args={"check_same_thread": False, "isolation_level": None, "cached_statements": 512},
        )
        event.listen(self._engine, "connect", _configure)
        try:
            _refuse_other_tables(metadata, self._engine, path)
            _log_ahead(self._engine)
            metadata.create_all(self._engine)
        except DatabaseError as error:
            self._engine.dispose()
            raise StoreError(f"cannot use {path} as a store: {error.orig}; name another file") from error
        except StoreError:
            self._engine.dispose()
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

    def enter(self) -> Tx:
        """Begin, for `begin`."""
        self._lock.acquire()
        if self._is_open:
            self._lock.release()
            raise StoreError("a transaction is open in this thread already: pass it on")
        self._is_open = True
        return Tx(self._connection, self._cursor, self._sql)

    def leave(self, tx: Tx, *, failed: bool) -> None:
        """Commit or roll back, for `begin`."""
        try:
            try:
                self._end(tx, "ROLLBACK" if failed or tx.doomed else "COMMIT")
            except BaseException:
                self._end(tx, "ROLLBACK")
                raise
            finally:
                self._is_open = False
            if not failed and not tx.doomed and (tx.touched or tx.swept):
                self._keep_undo(tx)
                for listener in self._listeners:
                    listener(tx)
        finally:
            self._lock.release()

    def listen(self, listener: Listener) -> None:
        """Call a function after each transaction that wrote something; it must not write itself."""
        self._listeners.append(listener)

    def as_before(self, tx: Tx, tenant_id: str, writes: int) -> None:
        """Let a transaction see a practice as it was before its last writes, and undo all at its end.

        A practice's last 20 writes are known, those since the world was loaded.
        """
        tx.doomed = True
        for undos in list(self._undo.get(tenant_id, ()))[: -writes - 1 : -1]:
            for undo in reversed(undos):
                tx.take_back(undo)

    @contextmanager
    def attached(self, path: Path, name: str) -> Iterator[Tx]:
        """Open a transaction in which the tables of another SQLite file are there, under a name."""
        with self._lock:
            # SQLite attaches outside a transaction only.
            self._cursor.execute("ATTACH DATABASE ? AS ?", (str(path), name))
            try:
                with self.begin() as tx:
                    yield tx
            finally:
                self._cursor.execute("DETACH DATABASE ?", (name,))

    def _end(self, tx: Tx, how: str) -> None:
        if tx.begun and self._raw.in_transaction:
            self._cursor.execute(how)

    def _keep_undo(self, tx: Tx) -> None:
        if tx.swept:
            self._undo.clear()
            return
        by_tenant: dict[str, list[Undo]] = {}
        for undo in tx.undo:
            if not undo.table.info.get("private") or undo.table.info.get("shown"):
                by_tenant.setdefault(undo.key[0], []).append(undo)
        for tenant_id, undos in by_tenant.items():
            self._undo.setdefault(tenant_id, deque(maxlen=UNDO_DEPTH)).append(undos)

    def clear(self, tx: Tx, *, keep_lasting: bool = False) -> None:
        """Remove all rows; with `keep_lasting` apps, tokens and the loaded world stay."""
        for table in reversed(self.metadata.sorted_tables):
            if not (keep_lasting and table.info.get("lasting")):
                tx.sweep(delete(table))

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
        """Let go of the database."""
        with self._lock:
            self._engine.dispose()


def canonical_json(value: Any) -> str:
    """Write a value as JSON in the one form that is hashed: sorted keys, no white space, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _ordered(table: Table, tenant_id: str | None) -> Executable:
    query = select(table).order_by(*table.primary_key)
    return query if tenant_id is None else query.where(table.c.tenant_id == tenant_id)


def _refuse_rows_of_nobody(metadata: MetaData) -> None:
    for table in metadata.tables.values():
        keys = [column.name for column in table.primary_key]
        if not table.info.get("private") and keys[:1] != ["tenant_id"]:
            raise ValueError(f"the key of table {table.name} must begin with tenant_id, not {keys}")


def _refuse_other_tables(metadata: MetaData, engine: Engine, path: Path | None) -> None:
    with engine.connect() as connection:
        found = inspect(connection)
        for name in found.get_table_names():
            columns = {column["name"] for column in found.get_columns(name)}
            ours = metadata.tables.get(name)
            if ours is None or columns != set(ours.columns.keys()):
                raise StoreError(
                    f"cannot use {path} as a store: its table {name} is another program's or "
                    "another version's; name another file"
                )


def _configure(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA wal_autocheckpoint=8000")


def _log_ahead(engine: Engine) -> None:
    """Switch the file to a write-ahead log: cheap commits that a killed process does not lose."""
    connection = engine.raw_connection()
    connection.cursor().execute("PRAGMA journal_mode=WAL")
    connection.close()
