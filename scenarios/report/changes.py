"""Which records were created, changed or deleted between two states of a system: pure, from what `/_control/state` says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scenarios.report.tables import (
    JOINED,
    KINDS,
    LABELS,
    LEFT_OUT,
    OWNERS,
    PARTS,
    QUIET,
    QUIET_UNLESS,
    WORDS,
    Part,
    key_columns,
)

Row = dict[str, Any]
Tables = Mapping[str, list[Row]]
Key = tuple[Any, ...]
CREATED, CHANGED, DELETED = "created", "changed", "deleted"
NO = "no"
ORDER = (CHANGED, DELETED, CREATED)
"""What is told first: somebody's change is looked for sooner than what an import made."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a record said of one thing, and what it says now; empty: nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a record of one system; `fields` are those that are other than they were."""

    side: str
    practice: str
    kind: str
    key: str
    """The record's id there."""
    label: str
    owner: str
    """The name of whom it belongs to; empty where it belongs to nobody."""
    what: str
    fields: tuple[Field, ...]
    owners: tuple[str, ...] = ()
    """The ids of whom it belongs to: a contact of XPM may be at several clients."""


def changes(side: str, before: Tables, after: Tables) -> tuple[Change, ...]:
    """Return what became of a system's records from one state to another."""
    one, other = _State(side, before), _State(side, after)
    touched = dict.fromkeys(_touched(one, other))
    found = [_change(one, other, table, key) for table, key in touched]
    return ordered(change for change in found if change)


def ordered(found: Iterable[Change]) -> tuple[Change, ...]:
    """Return changes as people read them: the same client of both systems stands together."""
    return tuple(sorted(found, key=_order))


def _order(one: Change) -> tuple[Any, ...]:
    return one.practice, ORDER.index(one.what), one.kind, one.label, one.side != "XPM", one.owner, one.key


class _State:
    """A system's tables, with what is looked up in them."""

    def __init__(self, side: str, tables: Tables) -> None:
        self.side = side
        self.tables = tables
        self._rows: dict[str, dict[Key, Row]] = {}
        self._parts: dict[str, dict[Key, list[Row]]] = {}

    def rows(self, table: str) -> dict[Key, Row]:
        """Return a table's rows by their keys."""
        if table not in self._rows:
            rows = self.tables.get(table, [])
            columns = key_columns(table, rows[0]) if rows else ()
            self._rows[table] = {tuple(str(row[one]) for one in columns): row for row in rows}
        return self._rows[table]

    def parts(self, table: str, key: Key) -> list[Row]:
        """Return the rows of a table that are part of a record."""
        if table not in self._parts:
            by: dict[Key, list[Row]] = {}
            for row in self.tables.get(table, []):
                by.setdefault(_whole(row, PARTS[table]), []).append(row)
            self._parts[table] = by
        return self._parts[table].get(key, [])

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of all that has one, by its id."""
        found = {}
        for table, rows in self.tables.items():
            for row in rows:
                if table not in PARTS and (key := row.get("uuid") or row.get("slug")):
                    found[str(key)] = str(row.get("name") or _label(table, row))
        return found

    @cached_property
    def practices(self) -> dict[str, str]:
        """The names of the practices, by tenant."""
        rows = [*self.tables.get("tenants", ()), *self.tables.get("practices", ())]
        return {str(row["tenant_id"]): str(row["name"]) for row in rows}


def _touched(one: _State, other: _State) -> Iterable[tuple[str, Key]]:
    """Yield the records that are not what they were, or a part of which is not."""
    for table in sorted({*one.tables, *other.tables} - LEFT_OUT):
        if one.tables.get(table) == other.tables.get(table):
            continue
        before, after = one.rows(table), other.rows(table)
        part = PARTS.get(table)
        for key in [*before, *(key for key in after if key not in before)]:
            if before.get(key) != after.get(key):
                rows = [row for row in (before.get(key), after.get(key)) if row]
                yield from ((part.of, _whole(row, part)) if part else (table, key) for row in rows)


def _whole(row: Row, part: Part) -> Key:
    return str(row["tenant_id"]), str(row[part.by])


def _change(one: _State, other: _State, table: str, key: Key) -> Change | None:
    """Return what became of a record; None where nothing did that anybody sees."""
    before, after = one.rows(table).get(key), other.rows(table).get(key)
    row = after or before
    if row is None:
        return None
    what = _what(before, after)
    was, now = _values(one, table, key), {} if what == DELETED else _values(other, table, key)
    fields = tuple(
        _field(was.get(name), now.get(name))
        for name in dict.fromkeys([*now, *was])
        if was.get(name, _NOTHING)[1] != now.get(name, _NOTHING)[1]
    )
    if what == CHANGED and not fields:
        return None
    state = one if what == DELETED else other
    owners = _owners(state, table, key, row)
    return Change(
        state.side, state.practices.get(str(row["tenant_id"]), ""), _kind(state.side, table), str(key[-1]),
        _label(table, row), _shown(state.names, owners), what, fields, owners,
    )  # fmt: skip


def _what(before: Row | None, after: Row | None) -> str:
    """Return what became of a row; one that is marked as deleted is gone, although lists go on showing it."""
    if before is None:
        return CREATED
    is_gone = after is None or (after.get("is_deleted") and not before.get("is_deleted"))
    return DELETED if is_gone else CHANGED


def _owners(state: _State, table: str, key: Key, row: Row) -> tuple[str, ...]:
    own = next((str(row[column]) for column in OWNERS if row.get(column)), "")
    at = [part["client_uuid"] for part in state.parts("client_contacts", key)] if table == "contacts" else []
    return (own,) if own else tuple(sorted(at))


Value = tuple[str, Any, str]
"""What it is called, what it is (by ids, which no new name changes), and how that is shown."""
_NOTHING: Value = ("", None, "")


def _field(was: Value | None, now: Value | None) -> Field:
    before, after = was or _NOTHING, now or _NOTHING
    if before[2] == after[2]:
        # Two who bear one name: the ids tell them apart.
        return Field(after[0] or before[0], _with_id(before), _with_id(after))
    return Field(after[0] or before[0], before[2], after[2])


def _with_id(value: Value) -> str:
    return f"{value[2]} [{value[1]}]" if value[2] else ""


def _values(state: _State, table: str, key: Key) -> dict[Any, Value]:
    """Return what a record says, and what its parts say, where that is anything."""
    row = state.rows(table).get(key)
    if row is None:
        return {}
    found: dict[Any, Value] = {}
    joined = JOINED.get((state.side, table), ())
    for name, columns in joined:
        found[name] = _value(state, name, [row[column] for column in columns])
    apart = {column for _, columns in joined for column in columns}
    for column, value in row.items():
        if column not in apart and not _is_quiet(state.side, table, column):
            found |= _told(state, table, column, value)
    for name, part in PARTS.items():
        if part.of == table:
            found |= _of_part(state, name, part, state.parts(name, key))
    return {name: value for name, value in found.items() if value[2]}


def _told(state: _State, table: str, column: str, value: Any) -> dict[Any, Value]:
    """Return a column's value; one that has members is told by member, an address as one."""
    word = WORDS.get((table, column), _word(column))
    if isinstance(value, Mapping) and "line" not in value:
        return {(column, name): _value(state, f"{word} {_word(name)}", one) for name, one in value.items()}
    if isinstance(value, Mapping):
        order = ("line", "city", "region", "postcode", "country")
        return {column: _value(state, word, [value.get(name) for name in order])}
    return {column: _value(state, word, value)}


