"""`syncer serve`: receives Ignition's webhooks, deploys what was accepted, and syncs once a day."""

import hashlib
import hmac
import json
import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, jsonify, request
from waitress import wasyncore
from waitress.server import create_server

from syncer import ledger_tables as t
from syncer.config import Config, PracticeSection
from syncer.connect import subscribe, webhook_secret
from syncer.deploy import deploy_one
from syncer.errors import LimitError, MalformedError, ReconnectNeededError, RefusedError, SyncerError
from syncer.ledger import Ledger, PracticeLedger
from syncer.practice import open_practice
from syncer.report import Problem, Report
from syncer.runtime import Runtime, iso
from syncer.sync import sync
from syncer.tokens import RECONNECT

TOLERANCE = 300
"""How many seconds an attempt's time may lie from ours."""
LONGEST_STAMP = 12
"""How many digits a moment in Unix seconds may have."""
MAX_BODY = 64 * 1024
LATE = 60
"""How long a stop waits for what is under way."""
TICK = 1.0
THREADS = 4
REST, LONGEST_REST = timedelta(seconds=60), timedelta(hours=1)
"""How long a practice is left alone after a failure that concerns all of it; doubled at each further one."""
RECONNECT_NEEDED = "reconnect_needed"
ACCEPTED_EVENT = "proposal.accepted"
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
    """Keep an event durably, and return whether it is a new one. Raises KeyError or TypeError for what is none."""
    row = {"event_id": str(event["id"]), "type": str(event["type"]), "received_at": at}
    data = event["data"]
    if not isinstance(data, dict):
        raise TypeError("an event's data is an object")
    if ledger.row(t.inbox, event_id=row["event_id"]):
        return False
    subject = str(data.get("proposal_slug") or "")
    ledger.put(t.inbox, {**row, "subject": subject, "state": "waiting"})
    return True


def work_inbox(config: Config, ledger: Ledger, runtime: Runtime, name: str) -> list[Report]:
    """Do what the events kept so far ask for, in the order they came; what fails stays for the daily sync."""
    own = ledger.of(name)
    reports = []
    waiting = sorted(
        own.rows(t.inbox, state="waiting"), key=lambda row: (row["received_at"], row["event_id"])
    )
    for event in waiting:
        if event["type"] == ACCEPTED_EVENT and event["subject"]:
            practice = open_practice(config, ledger, runtime, name)
            try:
                reports.append(deploy_one(practice, event["subject"]))
            except (RefusedError, MalformedError) as error:
                # Asking again at once would not help; the daily sync reads every accepted proposal.
                report = practice.report()
                report.problems.append(Problem(event["subject"], str(error), "the daily sync tries again"))
                reports.append(report)
        own.change(t.inbox, {"state": "done"}, event_id=event["event_id"])
    return reports


def is_sync_due(ledger: PracticeLedger, section: PracticeSection, at: time, now: datetime) -> bool:
    """Tell whether the practice's daily sync of this local day is still to come, and its hour has."""
    local = now.astimezone(ZoneInfo(section.timezone))
    return local.time() >= at and ledger.cursor("daily") != local.date().isoformat()


class Worker:
    """The one thread that works: inbox first, then the daily syncs that have become due."""

    def __init__(self, config: Config, ledger: Ledger, runtime: Runtime) -> None:
        self._config = config
        self._ledger = ledger
        self._runtime = runtime
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._subscribed: set[str] = set()
        self._told: set[str] = set()
        self._rests: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}
        self._thread = threading.Thread(target=self._run, name="syncer worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def wake(self) -> None:
        """Have the inbox looked at now."""
        self._wake.set()

    def stop(self) -> None:
        """Finish what is under way, then end."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=LATE)

    def round(self) -> None:
        """Do for each practice what there is to do now; whatever fails for one leaves the others alone (E21)."""
        for section in self._config.practices:
            if self._rests.get(section.name, self._runtime.now()) <= self._runtime.now():
                self._one(section)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait(TICK)
            self._wake.clear()
            self.round()

    def _one(self, section: PracticeSection) -> None:
        name = section.name
        try:
            if self._lives(name):
                self._work(section)
            self._failures.pop(name, None)
        except ReconnectNeededError as error:
            self._told.add(name)
            log.error("practice=%s %s", name, error)  # noqa: TRY400  # its text says all there is
        except LimitError as error:
            self._rest(name, timedelta(seconds=error.seconds))
            log.warning("practice=%s %s", name, error)
        except SyncerError as error:
            self._rest(name)
            log.error("practice=%s %s", name, error)  # noqa: TRY400
        except Exception:
            # A mistake of ours with one practice's records must not end the work for the others.
            self._rest(name)
            log.exception("practice=%s: an unforeseen failure", name)

    def _rest(self, name: str, least: timedelta = REST) -> None:
        """Leave a practice alone for a while: longer each time it fails in a row."""
        self._failures[name] = self._failures.get(name, 0) + 1
        growing = REST * 2 ** min(self._failures[name] - 1, 6)
        self._rests[name] = self._runtime.now() + max(least, min(growing, LONGEST_REST))

    def _lives(self, name: str) -> bool:
        """Tell whether a practice is connected. One that must be connected again is told of once (E24)."""
        own = self._ledger.of(name)
        if any(row["status"] == RECONNECT_NEEDED for row in own.rows(t.connections)):
            if name not in self._told:
                self._told.add(name)
                log.error("practice=%s %s", name, RECONNECT)
            return False
        self._told.discard(name)
        return own.cursor("connected_at") is not None

    def _work(self, section: PracticeSection) -> None:
        name = section.name
        if name not in self._subscribed:
            subscribe(self._config, self._ledger, self._runtime, name)
            self._subscribed.add(name)
        for report in work_inbox(self._config, self._ledger, self._runtime, name):
            _log(report)
        own = self._ledger.of(name)
        now = self._runtime.now()
        if is_sync_due(own, section, time.fromisoformat(self._config.sync.at), now):
            # Ignition may have lost the subscription since (its app was removed and added again).
            subscribe(self._config, self._ledger, self._runtime, name)
            report = sync(open_practice(self._config, self._ledger, self._runtime, name))
            _log(report)
            if report.stopped is not None:
                raise report.stopped
            # Only now: a sync that failed is still due.
            day = now.astimezone(ZoneInfo(section.timezone)).date().isoformat()
            own.put(t.cursors, {"name": "daily", "value": day})


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
    chosen = config.model_copy(
        update={"practices": tuple(one for one in config.practices if one.name in names)}
    )
    worker = Worker(chosen, ledger, runtime)
    app = create_app(chosen, ledger, runtime, worker.wake)
    sockets: dict[int, Any] = {}
    try:
        server = create_server(app, map=sockets, host=host, port=port, threads=THREADS, ident=None)
    except (OSError, ValueError) as error:
        wasyncore.close_all(sockets)
        why = getattr(error, "strerror", None) or "no such host"
        raise SyncerError(f"cannot listen on {host}:{port}: {why}; choose another port") from error

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


def _log(report: Report) -> None:
    for line in report.lines:
        log.info("practice=%s %s", report.practice, line)
    for line in (*report.warnings, *report.attention, *(one.say() for one in report.problems)):
        log.warning("practice=%s %s", report.practice, line)
