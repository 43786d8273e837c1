"""Runs in the ledger: that one began, and how it ended."""

from collections.abc import Iterator
from contextlib import contextmanager

from syncer.practice import Practice
from syncer.report import Report
from syncer.runtime import iso


@contextmanager
def recorded(practice: Practice, command: str) -> Iterator[Report]:
    """Put a run down in the ledger, and give its report; the lease is held."""
    ledger, report = practice.ledger, practice.report()
    run = ledger.start_run(command, iso(practice.runtime.now()))
    outcome = "not done"
    try:
        yield report
        outcome = report.outcome
    except BaseException as error:
        outcome = f"not done: {type(error).__name__}"
        raise
    finally:
        ledger.end_run(run, iso(practice.runtime.now()), outcome, report.as_json())
