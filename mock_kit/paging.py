"""Opaque cursors: a place in one ordered query, and the mark of the query they belong to.

A second mark covers the place too, so that a cursor that was edited or cut off is found out. The marks are
hashes without a key: whoever reads this file can make a cursor that passes.
"""

import base64
import hashlib
import json
from typing import Any


class CursorError(ValueError):
    """The cursor is no cursor of ours, or belongs to another query."""


def encode_cursor(query: Any, position: list[Any]) -> str:
    """Return the cursor for going on after `position` in `query` (any JSON value naming it)."""
    text = json.dumps([_mark(query), _mark([query, position]), position], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(query: Any, cursor: str) -> list[Any]:
    """Return the position in a cursor. Raises CursorError for one that was edited, or is of another query."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError) as error:
        raise CursorError("the cursor cannot be read") from error
    match parts:
        case [str(mark), str(seal), list(position)]:
            if mark != _mark(query):
                raise CursorError("the cursor belongs to another query")
            if seal == _mark([query, position]):
                return position
    raise CursorError("the cursor cannot be read")


def _mark(query: Any) -> str:
    return hashlib.sha256(json.dumps(query, sort_keys=True).encode()).hexdigest()[:12]
