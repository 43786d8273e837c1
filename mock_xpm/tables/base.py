"""What the tables are made of, and those that every fake has."""

from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text

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


def key(*names: str) -> list[Column[Any]]:
    """Return the columns of a primary key, after the practice's."""
    return [Column(name, String, primary_key=True) for name in ("tenant_id", *names)]


def identified(*names: str) -> list[Column[Any]]:
    """Return the primary key of a row with a UUID (the key's last part), and its integer id."""
    return [*key(*names, "uuid"), whole("id")]


def texts(*names: str) -> list[Column[Any]]:
    """Return columns of texts that are never None."""
    return [Column(name, Text, nullable=False, default="") for name in names]


def flags(*names: str) -> list[Column[Any]]:
    """Return columns that are true or false."""
    return [Column(name, Boolean, nullable=False, default=False) for name in names]


def maybe(*names: str) -> list[Column[Any]]:
    """Return columns of texts that may be None."""
    return [Column(name, Text) for name in names]


def whole(name: str, *, key: bool = False) -> Column[Any]:
    """Return a column of a whole number, 0 when it is not given."""
    return Column(name, Integer, primary_key=key, nullable=False, default=0, autoincrement=False)
