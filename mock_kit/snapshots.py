"""Named snapshots of a fake's state, whole or of one practice: SQLite files that anybody can open.

A snapshot holds the rows, and the counters that ids are made from; not the apps, the tokens and the
keys, which outlive a restore as they outlive a reset. Restoring is one transaction: it is done, or
it was not. Only the rows that were written since the snapshot are put back.
"""

import re
import shutil
import sqlite3
import tempfile
import weakref
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table
from sqlalchemy.schema import CreateTable

from mock_kit.statements import DIALECT, Row
from mock_kit.store import Store, Tx

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ABOUT = "snapshot_about"
FORMAT = 1
MANY = 10_000
"""From how many changed rows on a snapshot is restored as a whole."""
RowKey = tuple[Table, tuple[Any, ...]]


class SnapshotError(Exception):
    """The snapshot cannot be taken or restored; the message says why, and the way out."""


class NoSnapshotError(SnapshotError):
    """There is no snapshot of this name."""


@dataclass(frozen=True)
class Snapshot:
    """What is known of a snapshot: `taken_at` on the fake's clock; `tenant_id` None: of all practices."""

    name: str
    product: str
    tenant_id: str | None
    taken_at: str
    path: Path

    def as_json(self) -> Row:
        """Return the snapshot as the control plane shows it."""
        known = {"name": self.name, "tenant_id": self.tenant_id, "taken_at": self.taken_at}
        return {**known, "file": str(self.path), "bytes": self.path.stat().st_size}


class Snapshots:
    """The snapshots of one fake, in a directory: beside the store's file, or one that ends with the process."""

    def __init__(self, store: Store, product: str, directory: Path | None = None) -> None:
        self.store = store
        self.product = product
        if directory is None and store.path is not None:
            directory = store.path.with_name(store.path.name + ".snapshots")
        self._directory = directory
        self._written: dict[str, set[RowKey] | None] = {}
        """By snapshot: which rows were written since it was the state; None: any may have been."""
        store.listen(self._heard)

    @property
    def directory(self) -> Path:
        """Return where the files are."""
        if self._directory is None:
            self._directory = Path(tempfile.mkdtemp(prefix=f"{self.product}-snapshots-"))
            weakref.finalize(self, shutil.rmtree, self._directory, ignore_errors=True)
        return self._directory

    def take(self, name: str, tenant_id: str | None, now: str) -> Snapshot:
        """Write the state to a file; one of the same name is replaced. Raises SnapshotError."""
        path = self._path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            partial.unlink(missing_ok=True)
            self._lay_out(partial, (FORMAT, name, self.product, tenant_id, now))
            with self.store.attached(partial, "snap") as tx:
                for table in self._tables():
                    where, values = _narrowed(table, (), tenant_id)
                    tx.run(*_copy(table, "main", "snap", where, values), sweeps=False)
            partial.replace(path)
        except (OSError, sqlite3.Error) as error:
            raise SnapshotError(f"cannot write the snapshot {path}: {error}") from error
        self._written[name] = set()
        return self.find(name)

    def restore(self, name: str) -> Snapshot:
        """Put the state, or the practice's part of it, back to a snapshot. Raises SnapshotError."""
        snapshot = self.find(name)
        try:
            with self.store.attached(snapshot.path, "snap") as tx:
                for table, key in self._stale(name):
                    where, values = _narrowed(table, key, snapshot.tenant_id)
                    tx.run(f'DELETE FROM main."{table.name}"{where}', values)  # noqa: S608  # names of ours
                    tx.run(*_copy(table, "snap", "main", where, values))
        except sqlite3.Error as error:
            raise SnapshotError(f"cannot restore the snapshot {snapshot.path}: {error}") from error
        self._written[name] = set()
        return snapshot

    def find(self, name: str) -> Snapshot:
        """Return a snapshot. Raises NoSnapshotError, or SnapshotError for another program's file."""
        path = self._path(name)
        if not path.exists():
            there = ", ".join(snapshot.name for snapshot in self.all()) or "none"
            raise NoSnapshotError(f"no such snapshot: {name}; there are: {there}")
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
                row = connection.execute(f"SELECT * FROM {ABOUT}").fetchone()  # noqa: S608  # a name of ours
        except sqlite3.Error as error:
            raise SnapshotError(f"{path} is no snapshot: {error}; take it anew") from error
        if row is None or row[0] != FORMAT or row[2] != self.product:
            raise SnapshotError(f"{path} is no snapshot of this {self.product}; take it anew")
        return Snapshot(name, self.product, row[3], row[4], path)

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
        self.find(name).path.unlink()
        self._written.pop(name, None)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise SnapshotError(
                f"{name[:80]!r} is no name for a snapshot: use up to 64 letters, digits, dots and dashes"
            )
        return self.directory / f"{name}.sqlite"

    def _tables(self) -> list[Table]:
        tables = (table for table in self.store.metadata.tables.values() if not table.info.get("lasting"))
        return sorted(tables, key=lambda table: table.name)

    def _stale(self, name: str) -> list[RowKey]:
        """Return the rows to be put back; one without a key stands for its whole table."""
        written = self._written.get(name)
        if written is None:
            return [(table, ()) for table in self._tables()]
        return sorted(written, key=lambda row: (row[0].name, str(row[1])))

    def _lay_out(self, path: Path, about: tuple[object, ...]) -> None:
        with closing(sqlite3.connect(path)) as connection:
            path.chmod(0o600)  # it may hold the secrets of webhooks
            connection.execute("PRAGMA journal_mode=OFF")
            for table in self._tables():
                connection.execute(str(CreateTable(table).compile(dialect=DIALECT)))
            connection.execute(
                f"CREATE TABLE {ABOUT} (format INTEGER, name TEXT, product TEXT, tenant_id TEXT, taken_at TEXT)"
            )
            connection.execute(f"INSERT INTO {ABOUT} VALUES (?, ?, ?, ?, ?)", about)  # noqa: S608  # a name of ours
            connection.commit()

    def _heard(self, tx: Tx) -> None:
        for name, written in self._written.items():
            if tx.swept or written is None or len(written) > MANY:
                self._written[name] = None
            else:
                rows = ((undo.table, undo.key) for undo in tx.undo)
                written.update(row for row in rows if not row[0].info.get("lasting"))


def _narrowed(table: Table, key: tuple[Any, ...], tenant_id: str | None) -> tuple[str, tuple[Any, ...]]:
    """Return the condition for one row, for a practice's rows, or for all, and its parameters."""
    names = [column.name for column in table.primary_key] if key else []
    values = key
    if tenant_id is not None:
        names, values = ["tenant_id", *names], (tenant_id, *key)
    return (" WHERE " + " AND ".join(f'"{name}" = ?' for name in names)) if names else "", values


def _copy(
    table: Table, source: str, target: str, where: str, values: tuple[Any, ...]
) -> tuple[str, tuple[Any, ...]]:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    selected = f'SELECT {columns} FROM {source}."{table.name}"{where}'  # noqa: S608  # names of ours
    return f'INSERT INTO {target}."{table.name}" ({columns}) {selected}', values
