"""Walks through all the moments at which a program can die: each of its calls, and each of its ledger's commits.

What ends with an exception tidies up on its way out; what is killed does not. So from the moment of its
death on, nothing that the program tries reaches anybody: no call is sent, and the ledger takes nothing.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from e2e_bench import SEED, Bench, CrashError, Json

from scenarios.stage import syncer_key
from syncer import ledger
from syncer.ledger import Ledger
from syncer.vault import Vault

COMMIT = "commit"
MOMENTS = (
    "created_at",
    "updated_at",
    "modified_at",
    "version",
    "at",
    "settled_at",
    "etag",
    "received_at",
    "made_at",
)
"""When something was written, and how often: that differs when a program had to begin again."""
HIDDEN = ("events", "intents", "doubts", "cursors", "mirror")
"""What tells of the way and not of the end: Ignition's feed, and the ledger's notes for itself."""


class Steps:
    """Counts the steps of a program that others can see: calls, and commits that change the ledger.

    It can be made to die before one of them. That is also after the step before: dying with an answer
    not yet seen, or seen and nothing done about it, comes to the same.
    """

    def __init__(self, bench: Bench, patch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        self._fatal: int | None = None
        self._dead = False
        bench.faults.around = self._call
        # A program dies here, the machine does not: nothing has to be waited for until it is on the disk.
        patch.setattr(ledger, "_configure", lambda given: given.execute("PRAGMA synchronous=OFF"))
        real = Ledger.begin

        @contextmanager
        def begin(own: Ledger) -> Iterator[sqlite3.Connection]:
            self._live()
            with real(own) as connection:
                before = connection.total_changes
                yield connection
                if connection.total_changes > before:
                    self._step(COMMIT)

        patch.setattr(Ledger, "begin", begin)

    def start(self, fatal: int | None = None) -> None:
        """Begin to count, with a program that dies before its step of that number."""
        self.names, self._fatal, self._dead = [], fatal, False

    def moments(self, stride: int = 1) -> list[int]:
        """Return before which of the steps counted there is something to try, on either side of each call.

        After a read all is as before it. Of those between one commit and the next, every so many are given.
        """
        between = [
            number
            for number in range(1, len(self.names))
            if self.names[number - 1] == self.names[number] == COMMIT
        ]
        left_out = set(between) - set(between[::stride])
        return [
            number
            for number in range(len(self.names))
            if number not in left_out and (number == 0 or not self.names[number - 1].startswith("GET"))
        ]

    def _call(self, name: str, send: Callable[[], requests.Response]) -> requests.Response:
        self._live()
        self._step(name)
        return send()

    def _step(self, name: str) -> None:
        self._dead = len(self.names) == self._fatal
        self._live()
        self.names.append(name)

    def _live(self) -> None:
        if self._dead:
            raise CrashError


class Checkpoint:
    """All that lasts – both systems, the ledger's file, the clock – at one moment, to go back to."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        self._bench = bench
        self._kept = folder / "ledger.db"
        self._now = bench.stage.runtime.now()
        for control in (bench.stage.xpm, bench.stage.ignition):
            control.post("snapshots", {"name": "walk"})
        bench.stage.ledger.close()  # what is written ahead goes into the file
        shutil.copyfile(self._path, self._kept)
        self.go_back()

    def go_back(self) -> None:
        """Be at that moment again, with a program that has just been started."""
        stage = self._bench.stage
        stage.ledger.close()
        for tail in ("-wal", "-shm"):
            Path(f"{self._path}{tail}").unlink(missing_ok=True)
        shutil.copyfile(self._kept, self._path)
        for control in (stage.xpm, stage.ignition):
            control.post("snapshots/walk/restore")
        stage.runtime._now = self._now
        stage.restart(Ledger(self._path, Vault(syncer_key(SEED))))

    @property
    def _path(self) -> Path:
        path = self._bench.stage.ledger._path
        assert path is not None
        return path


def end_of(bench: Bench) -> Json:
    """Return all that both systems hold, and what the ledger knows of it: ids and all, moments left out."""
    stage = bench.stage
    found = {
        "XPM": stage.xpm.get("state"),
        "Ignition": stage.ignition.get("state"),
        "ledger": stage.ledger.dump(),
    }
    return {
        f"{whose} {table}": sorted((_lasting(row) for row in rows), key=lambda row: json.dumps(row, sort_keys=True))
        for whose, tables in found.items()
        for table, rows in tables.items()
        if table not in HIDDEN
    }  # fmt: skip


def differences(end: Json, calm: Json) -> list[Any]:
    """Return which rows are there in one end and not in the other: table, then the rows of each."""
    return [
        (name, [row for row in end[name] if row not in calm[name]], [row for row in calm[name] if row not in end[name]])
        for name in calm
        if end[name] != calm[name]
    ]  # fmt: skip


def _lasting(row: Json) -> Json:
    return {name: _read(value) for name, value in row.items() if name not in MOMENTS}


def _read(value: Any) -> Any:
    """Read what the ledger keeps as JSON: the order in which members were written tells nothing."""
    return json.loads(value) if isinstance(value, str) and value[:1] in ("{", "[") else value
