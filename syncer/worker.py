"""What `syncer serve` does by and by: deploys what webhooks told of, and syncs once a day."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from queue import SimpleQueue
from typing import Any
from zoneinfo import ZoneInfo

from syncer import ledger_tables as t
from syncer.config import Config, PracticeSection
from syncer.connect import subscribe
from syncer.deploy import deploy_one
from syncer.errors import LimitError, MalformedError, ReconnectNeededError, RefusedError, SyncerError
from syncer.ignition import NOT_FOUND
from syncer.ledger import Ledger, PracticeLedger
from syncer.practice import open_practice
from syncer.report import DONE, NOT_DONE, Problem, Report
from syncer.runtime import Runtime
from syncer.sync import sync
from syncer.tokens import RECONNECT

LATE = 60
"""How long a stop waits for what is under way."""
TICK = 1.0
REST, LONGEST_REST = timedelta(seconds=60), timedelta(hours=1)
"""How long a practice is left alone after a failure that concerns all of it; doubled at each further one."""
RECONNECT_NEEDED = "reconnect_needed"
GONE, LATER = "it is not in Ignition any more, so there is nothing to deploy", "the daily sync tries again"
ACCEPTED_EVENT = "proposal.accepted"
log = logging.getLogger("syncer.worker")


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
                is_gone = isinstance(error, RefusedError) and error.status == NOT_FOUND
                report.problems.append(
                    Problem(f"proposal {event['subject']}", str(error), GONE if is_gone else LATER)
                )
                reports.append(report)
        own.change(t.inbox, {"state": "done"}, event_id=event["event_id"])
    return reports


def narrowed(config: Config, names: list[str]) -> Config:
    """Return a configuration with some of its practices."""
    return config.model_copy(
        update={"practices": tuple(one for one in config.practices if one.name in names)}
    )


@dataclass(frozen=True)
class Round:
    """What one round did: a report for each deployment and sync, and by practice why others were not done."""

    reports: tuple[Report, ...]
    errors: dict[str, str]

    @property
    def exit_code(self) -> int:
        """What a command that did no more than this exits with."""
        return NOT_DONE if self.errors else max((one.exit_code for one in self.reports), default=DONE)

    def as_json(self) -> list[dict[str, Any]]:
        """Return the round for programs; where nothing was due, that is an empty list."""
        failures = [{"practice": name, "error": error} for name, error in self.errors.items()]
        return [*(one.as_json() for one in self.reports), *failures]


def work_once(config: Config, ledger: Ledger, runtime: Runtime, names: list[str]) -> Round:
    """Deploy what webhooks told of and do the syncs that are due, for a cron job; says what came of it.

    Where several practices are given, those that are not connected are left out, unless that is all of them.
    """
    return Worker(narrowed(config, names), ledger, runtime).once()


def is_sync_due(ledger: PracticeLedger, section: PracticeSection, at: time, now: datetime) -> bool:
    """Tell whether the practice's daily sync of this local day is still to come, and its hour has."""
    local = now.astimezone(ZoneInfo(section.timezone))
    return local.time() >= at and ledger.cursor("daily") != local.date().isoformat()


