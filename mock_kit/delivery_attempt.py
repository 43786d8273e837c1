"""One attempt to deliver an event: what is sent, how it is signed, what counts as a receipt, when the next is."""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from mock_kit.store import Row

RECEIPT_SECONDS = 5
"""How long a receiver may take to answer; after that the attempt has failed."""
RETRY_SECONDS = (10, 60, 300, 900, 3600, 7200, 14400, 28800, 28800)
"""The waits between the attempts: they grow, and together stay within 24 hours."""
RETRIED_FOR = timedelta(hours=24)
"""How long after the first attempt another may be made."""
TALKATIVE = ("urllib3.connection", "urllib3.connectionpool")
"""Loggers that write whole URLs, with their queries."""

_posting: ContextVar[bool] = ContextVar("posting", default=False)


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


def post(session: requests.Session, header: str, event: Row, at: datetime) -> Row:
    """Send an event to its target, signed with the moment of the attempt.

    Returns `{"status": …}`, what the receiver answered, or `{"error": …}`, the kind of what went wrong.
    That kind is all that is told: the texts hold ports and addresses, which differ from run to run, and
    the URL's query, which may be a secret.
    """
    body = event_body(event)
    headers = {
        "Content-Type": "application/json",
        header: sign(event["secret"], int(at.timestamp()), body),
    }
    try:
        with (
            _in_silence(),
            session.post(
                event["url"],
                data=body,
                headers=headers,
                timeout=RECEIPT_SECONDS,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            late = response.elapsed.total_seconds() > RECEIPT_SECONDS
            return {"error": "ReadTimeout"} if late else {"status": response.status_code}
    except (requests.RequestException, HTTPError) as error:
        return {"error": type(error).__name__}


def url_problem(url: str) -> str | None:
    """Return why nothing can be delivered to a URL, without the URL; None: it can be tried."""
    try:
        parts = urlsplit(url)
        named = parts.username is not None or parts.password is not None
        host = (parts.hostname or "").encode(
            "idna"
        )  # fails for a name that no name server could be asked for
        good = parts.scheme in {"http", "https"} and bool(host) and parts.port != 0
        requests.Request("POST", url).prepare()
    except (ValueError, requests.RequestException, HTTPError):
        good, named = False, False
    if named:
        return "must have no user name or password"
    return None if good and url.isprintable() and " " not in url else "must be an http or https URL"


class _Discreet(logging.Filter):
    """Lets nothing through of what is logged while an event is sent."""

    def filter(self, _record: logging.LogRecord) -> bool:
        return not _posting.get()


@contextmanager
def _in_silence() -> Iterator[None]:
    before = _posting.set(True)
    try:
        yield
    finally:
        _posting.reset(before)


for _name in TALKATIVE:
    logging.getLogger(_name).addFilter(_Discreet())
