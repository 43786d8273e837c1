"""Webhooks: an outbox in the store, signed deliveries, and attempts at growing intervals.

An event is written in the transaction of the change it tells of, and so are its deliveries. The
events and the subscriptions (without their URL and secret) are part of the state; URLs, secrets
and the progress of deliveries are private, since the state must not depend on ports. An attempt
is claimed before it is made and no transaction is open while the call runs, so that a crash or a
second pump beside it costs at most a repeated delivery: at least once, in any order.
"""

import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests
from flask import Blueprint, Response, jsonify, request
from sqlalchemy import Select, delete, select

from mock_kit.clock import iso
from mock_kit.delivery_tables import OutboxTables
from mock_kit.ids import slug_of
from mock_kit.kit import Kit, kit
from mock_kit.store import Row, Tx

RECEIPT_SECONDS = 5
"""How long a receiver may take to answer; after that the attempt has failed."""
RETRY_SECONDS = (10, 60, 300, 900, 3600, 7200, 14400, 28800, 28800)
"""The waits between the attempts: they grow, and together stay within 24 hours."""
PUMP_SECONDS = 0.5
"""How often a server looks for what is due, in real seconds."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Happening:
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

    def publish(self, parts: Kit, tx: Tx, tenant_id: str, happenings: Sequence[Happening]) -> None:
        """Write events and their deliveries, in the transaction of the change."""
        if not happenings:
            return
        now = parts.now()
        subscriptions = self.subscriptions(tx, tenant_id)
        waiting: list[Row] = []
        for what in happenings:
            event_id = slug_of("evt", parts.config.seed, tenant_id, what.type, what.subject, what.version)
            event = {"tenant_id": tenant_id, "id": event_id, "type": what.type, "created_at": now}
            tx.insert(self.tables.events, {**event, "data": what.data})
            waiting += [
                {
                    "tenant_id": tenant_id,
                    "event_id": event_id,
                    "subscription": subscription["slug"],
                    "attempts": 0,
                    "due_at": now,
                    "outcome": "waiting",
                    "last": None,
                }
                for subscription in subscriptions
                if what.type in subscription["types"]
            ]
        tx.insert_many(self.tables.deliveries, waiting)

    def subscriptions(self, tx: Tx, tenant_id: str) -> list[Row]:
        """Return a practice's subscriptions, in the order of their slugs."""
        table = self.tables.subscriptions
        return tx.rows(select(table).where(table.c.tenant_id == tenant_id).order_by(table.c.slug))

    def subscribe(self, tx: Tx, subscription: Row, url: str, secret: str) -> None:
        """Add a subscription: `tenant_id slug types created_at`, where it goes, and its secret."""
        tx.insert(self.tables.subscriptions, subscription)
        key = {"tenant_id": subscription["tenant_id"], "slug": subscription["slug"]}
        tx.insert(self.tables.targets, {**key, "url": url, "secret": secret})

    def url(self, tx: Tx, tenant_id: str, slug: str) -> str:
        """Return where a subscription goes."""
        row = tx.get(self.tables.targets, tenant_id, slug)
        if row is None:
            raise LookupError(f"no target of the subscription {slug} of {tenant_id}")
        return str(row["url"])

    def unsubscribe(self, tx: Tx, tenant_id: str, slug: str) -> bool:
        """Remove a subscription and what is still on its way to it; False when there is none."""
        if tx.get(self.tables.subscriptions, tenant_id, slug) is None:
            return False
        table = self.tables.deliveries
        mine = (table.c.tenant_id == tenant_id, table.c.subscription == slug)
        tx.connection.execute(delete(table).where(*mine))
        tx.delete(self.tables.targets, tenant_id, slug)
        tx.delete(self.tables.subscriptions, tenant_id, slug)
        return True

    def pump(self, parts: Kit) -> list[Row]:
        """Attempt every delivery that is due now, each once; returns what came of each attempt.

        A row is `{"event_id", "type", "subscription", "attempt"}` with `status` (what the receiver
        answered) or `error` (why there was no answer).
        """
        made: list[Row] = []
        now = parts.now()
        with parts.config.http() as session:
            session.trust_env = False
            while True:
                with parts.store.begin() as tx:
                    due = self._claim(parts, tx, now)
                if due is None:
                    return made
                result = self._attempt(parts, session, due)
                with parts.store.begin() as tx:
                    self._note(tx, due, result)
                told = {name: due[name] for name in ("event_id", "type", "subscription")}
                made.append({**told, "attempt": due["attempt"], **result})

    def listing(self, tx: Tx, tenant_id: str | None = None) -> list[Row]:
        """Return all deliveries in the order they were written: how far each one is."""
        query = self._joined().order_by(self.tables.deliveries.c.seq)
        if tenant_id:
            query = query.where(self.tables.deliveries.c.tenant_id == tenant_id)
        shown = ("tenant_id", "event_id", "type", "subscription", "attempts", "outcome", "due_at", "last")
        return [{name: row[name] for name in shown} for row in tx.rows(query)]

    def _claim(self, parts: Kit, tx: Tx, now: str) -> Row | None:
        """Take the next due delivery, and set its next attempt before this one is made."""
        table = self.tables.deliveries
        due = tx.first(self._joined().where(table.c.due_at <= now).order_by(table.c.due_at, table.c.seq))
        if due is None:
            return None
        due["attempt"] = due["attempts"] + 1
        wait = wait_after(due["attempt"])
        next_at = None if wait is None else iso(parts.clock.now() + timedelta(seconds=wait))
        outcome = "given up" if wait is None else "waiting"
        values = {"attempts": due["attempt"], "due_at": next_at, "outcome": outcome}
        tx.update(table, (due["seq"],), values)
        return due

    def _attempt(self, parts: Kit, session: requests.Session, due: Row) -> Row:
        body = event_body(due)
        signature = sign(due["secret"], int(parts.clock.now().timestamp()), body)
        headers = {"Content-Type": "application/json", self.header: signature}
        try:
            with session.post(
                due["url"],
                data=body,
                headers=headers,
                timeout=RECEIPT_SECONDS,
                allow_redirects=False,
                stream=True,
            ) as response:
                late = response.elapsed.total_seconds() > RECEIPT_SECONDS
                return {"error": "ReadTimeout"} if late else {"status": response.status_code}
        except requests.RequestException as error:
            # The kind alone: its text holds ports and addresses, which differ from run to run.
            return {"error": type(error).__name__}

    def _note(self, tx: Tx, due: Row, result: Row) -> None:
        values: Row = {"last": str(result.get("status") or result["error"])}
        if is_receipt(result.get("status")):
            values |= {"outcome": "delivered", "due_at": None}
        tx.update(self.tables.deliveries, (due["seq"],), values)

    def _joined(self) -> Select[Any]:
        tables = self.tables
        events, targets, deliveries = tables.events, tables.targets, tables.deliveries
        columns = (events.c.type, events.c.created_at, events.c.data, targets.c.url, targets.c.secret)
        same_event = (events.c.tenant_id == deliveries.c.tenant_id) & (events.c.id == deliveries.c.event_id)
        same_target = (targets.c.tenant_id == deliveries.c.tenant_id) & (
            targets.c.slug == deliveries.c.subscription
        )
        return select(deliveries, *columns).join(events, same_event).join(targets, same_target)


