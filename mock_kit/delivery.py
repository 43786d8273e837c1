"""Webhooks: an outbox in the store, signed deliveries, and attempts at growing intervals.

An event is written in the transaction of the change it tells of, and so are its deliveries. The
events and the subscriptions (without their URL and secret) are part of the state; URLs, secrets
and the progress of deliveries are private, since the state must not depend on ports. An event is
delivered at least once, and events come in any order.

`delivery_queue` says what is next, `delivery_attempt` sends it, `delivery_pump` does both beside a
server, `control_deliveries` shows how far each one is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import requests
from sqlalchemy import bindparam, select

from mock_kit.delivery_attempt import post
from mock_kit.delivery_queue import Claim, Key, Queue
from mock_kit.delivery_tables import OutboxTables
from mock_kit.ids import slug_of
from mock_kit.kit import Kit
from mock_kit.statements import Query
from mock_kit.store import Row, Tx

TURN = 20
"""How many deliveries a subscription gets before the others have their turn."""


class Happening(NamedTuple):
    """Something to tell: the event's type and data, and the version of the record it is about.

    Type, subject and version make the event's id, so that it never depends on the order in which
    calls arrive.
    """

    type: str
    data: Row
    subject: str
    version: int


@dataclass(frozen=True)
class Outbox:
    """The webhooks of one fake. `header` carries the signature: `t=<unix>,v1=<hex HMAC-SHA256>`."""

    tables: OutboxTables
    header: str

    @cached_property
    def queue(self) -> Queue:
        """The deliveries on their way."""
        return Queue(self.tables)

    def publish(self, parts: Kit, tx: Tx, tenant_id: str, happenings: Sequence[Happening]) -> None:
        """Write events and their deliveries, in the transaction of the change."""
        if not happenings:
            return
        now, seed = parts.now(), parts.config.seed
        events = [
            {
                "tenant_id": tenant_id,
                "id": slug_of("evt", seed, tenant_id, what.type, what.subject, what.version),
                "type": what.type,
                "created_at": now,
                "data": what.data,
            }
            for what in happenings
        ]
        tx.insert_each(self.tables.events, events)
        subscriptions = self.subscriptions(tx, tenant_id)
        asked = [
            (event, one["slug"]) for event in events for one in subscriptions if event["type"] in one["types"]
        ]
        if asked:
            self.queue.put(parts, tx, asked)

    def subscriptions(self, tx: Tx, tenant_id: str) -> list[Row]:
        """Return a practice's subscriptions, in the order of their slugs."""
        return tx.all(self._subscriptions, tenant_id=tenant_id)

    def subscribe(self, tx: Tx, subscription: Row, url: str, secret: str) -> None:
        """Add a subscription: `tenant_id slug types created_at`, where it goes, and its secret."""
        tx.insert(self.tables.subscriptions, subscription)
        key = {"tenant_id": subscription["tenant_id"], "slug": subscription["slug"]}
        tx.insert(self.tables.targets, {**key, "url": url, "secret": secret})

    def unsubscribe(self, tx: Tx, tenant_id: str, slug: str) -> None:
        """Remove a subscription and all its deliveries, those on their way included."""
        self.queue.drop(tx, tenant_id, slug)
        tx.delete(self.tables.targets, tenant_id, slug)
        tx.delete(self.tables.subscriptions, tenant_id, slug)

    def pump(self, parts: Kit) -> list[Row]:
        """Attempt every delivery that is due now, each once; returns what came of each attempt.

        The subscriptions take turns. A row is `{"event_id", "type", "subscription", "attempt"}` with
        `status` (what the receiver answered) or `error` (why there was no answer), and the `fault`
        that the attempt met; with neither, the fault kept it from being made.
        """
        made: list[Row] = []
        now = parts.now()
        while True:
            turns = [self.turn(parts, key, now) for key in self.due(parts, now)]
            if not any(turns):
                return made
            made += [row for turn in turns for row in turn]

    def due(self, parts: Kit, now: str) -> list[Key]:
        """Return the subscriptions to which something was due at a moment, the one that waits longest first."""
        with parts.store.begin() as tx:
            return self.queue.due(tx, now)

    def turn(self, parts: Kit, key: Key, now: str, *, ended: Callable[[], bool] = lambda: False) -> list[Row]:
        """Attempt the next 20 deliveries to a subscription; fewer when one is not answered, or `ended` says so."""
        made: list[Row] = []
        with parts.config.http() as session:
            session.trust_env = False
            while len(made) < TURN and not ended() and (claim := self._claim(parts, key, now)) is not None:
                if claim.number is None:
                    made += [claim.told] if claim.is_lost else []
                    continue
                result = self._attempt(parts, session, claim)
                made.append({**claim.told, **result})
                if "error" in result:
                    break
        return made

    def _claim(self, parts: Kit, key: Key, now: str) -> Claim | None:
        with parts.store.begin() as tx:
            return self.queue.claim(parts, tx, key, now)

    def _attempt(self, parts: Kit, session: requests.Session, claim: Claim) -> Row:
        result = post(session, self.header, claim.row, claim.at)
        with parts.store.begin() as tx:
            self.queue.note(parts, tx, claim, result)
        return result

    @cached_property
    def _subscriptions(self) -> Query:
        table = self.tables.subscriptions
        mine = table.c.tenant_id == bindparam("tenant_id")
        return Query(select(table).where(mine).order_by(table.c.slug))
