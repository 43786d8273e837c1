"""The tables of the webhook outbox: what happened and who asked is state, the rest is private."""

from dataclasses import dataclass

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, Text

from mock_kit.store import PRIVATE


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
            Column("tenant_id", String, primary_key=True),
            Column("id", String, primary_key=True),
            Column("type", Text, nullable=False),
            Column("created_at", Text, nullable=False),
            Column("data", JSON, nullable=False),
        ),
        subscriptions=Table(
            "webhooks",
            metadata,
            Column("tenant_id", String, primary_key=True),
            Column("slug", String, primary_key=True),
            Column("types", JSON, nullable=False),
            Column("created_at", Text, nullable=False),
        ),
        targets=Table(
            "webhook_targets",
            metadata,
            Column("tenant_id", String, primary_key=True),
            Column("slug", String, primary_key=True),
            Column("url", Text, nullable=False),
            Column("secret", Text, nullable=False),
            info=PRIVATE,
        ),
        deliveries=Table(
            "deliveries",
            metadata,
            Column("seq", Integer, primary_key=True),
            Column("tenant_id", String, nullable=False),
            Column("event_id", String, nullable=False),
            Column("subscription", String, nullable=False),
            Column("attempts", Integer, nullable=False),
            Column("due_at", Text, index=True),
            Column("outcome", Text, nullable=False),
            Column("last", Text),
            info=PRIVATE,
        ),
    )
