"""What the tables are made of, and those that every fake has."""

from typing import Any

from sqlalchemy import Column, Index, MetaData, String, Table, Text

from mock_kit.columns import key, whole
from mock_kit.oauth_tables import oauth_tables
from mock_kit.store import LASTING, kit_tables

METADATA = MetaData()
KIT = kit_tables(METADATA)
OAUTH = oauth_tables(METADATA)
SIGNING_KEYS = Table(
    "xpm_signing_keys",
    METADATA,
    Column("key_id", String, primary_key=True),
    Column("private_key", Text, nullable=False),
    info=LASTING,
)


def table(name: str, *columns: Column[Any] | list[Column[Any]]) -> Table:
    """Return a table; columns may come in groups. With a `uuid` it is indexed by `id` too."""
    flat = [one for given in columns for one in (given if isinstance(given, list) else [given])]
    # A row that is little more than its key is kept in the key's own tree: a write touches fewer pages.
    small = not any(column.name == "id" for column in flat)
    made = Table(name, METADATA, *flat, sqlite_with_rowid=not small)
    if "id" in made.c:
        Index(f"{name}_by_id", made.c.tenant_id, made.c.id, unique=True)
    return made


def identified(*names: str) -> list[Column[Any]]:
    """Return the primary key of a row with a UUID (the key's last part), and its integer id."""
    return [*key(*names, "uuid"), whole("id")]
