"""Contacts are made exactly once, whichever side they are made on (E11).

What is about to be made is noted with the contacts that were there before. In XPM the call is then made
under `exactly_once`. When a program dies before it has noted what came of a call, the next sync finds the
contact again, on either side, and links it before it plans anything.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from syncer import ledger_tables as t
from syncer import memory
from syncer.doubts import keep_doubt
from syncer.errors import OutcomeUnknownError
from syncer.fields import CONTACT_OWN_FIELDS
from syncer.ledger import PracticeLedger
from syncer.model import Contact, ContactLink, Values
from syncer.once import DONE, OLD, exactly_once, open_intent, settled
from syncer.practice import Practice
from syncer.records import CONTACT_KINDS, values_from_json, values_to_json
from syncer.runtime import iso

KIND = "contact"


@dataclass(frozen=True, slots=True)
class Making:
    """A contact that is to be made on one side, of a pair of clients; `partner` is its half on the other."""

    side: str
    xpm_id: str
    ignition_id: str
    partner: str
    values: Values

    @property
    def key(self) -> str:
        """The key of the intent."""
        return f"{KIND}/{self.side}/{self.xpm_id}/{self.partner}"

    @property
    def client(self) -> str:
        """The client that it is made for."""
        return self.xpm_id if self.side == memory.XPM else self.ignition_id

    def evidence(self, ledger: PracticeLedger) -> dict[str, Any]:
        """Return what tells the contact to be made from those that were there before."""
        present = [one.id for one in _contacts(ledger, self.side, self.client)]
        named = {"side": self.side, "xpm_id": self.xpm_id, "ignition_id": self.ignition_id}
        return {**named, "partner": self.partner, "before": present, "values": values_to_json(self.values)}


def make_in_xpm(practice: Practice, making: Making, *, key: str | None = None, kind: str = KIND) -> Contact:
    """Make a contact in XPM, exactly once, and return it; the intent stays until it is dropped.

    An intent of another kind than the usual is for the caller alone to go on with.

    Raises OutcomeUnknownError when several contacts turn up that might be it.
    """
    ledger = practice.ledger
    made: list[Contact] = []

    def act() -> str:
        made.append(practice.xpm.add_contact(making.xpm_id, making.values))
        return made[-1].id

    def look_up(evidence: Mapping[str, Any]) -> str | None:
        client = practice.xpm.client(making.xpm_id)
        memory.remember(ledger, memory.XPM, [client], None)
        found = _new(ledger, evidence, client.contacts or ())
        if len(found) > 1:
            what = f"several contacts called “{found[0].name}” appeared while one was being made"
            raise OutcomeUnknownError("XPM", "client.api/contact", what)
        return found[0].id if found else None

    uuid = exactly_once(
        practice, key or making.key, kind, evidence=lambda: making.evidence(ledger), act=act, look_up=look_up
    )
    if made:
        memory.note_written(ledger, memory.XPM, making.xpm_id, {}, made[-1:])
        return made[-1]
    known = {one.id: one for one in _contacts(ledger, memory.XPM, making.xpm_id)}
    return known.get(uuid, Contact(uuid, making.values))


def note_making(practice: Practice, making: Making) -> None:
    """Note that a contact is about to be made in Ignition."""
    at, evidence = iso(practice.runtime.now()), making.evidence(practice.ledger)
    practice.ledger.put(t.intents, open_intent(making.key, KIND, at, evidence))


def drop_making(ledger: PracticeLedger, making: Making) -> None:
    """Drop the intent of a contact that is linked, or that was not made."""
    ledger.remove(t.intents, key=making.key)


def adopt(practice: Practice) -> None:
    """Link the contacts that were being made when a program died, as far as they are there by now.

    Both sides have been read before. The link begins with the values that were written.
    """
    ledger = practice.ledger
    for row in ledger.rows(t.intents, kind=KIND):
        evidence = json.loads(row["evidence"])
        making = Making(
            evidence["side"], evidence["xpm_id"], evidence["ignition_id"], evidence["partner"],
            values_from_json(CONTACT_KINDS, evidence["values"]),
        )  # fmt: skip
        present = _contacts(ledger, making.side, making.client)
        found = _new(ledger, evidence, present)
        if row["state"] == DONE:
            found = [one for one in present if one.id == row["outcome"]]
        is_linked = len(found) == 1 and _link(ledger, making, found[0].id)
        is_old = practice.runtime.now() - datetime.fromisoformat(row["at"]) >= OLD
        if is_old and not is_linked and making.side == memory.XPM:
            # It is planned once more; an answer that was old itself may have hidden it.
            keep_doubt(ledger, row, settled(practice))
        if is_linked or is_old:
            ledger.remove(t.intents, key=row["key"])


def _link(ledger: PracticeLedger, making: Making, one: str) -> bool:
    """Link a contact with its half on the other side, and have the pair looked at; tells whether it could be."""
    links = memory.links(ledger, xpm_id=making.xpm_id, ignition_id=making.ignition_id)
    theirs, ours = (one, making.partner) if making.side == memory.XPM else (making.partner, one)
    for link in links:
        others = [each for each in link.contacts if each.xpm_id != theirs and each.ignition_id != ours]
        kept = (*others, ContactLink(theirs, ours, dict(making.values)))
        memory.save_links(ledger, [replace(link, contacts=kept)])
        memory.look_again_at(ledger, making.xpm_id, making.ignition_id)
    return bool(links)


def _new(ledger: PracticeLedger, evidence: Mapping[str, Any], present: Iterable[Contact]) -> list[Contact]:
    """Return which contacts may be the one that was being made: those whose values are as written, if any."""
    side = evidence["side"]
    taken = {
        one.xpm_id if side == memory.XPM else one.ignition_id
        for link in memory.links(ledger, xpm_id=evidence["xpm_id"])
        for one in link.contacts
    }
    wanted = values_from_json(CONTACT_KINDS, evidence["values"])
    named = [
        one
        for one in present
        if one.id not in evidence["before"] and one.id not in taken and one.name == wanted["name"]
    ]
    same = [
        one
        for one in named
        if all(
            one.values[row.name] == wanted.get(row.name, one.values[row.name]) for row in CONTACT_OWN_FIELDS
        )
    ]
    return same[:1] or named


def _contacts(ledger: PracticeLedger, side: str, client: str) -> tuple[Contact, ...]:
    return tuple(
        contact for found in memory.some_mirrored(ledger, side, [client]) for contact in found.contacts or ()
    )
