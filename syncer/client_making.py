"""What is kept of a client that is being made in XPM, and how it is linked once it is there (R11, E11)."""

import json
from typing import Any

from sqlalchemy import bindparam, select

from syncer import ledger_tables as t
from syncer import memory
from syncer.ledger import PracticeLedger, Row
from syncer.ledger_statements import Prepared
from syncer.model import Client, Contact, ContactLink, Link, Standing
from syncer.once import DONE
from syncer.records import client_from_json

KIND = "client"
_LINKED = Prepared(select(t.links.c.ignition_id).where(t.links.c.practice == bindparam("practice")))
Contacts = tuple[Contact, ...] | None


def client_intent(slug: str) -> str:
    """Return the key of the intent to make an Ignition client's counterpart in XPM."""
    return f"{KIND}/{slug}"


def client_mark(evidence: Any, name: str) -> tuple[str, frozenset[str]]:
    """Return the name that an intent was to make a client with, and who had it before.

    Older intents kept the latter only: theirs is the name given.
    """
    if isinstance(evidence, dict):
        return str(evidence["name"]), frozenset(evidence["before"])
    return name, frozenset(evidence)


def link_created(ledger: PracticeLedger, written: Client, uuid: str) -> None:
    """Link a client just made, and each of its contacts with what was made of it.

    The base is what was written: what was edited since is news for the next sync (E3).
    """
    (made,) = memory.some_mirrored(ledger, memory.XPM, [uuid])
    pairs = paired(written.contacts, made.contacts)
    contacts = tuple(ContactLink(theirs.id, ours.id, dict(ours.values)) for ours, theirs in pairs)
    memory.save_links(ledger, [Link(uuid, written.id, "created", base=written.values, contacts=contacts)])


def paired(written: Contacts, made: Contacts) -> list[tuple[Contact, Contact]]:
    """Return contacts that were written with what was made of them, by name: of two namesakes, in order."""
    left = list(made or ())
    pairs = []
    for one in written or ():
        other = next((each for each in left if each.name == one.name), None)
        if other:
            left.remove(other)
            pairs.append((one, other))
    return pairs


def adopt_clients(ledger: PracticeLedger) -> None:
    """Link the clients that were being made when a program died, as far as they are there by now.

    XPM has been read before. A plan that found them there would link them by their name, and would not
    know any more what they were made with: an edit since would be a conflict. Where several appeared,
    or none yet, the deployment that they are for goes on (E11).
    """
    intents = ledger.rows(t.intents, kind=KIND)
    if not intents:
        return
    linked = {client_intent(row["ignition_id"]) for row in ledger.read(_LINKED)}
    for row in intents:
        evidence = json.loads(row["evidence"])
        if row["key"] not in linked and isinstance(evidence, dict):
            _adopt(ledger, row, evidence)


def _adopt(ledger: PracticeLedger, row: Row, evidence: Row) -> None:
    found = [
        known
        for known in memory.directory(ledger)
        if (known.uuid == row["outcome"] if row["state"] == DONE else known.name == evidence["name"])
        and known.uuid not in evidence["before"]
    ]
    if len(found) == 1 and found[0].standing is Standing.LIVE and found[0].linked_to is None:
        uuid, written = found[0].uuid, client_from_json(evidence["written"])
        ledger.change(t.intents, {"state": DONE, "outcome": uuid}, key=row["key"])
        link_created(ledger, written, uuid)
        memory.look_again_at(ledger, uuid, written.id)
