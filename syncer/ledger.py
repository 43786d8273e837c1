"""What the syncer remembers: links, bases, intents, deployments, conflicts, tokens (SQLAlchemy, SQLite).

No transaction is ever open while a call is under way: each method opens and closes its own.
"""

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.exc import DatabaseError

from syncer import ledger_tables as t
from syncer.errors import LedgerError
from syncer.ledger_schema import prepare_schema
from syncer.ledger_statements import Prepared, change_rows, remove_rows, rows_of, upsert
from syncer.vault import Vault

Row = dict[str, Any]
DATABASE_ERRORS = (sqlite3.DatabaseError, DatabaseError)
"""The database's own, and what SQLAlchemy makes of them in a migration."""
BUSY_SECONDS = 30.0
"""How long a transaction waits for another program's."""
STATEMENTS = 512
"""How many statements a connection keeps read: there are some 200, and Python would keep 128."""
RUNNING = "running"
"""The outcome of a run that has not ended."""


class Ledger:
    """The whole ledger; `of(practice)` gives one practice's part."""

    def __init__(self, path: Path | None, vault: Vault) -> None:
        self.vault = vault
        if path:
            _make_private(path)
        self._lock = threading.RLock()
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._rehearsing: sqlite3.Connection | None = None
        try:
            with self.begin() as connection:
                prepare_schema(connection, path)
            # Readers and a writer work side by side; it changes the file, so only once that is known as ours.
            connection.execute("PRAGMA journal_mode=WAL")
        except LedgerError:
            self.close()
            raise

    def of(self, practice: str) -> "PracticeLedger":
        """Return the part of one practice."""
        return PracticeLedger(self, practice)

    def begin(self) -> AbstractContextManager[sqlite3.Connection]:
        """Open a transaction that commits at the end of the block."""
        return _Block(self, begins=True)

    def connect(self) -> sqlite3.Connection:
        """Return a connection to the database, which `close` ends."""
        return _connected(self._path)

    def look(self) -> AbstractContextManager[sqlite3.Connection]:
        """Have the connection for one query: it sees what is committed, and takes nobody's turn to write."""
        return _Block(self, begins=False)

    def enter(self, *, begins: bool) -> sqlite3.Connection:
        """Begin what `leave` ends, and return its connection; within a rehearsal that goes on."""
        self._lock.acquire()
        try:
            if self._rehearsing is not None:
                return self._rehearsing
            # One connection for all: a new one for each transaction takes longer than the transaction.
            connection = self._connection = self._connection or self.connect()
            if begins:
                connection.execute("BEGIN IMMEDIATE")
        except BaseException as error:
            self._lock.release()
            self._translate(error)
            raise
        return connection

    def leave(self, connection: sqlite3.Connection, error: BaseException | None, *, began: bool) -> None:
        """Commit what `enter` began, or take it back where an error ends it. Raises LedgerError for the database's."""
        try:
            if began and connection is not self._rehearsing:
                _end(connection, failed=error is not None)
        except DATABASE_ERRORS as worse:
            error = worse
        finally:
            self._lock.release()
        if error is not None:
            self._translate(error)

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Take back, at the end of the block, whatever this thread wrote in it: for plans, which only tell.

        Nobody else writes meanwhile, so no call may be made in it.
        """
        with self.begin() as connection, self._lock:
            connection.execute("SAVEPOINT rehearsal")
            self._rehearsing = connection
            try:
                yield
            finally:
                self._rehearsing = None
                connection.execute("ROLLBACK TO rehearsal")

    def dump(self) -> dict[str, list[Row]]:
        """Return what the ledger holds, without tokens, runs and their costs."""
        tables = [table for table in t.metadata.sorted_tables if not table.info.get("hidden")]
        with self.begin() as connection:
            return {
                table.name: rows_of(connection, table, {})
                for table in sorted(tables, key=lambda table: table.name)
            }

    def connected_as(self, tenant_id: str) -> frozenset[str]:
        """Return the practices, by their names here, that are connected to a tenant of XPM."""
        with self.look() as connection:
            found = rows_of(connection, t.connections, {"tenant_id": tenant_id})
        return frozenset(row["practice"] for row in found)

    def digest(self) -> str:
        """Return the SHA-256 of the dump's canonical JSON."""
        text = json.dumps(self.dump(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _translate(self, error: BaseException) -> None:
        if isinstance(error, DATABASE_ERRORS):
            cause = getattr(error, "orig", error)
            raise LedgerError(f"cannot use {self._path} as a ledger: {cause}") from error


class _Block:
    """The block of a transaction, or of one query. A class: as a generator it would take longer than the query."""

    __slots__ = ("_begins", "_connection", "_ledger")

    def __init__(self, ledger: Ledger, *, begins: bool) -> None:
        self._ledger = ledger
        self._begins = begins

    def __enter__(self) -> sqlite3.Connection:
        self._connection = self._ledger.enter(begins=self._begins)
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._ledger.leave(self._connection, error, began=self._begins)


class PracticeLedger:
    """One practice's part of the ledger: every statement is narrowed to it."""

    def __init__(self, ledger: Ledger, practice: str) -> None:
        self.ledger = ledger
        self.practice = practice

    def rows(self, table: Table, **equal: Any) -> list[Row]:
        """Return the practice's rows of a table, in the order of the key, where columns equal values."""
        with self.ledger.look() as connection:
            return rows_of(connection, table, {"practice": self.practice, **equal})

    def row(self, table: Table, **equal: Any) -> Row | None:
        """Return the first of those rows, or None."""
        found = self.rows(table, **equal)
        return found[0] if found else None

    def put(self, table: Table, *rows: Row) -> None:
        """Insert rows, or overwrite the columns given where the key is there already; all or nothing."""
        with self.ledger.begin() as connection:
            for row in rows:
                upsert(connection, table, {"practice": self.practice, **row})

    def change(self, table: Table, values: Row, **equal: Any) -> None:
        """Set columns in the rows where columns equal values."""
        with self.ledger.begin() as connection:
            change_rows(connection, table, values, {"practice": self.practice, **equal})

    def remove(self, table: Table, **equal: Any) -> None:
        """Delete the rows where columns equal values."""
        with self.ledger.begin() as connection:
            remove_rows(connection, table, {"practice": self.practice, **equal})

    @contextmanager
    def together(self) -> Iterator["Batch"]:
        """Collect several writes into one transaction."""
        with self.ledger.begin() as connection:
            yield Batch(connection, self.practice)

    def add(self, table: Table, row: Row) -> int:
        """Insert a row of a table keyed by practice and number under the next number, and return that."""
        # One transaction: another process that starts a run at the same moment gets the number after.
        with self.ledger.begin() as connection:
            (last,) = _last(table).rows(connection, {"practice": self.practice})
            number = int(last["id"] or 0) + 1
            upsert(connection, table, {"practice": self.practice, "id": number, **row})
        return number

    # Connections and their tokens.

    def save_connection(
        self, system: str, tokens: Row, *, tenant_id: str | None, tenant_name: str | None
    ) -> None:
        """Keep a new connection; the tokens are encrypted before they touch the file."""
        sealed = self.ledger.vault.seal(tokens)
        row = {"system": system, "status": "connected", "tenant_id": tenant_id, "tenant_name": tenant_name}
        self.put(t.connections, {**row, "tokens": sealed})

    def save_tokens(self, system: str, tokens: Row) -> None:
        """Keep other tokens of a connection."""
        self.change(t.connections, {"tokens": self.ledger.vault.seal(tokens)}, system=system)

    def replace_tokens(self, system: str, sealed: str, before: str | None) -> str:
        """Keep sealed tokens in place of those that were kept before; returns what is kept then.

        That is something else where another program has connected anew meanwhile, and theirs stay.
        """
        self.change(t.connections, {"tokens": sealed}, system=system, tokens=before)
        return self.sealed_tokens(system) or sealed

    def sealed_tokens(self, system: str) -> str | None:
        """Return the tokens of a connection as they are kept, which tells whether they are others by now; or None."""
        row = self.row(t.connections, system=system)
        return str(row["tokens"]) if row else None

    def tokens(self, system: str) -> Row | None:
        """Return the tokens of a connection, decrypted, or None."""
        sealed = self.sealed_tokens(system)
        return None if sealed is None else self.ledger.vault.open(sealed)

    # Cursors.

    def cursor(self, name: str) -> str | None:
        """Return how far a list has been read."""
        row = self.row(t.cursors, name=name)
        return str(row["value"]) if row else None

    # Runs.

    def start_run(self, command: str, at: str) -> int:
        """Note that a run began, and return its number."""
        row = {"command": command, "started_at": at, "outcome": RUNNING, "report": "{}"}
        return self.add(t.runs, row)

    def end_run(self, number: int, at: str, outcome: str, report: Row) -> None:
        """Note how a run ended."""
        text = json.dumps(report, ensure_ascii=False)
        self.change(t.runs, {"ended_at": at, "outcome": outcome, "report": text}, id=number)

    def read(self, query: Prepared, **values: Any) -> list[Row]:
        """Return the rows of a query, which must compare the practice with the parameter of that name."""
        with self.ledger.look() as connection:
            return query.rows(connection, {"practice": self.practice, **values})


class Batch:
    """Several writes of one practice in one transaction."""

    def __init__(self, connection: sqlite3.Connection, practice: str) -> None:
        self._connection = connection
        self._practice = practice

    def put(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows, or overwrite the columns given."""
        for row in rows:
            upsert(self._connection, table, {"practice": self._practice, **row})

    def change(self, table: Table, values: Row, **equal: Any) -> None:
        """Set columns in the rows where columns equal values."""
        change_rows(self._connection, table, values, {"practice": self._practice, **equal})


@cache
def _last(table: Table) -> Prepared:
    """Return the query for a practice's last number in a table."""
    return Prepared(select(func.max(table.c.id).label("id")).where(table.c.practice == bindparam("practice")))


def _make_private(path: Path) -> None:
    """Make the file, if it is not there, for its owner alone: clients' data and tokens will be in it."""
    # Where it cannot be made, opening it says so.
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_RDONLY, 0o600))


def _connected(path: Path | None) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path or ":memory:",
        check_same_thread=False,
        isolation_level=None,
        timeout=BUSY_SECONDS,
        cached_statements=STATEMENTS,
    )
    _configure(connection)
    return connection


def _configure(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous=FULL")


def _end(connection: sqlite3.Connection, *, failed: bool) -> None:
    """Commit what was begun, or take it back; what cannot be committed is taken back too."""
    try:
        if not failed:
            connection.commit()
    finally:
        if connection.in_transaction:
            connection.rollback()
