"""Named snapshots of a fake's state, whole or of one practice: SQLite files that anybody can open.

A snapshot holds the rows, and the counters that ids are made from; not the apps, the tokens and the
keys, which outlive a restore as they outlive a reset, unless it was taken with its connections: a world
that is loaded meanwhile takes those away. Restoring is one transaction: it is done, or
it was not. Only the rows that were written since the snapshot are put back.
"""

import re
import shutil
import sqlite3
import tempfile
import weakref
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from mock_kit.clock import iso, parse_iso
from mock_kit.statements import DIALECT, Row
from mock_kit.store import Store, Tx
from mock_kit.trail import Trail
from mock_kit.transactions import RowKey

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ABOUT = "snapshot_about"
FORMAT = 2


class SnapshotError(Exception):
    """The snapshot cannot be taken or restored; the message says why, and the way out."""


class NoSnapshotError(SnapshotError):
    """There is no snapshot of this name."""


@dataclass(frozen=True)
class Snapshot:
    """What is known of a snapshot: `taken_at` on the fake's clock, to the microsecond; `tenant_id` None: of all practices."""

    name: str
    product: str
    tenant_id: str | None
    taken_at: datetime
    path: Path
    connections: bool
    """Whether it holds the apps, the tokens and the loaded world too."""

    def as_json(self) -> Row:
        """Return the snapshot as the control plane shows it."""
        known = {"name": self.name, "tenant_id": self.tenant_id, "taken_at": iso(self.taken_at)}
        file = {"file": str(self.path), "bytes": self.path.stat().st_size}
        return {**known, "connections": self.connections, **file}


class Snapshots:
    """The snapshots of one fake, in a directory: beside the store's file, or one that ends with the process."""

    def __init__(self, store: Store, product: str, directory: Path | None = None) -> None:
        self.store = store
        self.product = product
        if directory is None and store.path is not None:
            directory = store.path.with_name(store.path.name + ".snapshots")
        # Whole, as SQLite may read a path that begins with "file:" as something else.
        self._directory = directory and directory.absolute()
        self._trail = Trail()
        """Which rows were written since each snapshot was the state; the store's lock guards it."""
        store.listen(self._heard)

    @property
    def directory(self) -> Path:
        """Return where the files are."""
        if self._directory is None:
            self._directory = Path(tempfile.mkdtemp(prefix=f"{self.product}-snapshots-"))
            weakref.finalize(self, shutil.rmtree, self._directory, ignore_errors=True)
        return self._directory

    def take(self, name: str, tenant_id: str | None, now: datetime, *, connections: bool = False) -> Snapshot:
        """Write the state to a file; one of the same name is replaced. Raises SnapshotError."""
        about = (FORMAT, name, self.product, tenant_id, now.isoformat(), connections)
        with self.store.held():  # or a write after the copy would be taken for one before it
            path = self._path(name)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                partial = path.with_suffix(".partial")
                partial.unlink(missing_ok=True)
                self._lay_out(partial, about)
                with self.store.attached(partial) as tx:
                    for table in self._tables(lasting=connections):
                        tx.copy_out(table, tenant_id)
                partial.replace(path)
            except (OSError, sqlite3.Error) as error:
                raise SnapshotError(f"cannot write the snapshot {path}: {error}") from error
            self._trail.mark(name)
            return self.find(name)

    def restore(self, name: str) -> Snapshot:
        """Put the state, or the practice's part of it, back to a snapshot. Raises SnapshotError."""
        with self.store.held():
            snapshot = self.find(name)
            written = self._trail.since(name)
            try:
                with self.store.attached(snapshot.path) as tx:
                    tx.swept_rows = written
                    for table, key in self._stale(written, lasting=snapshot.connections):
                        tx.put_back(table, key, snapshot.tenant_id)
            except (sqlite3.Error, IntegrityError) as error:
                raise SnapshotError(f"cannot restore the snapshot {snapshot.path}: {error}") from error
            self._trail.mark(name)
            return snapshot

    def find(self, name: str) -> Snapshot:
        """Return a snapshot. Raises NoSnapshotError, or SnapshotError for another program's file."""
        path = self._path(name)
        if not path.exists():
            there = ", ".join(snapshot.name for snapshot in self.all()) or "none"
            raise NoSnapshotError(f"no such snapshot: {name}; there are: {there}")
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
                row = connection.execute(f"SELECT * FROM {ABOUT}").fetchone()  # noqa: S608  # a name of ours
        except sqlite3.Error as error:
            raise SnapshotError(f"{path} is no snapshot: {error}; take it anew") from error
        if row is None or row[0] != FORMAT or row[2] != self.product:
            raise SnapshotError(f"{path} is no snapshot of this {self.product}; take it anew")
        return Snapshot(name, self.product, row[3], parse_iso(row[4]), path, bool(row[5]))

    def all(self) -> list[Snapshot]:
        """Return all snapshots, by name."""
        if self._directory is None:
            return []
        found = []
        for path in sorted(self._directory.glob("*.sqlite")):
            with suppress(SnapshotError):  # somebody else's file is none of them
                found.append(self.find(path.stem))
        return found

    def drop(self, name: str) -> None:
        """Remove a snapshot. Raises NoSnapshotError."""
        with self.store.held():
            self.find(name).path.unlink()
            self._trail.drop(name)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise SnapshotError(
                f"{name[:80]!r} is no name for a snapshot: use up to 64 letters, digits, dots and dashes"
            )
        return self.directory / f"{name}.sqlite"

    def _tables(self, *, lasting: bool) -> list[Table]:
        tables = self.store.metadata.tables.values()
        kept = (table for table in tables if lasting or not table.info.get("lasting"))
        return sorted(kept, key=lambda table: table.name)

    def _stale(self, written: set[RowKey] | None, *, lasting: bool) -> list[RowKey]:
        """Return the rows to be put back: those written since; where that is not known, all of each table."""
        tables = self._tables(lasting=lasting)
        if written is None:
            return [(table, ()) for table in tables]
        # Nobody notes who connects: those rows are put back whole.
        whole: list[RowKey] = [(table, ()) for table in tables if table.info.get("lasting")]
        return whole + sorted(written, key=lambda row: (row[0].name, str(row[1])))

    def _lay_out(self, path: Path, about: tuple[object, ...]) -> None:
        with closing(sqlite3.connect(path)) as connection:
            path.chmod(0o600)  # it may hold the secrets of webhooks
            connection.execute("PRAGMA journal_mode=OFF")
            for table in self._tables(lasting=bool(about[-1])):
                connection.execute(str(CreateTable(table).compile(dialect=DIALECT)))
            connection.execute(
                f"CREATE TABLE {ABOUT} (format INTEGER, name TEXT, product TEXT, tenant_id TEXT, taken_at TEXT, "
                "connections INTEGER)"
            )
            connection.execute(f"INSERT INTO {ABOUT} VALUES (?, ?, ?, ?, ?, ?)", about)  # noqa: S608  # a name of ours
            connection.commit()

    def _heard(self, tx: Tx) -> None:
        if tx.swept:
            self._trail.write(tx.swept_rows)
        elif self._trail.marked:
            self._trail.write(
                [(undo.table, undo.key) for undo in tx.undo if not undo.table.info.get("lasting")]
            )
