"""An open transaction: reads, and writes that note which rows they changed."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    CursorResult,
    Select,
    Table,
    select,
)
from sqlalchemy.exc import IntegrityError

from mock_kit.statements import Query, Row, TableSql

RowKey = tuple[Table, tuple[Any, ...]]
"""A row: its table and its key. With an empty key, all rows of the table."""
Selection = Select[Any] | CompoundSelect[Any]


class Change(NamedTuple):
    """One row that a call changed: what the journal tells of it."""

    table: str
    op: str
    key: tuple[Any, ...]
    values: Row

    def as_json(self) -> Row:
        """Return the change as the journal shows it."""
        return {"table": self.table, "op": self.op, "key": list(self.key), "values": self.values}


class Undo(NamedTuple):
    """How a change of one row is taken back: the row as it was, or None when there was none."""

    table: Table
    key: tuple[Any, ...]
    before: Row | None
    values: Row
    """The columns that were written; none when the row was removed."""


class Tx:
    """A transaction. It begins with its first statement: one that asks nothing costs nothing.

    Whatever it writes is noted, row by row or as a sweep: the undo log, the journal, the snapshots and all
    that is kept in memory live by these notes.
    """

    swept_rows: Collection[RowKey] | None = None
    """Which rows a sweep wrote, where that is known."""

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
        self._counters: dict[Table, dict[tuple[Any, ...], int]] = {}
        """Where the counters stand that were asked for; they are written at the end, together."""
        self._connection = connection
        self._cursor = cursor
        self._sql = sql

    def rows(self, query: Selection) -> list[Row]:
        """Return all rows of a query as dictionaries."""
        return [dict(row) for row in self._read(query).mappings()]

    def first(self, query: Selection) -> Row | None:
        """Return the first row of a query, or None."""
        row = self._read(query).mappings().first()
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

    def insert_each(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows as `insert` does, each of them noted, by one statement; an error dooms the transaction."""
        sql = self._sql[table]
        self._insert(sql, rows)
        for row in rows:
            self._note(table, "insert", sql.key_of(row), dict(row), None)

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add the rows of a world in one statement; none is noted, as the state was cleared just before.

        Raises ValueError where it was not: what a call adds is added row by row.
        """
        if not self.swept:
            raise ValueError(f"{table.name} was not cleared in this transaction: insert its rows one by one")
        self._insert(self._sql[table], rows)

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

    def remove(self, table: Table, *conditions: ColumnElement[bool]) -> None:
        """Remove the rows that meet all of these conditions."""
        for row in self.rows(select(*table.primary_key).where(*conditions)):
            self.delete(table, *row.values())

    def count(self, table: Table, key: tuple[Any, ...], column: str, first: int, many: int = 1) -> int:
        """Return a counter's value, and let it go on by so many; one that is not there begins at `first`."""
        counters = self._counters.setdefault(table, {})
        value = counters.get(key)
        if value is None:
            known = self.get(table, *key)
            value = None if known is None else int(known[column])
        before = (
            None if value is None else {**dict(zip(self._sql[table].key, key, strict=True)), column: value}
        )
        begin = first if value is None else value
        counters[key] = begin + many
        self._note(table, "update" if before else "insert", key, {column: begin + many}, before)
        return begin

    def settle(self) -> None:
        """Write what was left to the end, before it is committed."""
        for table, counters in self._counters.items():
            rows = [(*key, value) for key, value in counters.items()]
            self._cursor.executemany(self._sql[table].replace, rows)
        self._counters.clear()

    def empty(self, table: Table) -> None:
        """Remove all rows of a table; none is noted."""
        self.swept = True
        self._run(self._sql[table].empty, ())

    def take_back(self, table: Table, key: tuple[Any, ...], before: Row | None) -> None:
        """Put a row back as it was. For looking at an earlier state, in a transaction that is doomed."""
        sql = self._sql[table]
        self._run(sql.delete, key)
        if before is not None:
            self._run(sql.insert, sql.values(before))

    def _insert(self, sql: TableSql, rows: Sequence[Mapping[str, Any]]) -> None:
        self._begin()
        try:
            self._cursor.executemany(sql.insert, [sql.values(row) for row in rows])
        except sqlite3.IntegrityError as error:
            self.doomed = True  # those before the one that is refused are there
            raise IntegrityError(sql.insert, None, error) from error

    def _begin(self) -> None:
        if not self.begun:
            self._cursor.execute("BEGIN IMMEDIATE")
            self.begun = True

    def _read(self, query: Selection) -> CursorResult[Any]:
        if not query.is_select:
            raise ValueError(f"{type(query).__name__} is no query: write by the methods that note it")
        self._begin()
        return self._connection.execute(query)

    def _run(self, sql: str, values: Sequence[Any]) -> sqlite3.Cursor:
        self._begin()
        try:
            return self._cursor.execute(sql, values)
        except sqlite3.IntegrityError as error:
            raise IntegrityError(sql, None, error) from error

    def _note(self, table: Table, op: str, key: tuple[Any, ...], values: Row, before: Row | None) -> None:
        self.touched.add(table.name)
        self.undo.append(Undo(table, key, before, values))
        if not self._sql[table].is_private:
            self.changes.append(Change(table.name, op, key, values))


class SideTx(Tx):
    """A transaction in which the tables of another SQLite file are there too, under the name `side`."""

    def copy_out(self, table: Table, tenant_id: str | None) -> None:
        """Copy a table's rows, or a practice's, to the other file."""
        where, values = _narrowed(table, (), tenant_id)
        self._run(_copy(table, "main", "side", where), values)

    def put_back(self, table: Table, key: tuple[Any, ...], tenant_id: str | None) -> None:
        """Make a row, or with no key all rows, as the other file has them; of a practice alone if it is named."""
        self.swept = True
        where, values = _narrowed(table, key, tenant_id)
        self._run(f'DELETE FROM main."{table.name}"{where}', values)  # noqa: S608  # names of ours
        self._run(_copy(table, "side", "main", where), values)


def _narrowed(table: Table, key: tuple[Any, ...], tenant_id: str | None) -> tuple[str, tuple[Any, ...]]:
    """Return the condition for one row, for a practice's rows, or for all, and its parameters."""
    names = [column.name for column in table.primary_key] if key else []
    values = key
    if tenant_id is not None:
        names, values = ["tenant_id", *names], (tenant_id, *key)
    return (" WHERE " + " AND ".join(f'"{name}" = ?' for name in names)) if names else "", values


def _copy(table: Table, source: str, target: str, where: str) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    selected = f'SELECT {columns} FROM {source}."{table.name}"{where}'  # noqa: S608  # names of ours
    return f'INSERT INTO {target}."{table.name}" ({columns}) {selected}'


def _check_key(sql: TableSql, key: Sequence[Any]) -> None:
    if len(sql.key) != len(key):
        raise ValueError(f"{sql.table.name} has a key of {len(sql.key)} parts, {len(key)} were given")
