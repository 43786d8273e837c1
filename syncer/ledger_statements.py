"""The ledger's everyday statements, each put into words once: a sync of nothing new makes hundreds of them.

Each takes its values by name: `is_` and the column where it compares, `to_` and the column where it sets.
SQLAlchemy writes them and SQLite runs them: SQLAlchemy's way of running one takes longer than the statement itself.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, Table, bindparam, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql.compiler import SQLCompiler

Row = dict[str, Any]
_DIALECT: Callable[..., Any] = sqlite.dialect


def rows_of(connection: sqlite3.Connection, table: Table, equal: Row) -> list[Row]:
    """Return a table's rows, in the order of the key, where columns equal values."""
    return _select(table, *_split(equal)).rows(connection, _wanted(equal))


def change_rows(connection: sqlite3.Connection, table: Table, values: Row, equal: Row) -> None:
    """Set columns in the rows where columns equal values."""
    statement = _update(table, tuple(values), *_split(equal))
    connection.execute(statement, _given(values) | _wanted(equal))


def remove_rows(connection: sqlite3.Connection, table: Table, equal: Row) -> None:
    """Delete the rows where columns equal values."""
    connection.execute(_delete(table, *_split(equal)), _wanted(equal))


def upsert(connection: sqlite3.Connection, table: Table, row: Row, *, keep: bool = False) -> None:
    """Insert a row; where its key is there, overwrite the columns given, or with `keep` leave it be."""
    connection.execute(_upsert(table, tuple(row), keep), _given(row))


class Prepared:
    """A query put into words at its first use; what it compares with are parameters (`bindparam`), by name."""

    def __init__(self, query: Select[Any]) -> None:
        self._query = query

    @cached_property
    def _words(self) -> tuple[str, list[str], list[str]]:
        columns = list(self._query.selected_columns)
        # SQLite holds flags as 0 and 1.
        flags = [column.name for column in columns if isinstance(column.type, Boolean)]
        return _text(self._query), [column.name for column in columns], flags

    def rows(self, connection: sqlite3.Connection, values: Row) -> list[Row]:
        """Return the rows that the query finds with some values."""
        text, names, flags = self._words
        rows = [dict(zip(names, row, strict=True)) for row in connection.execute(text, values)]
        for name in flags:
            for row in rows:
                row[name] = None if row[name] is None else bool(row[name])
        return rows


def among(name: str) -> Select[Any]:
    """Return what a column is `in_` of: one parameter, a JSON list, however many there are."""
    return select(func.json_each(bindparam(name)).table_valued("value").c.value)


@cache
def _select(table: Table, names: tuple[str, ...], empty: tuple[str, ...]) -> Prepared:
    return Prepared(select(table).where(*_narrowed(table, names, empty)).order_by(*table.primary_key))


@cache
def _update(table: Table, to: tuple[str, ...], names: tuple[str, ...], empty: tuple[str, ...]) -> str:
    return _text(table.update().where(*_narrowed(table, names, empty)).values(_parameters(to)))


@cache
def _delete(table: Table, names: tuple[str, ...], empty: tuple[str, ...]) -> str:
    return _text(table.delete().where(*_narrowed(table, names, empty)))


@cache
def _upsert(table: Table, names: tuple[str, ...], keep: bool) -> str:  # noqa: FBT001  # a key of the cache
    keys = [column.name for column in table.primary_key]
    statement = insert(table).values(_parameters(names))
    rest = {name: statement.excluded[name] for name in names if name not in keys}
    if keep or not rest:
        return _text(statement.on_conflict_do_nothing())
    return _text(statement.on_conflict_do_update(index_elements=keys, set_=rest))


def _narrowed(table: Table, names: Iterable[str], empty: Iterable[str]) -> list[ColumnElement[bool]]:
    equal = [table.c[name] == bindparam(f"is_{name}") for name in names]
    return [*equal, *(table.c[name].is_(None) for name in empty)]


def _parameters(names: Iterable[str]) -> Row:
    return {name: bindparam(f"to_{name}") for name in names}


def _text(statement: Any) -> str:
    compiled: SQLCompiler = statement.compile(dialect=_DIALECT(paramstyle="named"))
    return str(compiled)


def _split(equal: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return which columns are compared with a value, and which are to be empty."""
    if None not in equal.values():
        return tuple(equal), ()
    names = tuple(name for name, value in equal.items() if value is not None)
    return names, tuple(name for name, value in equal.items() if value is None)


def _wanted(equal: Mapping[str, Any]) -> Row:
    return {f"is_{name}": value for name, value in equal.items() if value is not None}


def _given(values: Mapping[str, Any]) -> Row:
    return {f"to_{name}": value for name, value in values.items()}
