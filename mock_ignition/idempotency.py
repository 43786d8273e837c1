"""Idempotency keys: a POST that carries one is done once, and answered alike for a day."""

from datetime import timedelta

from sqlalchemy import bindparam, select

from mock_ignition.errors import ApiError, bad_request
from mock_ignition.tables.base import IDEMPOTENCY
from mock_kit.clock import iso, parse_iso
from mock_kit.ids import hash_of
from mock_kit.statements import Query
from mock_kit.store import Row, Tx

MAX_KEY = 255
"""The longest Idempotency-Key that is taken; ours, Stripe's."""
KEPT = timedelta(hours=24)
"""How long an answer is kept, on the fake's clock."""
SWEPT_AT_ONCE = 2
"""How many outlived answers go with each new one: more than come, so that none gather."""
_OUTLIVED = Query(
    select(IDEMPOTENCY.c.tenant_id, IDEMPOTENCY.c.key)
    .where(IDEMPOTENCY.c.kept_until <= bindparam("now"))
    .order_by(IDEMPOTENCY.c.kept_until)
    .limit(SWEPT_AT_ONCE)
)


def fingerprint(key: str, method: str, path: str, body: bytes) -> str:
    """Return what a key stands for: the same call has the same. Raises ApiError (400) for no key."""
    if not 0 < len(key) <= MAX_KEY:
        raise bad_request(
            f"Idempotency-Key must have 1 to {MAX_KEY} characters, not {len(key)}", "Idempotency-Key"
        )
    return hash_of(method, path, body.hex()).hex()


def recall(tx: Tx, tenant_id: str, key: str, call: str, now: str) -> Row | None:
    """Return the first answer to this key: `status body etag`. Raises ApiError (409) for another call's key."""
    before = tx.get(IDEMPOTENCY, tenant_id, key)
    if before is None or before["kept_until"] <= now:
        return None
    if before["fingerprint"] != call:
        raise ApiError(409, f"the Idempotency-Key {key} was used before, for another call: choose a new one")
    return before


def remember(tx: Tx, tenant_id: str, key: str, answer: Row, now: str) -> None:
    """Keep the answer to a call that was done; a refused one changed nothing and may be corrected."""
    for row in tx.all(_OUTLIVED, now=now):
        tx.delete(IDEMPOTENCY, row["tenant_id"], row["key"])
    tx.delete(IDEMPOTENCY, tenant_id, key)
    until = iso(parse_iso(now) + KEPT)
    tx.insert(IDEMPOTENCY, {"tenant_id": tenant_id, "key": key, "kept_until": until, **answer})
