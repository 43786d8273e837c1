"""The weekly reading of everything: what the lists of changes missed is found then."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from syncer import ledger_tables as t
from syncer import memory
from syncer.errors import SuddenlyEmptyError
from syncer.practice import Practice
from syncer.words import counted

SWEEP = timedelta(days=7)
"""How long after the last whole reading the next one is due."""
TITLES = {memory.XPM: "XPM", memory.IGNITION: "Ignition"}


def is_sweep_due(practice: Practice) -> bool:
    """Tell whether both sides are to be read whole: what the lists of changes missed is found then."""
    swept = practice.ledger.cursor("swept")
    return swept is None or datetime.fromisoformat(swept) + SWEEP <= practice.runtime.now()


def gone_from(practice: Practice, side: str, shown: Sequence[str], *, force: bool) -> set[str]:
    """Return the known clients that a whole list no longer shows: nothing follows from that.

    Deleted clients are in XPM's list, and archived ones in Ignition's, so a client that is in neither
    is a list that is not whole, or another practice's. Raises SuddenlyEmptyError.
    """
    title = TITLES[side]
    known = memory.known_ids(practice.ledger, side)
    gone = known - set(shown)
    if gone and gone == known and not force:
        what = f"{counted(len(shown), 'client')}, none of them known," if shown else "no clients at all,"
        raise SuddenlyEmptyError(
            f"{title} shows {what} and had {len(gone)}: is it the right practice? Nothing was changed; "
            "`syncer sync --force` goes on all the same"
        )
    return gone


def note_sweep(practice: Practice, gone: Mapping[str, set[str]], began: str) -> None:
    """Note that both sides were read whole; lists that lack clients count only once they lack the same ones again.

    Else what a short list hid would wait a week to be seen.
    """
    ids = [f"{side} {one}" for side, missing in sorted(gone.items()) for one in sorted(missing)]
    lacking = hashlib.sha256("\n".join(ids).encode("utf-8", "surrogatepass")).hexdigest()
    if not ids or practice.ledger.cursor("lacking") == lacking:
        practice.ledger.put(t.cursors, {"name": "swept", "value": began})
    practice.ledger.put(t.cursors, {"name": "lacking", "value": lacking})
