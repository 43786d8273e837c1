"""What is kept of leads that are being made in Ignition, until their links are kept (R1, E11).

Ignition makes no lead twice: a batch has an idempotency key, and a lead the importer's mark. But when a
program dies, only this tells what a lead was made with, and so what was edited since.
"""

import json
from collections.abc import Sequence

from syncer import ledger_tables as t
from syncer import memory
from syncer.client_making import paired
from syncer.ledger import PracticeLedger
from syncer.model import Client, ContactLink, Link
from syncer.once import open_intent
from syncer.records import client_from_json, client_to_json

KIND = "leads"


def note_leads(ledger: PracticeLedger, written: Sequence[Client], at: str) -> str:
    """Note that XPM clients are about to be made leads, with the values given; returns the intent's key."""
    key = f"{KIND}/{written[0].id}"
    ledger.put(t.intents, open_intent(key, KIND, at, [client_to_json(one) for one in written]))
    return key


def drop_leads(ledger: PracticeLedger, key: str) -> None:
    """Drop the intent of leads that are linked, or that were not made."""
    ledger.remove(t.intents, key=key)


def are_under_way(ledger: PracticeLedger) -> bool:
    """Tell whether leads were being made when a program ended: Ignition is then read whole.

    What was made a moment before need not be among what changed since a cursor: that is by our clock, and
    Ignition's may be behind it.
    """
    return bool(ledger.rows(t.intents, kind=KIND))


def lead_link(written: Client, slug: str, contacts: tuple[ContactLink, ...]) -> Link:
    """Return the link of an XPM client with its lead; the base is what the lead was made with."""
    return Link(written.id, slug, "imported", base=written.values, contacts=contacts)


def adopt_leads(ledger: PracticeLedger) -> None:
    """Link the leads that were being made when a program died, as far as they are there by now.

    Both sides have been read before. What is not there is imported anew.
    """
    rows = ledger.rows(t.intents, kind=KIND)
    if not rows:
        return
    linked = {one for link in memory.links(ledger) for one in (link.xpm_id, link.ignition_id)}
    marked: dict[str | None, list[Client]] = {}
    for client in memory.mirrored(ledger, memory.IGNITION).values():
        if client.id not in linked:
            marked.setdefault(client.xpm_uuid, []).append(client)
    for row in rows:
        links = []
        for written in map(client_from_json, json.loads(row["evidence"])):
            found = [] if written.id in linked else marked.get(written.id, [])
            if len(found) == 1:
                pairs = paired(written.contacts, found[0].contacts)
                contacts = tuple(ContactLink(mine.id, made.id, dict(mine.values)) for mine, made in pairs)
                links.append(lead_link(written, found[0].id, contacts))
        memory.save_links(ledger, links)
        drop_leads(ledger, row["key"])
