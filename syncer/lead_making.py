"""What is kept of leads that are being made in Ignition, until their links are kept (R1, E11).

A batch has an idempotency key, so no repeat of one run makes a lead twice. Another run's key is another one:
it finds by this what may still land, waits for it, and knows what a lead was made with when it is there, and
so what was edited since.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from syncer import ledger_tables as t
from syncer import memory
from syncer.client_making import paired
from syncer.ledger import PracticeLedger
from syncer.model import Client, ContactLink, Link
from syncer.once import OLD, open_intent
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


def being_made(ledger: PracticeLedger) -> frozenset[str]:
    """Return the XPM clients of whom it is not known yet whether their leads were made."""
    return frozenset(_written(ledger))


def _written(ledger: PracticeLedger) -> dict[str, tuple[Client, str]]:
    """Return those clients by id, each with what was written of it and when."""
    return {
        one.id: (one, row["at"])
        for row in ledger.rows(t.intents, kind=KIND)
        for one in map(client_from_json, json.loads(row["evidence"]))
    }


def lead_link(written: Client, slug: str, contacts: tuple[ContactLink, ...], at: str) -> Link:
    """Return the link of an XPM client with its lead, made at a moment; the base is what the lead was made with."""
    return Link(written.id, slug, "imported", base=written.values, contacts=contacts, made_at=at)


def adopt_leads(ledger: PracticeLedger, now: datetime) -> int:
    """Link the leads that were being made when a program ended, as far as they are there by now.

    Both sides have been read before. What is not there is imported anew, unless it may still land: of these
    the number is returned, and their intents stay.
    """
    rows = ledger.rows(t.intents, kind=KIND)
    if not rows:
        return 0
    linked = {one for link in memory.links(ledger) for one in (link.xpm_id, link.ignition_id)}
    marked: dict[str | None, list[Client]] = {}
    for client in memory.mirrored(ledger, memory.IGNITION).values():
        if client.id not in linked:
            marked.setdefault(client.xpm_uuid, []).append(client)
    missing = 0
    for row in rows:
        wanted = [one for one in map(client_from_json, json.loads(row["evidence"])) if one.id not in linked]
        found = {one.id: marked.get(one.id, []) for one in wanted}
        memory.save_links(
            ledger,
            [_linked_again(one, found[one.id][0], row["at"]) for one in wanted if len(found[one.id]) == 1],
        )
        absent = sum(not there for there in found.values())
        if absent and now - datetime.fromisoformat(row["at"]) < OLD:
            missing += absent
        else:
            drop_leads(ledger, row["key"])
    return missing


def adopt_lead(ledger: PracticeLedger, client: Client) -> None:
    """Link a client of Ignition that is seen to be a lead that was being made, before anybody takes it for a new one.

    It bears the mark it was made with; whose mark stands on several, is left to the next sync.
    """
    found = _written(ledger).get(client.xpm_uuid or "")
    if (
        found is None
        or memory.links(ledger, xpm_id=found[0].id)
        or memory.links(ledger, ignition_id=client.id)
    ):
        return
    everybody = memory.mirrored(ledger, memory.IGNITION).values()
    if sum(one.xpm_uuid == client.xpm_uuid for one in everybody) <= 1:
        written, at = found
        memory.save_links(ledger, [_linked_again(written, client, at)])


def give_up_leads(ledger: PracticeLedger) -> None:
    """Drop the intents of leads that were looked for once more after everything late had landed."""
    ledger.remove(t.intents, kind=KIND)


def _linked_again(written: Client, found: Client, at: str) -> Link:
    pairs = paired(written.contacts, found.contacts)
    contacts = tuple(ContactLink(mine.id, made.id, dict(mine.values)) for mine, made in pairs)
    return lead_link(written, found.id, contacts, at)
