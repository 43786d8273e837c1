"""What is asked of the deliveries, as prepared queries."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, func, select, text

from mock_kit.delivery_tables import OutboxTables
from mock_kit.queries import TENANT
from mock_kit.statements import Query

SWEPT_AT_ONCE = 2
"""How many deliveries that ended long ago go with each that ends: more than come, so that none gather."""


@dataclass(frozen=True)
class Queries:
    """The queries on the deliveries of one fake."""

    tables: OutboxTables

    @cached_property
    def due(self) -> Query:
        """The subscriptions to which something was due at `now`, the one that waits longest first."""
        columns = self.tables.deliveries.c
        query = select(columns.tenant_id, columns.subscription).where(columns.due_at <= bindparam("now"))
        # The plus: else SQLite goes through all that wait, in this order, rather than sort the few that are due.
        grouped = query.group_by(text("+tenant_id"), text("+subscription"))
        return Query(grouped.order_by(func.min(columns.due_at), func.min(columns.seq)))

    @cached_property
    def next(self) -> Query:
        """The first delivery to a subscription that was due at `now`."""
        columns = self.tables.deliveries.c
        query = self.with_event_and_target.where(*self._to_one, columns.due_at <= bindparam("now"))
        return Query(query.order_by(columns.due_at, columns.seq).limit(1))

    @cached_property
    def mine(self) -> Query:
        """The events that are delivered to a subscription."""
        return Query(select(self.tables.deliveries.c.event_id).where(*self._to_one))

    @cached_property
    def held_before(self) -> Query:
        """The deliveries to a subscription that are held back, of those before `seq`."""
        table = self.tables.deliveries
        before = (table.c.behind.is_not(None), table.c.seq < bindparam("seq"))
        return Query(select(table).where(*self._to_one, *before).order_by(table.c.seq))

    @cached_property
    def outlived(self) -> Query:
        """The first of the deliveries that ended up to the place `ended`."""
        columns = self.tables.deliveries.c
        query = select(columns.tenant_id, columns.subscription, columns.event_id)
        old = query.where(columns.ended <= bindparam("ended"))
        return Query(old.order_by(columns.ended).limit(SWEPT_AT_ONCE))

    @property
    def _to_one(self) -> tuple[Any, Any]:
        columns = self.tables.deliveries.c
        return columns.tenant_id == TENANT, columns.subscription == bindparam("subscription")

    @cached_property
    def with_event_and_target(self) -> Any:
        """Each delivery with what it tells and where it goes."""
        tables = self.tables
        events, targets, deliveries = tables.events, tables.targets, tables.deliveries
        columns = (events.c.type, events.c.created_at, events.c.data, targets.c.url, targets.c.secret)
        same_event = (events.c.tenant_id == deliveries.c.tenant_id) & (events.c.id == deliveries.c.event_id)
        same_target = (targets.c.tenant_id == deliveries.c.tenant_id) & (
            targets.c.slug == deliveries.c.subscription
        )
        return select(deliveries, *columns).join(events, same_event).join(targets, same_target)
