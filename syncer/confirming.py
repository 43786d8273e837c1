"""Whether what a list shows is the latest: what is as it was before is asked for again."""

from datetime import datetime

from syncer import memory
from syncer.errors import MalformedError, RefusedError
from syncer.ignition import Json
from syncer.ignition_json import read_client, read_contact, read_contact_slugs
from syncer.model import Client
from syncer.practice import Practice
from syncer.report import Problem
from syncer.words import counted

FEW = 20
"""So many clients are asked for one by one; of more than that the list is read again."""


def clients_of_xpm(practice: Practice, since: datetime | None) -> list[Client]:
    """Return clients modified since a moment, or all.

    A client that is what it was before it was last found changed, or written by the syncer, is asked for again: an
    answer that comes late from an old copy would pass for an edit, and undo the later one (E3). Where it is still
    the same then, somebody has put it back, and that is an edit like any other.
    """
    clients = practice.xpm.clients(since)
    doubtful = memory.overwritten(practice.ledger, memory.XPM, clients)
    if len(doubtful) > FEW:
        return practice.xpm.clients(since)
    return [_again(practice, one) if one.id in doubtful else one for one in clients]


def confirmed(practice: Practice, clients: list[Client]) -> list[Client]:
    """Return clients of Ignition as just read, those asked for again that are as they were before.

    Of more than a few at once only those few are: the calls of the hour are for all that is to be done.
    """
    doubtful = sorted(memory.overwritten(practice.ledger, memory.IGNITION, clients))[:FEW]
    return [client_of_ignition(practice, one.id)[0] if one.id in doubtful else one for one in clients]


def client_of_ignition(practice: Practice, slug: str) -> tuple[Client, Json]:
    """Read one Ignition client with its contacts; returns its row as well."""
    row, _etag = practice.ignition.client(slug)
    contacts = tuple(read_contact(practice.ignition.contact(one)[0]) for one in read_contact_slugs(row))
    return read_client(row, contacts), row


def read_unseen(practice: Practice) -> tuple[Problem, ...]:
    """Read the clients that Ignition's lists have never shown, though they are linked, where XPM has news of them.

    A list may pass over what the sync before imported. Returns that some are still unknown: what changed of
    them in XPM stays news.
    """
    ledger = practice.ledger
    news = memory.news(ledger, memory.XPM)
    linked = {link.ignition_id for link in memory.links(ledger) if link.xpm_id in news} if news else set()
    unseen = sorted(linked - memory.known_ids(ledger, memory.IGNITION)) if linked else []
    read = 0
    for slug in unseen[:FEW]:
        try:
            memory.remember(ledger, memory.IGNITION, [client_of_ignition(practice, slug)[0]], None)
            read += 1
        except (RefusedError, MalformedError):
            continue
    if read == len(unseen):
        return ()
    what = "Ignition's lists have not shown them yet, so what changed of them in XPM waits (E5)"
    return (Problem(counted(len(unseen) - read, "linked client"), what, "the next sync looks again"),)


def _again(practice: Practice, listed: Client) -> Client:
    try:
        return practice.xpm.client(listed.id)
    except RefusedError:
        return listed
