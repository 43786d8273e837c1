"""Looks at the contacts of XPM whose making was in doubt: nothing else tells when one is there twice (E11)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from syncer import memory
from syncer.audit import Double, MadeContact, doubled_contacts
from syncer.errors import RefusedError
from syncer.ledger import Row
from syncer.model import Client, Standing
from syncer.practice import Practice
from syncer.records import CONTACT_KINDS, values_from_json
from syncer.seeing import LOOKS


def by_client(doubts: Iterable[Row]) -> dict[str, list[Row]]:
    """Return doubts of contacts by the client of XPM that they were made for."""
    found: dict[str, list[Row]] = {}
    for row in doubts:
        found.setdefault(json.loads(row["evidence"])["xpm_id"], []).append(row)
    return found


def look_at_contacts(practice: Practice, uuid: str, doubts: Iterable[Row]) -> list[Double] | None:
    """Return which contacts in doubt a client has twice, by two calls. None: who its contacts are is not known."""
    looks = _looks(practice, uuid)
    known = [one.contacts for one in looks if one.contacts is not None]
    if not known:
        return None if looks else []
    made = [_made(practice, json.loads(row["evidence"])) for row in doubts]
    return doubled_contacts(made, looks[-1].name, [contact for contacts in known for contact in contacts])


def _looks(practice: Practice, uuid: str) -> Sequence[Client]:
    """Return a client as XPM shows it, as often as it is looked at; never, where it is deleted."""
    try:
        return [practice.xpm.client(uuid) for _ in range(LOOKS)]
    except RefusedError:
        known = [one.standing for one in memory.directory(practice.ledger) if one.uuid == uuid]
        if Standing.LIVE in known:
            raise
        return ()


def _made(practice: Practice, evidence: Mapping[str, Any]) -> MadeContact:
    values = values_from_json(CONTACT_KINDS, evidence["values"])
    uuids = [
        one.xpm_id
        for link in memory.links(practice.ledger, xpm_id=evidence["xpm_id"])
        for one in link.contacts
        if one.ignition_id == evidence["partner"]
    ]
    name, email = (str(values[field]) for field in ("name", "email"))
    return MadeContact(name, email, frozenset(evidence["before"]), next(iter(uuids), None))
