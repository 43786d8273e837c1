"""The right to write: one program at a time for a practice, kept in the ledger that all of them share.

A lease lasts 60 seconds and is renewed as long as its holder works. No call is begun with less of it
left than the call may take, so a program that lost its lease has nothing under way any more. The lease
of a program that has died on this machine is taken over at once, any other when it has run out.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

from syncer import ledger_tables as t
from syncer.errors import LeaseHeldError, LeaseLostError
from syncer.ledger import Ledger
from syncer.ledger_statements import change_rows, remove_rows, rows_of, upsert
from syncer.runtime import Runtime, iso
from syncer.waits import say

PRACTICE = "practice"
"""The scope of the right to write for a practice."""
LASTS = timedelta(seconds=60)
PATIENCE = timedelta(seconds=90)
"""How long a program waits for another one's lease before it says so and ends."""
LOOK_AGAIN = 2.0
"""Seconds between two looks at a lease that another program has."""
PIECE = 20.0
"""Seconds of a long wait after which the lease is looked at again."""
_numbers = count(1)


def is_held(ledger: Ledger, runtime: Runtime, scope: str, name: str) -> bool:
    """Tell whether a program that may still be there has a lease."""
    with ledger.begin() as connection:
        return _holder(connection, runtime, scope, name) is not None


def _holder(
    connection: sqlite3.Connection, runtime: Runtime, scope: str, name: str
) -> tuple[str, str] | None:
    """Return who has a lease, and until when; None where it is free or its holder has gone."""
    for row in rows_of(connection, t.leases, {"scope": scope, "name": name}):
        if datetime.fromisoformat(row["until"]) > runtime.now() and not runtime.is_gone(row["holder"]):
            return str(row["holder"]), str(row["until"])
    return None


class Lease:
    """One right, by its scope and name; `hold` it while writing. It may be held within itself."""

    def __init__(self, ledger: Ledger, runtime: Runtime, scope: str, name: str) -> None:
        self._ledger = ledger
        self._runtime = runtime
        self._scope = scope
        self._name = name
        self._holder = f"{runtime.identity()}#{next(_numbers)}"
        self._depth = 0
        self._until: datetime | None = None

    @contextmanager
    def hold(self, patience: timedelta = PATIENCE) -> Iterator[None]:
        """Have the lease while the block runs. Raises LeaseHeldError when another program keeps it."""
        if not self._depth:
            self._take(patience)
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self._release()

    def keep(self, seconds: float) -> None:
        """See to it that so much of the lease is left, if it is held at all. Raises LeaseLostError."""
        if self._until is None or self._until - self._runtime.now() >= timedelta(seconds=seconds):
            return
        now = self._runtime.now()
        with self._ledger.begin() as connection:
            holder = next((row["holder"] for row in rows_of(connection, t.leases, self._mine)), None)
            if holder != self._holder:
                self._until = None
                raise LeaseLostError(
                    f"another syncer ({holder or 'none now'}) took over the {self._scope} “{self._name}” while "
                    "this one was held up: it goes on from here"
                )
            self._until = now + LASTS
            change_rows(connection, t.leases, {"until": iso(self._until)}, self._mine)

    def _take(self, patience: timedelta) -> None:
        began = self._runtime.now()
        is_said = False
        while (held := self._try()) is not None:
            holder, until = held
            if self._runtime.now() - began >= patience:
                raise LeaseHeldError(
                    f"another syncer ({holder}) is working on the {self._scope} “{self._name}” until {until} at "
                    "least: wait for it, or end it"
                )
            if not is_said:
                is_said = True
                say(
                    f"another syncer ({holder}) is working on the {self._scope} “{self._name}”: waiting for it"
                )
            self._runtime.sleep(LOOK_AGAIN)

    def _try(self) -> tuple[str, str] | None:
        """Take the lease if it is free; else tell who has it, and until when."""
        now = self._runtime.now()
        with self._ledger.begin() as connection:
            held = _holder(connection, self._runtime, self._scope, self._name)
            if held:
                return held
            self._until = now + LASTS
            kept = {"holder": self._holder, "until": iso(self._until)}
            upsert(connection, t.leases, {**self._mine, **kept})
        return None

    def _release(self) -> None:
        self._until = None
        with self._ledger.begin() as connection:
            remove_rows(connection, t.leases, {**self._mine, "holder": self._holder})

    @property
    def _mine(self) -> dict[str, str]:
        return {"scope": self._scope, "name": self._name}


class Renewing:
    """A runtime whose waits are cut in pieces, so that a lease is renewed on the way."""

    def __init__(self, runtime: Runtime, lease: Lease) -> None:
        self._runtime = runtime
        self._lease = lease
        self.now = runtime.now
        self.gather = runtime.gather
        self.session = runtime.session
        self.identity = runtime.identity
        self.is_gone = runtime.is_gone

    def sleep(self, seconds: float) -> None:
        """Return when that time has passed, and the lease, if it is held, is still held."""
        left = seconds
        while left > 0:
            self._lease.keep(min(left, PIECE) + LOOK_AGAIN)
            self._runtime.sleep(min(left, PIECE))
            left -= PIECE
