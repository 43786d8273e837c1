"""The call being answered: what is noted of it on its way, and how the journal learns of it."""

from collections.abc import Callable
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from flask import Request, Response
from werkzeug.exceptions import HTTPException

from mock_kit.journal import Journal
from mock_kit.masking import masked_path, masked_query
from mock_kit.store import Change, canonical_json

LONGEST_PART = 2_000
"""How many characters of a path, a query or an operation the journal keeps; of longer ones it tells the length."""
LONGEST_CHANGE = 10_000
"""How many characters of JSON it keeps of a changed row; of the longest columns it tells the length, until the
rest fits."""
UNANSWERED = 0
"""The journal's status of a call whose caller got no answer."""


@dataclass(slots=True)
class Call:
    """What is noted of the call being answered, for the journal and for the handlers."""

    request: Request
    """The request itself: asking Flask's stand-in for it costs more than all that is read from it."""
    parts: Any
    """The kit of the fake that answers."""
    started: float | None
    operation: str = ""
    tenant_id: str | None = None
    fault: str | None = None
    """The name or kind of the fault that the call met."""
    changes: list[Change] = field(default_factory=list)
    private: bool = False
    """The query and the body hold secrets: neither is noted."""
    drift: int = 0
    """What a fault says to `page_drift`."""
    missed_boundary: bool = False
    """What a fault says to `misses_boundary`."""
    strike: Callable[[], None] | None = None
    """Tells the plan that the call's fault, which was left open, does something to it."""
    unanswered: bool = False
    """The caller gets no answer: the connection is reset."""
    landing: bool = False
    """A late write that is done now; nobody waits for its answer."""
    passed: Any = None
    """What the passage keeps of the call: its place under the limits, and its fault."""
    outer: "Token[Call] | None" = None
    """The call in the middle of which this one is made, if there is one."""

    def page_drift(self) -> int:
        """Return how many rows later than it should a page after the first starts (skips some), or earlier.

        To be asked by who answers such a page, and by nobody else: a fault that says so has happened then.
        """
        if self.drift:
            self.struck()
        return self.drift

    def misses_boundary(self) -> bool:
        """Tell whether a bound such as `modifiedsince` leaves out what changed at that very moment.

        To be asked by who heeds such a bound: a fault that says so has happened then.
        """
        if self.missed_boundary:
            self.struck()
        return self.missed_boundary

    def struck(self) -> None:
        """Note, once, that the call's fault has happened."""
        strike, self.strike = self.strike, None
        if strike is not None:
            strike()


NO_LENGTH = (None, "", "0")
CURRENT: ContextVar[Call] = ContextVar("call")
"""The call being answered. Its own variable, as Flask's `g` takes as long as much of a call's work."""


def call() -> Call:
    """Return the notes on the call being answered."""
    return CURRENT.get()


def record(journal: Journal, noted: Call, at: datetime, service_ms: float, response: Response) -> None:
    """Write a call that is answered into the journal."""
    asked = noted.request
    environ = asked.environ
    method, path, query = (
        environ["REQUEST_METHOD"],
        _cut(masked_path(asked.path)),
        environ.get("QUERY_STRING"),
    )
    body = b"" if noted.private else request_body(asked)
    journal.record(
        at,
        noted.tenant_id,
        _cut(noted.operation) or f"{method} {path}",
        method,
        path,
        _cut(_query(asked.query_string)) if query and not noted.private else "",
        sha256(body).hexdigest() if body else None,
        UNANSWERED if noted.unanswered else response.status_code,
        (asked.content_length if environ.get("CONTENT_LENGTH") not in NO_LENGTH else None) or len(body),
        _size(response),
        service_ms,
        noted.fault,
        [_bounded(change) for change in noted.changes],
    )


def _cut(text: str) -> str:
    """Return a text as it is kept: an endless one would make the record endless."""
    return text if len(text) <= LONGEST_PART else f"{text[:LONGEST_PART]}… ({len(text)} characters)"


def _bounded(change: Change) -> Change:
    """Return a change as it is kept: a file that was added is no part of a bounded record."""
    if _is_short(change):
        return change
    over = -LONGEST_CHANGE
    for value in (*change.key, *change.values.values()):
        kind = type(value)
        if kind is str or kind is dict or kind is list:
            over += _length(value)
    return change if over <= 0 else _shortened(change, over)


def _is_short(change: Change) -> bool:
    """Tell at a glance that a change is far from too long; False where that takes a closer look."""
    try:
        return len(orjson.dumps((change.key, change.values))) <= LONGEST_CHANGE // 2
    except TypeError:  # what is no JSON is no column, but for the bytes of a file
        return False


def _shortened(change: Change, over: int) -> Change:
    """Return a change that is so many characters too long without its longest columns."""
    values = dict(change.values)
    for name in sorted(values, key=lambda name: _length(values[name]), reverse=True):
        if over <= 0:
            break
        length = _length(values[name])
        values[name] = f"({length} characters)"
        over -= length
    key = tuple(_cut(part) if isinstance(part, str) else part for part in change.key)
    return change._replace(key=key, values=values)


def _length(value: Any) -> int:
    """Return how many characters of JSON a value takes, but for a text's quotes and escapes."""
    return len(value) if isinstance(value, str) else len(canonical_json(value))


def _size(response: Response) -> int:
    pieces = response.response
    if type(pieces) is list and len(pieces) == 1:
        return len(pieces[0])
    return response.content_length or 0


def request_body(asked: Request) -> bytes:
    """Return a request's body; nothing when it cannot be had, which was the call's answer already."""
    environ = asked.environ
    if environ.get("CONTENT_LENGTH") in {None, "", "0"} and "HTTP_TRANSFER_ENCODING" not in environ:
        return b""
    try:
        return asked.get_data(cache=True)
    except HTTPException:
        return b""  # too large, or the caller hung up


def _query(text: bytes) -> str:
    """Return a query string as it is kept.

    The OAuth endpoints are private as a whole; this is for what is sent to a wrong path or method.
    """
    return masked_query(text.decode("utf-8", "replace"))
