"""A hash of what a load run left, without anything that tells when it was done."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

LEFT_OUT = frozenset({"events", "webhooks", "inbox", "cursors", "invoices"})
"""Tables about when something was done: deliveries, how far a sync has read, invoices dated by the clock."""
LEARNED = frozenset({"overwritten", "version"})
"""What a mirrored record remembers of the ones before it: what an answer that was lost would have told is learned later."""
ETAG = "etag"
"""A hash of a row with the moment of its last change: as good as a moment."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?")


def timeless(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return a state without those tables, and with its moments blotted out wherever they stand."""
    kept = {
        name: [{column: value for column, value in row.items() if column != ETAG} for row in rows]
        for name, rows in state.items()
        if name not in LEFT_OUT
    }
    found: dict[str, Any] = json.loads(MOMENT.sub("(a moment)", json.dumps(kept, sort_keys=True)))
    return found


def hash_of_state(state: Any) -> str:
    """Return the SHA-256 of a JSON value in canonical form, in 64 hex digits."""
    text = json.dumps(state, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def ledger_digest(dump: Mapping[str, Any]) -> str:
    """Return the hash of a ledger's dump, without how often it learned of a record, which faults decide."""
    mirror = [{name: value for name, value in row.items() if name not in LEARNED} for row in dump["mirror"]]
    return hash_of_state(timeless({**dump, "mirror": mirror}))