def _of_part(state: _State, table: str, part: Part, rows: list[Row]) -> dict[Any, Value]:
    ids = [str(row[part.called] or "") for row in rows]
    if part.is_joined:
        names = sorted(_shown(state.names, one) for one in ids)
        return {table: (part.word, sorted(ids), ", ".join(names))}
    found: dict[Any, Value] = {}
    for called, row in zip(ids, rows, strict=True):
        key = (table, row.get("uuid") or called, row.get("position") if "uuid" not in row else None)
        plain = {
            _word(column): value if value is True else _shown(state.names, value)
            for column, value in row.items()
            if value and column not in {part.by, part.called} and not _is_quiet(state.side, table, column)
        }
        told = {word: value for word, value in plain.items() if value != _shown(state.names, called)}
        text = ", ".join(word if value is True else f"{word} {value}" for word, value in told.items())
        found[(table, called) if table == "client_contacts" else key] = (
            f"{part.word} “{_shown(state.names, called)}”", plain, text or part.bare
        )  # fmt: skip
    return found


def _is_quiet(side: str, table: str, column: str) -> bool:
    return column in QUIET and column not in QUIET_UNLESS.get((side, table), ())


def _value(state: _State, word: str, value: Any) -> Value:
    return word, value, _shown(state.names, value)


def _shown(names: Mapping[str, str], value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else NO
    if isinstance(value, list | tuple):
        return ", ".join(text for one in value if (text := _shown(names, one)))
    if isinstance(value, Mapping):
        return " ".join(text for name in sorted(value) if (text := _shown(names, value[name])))
    return "" if value is None else names.get(str(value), str(value))


def _label(table: str, row: Row) -> str:
    columns = LABELS.get(table, ("name", "title", "description"))
    return " ".join(_shown({}, row[one]) for one in columns if row.get(one))


def _kind(side: str, table: str) -> str:
    word = table.replace("_", " ")
    return KINDS.get((side, table), word.removesuffix("s"))


def _word(column: str) -> str:
    return column.removesuffix("_uuid").removesuffix("_slug").removeprefix("is_").replace("_", " ")
