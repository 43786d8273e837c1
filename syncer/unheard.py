"""What was sent and never acknowledged, in the ledger: it is kept as long as it may matter."""

from dataclasses import replace
from datetime import datetime, timedelta

from syncer import memory
from syncer.conflicts import people_of
from syncer.heard import unsettled
from syncer.ledger import PracticeLedger
from syncer.once import SETTLE_SECONDS
from syncer.runtime import iso


def forget_past(ledger: PracticeLedger, began: datetime, now: datetime) -> None:
    """Forget what was sent and must have landed when a reading began, unless it is there and not agreed on.

    It would hide a person's edit if it were kept: whoever types that very value later has typed it (E3). What
    bears a time that is yet to come was sent under a clock that was wrong, and is past.
    """
    links = memory.unheard(ledger)
    if not links:
        return
    landed, present, people = iso(began - timedelta(seconds=SETTLE_SECONDS)), iso(now), people_of(ledger)
    fresh = []
    for link in links:
        young = tuple(one for one in link.sent if landed <= one.at <= present)
        past = replace(link, sent=tuple(one for one in link.sent if one not in young))
        here = [
            people.ignition(one) for one in memory.some_mirrored(ledger, memory.IGNITION, [link.ignition_id])
        ]
        there = memory.some_mirrored(ledger, memory.XPM, [link.xpm_id])
        kept = unsettled(past, here[0] if here else None, there[0] if there else None)
        if (*kept, *young) != link.sent:
            fresh.append(replace(link, sent=(*kept, *young)))
    memory.save_links(ledger, fresh)
