"""The deliveries that are on their way: which is next, what a fault makes of it, what came of it.

An attempt is claimed in one transaction and noted in another, and none is open while the receiver is
called. The next attempt is set when one is claimed, so that a crash costs at most a repeated delivery.
What came of an attempt is noted only where the same claim still stands: the state may have been put
back, or replaced by another, while the receiver was called.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any

from mock_kit.clock import iso
from mock_kit.delivery_attempt import RETRIED_FOR, RETRY_SECONDS, is_receipt, wait_after
from mock_kit.delivery_queries import Queries
from mock_kit.delivery_tables import OutboxTables
from mock_kit.faults_rule import Attempted
from mock_kit.faults_webhooks import (
    OfWebhooks,
    WebhookDelayed,
    WebhookDuplicated,
    WebhookLost,
    WebhookReordered,
)
from mock_kit.kit import Kit
from mock_kit.store import Row, Tx

KEPT = 10_000
"""How many deliveries that have ended are kept; the oldest go first. What waits is always kept."""
UNDER_WAY, UNKNOWN = "under way", "not known"
Key = tuple[str, str]
"""A practice and the slug of a subscription."""

_claims = count(1)


@dataclass(frozen=True)
class Claim:
    """A delivery that was due: `row` has its event and target; `fault` is what it met."""

    row: Row
    attempt: int
    at: datetime
    fault: str | None = None
    number: int | None = None
    """None: the attempt is not made, and all that is to be noted of it is noted."""
    is_lost: bool = False
    """It counts as an attempt all the same."""

    @property
    def told(self) -> Row:
        """Return what is told of the attempt, whatever came of it."""
        row = {name: self.row[name] for name in ("event_id", "type", "subscription")}
        fault = {} if self.fault is None else {"fault": self.fault}
        return {**row, "attempt": self.attempt, **fault}


@dataclass(frozen=True)
class Queue:
    """The deliveries of one fake. Each method works in the transaction it is given."""

    tables: OutboxTables

    @cached_property
    def queries(self) -> Queries:
        """What is asked of the deliveries."""
        return Queries(self.tables)

    def put(self, parts: Kit, tx: Tx, asked: Sequence[tuple[Row, str]]) -> None:
        """Let events wait for their delivery, each to the subscription beside it."""
        places = parts.ids.numbers(tx, "", "delivery", len(asked), first=1)
        rows = [
            {
                "tenant_id": event["tenant_id"],
                "subscription": subscription,
                "event_id": event["id"],
                "seq": seq,
                "due_at": event["created_at"],
                "outcome": "waiting",
                "history": [],
            }
            for seq, (event, subscription) in zip(places, asked, strict=True)
        ]
        tx.insert_each(self.tables.deliveries, rows)

    def drop(self, tx: Tx, tenant_id: str, subscription: str) -> None:
        """Remove the deliveries to a subscription, under way or not."""
        for row in tx.all(self.queries.mine, tenant_id=tenant_id, subscription=subscription):
            tx.delete(self.tables.deliveries, tenant_id, subscription, row["event_id"])

    def due(self, tx: Tx, now: str) -> list[Key]:
        """Return the subscriptions to which something is due, the one that waits longest first."""
        return [(row["tenant_id"], row["subscription"]) for row in tx.all(self.queries.due, now=now)]

    def claim(self, parts: Kit, tx: Tx, key: Key, now: str) -> Claim | None:
        """Take a subscription's next delivery that was due at a moment; None: there is none."""
        row = tx.any(self.queries.next, tenant_id=key[0], subscription=key[1], now=now)
        if row is None:
            return None
        moment, attempt = parts.clock.now(), row["attempts"] + 1
        if row["outcome"] == "delivered":  # a copy
            return self._begin(tx, Claim(row, attempt, moment, row["copies"]["fault"]))
        if row["until"] is not None and row["until"] < iso(moment):
            self._end(parts, tx, row, {"outcome": "given up"})
            return Claim(row, attempt, moment)
        fault = self._met(parts, tx, row, attempt)
        return self._follow(parts, tx, Claim(row, attempt, moment, fault and fault.label), fault)

    def note(self, parts: Kit, tx: Tx, claim: Claim, result: Row) -> None:
        """Write down what came of an attempt: `status`, or `error`."""
        key = [claim.row[column.name] for column in self.tables.deliveries.primary_key]
        row = tx.get(self.tables.deliveries, *key)
        if row is None or row["claim"] != claim.number:
            return
        text = str(result.get("status") or result["error"])
        row["history"][-1]["result"] = text
        values: Row = {"claim": None, "last": text, "history": row["history"]}
        if row["outcome"] == "delivered":
            self._count_copy(parts, tx, row, values)
        elif is_receipt(result.get("status")):
            self._received(parts, tx, row, values)
        elif _is_last(claim.attempt, claim.at, row["until"]):
            self._end(parts, tx, row, {**values, "outcome": "given up"})
        else:
            self._update(tx, row, values)

    # The attempts that are made, and those that are not

    def _met(self, parts: Kit, tx: Tx, row: Row, attempt: int) -> Any:
        """Return the fault that an attempt meets; one that was put off meets no other."""
        if attempt == row["put_off"] or not parts.passage.plan.armed:
            return None
        place = {name: row[name] for name in ("tenant_id", "subscription", "seq")}
        overtaken = tx.any(self.queries.held_before, **place) is not None
        duplicated = row["copies"] is not None
        tenant_id, subscription, event_id = row["tenant_id"], row["subscription"], row["event_id"]
        asked = Attempted(row["type"], tenant_id, subscription, event_id, attempt, duplicated, overtaken)
        return parts.passage.plan.choose(asked)

    def _follow(self, parts: Kit, tx: Tx, claim: Claim, fault: OfWebhooks | None) -> Claim:
        """Do what a fault does to an attempt; without one, begin it."""
        match fault:
            case WebhookDelayed():
                return self._put_off(tx, claim, fault.seconds, "delayed", {})
            case WebhookReordered():
                return self._put_off(tx, claim, fault.seconds, "held back", {"behind": fault.behind})
            case WebhookLost():
                return self._lose(parts, tx, claim, for_ever=fault.lost == "delivery")
            case WebhookDuplicated():
                copies = {"left": fault.copies, "seconds": fault.seconds, "fault": fault.label}
                return self._begin(tx, claim, {"copies": copies})
        return self._begin(tx, claim)

    def _begin(self, tx: Tx, claim: Claim, values: Row | None = None) -> Claim:
        row, number = claim.row, next(_claims)
        retry_at = claim.at + timedelta(seconds=wait_after(claim.attempt) or RETRY_SECONDS[-1])
        began = {
            "attempts": claim.attempt,
            "claim": number,
            "due_at": iso(retry_at),
            "until": row["until"] or iso(claim.at + RETRIED_FOR),
            "behind": None,
            "history": _history(claim, UNDER_WAY),
        }
        self._update(tx, row, {**began, **(values or {})})
        return replace(claim, number=number)

    def _put_off(self, tx: Tx, claim: Claim, seconds: float, result: str, values: Row) -> Claim:
        row, later = claim.row, timedelta(seconds=seconds)
        until = None if row["until"] is None else iso(datetime.fromisoformat(row["until"]) + later)
        put_off = {"put_off": claim.attempt, "due_at": iso(claim.at + later), "until": until}
        self._update(tx, row, {**put_off, "history": _history(claim, result), **values})
        return claim

    def _lose(self, parts: Kit, tx: Tx, claim: Claim, *, for_ever: bool) -> Claim:
        if for_ever:
            history = _history(claim, "lost")
            values = {"attempts": claim.attempt, "last": "lost", "history": history, "outcome": "lost"}
            self._end(parts, tx, claim.row, values)
        else:
            begun = self._begin(tx, claim)
            self.note(parts, tx, begun, {"error": "lost"})
        return replace(claim, is_lost=True)

    # What comes after an attempt

    def _received(self, parts: Kit, tx: Tx, row: Row, values: Row) -> None:
        values["outcome"] = "delivered"
        if row["copies"] is None:
            self._end(parts, tx, row, values)
        else:
            self._await_copy(parts, tx, row, values)
        place = {name: row[name] for name in ("tenant_id", "subscription", "seq")}
        for held in tx.all(self.queries.held_before, **place):
            behind = held["behind"] - 1
            self._update(tx, held, {"behind": behind or None} | ({} if behind else {"due_at": parts.now()}))

    def _count_copy(self, parts: Kit, tx: Tx, row: Row, values: Row) -> None:
        left = row["copies"]["left"] - 1
        values["copies"] = row["copies"] | {"left": left}
        if left:
            self._await_copy(parts, tx, row, values)
        else:
            self._end(parts, tx, row, values)

    def _await_copy(self, parts: Kit, tx: Tx, row: Row, values: Row) -> None:
        due_at = iso(parts.clock.now() + timedelta(seconds=row["copies"]["seconds"]))
        self._update(tx, row, {**values, "due_at": due_at})

    def _end(self, parts: Kit, tx: Tx, row: Row, values: Row) -> None:
        """Let a delivery end, and forget those that ended long before it."""
        ended = parts.ids.number(tx, "", "ended delivery", first=1)
        self._update(tx, row, {"due_at": None, "behind": None, "ended": ended, **values})
        for old in tx.all(self.queries.outlived, ended=ended - KEPT):
            tx.delete(self.tables.deliveries, old["tenant_id"], old["subscription"], old["event_id"])

    def _update(self, tx: Tx, row: Row, values: Row) -> None:
        table = self.tables.deliveries
        tx.update(table, [row[column.name] for column in table.primary_key], values)


def _is_last(attempt: int, at: datetime, until: str) -> bool:
    """Tell whether nothing is tried after an attempt: it was one too many, or the next is out of time."""
    wait = wait_after(attempt)
    return wait is None or iso(at + timedelta(seconds=wait)) > until


def _history(claim: Claim, result: str) -> list[Row]:
    """Return what is known of a delivery's attempts, with one more."""
    before = claim.row["history"]
    if before and before[-1]["result"] == UNDER_WAY:  # whoever made it is gone
        before = [*before[:-1], {**before[-1], "result": UNKNOWN}]
    entry = {"attempt": claim.attempt, "at": iso(claim.at), "result": result, "fault": claim.fault}
    return [*before, entry]
