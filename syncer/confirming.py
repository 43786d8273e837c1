"""Whether what a list shows is the latest: what is as it was before is asked for again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from syncer import memory
from syncer.errors import MalformedError, OutcomeUnknownError, RefusedError
from syncer.ignition import Json
from syncer.ignition_json import read_client, read_contact, read_contact_slugs, read_name
from syncer.lead_making import being_made
from syncer.model import Client
from syncer.practice import Practice
from syncer.report import Problem
from syncer.words import counted

FEW = 20
"""So many clients are asked for one by one."""
NEXT = "the next sync looks again"
UNCONFIRMED = (
    "a list shows what it was before, and it cannot be asked for by itself: it counts as it was known"
)
OLD_LIST = (
    "a list shows what they were before, and others of it are otherwise by themselves: they count as known"
)


@dataclass(frozen=True)
class Listed:
    """Clients as a list showed them, those of doubt as they are by themselves or as they were known."""

    clients: list[Client]
    is_settled: bool
    """Whether all is as the list showed it; else the next sync has to be shown the same changes again."""
    problems: tuple[Problem, ...] = ()
    """Who could not be asked for."""


def clients_of_xpm(practice: Practice, since: datetime | None) -> Listed:
    """Return clients modified since a moment, or all.

    A client that shows what it was before it was last found changed, or written by the syncer, is asked for by itself:
    an answer that comes late from an old copy would pass for an edit, and undo the later one (E3). Where it is still
    the same then, somebody has put it back, and that is an edit like any other.
    """
    read = partial(practice.xpm.clients, since)
    return _confirmed(practice, memory.XPM, read(), practice.xpm.client, read)


def clients_of_ignition(practice: Practice, read: list[Client], again: Callable[[], list[Client]]) -> Listed:
    """Return clients of Ignition as just read, those of doubt as they are by themselves; `again` reads them anew."""

    def ask(slug: str) -> Client:
        return client_of_ignition(practice, slug)[0]

    return _confirmed(practice, memory.IGNITION, read, ask, again)


def _confirmed(
    practice: Practice,
    side: str,
    listed: list[Client],
    ask: Callable[[str], Client],
    again: Callable[[], list[Client]],
) -> Listed:
    """Return what was listed with those of doubt asked for.

    A few are asked for one by one. Where that bears the list out, the rest of many is as the list shows it when it is
    read again; where it does not, the list is an old one. Who cannot be asked for stays as known: one record that
    cannot be read keeps nobody up (E20).
    """
    shown = {one.id: one for one in listed}
    doubtful = sorted(memory.overwritten(practice.ledger, side, listed))
    if not doubtful:
        return Listed(listed, is_settled=True)
    few, rest = doubtful[:FEW], set(doubtful[FEW:])
    asked = {one: found for one in few if (found := _asked(ask, shown[one])) is not None}
    unasked = [one for one in few if one not in asked]
    if rest and any(found == shown[one] for one, found in asked.items()):
        asked |= {one.id: one for one in again() if one.id in rest}
    known = {one.id: one for one in memory.some_mirrored(practice.ledger, side, doubtful)}
    clients = [asked.get(one.id, known.get(one.id, one)) for one in listed]
    problems = [Problem(f"client “{known[one].name}”", UNCONFIRMED, NEXT) for one in unasked]
    if rest - asked.keys():
        problems.append(Problem(counted(len(rest - asked.keys()), "client"), OLD_LIST, NEXT))
    return Listed(clients, clients == listed, tuple(problems))


def _asked(ask: Callable[[str], Client], shown: Client) -> Client | None:
    """Return a client as it is by itself, or None where that cannot be said.

    An answer that bears the list out may be an old one as well; so it is asked for once more, and the last one counts.
    """
    try:
        found = ask(shown.id)
        return ask(shown.id) if found == shown else found
    except (RefusedError, MalformedError, OutcomeUnknownError):
        return None


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
    read = _read_each(practice, unseen[:FEW])
    if len(read) == len(unseen):
        return ()
    what = "Ignition's lists have not shown them yet, so what changed of them in XPM waits (E5)"
    return (Problem(counted(len(unseen) - len(read), "linked client"), what, NEXT),)


def read_noted(practice: Practice) -> None:
    """Look in another list for the leads that a program was making when it ended, where Ignition's reports lack them.

    One old report would have them made a second time (E11): what is noted as being made is asked for of the
    practice API before that.
    """
    ledger = practice.ledger
    noted = being_made(ledger) - {link.xpm_id for link in memory.links(ledger)}
    if not noted:
        return
    lacking = noted - {one.xpm_uuid for one in memory.mirrored(ledger, memory.IGNITION).values()}
    rows = practice.ignition.tagged_clients() if lacking else []
    found = {row["slug"]: row for row in rows if row.get("external_client_id") in lacking}
    unread = found.keys() - _read_each(practice, list(found))
    # Where the name can be read at least, nobody of that name is imported beside it (E1).
    named = [client for slug in sorted(unread) if (client := read_name(found[slug]))]
    memory.remember(ledger, memory.IGNITION, named, None)


def _read_each(practice: Practice, slugs: Sequence[str]) -> set[str]:
    """Read clients of Ignition one by one into the ledger; returns of whom that was possible (E20)."""
    read = set()
    for slug in slugs:
        try:
            memory.remember(practice.ledger, memory.IGNITION, [client_of_ignition(practice, slug)[0]], None)
            read.add(slug)
        except (RefusedError, MalformedError):
            continue
    return read
