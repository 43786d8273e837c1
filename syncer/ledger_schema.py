"""The ledger's schema: made in a new file, brought up to date in an old one, refused in any other."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from syncer import ledger_tables as t
from syncer.errors import LedgerError

FIRST = "0001"
VERSIONS = "alembic_version"


def prepare_schema(connection: Connection, path: Path | None) -> None:
    """Give an empty database the schema, or bring a ledger of an older version up to date.

    Raises LedgerError for another program's database, and for a ledger of a version not known here.
    """
    names = inspect(connection).get_table_names()
    if not names:
        t.metadata.create_all(connection)
        _stamp(connection, t.SCHEMA)
        return
    if "meta" not in names:
        raise LedgerError(f"{path} is another program's database, not a ledger")
    if VERSIONS not in names:
        _stamp(connection, FIRST)
    found = connection.execute(text(f"SELECT version_num FROM {VERSIONS}")).scalar_one()  # noqa: S608  # a constant
    if found > t.SCHEMA:
        raise LedgerError(
            f"{path} has ledger schema {found}, this syncer knows {t.SCHEMA}: use the version that wrote it"
        )
    if found != t.SCHEMA:
        _migrate(connection)


def _stamp(connection: Connection, version: str) -> None:
    connection.execute(text(f"CREATE TABLE {VERSIONS} (version_num VARCHAR(32) PRIMARY KEY)"))
    connection.execute(text(f"INSERT INTO {VERSIONS} VALUES (:version)"), {"version": version})  # noqa: S608  # a constant


def _migrate(connection: Connection) -> None:
    # Only here: a ledger is rarely old, and Alembic takes longer to import than a ledger to open.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "syncer:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
