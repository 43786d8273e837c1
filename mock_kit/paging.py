"""Opaque cursors: a place in one ordered query, and the mark of the query they belong to."""

import base64
import binascii
import hashlib
import json
from typing import Any


class CursorError(ValueError):
    """The cursor is no cursor of ours, or belongs to another query."""


def encode_cursor(query: Any, position: list[Any]) -> str:
    """Return the cursor for going on after `position` in `query` (any JSON value naming it)."""
    text = json.dumps([_mark(query), position], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(query: Any, cursor: str) -> list[Any]:
    """Return the position in a cursor. Raises CursorError unless it was made for this query."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        mark, position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise CursorError("the cursor cannot be read") from error
    if mark != _mark(query):
        raise CursorError("the cursor belongs to another query")
    if not isinstance(position, list):
        raise CursorError("the cursor cannot be read")
    return position


def _mark(query: Any) -> str:
    return hashlib.sha256(json.dumps(query, sort_keys=True).encode()).hexdigest()[:12]
