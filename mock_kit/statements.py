"""SQL that is worked out once: statements on one row of a table, and queries with parameters.

SQLAlchemy writes the SQL and knows how a type is stored; the statement is then run on the database's
own cursor. A call of a fake makes a dozen statements, and their cost is most of what it costs.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import ColumnElement, CompoundSelect, Select, Table, bindparam, delete, insert, select
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.sql.compiler import SQLCompiler

Row = dict[str, Any]
Convert = Callable[[Any], Any]
DIALECT = sqlite_dialect(
    json_serializer=lambda value: orjson.dumps(value).decode(), json_deserializer=orjson.loads
)
"""How values are stored: JSON columns are written and read often enough for a quick writer."""


class Reader:
    """Makes dictionaries of the rows of one query."""

    def __init__(self, columns: Sequence[Any]) -> None:
        self.names = [column.name for column in columns]
        found = ((column.name, column.type.result_processor(DIALECT, None)) for column in columns)
        self.converts: list[tuple[str, Convert]] = [(name, convert) for name, convert in found if convert]

    def row(self, values: Sequence[Any]) -> Row:
        """Return a row's columns by name."""
        row = dict(zip(self.names, values, strict=True))
        for name, convert in self.converts:
            row[name] = convert(row[name])
        return row


class TableSql:
    """The statements on single rows of one table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.is_private = bool(table.info.get("private"))
        self.key = [column.name for column in table.primary_key]
        self.reader = Reader(list(table.columns))
        binds = ((column.name, column.type.bind_processor(DIALECT)) for column in table.columns)
        self.binds: dict[str, Convert] = {name: convert for name, convert in binds if convert}
        self.defaults = {column.name: _default(column) for column in table.columns}
        self._places = [
            (place, self.binds[name]) for place, name in enumerate(self.defaults) if name in self.binds
        ]
        self._updates: dict[tuple[str, ...], str] = {}

    @cached_property
    def get(self) -> str:
        """Select a row by its key."""
        return _sql(select(self.table).where(*self._has_key))

    @cached_property
    def insert(self) -> str:
        """Insert a row, all of its columns in the table's order."""
        return _sql(insert(self.table))

    @cached_property
    def replace(self) -> str:
        """Insert a row, all of its columns in the table's order, in the place of one with its key."""
        return _sql(insert(self.table).prefix_with("OR REPLACE"))

    @cached_property
    def delete(self) -> str:
        """Delete a row by its key."""
        return _sql(delete(self.table).where(*self._has_key))

    @cached_property
    def empty(self) -> str:
        """Delete all rows."""
        return _sql(delete(self.table))

    def update(self, columns: tuple[str, ...]) -> str:
        """Update some columns, in this order, of the row with a key."""
        known = self._updates.get(columns)
        if known is None:
            quote = DIALECT.identifier_preparer.quote
            for name in columns:
                self.table.c[name]  # a KeyError names the column that the table does not have
            sets = ", ".join(f"{quote(name)}=?" for name in columns)
            where = " AND ".join(f"{quote(name)}=?" for name in self.key)
            known = f"UPDATE {quote(self.table.name)} SET {sets} WHERE {where}"  # noqa: S608  # names of ours
            self._updates[columns] = known
        return known

    def values(self, row: Mapping[str, Any]) -> list[Any]:
        """Return a new row's values in the table's order, with the defaults of what is not given."""
        filled = {**self.defaults, **row}
        if len(filled) > len(self.defaults):
            unknown = sorted(row.keys() - self.defaults.keys())
            raise ValueError(f"{self.table.name} has no column {', '.join(unknown)}")
        values = list(filled.values())
        for place, convert in self._places:
            values[place] = convert(values[place])
        return values

    def bound(self, column: str, value: Any) -> Any:
        """Return a value as the database stores it."""
        convert = self.binds.get(column)
        return convert(value) if convert else value

    @property
    def _has_key(self) -> list[ColumnElement[bool]]:
        return [column == bindparam(column.name) for column in self.table.primary_key]

    def key_of(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the key of a row."""
        return tuple([row[name] for name in self.key])


class Query:
    """A query with named parameters (`bindparam`), worked out at its first use."""

    def __init__(self, query: Select[Any] | CompoundSelect[Any]) -> None:
        self._query = query

    @cached_property
    def sql(self) -> str:
        """The SQL, with a question mark for each parameter."""
        return str(self._compiled)

    @cached_property
    def reader(self) -> Reader:
        """What makes dictionaries of its rows."""
        return Reader(list(self._query.selected_columns))

    def values(self, parameters: Row) -> list[Any]:
        """Return the parameters in the order of the question marks."""
        return [fixed if name is None else parameters[name] for name, fixed in self._order]

    @cached_property
    def _compiled(self) -> SQLCompiler:
        compiled = self._query.compile(dialect=DIALECT)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(f"{type(self._query).__name__} is no query")
        return compiled

    @cached_property
    def _order(self) -> list[tuple[str | None, Any]]:
        compiled = self._compiled
        order: list[tuple[str | None, Any]] = []
        for name in compiled.positiontup or []:
            bind = compiled.binds[name]
            order.append((name, None) if bind.required else (None, compiled.params[name]))
        return order


def _sql(statement: Any) -> str:
    return str(statement.compile(dialect=DIALECT))


def _default(column: Any) -> Any:
    return column.default.arg if column.default is not None else None
