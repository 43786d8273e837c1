"""Writes to XPM whose outcome was not known: kept until an audit has looked what came of them (E11).

Once all of it must have landed, that is, and not before: a call that was repeated, or lost its answer, may take
effect minutes later. What nothing was unknown of is not in here, and costs no look.
"""

from syncer import ledger_tables as t
from syncer.ledger import Batch, PracticeLedger, Row

CLIENT, JOB = "client", "job"
CONTACTS = frozenset({"contact", "conflict"})
"""The kinds of intents that make a contact: a sync's own, and that of a conflict's loser put back."""
AUDITED = frozenset({CLIENT, JOB, *CONTACTS})
"""What audits look for; a template that was applied twice is seen on its job."""


def keep_doubt(ledger: PracticeLedger, intent: Row, until: str) -> None:
    """Keep that what came of an intent's call is not known, and will be to see at a moment.

    Of several attempts the first is kept, as it tells what was there before any of them.
    """
    if intent["kind"] not in AUDITED:
        return
    key, kind, evidence = (intent[name] for name in ("key", "kind", "evidence"))
    if ledger.row(t.doubts, key=key, audited=False):
        ledger.change(t.doubts, {"settles_at": until}, key=key)
    else:
        row = {"key": key, "kind": kind, "evidence": evidence, "settles_at": until, "audited": False}
        ledger.put(t.doubts, row)


def postpone(batch: Batch, key: str, until: str) -> None:
    """Have the audit of something in doubt wait: it is done once more. Of what is not in doubt, this does nothing."""
    batch.change(t.doubts, {"settles_at": until}, key=key, audited=False)