def wait_after(attempt: int) -> int | None:
    """Return the seconds from one attempt (the first is 1) to the next; None: it was the last."""
    return RETRY_SECONDS[attempt - 1] if attempt <= len(RETRY_SECONDS) else None


def is_receipt(status: int | None) -> bool:
    """Tell whether a receiver's answer ends the delivery: any 2xx does."""
    return status is not None and status // 100 == 2  # noqa: PLR2004  # the class of the status


def event_body(event: Row) -> bytes:
    """Return the bytes of an event, the same at each attempt."""
    told = {"id": event["event_id"], "type": event["type"], "created_at": event["created_at"]}
    return json.dumps({**told, "data": event["data"]}, ensure_ascii=False, separators=(",", ":")).encode()


def sign(secret: str, at: int, body: bytes) -> str:
    """Return the signature header's value: HMAC-SHA256 of `<at>.<body>`, `at` in Unix seconds."""
    digest = hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def add_delivery_routes(blueprint: Blueprint, outbox: Outbox) -> None:
    """Add `GET /deliveries` and `POST /deliveries/run` to a control plane."""

    def listing() -> Response:
        with kit().store.begin() as tx:
            return jsonify({"data": outbox.listing(tx, request.args.get("tenant"))})

    def run() -> Response:
        return jsonify({"data": outbox.pump(kit())})

    blueprint.add_url_rule("/deliveries", "GET /deliveries", listing, methods=["GET"])
    blueprint.add_url_rule("/deliveries/run", "POST /deliveries/run", run, methods=["POST"])


@contextmanager
def pumping(parts: Kit, outbox: Outbox, every: float = PUMP_SECONDS) -> Iterator[None]:
    """Deliver from a thread while the block runs and the clock runs; a frozen clock waits for a call."""
    ended = threading.Event()

    def work() -> None:
        while not ended.wait(every):
            try:
                if parts.clock.mode == "running":
                    outbox.pump(parts)
            except Exception:
                # One bad round must not end all deliveries; it is told, and the next round tries again.
                log.exception("a round of webhook deliveries failed")

    thread = threading.Thread(target=work, name="delivering webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=2 * RECEIPT_SECONDS)
