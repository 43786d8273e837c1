"""The tables that tell the fakes' rows to people know every table that the fakes have."""

from importlib import import_module

import pytest
from sqlalchemy import Table

from mock_ignition.tables.base import METADATA as IGNITION
from mock_xpm.tables.base import METADATA as XPM
from scenarios.report.tables import (
    JOINED,
    KINDS,
    LABELS,
    LEFT_OUT,
    PARTS,
    QUIET_UNLESS,
    WORDS,
    key_columns,
)

for fake in ("mock_xpm.app", "mock_ignition.app"):
    import_module(fake)  # which makes the tables known
TABLES = {
    side: {name: table for name, table in known.tables.items() if not table.info.get("private")}
    for side, known in (("XPM", XPM), ("Ignition", IGNITION))
}
ALL = [(side, table) for side, known in TABLES.items() for table in known.values()]


@pytest.mark.parametrize(("side", "table"), ALL, ids=lambda one: one if isinstance(one, str) else one.name)
def test_a_row_of_every_table_is_told_from_any_other(side: str, table: Table) -> None:
    """A key that two rows share would hide one of them: by the table's own key, or by all that it says."""
    assert side in TABLES
    columns = key_columns(table.name, dict.fromkeys(table.c.keys()))
    assert set(columns) >= set(table.primary_key.columns.keys())
    if table.name not in {*PARTS, *LEFT_OUT}:
        assert set(columns) == set(table.primary_key.columns.keys())


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_part_of_a_record_there_is(name: str) -> None:
    """By the columns that it names, and the record's key is what they hold."""
    part, table = PARTS[name], TABLES["XPM"][name]
    assert {part.by, part.called} <= set(table.c.keys())
    whole = TABLES["XPM"][part.of]
    assert len(key_columns(part.of, dict.fromkeys(whole.c.keys()))) == 2


def test_every_table_and_column_that_is_named_is_there() -> None:
    """A word for a column that has another name by now would be said of nothing."""
    names = {table.name for _, table in ALL}
    assert {*LABELS, *LEFT_OUT} <= names
    assert all(table in TABLES[side] for side, table in (*KINDS, *JOINED, *QUIET_UNLESS))
    columns = {(table.name, column) for _, table in ALL for column in set(table.c.keys())}
    assert set(WORDS) <= columns
    assert {(table, one) for table, ones in LABELS.items() for one in ones} <= columns | {
        ("invoices", "number"),
        ("invoices", "reference_number"),
    }
    for (_, table), joined in JOINED.items():
        assert {(table, column) for _, ones in joined for column in ones} <= columns
