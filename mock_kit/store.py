"""The state of a fake: SQLAlchemy tables on SQLite, in memory or in a file.

Every table of a fake's own data begins its primary key with `tenant_id`: that is how one
practice's rows are told from another's, and how a dump of one practice is made. Tables whose
`info` says `private` (tokens, keys, apps, the loaded world) are in no dump and no digest.
"""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
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
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

Row = dict[str, Any]
PRIVATE = {"private": True}
"""Mark of a table that is in no dump and no digest."""
LASTING = {"private": True, "lasting": True}
"""Mark of a private table that outlives a reset: apps and tokens, the loaded world."""


@dataclass(frozen=True)
class Change:
    """One row that a call changed: what the journal tells of it."""

    table: str
    op: str
    key: tuple[Any, ...]
    values: Row

    def as_json(self) -> Row:
        """Return the change as the journal shows it."""
        return {"table": self.table, "op": self.op, "key": list(self.key), "values": self.values}


@dataclass
class Tx:
    """An open transaction: reads, and writes that note which rows they changed."""

    connection: Connection
    changes: list[Change] = field(default_factory=list)

    def rows(self, query: Executable) -> list[Row]:
        """Return all rows of a query as dictionaries."""
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def first(self, query: Executable) -> Row | None:
        """Return the first row of a query, or None."""
        row = self.connection.execute(query).mappings().first()
        return dict(row) if row else None

    def get(self, table: Table, *key: Any) -> Row | None:
        """Return the row with this primary key, its parts in the table's order, or None."""
        return self.first(select(table).where(*_key_is(table, key)))

    def insert(self, table: Table, row: Mapping[str, Any]) -> None:
        """Add one row."""
        self.connection.execute(insert(table), dict(row))
        self._note(table, "insert", tuple(row[column.name] for column in table.primary_key), dict(row))

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add many rows in one statement; used when a world is loaded, so nothing is noted."""
        if rows:
            self.connection.execute(insert(table), [dict(row) for row in rows])

    def update(self, table: Table, key: Sequence[Any], values: Mapping[str, Any]) -> None:
        """Change columns of the row with this primary key."""
        if not values:
            return
        done = self.connection.execute(update(table).where(*_key_is(table, key)).values(dict(values)))
        if done.rowcount:
            self._note(table, "update", tuple(key), dict(values))

    def delete(self, table: Table, *key: Any) -> None:
        """Remove the row with this primary key."""
        done = self.connection.execute(delete(table).where(*_key_is(table, key)))
        if done.rowcount:
            self._note(table, "delete", key, {})

    def _note(self, table: Table, op: str, key: tuple[Any, ...], values: Row) -> None:
        if not table.info.get("private"):
            self.changes.append(Change(table.name, op, key, values))


def _key_is(table: Table, key: Sequence[Any]) -> list[Any]:
    columns = list(table.primary_key)
    if len(columns) != len(key):
        raise ValueError(f"{table.name} has a key of {len(columns)} parts, {len(key)} were given")
    return [column == part for column, part in zip(columns, key, strict=True)]


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
        ),
        "world": Table(
            "kit_world",
            metadata,
            Column("id", Integer, primary_key=True),
            Column("document", Text, nullable=False),
            info=LASTING,
        ),
    }


class Store:
    """One SQLite database. A transaction has it to itself: writes are serial, as SQLite's are."""

    def __init__(self, metadata: MetaData, path: Path | None = None) -> None:
        _refuse_rows_of_nobody(metadata)
        self.metadata = metadata
        self.path = path
        self._lock = threading.RLock()
        self._is_open = False
        self._engine = create_engine(
            f"sqlite:///{path}" if path else "sqlite://",
            poolclass=StaticPool,
            connect_args={"check_same_thread": False, "isolation_level": None},
        )
        event.listen(self._engine, "connect", _configure)
        event.listen(self._engine, "begin", _begin)
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

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Open a transaction that commits at the end of the block and rolls back on any error.

        Raises StoreError inside another one of the same thread: pass that one on instead.
        """
        with self._lock:
            if self._is_open:
                raise StoreError("a transaction is open in this thread already: pass it on")
            self._is_open = True
            try:
                with self._engine.begin() as connection:
                    yield Tx(connection)
            finally:
                self._is_open = False

    def clear(self, tx: Tx, *, keep_lasting: bool = False) -> None:
        """Remove all rows; with `keep_lasting` apps, tokens and the loaded world stay."""
        for table in reversed(self.metadata.sorted_tables):
            if not (keep_lasting and table.info.get("lasting")):
                tx.connection.execute(delete(table))

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


def _log_ahead(engine: Engine) -> None:
    """Switch the file to a write-ahead log: cheap commits that a killed process does not lose."""
    connection = engine.raw_connection()
    connection.cursor().execute("PRAGMA journal_mode=WAL")
    connection.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
