"""Runs in the ledger: that one began, and how it ended."""

from collections.abc import Iterator
from contextlib import contextmanager

from syncer import ledger_tables as t
from syncer.ledger import RUNNING
from syncer.practice import Practice
from syncer.report import CUT_SHORT, Report, not_done
from syncer.runtime import iso


@contextmanager
def recorded(practice: Practice, command: str) -> Iterator[Report]:
    """Put a run down in the ledger, and give its report; the lease is held."""
    ledger, report = practice.ledger, practice.report()
    # Whoever has the lease is the only one at work: what else looks as if it ran was killed.
    ledger.change(t.runs, {"outcome": CUT_SHORT}, outcome=RUNNING)
    run = ledger.start_run(command, iso(practice.runtime.now()))
    outcome = "not done"
    try:
        yield report
        outcome = report.outcome
    except BaseException as error:
        outcome = not_done(error)
        raise
    finally:
        ledger.end_run(run, iso(practice.runtime.now()), outcome, report.as_json())
