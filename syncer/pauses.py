"""Until when an API is not to be asked again: kept from run to run, so that a used-up day costs no further call (E19)."""

import threading
from datetime import datetime, timedelta

from syncer import ledger_tables as t
from syncer.ledger import PracticeLedger
from syncer.runtime import Runtime, iso

LONGEST = 86_400.0
"""No limit is longer than a day: a pause that seems to be was noted by a clock that was wrong."""


class Pause:
    """One API's pause, for one practice. It is read at the first call: who pauses it later is another process."""

    def __init__(self, ledger: PracticeLedger, system: str, runtime: Runtime) -> None:
        self._ledger = ledger
        self._name = f"{system} pauses until"
        self._runtime = runtime
        self._lock = threading.Lock()
        self._is_read = False
        self._until: datetime | None = None

    def seconds(self) -> float:
        """Return how long the pause still is; 0 where there is none."""
        with self._lock:
            if not self._is_read:
                kept = self._ledger.cursor(self._name)
                self._is_read, self._until = True, datetime.fromisoformat(kept) if kept else None
            until = self._until
        if until is None:
            return 0.0
        left = (until - self._runtime.now()).total_seconds()
        return left if 0.0 < left <= LONGEST else 0.0

    def begin(self, seconds: float) -> None:
        """Begin a pause of so many seconds."""
        until = self._runtime.now() + timedelta(seconds=seconds)
        with self._lock:
            self._is_read, self._until = True, until
        self._ledger.put(t.cursors, {"name": self._name, "value": iso(until)})


class Rest:
    """What is left of one API's window for one practice, where that is little: kept for the process that comes next."""

    def __init__(self, ledger: PracticeLedger, system: str) -> None:
        self._ledger = ledger
        self._system = system

    def read(self) -> tuple[int, datetime] | None:
        """Return how many calls were left, and when the last was made; None: nothing was kept."""
        row = self._ledger.row(t.rests, system=self._system)
        return (row["left"], datetime.fromisoformat(row["at"])) if row else None

    def note(self, left: int, at: datetime) -> None:
        """Keep how many calls are left, and when the last was made."""
        self._ledger.put(t.rests, {"system": self._system, "left": left, "at": at.isoformat()})


def end_pauses(ledger: PracticeLedger) -> None:
    """End the pauses of a practice: who connects anew may have other limits."""
    for system in ("xpm", "ignition"):
        ledger.remove(t.cursors, name=f"{system} pauses until")
        ledger.remove(t.rests, system=system)
