"""Ignition's clients as its lists show them: without their contacts, which are a list of their own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syncer import memory
from syncer.ignition import Ignition, Json, read_contact
from syncer.ignition_json import read_client, read_contact_slugs, read_name
from syncer.model import Client, Contact, Proposal, Standing
from syncer.practice import Practice
from syncer.runtime import iso

LOOKS = 2
"""One old answer must not pass for the truth: that takes two."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An Ignition client as its list shows it; of its contacts that tells the slugs."""

    slug: str
    created_at: str
    contact_slugs: tuple[str, ...] | None
    """None: they cannot be read, and are unknown (E5)."""
    client: Client | None
    """None: it cannot be read, and is reported (E20)."""


def see(ignition: Ignition, rows: Iterable[Json]) -> list[Seen]:
    """Return what rows say. What cannot be read of them is kept in the API's `left_out` (E20)."""
    found = []
    for row in rows:
        client = ignition.or_none("client", lambda one: read_client(one, None), row)
        slugs = ignition.or_none("client", read_contact_slugs, row) if client else None
        # Where a client's name can be read at least, nobody of that name is imported beside it (E1).
        found.append(Seen(row["slug"], str(row.get("created_at") or ""), slugs, client or read_name(row)))
    return found


def see_again(
    practice: Practice, seen: list[Seen], there: Sequence[Client], since: datetime | None
) -> tuple[str, ...]:
    """Read the list a second time, in other pages, where XPM clients wait to be imported; returns what is to be said.

    A client that the first pages passed over would be imported a second time (E1). What fits on one page
    cannot be passed over, and costs no further call.
    """
    if len(seen) < practice.ignition.page or not _is_anybody_waiting(practice, there):
        return ()
    known = {one.slug for one in seen}
    again = practice.ignition.clients(since, again=True)
    missed = see(practice.ignition, (row for row in again if row["slug"] not in known))
    seen += missed
    if not missed:
        return ()
    return (
        f"{len(missed)} Ignition clients were passed over by its list's pages, and found by reading it again",
    )


def _is_anybody_waiting(practice: Practice, there: Sequence[Client]) -> bool:
    """Tell whether there is a live XPM client without a link."""
    linked = {link.xpm_id for link in memory.links(practice.ledger)}
    live = {one.id for one in there if one.standing is Standing.LIVE}
    return not live | memory.live_names(practice.ledger, memory.XPM).keys() <= linked


def with_latest(practice: Practice, seen: Sequence[Seen], proposals: list[Proposal]) -> list[Proposal]:
    """Return the proposals, read again where a client seen for the first time has accepted none of them (E10).

    Lists that are read side by side tell different moments: its acceptance came between the two. It is looked
    for since the client was made: a cursor may be later, where our clock was ahead.
    """
    for _ in range(LOOKS):
        unknown = _unexplained(practice, seen, _clients_of(proposals))
        if not unknown:
            break
        latest = {one.slug: one for one in practice.ignition.proposals(datetime.fromisoformat(min(unknown)))}
        proposals = [*({one.slug: one for one in proposals} | latest).values()]
    return proposals


def _unexplained(practice: Practice, seen: Iterable[Seen], accepted: set[str]) -> list[str]:
    """Return when those were made who are seen for the first time, are no leads, and have accepted nothing."""
    connected = iso(practice.connected_at())
    young = {
        one.slug: one.created_at
        for one in seen
        if one.created_at >= connected and one.client and not one.client.lead and one.slug not in accepted
    }
    if not young:
        return []
    known = {one.id for one in memory.some_mirrored(practice.ledger, memory.IGNITION, sorted(young))}
    # Who is linked needs no telling; what the last sync imported has not been read yet.
    known |= {link.ignition_id for link in memory.links(practice.ledger)}
    return [created for slug, created in young.items() if slug not in known]


def _clients_of(proposals: Iterable[Proposal]) -> set[str]:
    return {proposal.client_slug for proposal in proposals if proposal.accepted_at}


class BornLeads:
    """Tells whether a client seen for the first time came into the world as a lead (E10).

    Accepting turns a lead into an active client. One that was born after the connection and has
    accepted something by the time it is first seen was a lead until then: that Ignition was asked
    to make it active from the start, and that it accepted before any sync saw it, cannot be told
    apart and is rarer.
    """

    def __init__(self, practice: Practice, seen: Iterable[Seen], proposals: Iterable[Proposal]) -> None:
        self._connected = iso(practice.connected_at())
        self._created = {one.slug: one.created_at for one in seen}
        self._accepted = _clients_of(proposals)

    def __call__(self, client: Client) -> bool:
        """Return whether it was a lead."""
        young = self._created.get(client.id, "") >= self._connected
        return client.lead or (young and client.id in self._accepted)


def assemble(practice: Practice, seen: Iterable[Seen], read_contacts: Mapping[str, Contact]) -> list[Client]:
    """Return Ignition's changed clients with all their contacts, those not read again from the ledger."""
    changed = [one for one in seen if one.client is not None]
    contacts = dict(read_contacts)
    absent = [one.slug for one in changed if not contacts.keys() >= set(one.contact_slugs or ())]
    for client in memory.some_mirrored(practice.ledger, memory.IGNITION, absent):
        contacts = {one.id: one for one in client.contacts or ()} | contacts
    if {slug for one in changed for slug in one.contact_slugs or ()} - contacts.keys():
        contacts |= readable_contacts(practice, practice.ignition.contacts(None, again=True))
    found: list[Client] = []
    for one in changed:
        # Of a client one of whose contacts cannot be read, the contacts are unknown: nothing follows (E5).
        slugs = one.contact_slugs
        is_known = slugs is not None and contacts.keys() >= set(slugs)
        known = tuple(contacts[slug] for slug in slugs or ()) if is_known else None
        found += [replace(one.client, contacts=known)] if one.client else []
    return found


def readable_contacts(practice: Practice, rows: Iterable[Json]) -> dict[str, Contact]:
    """Return by slug those contacts that can be read."""
    found = {row["slug"]: practice.ignition.or_none("contact", read_contact, row) for row in rows}
    return {slug: contact for slug, contact in found.items() if contact}
