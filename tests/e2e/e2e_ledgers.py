"""What the tests of lost ledgers share: a copy of the ledger is put back, or a new one begun."""

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

from e2e_bench import SEED, Bench

from scenarios.stage import syncer_key
from syncer.ledger import Ledger
from syncer.vault import Vault

_numbers = count(1)


def _beside(bench: Bench, name: str) -> Path:
    path = bench.stage.ledger._path
    assert path is not None
    return path.with_name(f"{name}-{next(_numbers)}.db")


def backed_up(bench: Bench) -> Path:
    """Copy the ledger as it is now."""
    path = _beside(bench, "backup")
    with (
        closing(sqlite3.connect(str(bench.stage.ledger._path))) as kept,
        closing(sqlite3.connect(path)) as copy,
    ):
        kept.backup(copy)
    return path


def put_back(bench: Bench, backup: Path) -> None:
    """Start the syncer again on an older copy of its ledger."""
    bench.stage.restart(Ledger(backup, Vault(syncer_key(SEED))))


def lose(bench: Bench) -> None:
    """Start the syncer again on an empty ledger, and connect it."""
    put_back(bench, _beside(bench, "new"))
    bench.stage.pass_time(1)
    bench.one.connect()
