"""What the tables are made of, and those that every fake has.

`version` grows by one whenever a record, or for a client one of its contacts, changes: it is part
of the ETag, so that two changes within one second are told apart.
"""

from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

from mock_kit.columns import key, maybe, texts, whole
from mock_kit.delivery_tables import outbox_tables
from mock_kit.oauth_tables import oauth_tables
from mock_kit.store import PRIVATE, kit_tables

METADATA = MetaData()
KIT_TABLES = kit_tables(METADATA)
OAUTH_TABLES = oauth_tables(METADATA)
OUTBOX_TABLES = outbox_tables(METADATA)

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    *key("key"),
    *texts("fingerprint", "body"),
    whole("status"),
    *maybe("etag"),
    Column("kept_until", Text, nullable=False, index=True),
    info=PRIVATE,
)
"""The first answers to POSTs that carried a key, kept for a day of the fake's clock."""


def table(name: str, *columns: Column[Any] | list[Column[Any]]) -> Table:
    """Return a table; columns may come in groups."""
    return Table(name, METADATA, *_flat(columns))


REPORTED = ("updated_at",)
"""What the Reporting API's lists walk by."""
LISTED = ("updated_at", "created_at")
"""What the lists of both surfaces walk by."""


def record(name: str, *columns: Column[Any] | list[Column[Any]], walked: tuple[str, ...] = LISTED) -> Table:
    """Return the table of a kind of record that has a slug; lists walk it by one of these times, then slug."""
    return Table(
        name,
        METADATA,
        *key("slug"),
        *_flat(columns),
        *texts("created_at", "updated_at"),
        Column("version", Integer, nullable=False, default=1),
        *(Index(f"{name}_{time.removesuffix('_at')}", "tenant_id", time, "slug") for time in walked),
    )


def _flat(columns: tuple[Column[Any] | list[Column[Any]], ...]) -> list[Column[Any]]:
    return [one for given in columns for one in (given if isinstance(given, list) else [given])]
