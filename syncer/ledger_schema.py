"""The ledger's schema: made in a new file, brought up to date in an old one, refused in any other."""

import sqlite3
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import StaticPool
from sqlalchemy.schema import CreateIndex, CreateTable

from syncer import ledger_tables as t
from syncer.errors import LedgerError

FIRST = "0001"
VERSIONS = "alembic_version"
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"


def prepare_schema(connection: sqlite3.Connection, path: Path | None) -> None:
    """Give an empty database the schema, or bring a ledger of an older version up to date.

    To be called in a transaction that has written nothing: a migration ends it, to begin its own.
    Raises LedgerError for another program's database, and for a ledger of a version not known here.
    """
    names = _tables(connection)
    if not names:
        _create(connection)
        _stamp(connection, t.SCHEMA)
        return
    if "meta" not in names:
        raise LedgerError(f"{path} is another program's database, not a ledger")
    found = _version(connection) if VERSIONS in names else FIRST
    if found > t.SCHEMA:
        raise LedgerError(
            f"{path} has ledger schema {found}, this syncer knows {t.SCHEMA}: use the version that wrote it"
        )
    if found != t.SCHEMA:
        connection.rollback()  # as SQLAlchemy does with whatever it is given
        _migrate(connection)


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute(_TABLES)}


def _version(connection: sqlite3.Connection) -> str:
    ((found,),) = connection.execute(f"SELECT version_num FROM {VERSIONS}")  # noqa: S608  # a constant
    return str(found)


def _create(connection: sqlite3.Connection) -> None:
    for statement in _statements():
        connection.execute(statement)


@cache
def _statements() -> tuple[str, ...]:
    """Return what makes the schema: each table, and then its indexes."""
    dialect = sqlite.dialect()
    made: list[str] = []
    for table in t.metadata.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    return tuple(made)


def _stamp(connection: sqlite3.Connection, version: str) -> None:
    connection.execute(f"CREATE TABLE {VERSIONS} (version_num VARCHAR(32) PRIMARY KEY)")
    connection.execute(f"INSERT INTO {VERSIONS} VALUES (?)", (version,))  # noqa: S608  # a constant


def _migrate(connection: sqlite3.Connection) -> None:
    # Only here: a ledger is rarely old, and Alembic takes longer to import than a ledger to open.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "syncer:migrations")
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.connect() as migrating:
        # Another program may have done it meanwhile: then there is nothing left to do.
        migrating.exec_driver_sql("BEGIN IMMEDIATE")
        if VERSIONS not in _tables(connection):
            _stamp(connection, FIRST)
        config.attributes["connection"] = migrating
        command.upgrade(config, "head")
        migrating.commit()
