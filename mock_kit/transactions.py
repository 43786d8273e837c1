"""An open transaction: reads, and writes that note which rows they changed."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable, Table, insert
from sqlalchemy.exc import IntegrityError

from mock_kit.statements import Query, Row, TableSql


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


@dataclass(frozen=True)
class Undo:
    """How a change of one row is taken back: the row as it was, or None when there was none."""

    table: Table
    key: tuple[Any, ...]
    before: Row | None
    values: Row
    """The columns that were written; none when the row was removed."""


class Tx:
    """A transaction. It begins with its first statement: one that asks nothing costs nothing."""

    def __init__(self, connection: Connection, cursor: sqlite3.Cursor, sql: Mapping[Table, TableSql]) -> None:
        self.changes: list[Change] = []
        """The rows changed in the fake's own tables."""
        self.undo: list[Undo] = []
        """The rows changed in any table, in order."""
        self.touched: set[str] = set()
        """The names of all tables written to, private ones too."""
        self.swept = False
        """Rows were written or removed in bulk: nothing is known of the state before."""
        self.doomed = False
        """What was done here is taken back at the end."""
        self.begun = False
        self._connection = connection
        self._cursor = cursor
        self._sql = sql

    @property
    def connection(self) -> Connection:
        """Return SQLAlchemy's connection, inside this transaction."""
        self._begin()
        return self._connection

    def rows(self, query: Executable) -> list[Row]:
        """Return all rows of a query as dictionaries."""
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def first(self, query: Executable) -> Row | None:
        """Return the first row of a query, or None."""
        row = self.connection.execute(query).mappings().first()
        return dict(row) if row else None

    def all(self, query: Query, **parameters: Any) -> list[Row]:
        """Return all rows of a prepared query."""
        make = query.reader.row
        return [make(values) for values in self._run(query.sql, query.values(parameters))]

    def tuples(self, query: Query, **parameters: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a prepared query as the database gives them: for columns that are texts and numbers."""
        return self._run(query.sql, query.values(parameters)).fetchall()

    def any(self, query: Query, **parameters: Any) -> Row | None:
        """Return the first row of a prepared query, or None."""
        values = self._run(query.sql, query.values(parameters)).fetchone()
        return None if values is None else query.reader.row(values)

    def get(self, table: Table, *key: Any) -> Row | None:
        """Return the row with this primary key, its parts in the table's order, or None."""
        sql = self._sql[table]
        _check_key(sql, key)
        values = self._run(sql.get, key).fetchone()
        return None if values is None else sql.reader.row(values)

    def insert(self, table: Table, row: Mapping[str, Any]) -> None:
        """Add one row; a column that is not given has its default."""
        sql = self._sql[table]
        self._run(sql.insert, sql.values(row))
        self._note(table, "insert", sql.key_of(row), dict(row), None)

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add many rows in one statement; used when a world is loaded, so no row is noted."""
        if rows:
            self.swept = True
            self.connection.execute(insert(table), [dict(row) for row in rows])

    def update(self, table: Table, key: Sequence[Any], values: Mapping[str, Any]) -> None:
        """Change columns of the row with this primary key."""
        if not values:
            return
        before = self.get(table, *key)
        if before is None:
            return
        sql = self._sql[table]
        written = [sql.bound(name, value) for name, value in values.items()]
        self._run(sql.update(tuple(values)), [*written, *key])
        self._note(table, "update", tuple(key), dict(values), before)

    def delete(self, table: Table, *key: Any) -> None:
        """Remove the row with this primary key."""
        before = self.get(table, *key)
        if before is not None:
            self._run(self._sql[table].delete, key)
            self._note(table, "delete", key, {}, before)

    def count(self, table: Table, key: tuple[Any, ...], column: str, first: int) -> int:
        """Return a counter's value, and let it go on by one; a counter that is not there begins at `first`."""
        sql = self._sql[table]
        known = self._run(sql.get, key).fetchone()
        before = None if known is None else sql.reader.row(known)
        value = first if before is None else int(before[column])
        if before is None:
            row = {**dict(zip(sql.key, key, strict=True)), column: value + 1}
            self._run(sql.insert, sql.values(row))
        else:
            self._run(sql.update((column,)), [value + 1, *key])
        self._note(table, "update" if before else "insert", key, {column: value + 1}, before)
        return value

    def sweep(self, statement: Executable) -> None:
        """Do a statement on many rows; no row is noted."""
        self.swept = True
        self.connection.execute(statement)

    def run(self, sql: str, values: Sequence[Any] = (), *, sweeps: bool = True) -> None:
        """Do a statement written as SQL, on many rows; none is noted. `sweeps`: it changes the state."""
        self.swept |= sweeps
        self._run(sql, values)

    def take_back(self, undo: Undo) -> None:
        """Put a row back as it was. For looking at an earlier state, in a transaction that is doomed."""
        sql = self._sql[undo.table]
        self._run(sql.delete, undo.key)
        if undo.before is not None:
            self._run(sql.insert, sql.values(undo.before))

    def _begin(self) -> None:
        if not self.begun:
            self._cursor.execute("BEGIN IMMEDIATE")
            self.begun = True

    def _run(self, sql: str, values: Sequence[Any]) -> sqlite3.Cursor:
        self._begin()
        try:
            return self._cursor.execute(sql, values)
        except sqlite3.IntegrityError as error:
            raise IntegrityError(sql, None, error) from error

    def _note(self, table: Table, op: str, key: tuple[Any, ...], values: Row, before: Row | None) -> None:
        self.touched.add(table.name)
        self.undo.append(Undo(table, key, before, values))
        if not table.info.get("private"):
            self.changes.append(Change(table.name, op, key, values))


def _check_key(sql: TableSql, key: Sequence[Any]) -> None:
    if len(sql.key) != len(key):
        raise ValueError(f"{sql.table.name} has a key of {len(sql.key)} parts, {len(key)} were given")
