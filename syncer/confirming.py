"""Whether what XPM shows is its latest: it has no time and no version per record."""

from datetime import datetime

from syncer import memory
from syncer.errors import RefusedError
from syncer.model import Client
from syncer.practice import Practice

FEW = 20
"""So many clients are asked for one by one; of more than that the list is read again."""


def clients_of_xpm(practice: Practice, since: datetime | None) -> list[Client]:
    """Return clients modified since a moment, or all.

    A client that is what it was before the syncer's own last write to it is asked for again: an answer that
    comes late from an old copy would pass for an edit, and undo what went to XPM (E3). Where it is still the
    same then, somebody has put it back, and that is an edit like any other.
    """
    clients = practice.xpm.clients(since)
    doubtful = memory.overwritten(practice.ledger, memory.XPM, clients)
    if len(doubtful) > FEW:
        return practice.xpm.clients(since)
    return [_again(practice, one) if one.id in doubtful else one for one in clients]


def _again(practice: Practice, listed: Client) -> Client:
    try:
        return practice.xpm.client(listed.id)
    except RefusedError:
        return listed
