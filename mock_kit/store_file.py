"""The file that a store is kept in: made for its owner alone, and held by one process at a time."""

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, MetaData, create_engine, event, inspect
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

OWNER_ONLY = 0o600
THOROUGH_BYTES = 64 * 1024 * 1024
"""Up to how large a file is looked over with its indexes: about half a second's work."""

# In hexadecimal: what is found may quote what is damaged.
INTEGRITY = "SELECT hex(integrity_check) FROM pragma_integrity_check(1)"
QUICK = "SELECT hex(quick_check) FROM pragma_quick_check(1)"


class StoreError(Exception):
    """The store cannot be used so: its file is no database or another program's, or it is busy."""


def hold(path: Path) -> Callable[[], None]:
    """Keep other processes from a store's file; returns what lets go of it. A killed process lets go, too.

    The file may hold secrets: a new one is its owner's alone. Raises StoreError, which names the process
    that has the file.
    """
    try:
        real = Path(os.path.realpath(path))  # one file under two names is held once
        with suppress(FileExistsError):
            os.close(os.open(real, os.O_CREAT | os.O_EXCL, OWNER_ONLY))
        lock, handle = _locked(path, real)
    except OSError as error:
        raise StoreError(f"cannot use {path} as a store: {error.strerror}; name another file") from error
    return partial(_let_go, lock, handle)


def open_engine(metadata: MetaData, path: Path | None) -> Engine:
    """Return an engine on a file or on memory that has these tables. Raises StoreError."""
    engine = create_engine(
        # By its parts: in a URL of one piece a "?" or a "%" of the path would mean something.
        URL.create("sqlite", database=str(path) if path else None),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "isolation_level": None, "cached_statements": 512},
    )
    event.listen(engine, "connect", _configure)
    try:
        if path is not None:
            _refuse_damage(engine, path)
        _refuse_other_tables(metadata, engine, path)
        _log_ahead(engine)
        metadata.create_all(engine)
    except DatabaseError as error:
        engine.dispose()
        raise StoreError(f"cannot use {path} as a store: {error.orig}; name another file") from error
    except UnicodeDecodeError as error:
        engine.dispose()
        raise damaged(path) from error
    except StoreError:
        engine.dispose()
        raise
    return engine


def _locked(path: Path, real: Path) -> tuple[Path, int]:
    # A file beside the store's own: to open and close that one would take SQLite's locks off it.
    lock = real.with_name(real.name + ".lock")
    while True:
        handle = os.open(lock, os.O_CREAT | os.O_RDWR, OWNER_ONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(lock, handle):
                os.ftruncate(handle, 0)
                os.write(handle, str(os.getpid()).encode())
                return lock, handle
        except BlockingIOError as error:
            owner = os.pread(handle, 20, 0).decode("ascii", "replace")
            os.close(handle)
            raise StoreError(
                f"cannot use {path} as a store: another process ({owner}) serves it; "
                "end that one, or name another file"
            ) from error
        os.close(handle)  # who had it let go of it, and removed it, between the two steps


def _is_still(lock: Path, handle: int) -> bool:
    try:
        return os.path.samestat(lock.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _let_go(lock: Path, handle: int) -> None:
    lock.unlink(missing_ok=True)
    os.close(handle)


def _refuse_damage(engine: Engine, path: Path) -> None:
    """Have SQLite look over the whole file, at its indexes too where that takes no second. Raises StoreError.

    What is wrong inside a text or a number no check can find.
    """
    thorough = path.stat().st_size <= THOROUGH_BYTES
    query = INTEGRITY if thorough else QUICK
    with engine.connect() as connection:
        (found,) = connection.exec_driver_sql(query).one()
    if bytes.fromhex(found) != b"ok":
        raise damaged(path)


def damaged(path: Path | None) -> StoreError:
    """Return the error of a file that cannot be read as it was written."""
    return StoreError(
        f"cannot use {path} as a store: the file is damaged; put a copy back, or name another file"
    )


def _refuse_other_tables(metadata: MetaData, engine: Engine, path: Path | None) -> None:
    with engine.connect() as connection:
        found = inspect(connection)
        for name in found.get_table_names():
            columns = {column["name"] for column in found.get_columns(name)}
            ours = metadata.tables.get(name)
            if ours is None or columns != set(ours.columns.keys()):
                raise StoreError(
                    f"cannot use {path} as a store: its table {name} is another program's or "
                    "another version's; name another file"
                )


def _configure(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA wal_autocheckpoint=8000")


def _log_ahead(engine: Engine) -> None:
    """Switch the file to a write-ahead log: cheap commits that a killed process does not lose."""
    connection = engine.raw_connection()
    connection.cursor().execute("PRAGMA journal_mode=WAL")
    connection.close()
