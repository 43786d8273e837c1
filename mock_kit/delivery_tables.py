"""The tables of the webhook outbox: what happened and who asked is state, the rest is private."""

from dataclasses import dataclass

from sqlalchemy import JSON, Column, Index, Integer, MetaData, Table

from mock_kit.columns import key, maybe, texts, whole
from mock_kit.store import PRIVATE, SHOWN


@dataclass(frozen=True)
class OutboxTables:
    """Events and subscriptions (state); targets and deliveries (private)."""

    events: Table
    subscriptions: Table
    targets: Table
    deliveries: Table


def outbox_tables(metadata: MetaData) -> OutboxTables:
    """Add the outbox's tables to a fake's metadata."""
    return OutboxTables(
        events=Table(
            "events",
            metadata,
            *key("id"),
            *texts("type", "created_at"),
            Column("data", JSON, nullable=False),
        ),
        subscriptions=Table(
            "webhooks",
            metadata,
            *key("slug"),
            Column("types", JSON, nullable=False),
            *texts("created_at"),
        ),
        targets=Table("webhook_targets", metadata, *key("slug"), *texts("url", "secret"), info=SHOWN),
        deliveries=_deliveries(metadata),
    )


def _deliveries(metadata: MetaData) -> Table:
    """Return the table of deliveries: one of each event to each subscription that asked for its type.

    | column | says |
    |---|---|
    | `seq` | its place among all, in the order they were written |
    | `attempts` | how many attempts there were, copies included |
    | `due_at` | when the next one is made; null: none is |
    | `outcome` | `waiting delivered lost given up` |
    | `last`, `history` | what came of the last attempt, and of each |
    | `until` | from when on nothing is tried again; set with the first attempt |
    | `claim` | the attempt that is under way: whoever made it has this number |
    | `put_off` | the attempt that a fault has put off already |
    | `behind` | how many later ones are to be received first; null: it is not held back |
    | `copies` | of a duplicated one: how many are `left`, how many `seconds` apart, by which `fault` |
    | `ended` | its place among all that have ended |
    """
    table = Table(
        "deliveries",
        metadata,
        *key("subscription", "event_id"),
        whole("seq"),
        whole("attempts"),
        whole("put_off"),
        *texts("outcome"),
        *maybe("due_at", "last", "until"),
        *(Column(name, Integer) for name in ("claim", "behind", "ended")),
        Column("copies", JSON(none_as_null=True)),
        Column("history", JSON, nullable=False),
        info=PRIVATE,
    )
    columns = table.c
    mine, waits = (columns.tenant_id, columns.subscription), columns.due_at.is_not(None)
    Index("deliveries_due", columns.due_at, *mine, columns.seq, sqlite_where=waits)
    Index("deliveries_next", *mine, columns.due_at, columns.seq, sqlite_where=waits)
    Index("deliveries_held", *mine, columns.seq, sqlite_where=columns.behind.is_not(None))
    Index("deliveries_seq", columns.seq)
    Index("deliveries_ended", columns.ended)
    return table
