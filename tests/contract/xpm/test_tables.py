"""The tables are looked up by what names a row, whatever number of rows there are."""

import pytest
from flask import Flask
from sqlalchemy import Table, literal_column, select

from mock_xpm.tables.base import METADATA

NAMED = [table for table in METADATA.sorted_tables if {"uuid", "id"} <= set(table.columns.keys())]


@pytest.mark.parametrize("column", ["uuid", "id"])
@pytest.mark.parametrize("table", NAMED, ids=lambda table: table.name)
def test_a_row_is_found_by_its_identifiers_without_passing_over_others(
    app: Flask, table: Table, column: str
) -> None:
    one = literal_column("1")
    asked = select(table.c.uuid).where(table.c.tenant_id == one, table.c[column] == one)
    with app.extensions["kit"].store.begin() as tx:
        ((*_, plan),) = tx._run(f"EXPLAIN QUERY PLAN {asked}", ())
    assert f"(tenant_id=? AND {column}=?)" in plan
