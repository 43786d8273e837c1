"""Exactly once without an idempotency key: durable intent, call, outcome (E11)."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from syncer import ledger_tables as t
from syncer.doubts import keep_doubt, postpone
from syncer.errors import ApiError, OutcomeUnknownError
from syncer.ledger import Batch, Row
from syncer.ledger_statements import rows_of, upsert
from syncer.practice import Practice
from syncer.runtime import iso
from syncer.waits import wait

SETTLE_SECONDS = 180
"""A late write lands within 120 s of the time-out; after this long a look finds it."""
OLD = timedelta(hours=2)
"""An intent of that age was called, or given up, so long ago that nothing of it can still be late: a
call waits for its turn, for limits and for repeats after its intent is kept, but never that long."""
TRIES = 3
OPEN, DONE = "open", "done"


def exactly_once(
    practice: Practice,
    key: str,
    kind: str,
    *,
    evidence: Callable[[], Any],
    act: Callable[[], str],
    look_up: Callable[[Any], str | None],
) -> str:
    """Do something once, whatever happened before, and return its outcome (an id).

    `evidence` is what `look_up` needs to tell a thing that `act` made from one that was there
    before; it is kept with the intent, before the call. An intent found open (after a crash) or
    an unknown outcome is looked up, once more when everything late must have landed, and only
    then tried again. A refusal takes the intent back.
    """
    ledger = practice.ledger
    for _ in range(TRIES):
        called_here = ledger.row(t.intents, key=key) is None
        if called_here:
            if not _claim(practice, open_intent(key, kind, iso(practice.runtime.now()), evidence())):
                continue
            try:
                outcome = act()
            except OutcomeUnknownError:
                pass
            except ApiError:
                ledger.remove(t.intents, key=key)
                raise
            else:
                return _done(practice, key, outcome)
        found = came_of(practice, key, look_up, called_here=called_here)
        if found is not None:
            return found
    raise OutcomeUnknownError("XPM", kind, f"tried {TRIES} times, and no trace of it was found")


def came_of(
    practice: Practice, key: str, look_up: Callable[[Any], str | None], *, called_here: bool = False
) -> str | None:
    """Return the outcome of an intent; None: nothing came of it, and it is taken back.

    So an intent is settled that an earlier run left behind, whatever is planned by now.
    """
    ledger = practice.ledger
    intent = ledger.row(t.intents, key=key)
    if intent is None or intent["state"] == DONE:
        return None if intent is None else str(intent["outcome"])
    keep_doubt(ledger, intent, settled(practice))
    found = _look_for(practice, intent, look_up, called_here=called_here)
    if found is not None:
        return _done(practice, key, found)
    # Still open, that is: what another program has noted as done meanwhile is no longer looked for.
    ledger.remove(t.intents, key=key, state=OPEN)
    return None


def open_intent(key: str, kind: str, at: str, evidence: Any) -> Row:
    """Return the row of something that is about to be done."""
    told = json.dumps(evidence, ensure_ascii=False)
    return {"key": key, "kind": kind, "state": OPEN, "at": at, "evidence": told, "outcome": None}


def settled(practice: Practice, longest: timedelta = timedelta(0)) -> str:
    """Return the moment from which all can be seen that comes of a call that ends within some time from now."""
    return iso(practice.runtime.now() + longest + timedelta(seconds=SETTLE_SECONDS))


def _claim(practice: Practice, row: Row) -> bool:
    """Keep an intent, unless another program (a sync beside the service) just kept the same one."""
    ledger = practice.ledger
    mine = {"practice": ledger.practice, "key": row["key"]}
    with ledger.ledger.begin() as connection:
        if rows_of(connection, t.intents, mine):
            return False
        upsert(connection, t.intents, {**row, **mine})
        # What is in doubt is done once more, then, and nobody knows yet when that will be over.
        postpone(Batch(connection, ledger.practice), row["key"], settled(practice, OLD))
    return True


def _look_for(
    practice: Practice, intent: Row, look_up: Callable[[Any], str | None], *, called_here: bool
) -> str | None:
    evidence = json.loads(intent["evidence"])
    found = look_up(evidence)
    # What is late counts from the call's time-out, and the intent is older than that: the call may have
    # waited long for its turn. Only an intent left behind by a run long ago needs no second look.
    age = practice.runtime.now() - datetime.fromisoformat(intent["at"])
    if found is None and (called_here or age < OLD):
        why = f"what came of making a {intent['kind']} is not known, and it may still land (E11)"
        wait(practice.runtime, SETTLE_SECONDS, why)
        # Before it is made a second time, one old answer must not pass for the truth: that takes two.
        found = look_up(evidence) or look_up(evidence)
    return found


def _done(practice: Practice, key: str, outcome: str) -> str:
    with practice.ledger.together() as batch:
        batch.change(t.intents, {"state": DONE, "outcome": outcome}, key=key)
        postpone(batch, key, settled(practice))
    return outcome