class Worker:
    """Works for all practices: of each the inbox first, then its daily sync when that has become due.

    A practice is in one thread's hands at a time; several are worked for side by side, since one that waits
    for its limits, or for what became of a write, is not to hold up the others (E21).
    """

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
        self._errors: dict[str, str] = {}
        self._busy: set[str] = set()
        """The practices that a thread works for, or is about to."""
        self._reports: list[Report] | None = None
        """The reports of a single round; a service that goes on for months keeps none."""
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

    def once(self) -> Round:
        """Do what there is to do now, and return what came of it: for a cron job."""
        self._reports = []
        self.round()
        names = [section.name for section in self._config.practices]
        if not any(self._is_connected(name) for name in names):
            for name in names:
                self._errors[name] = f"practice “{name}” is not connected: run `syncer connect`"
                log.error("%s", self._errors[name], extra={"practice": name})
        return Round(tuple(self._reports), self._errors)

    def round(self) -> None:
        """Do for each practice what there is to do now; whatever fails for one leaves the others alone (E21)."""
        for section in self._config.practices:
            if not self._rests_still(section.name):
                self._one(section)

    def _rests_still(self, name: str) -> bool:
        return name in self._rests and self._rests[name] > self._runtime.now()

    def _run(self) -> None:
        turns: SimpleQueue[PracticeSection | None] = SimpleQueue()
        hands = [
            threading.Thread(
                target=self._take_turns, args=(turns,), name=f"syncer worker {number}", daemon=True
            )
            for number in range(1, self._config.serve.at_once + 1)
        ]
        for hand in hands:
            hand.start()
        while not self._stop.is_set():
            self._wake.wait(TICK)
            self._wake.clear()
            for section in self._config.practices:
                if section.name not in self._busy and not self._rests_still(section.name):
                    self._busy.add(section.name)
                    turns.put(section)
        for _ in hands:
            turns.put(None)
        for hand in hands:
            hand.join()

    def _take_turns(self, turns: "SimpleQueue[PracticeSection | None]") -> None:
        while (section := turns.get()) is not None:
            self._turn(section)

    def _turn(self, section: PracticeSection) -> None:
        """Work for a practice once; one whose turn has not come when the service stops is left as it is."""
        try:
            if not self._stop.is_set():
                self._one(section)
        finally:
            self._busy.discard(section.name)

    def _one(self, section: PracticeSection) -> None:
        name = section.name
        try:
            if self._lives(name):
                self._work(section)
            self._failures.pop(name, None)
        except ReconnectNeededError as error:
            self._told.add(name)
            self._errors[name] = str(error)
            log.error("%s", error, extra={"practice": name})  # noqa: TRY400  # its text says all there is
        except LimitError as error:
            self._rest(name, error, timedelta(seconds=error.seconds))
            log.warning("%s", error, extra={"practice": name})
        except SyncerError as error:
            self._rest(name, error)
            log.error("%s", error, extra={"practice": name})  # noqa: TRY400
        except Exception as error:
            # A mistake of ours with one practice's records must not end the work for the others.
            self._rest(name, error)
            log.exception("an unforeseen failure", extra={"practice": name})

    def _rest(self, name: str, error: Exception, least: timedelta = REST) -> None:
        """Leave a practice alone for a while: longer each time it fails in a row."""
        self._errors[name] = str(error)
        self._failures[name] = self._failures.get(name, 0) + 1
        growing = REST * 2 ** min(self._failures[name] - 1, 6)
        self._rests[name] = self._runtime.now() + max(least, min(growing, LONGEST_REST))

    def _lives(self, name: str) -> bool:
        """Tell whether a practice is connected. One that must be connected again is told of once (E24)."""
        own = self._ledger.of(name)
        if any(row["status"] == RECONNECT_NEEDED for row in own.rows(t.connections)):
            if name not in self._told:
                self._told.add(name)
                log.error("%s", RECONNECT, extra={"practice": name})
            self._errors[name] = RECONNECT
            return False
        self._told.discard(name)
        return self._is_connected(name)

    def _is_connected(self, name: str) -> bool:
        # The moment of the first connection outlives a disconnection; the connections themselves do not.
        return bool(self._ledger.of(name).rows(t.connections))

    def _work(self, section: PracticeSection) -> None:
        name = section.name
        if name not in self._subscribed:
            subscribe(self._config, self._ledger, self._runtime, name)
            self._subscribed.add(name)
        for report in work_inbox(self._config, self._ledger, self._runtime, name):
            self._tell(report)
        own = self._ledger.of(name)
        now = self._runtime.now()
        if is_sync_due(own, section, self._config.daily_at(section), now):
            # Ignition may have lost the subscription since (its app was removed and added again).
            subscribe(self._config, self._ledger, self._runtime, name)
            report = sync(open_practice(self._config, self._ledger, self._runtime, name))
            self._tell(report)
            if report.stopped is not None:
                raise report.stopped
            # Only now: a sync that failed is still due.
            day = now.astimezone(ZoneInfo(section.timezone)).date().isoformat()
            own.put(t.cursors, {"name": "daily", "value": day})

    def _tell(self, report: Report) -> None:
        if self._reports is not None:
            self._reports.append(report)
        for line in report.lines:
            log.info("%s", line, extra={"practice": report.practice})
        for line in (*report.warnings, *report.attention, *(one.say() for one in report.problems)):
            log.warning("%s", line, extra={"practice": report.practice})
