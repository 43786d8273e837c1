"""`syncer serve`: receives Ignition's webhooks, deploys what was accepted, and syncs once a day."""

import hashlib
import hmac
import json
import logging
import signal
from collections.abc import Callable
from datetime import datetime
from types import FrameType
from typing import Any

from flask import Flask, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST
from waitress import wasyncore
from waitress.server import create_server

from syncer import ledger_tables as t
from syncer.config import Config
from syncer.connect import webhook_secret
from syncer.errors import LedgerError, SyncerError
from syncer.ledger import Ledger, PracticeLedger
from syncer.metrics import exposition
from syncer.runtime import Runtime, iso
from syncer.worker import Worker, narrowed

TOLERANCE = 300
"""How many seconds an attempt's time may lie from ours."""
LONGEST_STAMP = 12
"""How many digits a moment in Unix seconds may have."""
LONGEST_NAME = 255
"""How many characters an event's id, its type and the slug in it may have."""
MAX_BODY = 64 * 1024
THREADS = 4
log = logging.getLogger("syncer.service")


def create_app(
    config: Config, ledger: Ledger, runtime: Runtime, wake: Callable[[], None] = lambda: None
) -> Flask:
    """Return the receiver. It answers as soon as an event is kept; `wake` is called to have it worked on."""
    app = Flask("syncer")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY

    @app.get("/health")
    def health() -> Response:
        return jsonify({"ok": True, "name": "syncer", "now": iso(runtime.now())})

    @app.get("/metrics")
    def metrics() -> Response:
        text = exposition(ledger, [one.name for one in config.practices])
        return Response(text, content_type=CONTENT_TYPE_LATEST)

    @app.post("/webhooks/ignition/<name>")
    def receive(name: str) -> tuple[Response, int]:
        if name not in {one.name for one in config.practices}:
            return jsonify({"error": "no such practice"}), 404
        own = ledger.of(name)
        body = request.get_data()
        secret = webhook_secret(own)
        if secret is None or not is_genuine(
            secret, request.headers.get("X-Ignition-Signature", ""), body, runtime.now()
        ):
            return jsonify({"error": "the signature does not fit, or is too old"}), 401
        try:
            event: dict[str, Any] = json.loads(body)
            kept = keep(own, event, iso(runtime.now()))
        except (ValueError, KeyError, TypeError, RecursionError):
            return jsonify({"error": "the body is no event"}), 400
        if kept:
            wake()
        return jsonify({"ok": True, "known": not kept}), 200

    @app.errorhandler(LedgerError)
    def cannot_keep(error: LedgerError) -> tuple[Response, int]:
        # Not kept, and so not acknowledged: Ignition sends it again.
        log.error("a call could not be answered: %s", error)
        return jsonify({"error": "the ledger cannot be used now; send it again"}), 503

    return app


def is_genuine(secret: str, signature: str, body: bytes, now: datetime) -> bool:
    """Tell whether a webhook was signed with the secret, and not long ago; in constant time."""
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    stamp = parts.get("t", "")
    if (
        not (stamp.isascii() and stamp.isdigit() and len(stamp) <= LONGEST_STAMP)
        or abs(now.timestamp() - int(stamp)) > TOLERANCE
    ):
        return False
    expected = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), parts.get("v1", "").encode())


def keep(ledger: PracticeLedger, event: dict[str, Any], at: str) -> bool:
    """Keep an event durably, and return whether it is a new one.

    Raises KeyError, TypeError or ValueError for what is none.
    """
    row = {"event_id": str(event["id"]), "type": str(event["type"]), "received_at": at}
    data = event["data"]
    if not isinstance(data, dict):
        raise TypeError("an event's data is an object")
    subject = str(data.get("proposal_slug") or "")
    if max(map(len, (row["event_id"], row["type"], subject))) > LONGEST_NAME:
        raise ValueError("an event's id, type and slug are short")
    if ledger.row(t.inbox, event_id=row["event_id"]):
        return False
    ledger.put(t.inbox, {**row, "subject": subject, "state": "waiting"})
    return True


def listening(app: Flask, host: str, port: int) -> Any:
    """Return a server of the receiver. Raises SyncerError when the port is taken."""
    sockets: dict[int, Any] = {}
    # Whoever announces a longer body, or sends one unannounced, is answered at once, and not listened to.
    limits = {"max_request_body_size": MAX_BODY + 1, "threads": THREADS}
    try:
        return create_server(app, map=sockets, host=host, port=port, ident=None, **limits)
    except (OSError, ValueError) as error:
        wasyncore.close_all(sockets)
        why = getattr(error, "strerror", None) or "no such host"
        raise SyncerError(f"cannot listen on {host}:{port}: {why}; choose another port") from error


def serve(
    config: Config,
    ledger: Ledger,
    runtime: Runtime,
    names: list[str],
    host: str,
    port: int,
    ready: Callable[[str], None],
) -> None:
    """Receive webhooks and work until SIGINT or SIGTERM; practices that connect later join in.

    Raises SyncerError when the port is taken. Several practices may be given by name.
    """
    chosen = narrowed(config, names)
    worker = Worker(chosen, ledger, runtime)
    app = create_app(chosen, ledger, runtime, worker.wake)
    server = listening(app, host, port)

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    ready(f"http://{host}:{server.effective_port}")
    worker.start()
    try:
        server.run()
    finally:
        server.close()
        worker.stop()
