"""What a client was before: an old answer is told from an edit field by field (E3).

An answer from an old copy can lie between two readings, and lists of clients and contacts can be of different ages:
no record was ever read that is like it. A value that it shows otherwise than the latest one did, and that was read or
written before, gives it away; one that came and went between two readings does not.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from syncer.model import UNKNOWN, Client
from syncer.records import value_to_json

Part = tuple[str, str]
"""A contact's id, or nothing for the client itself, and a field; or nothing for whether the contact is there."""
KEPT = 60
"""How many earlier values of a client are kept, as digests; where there are more, its own rather than its contacts'."""
LENGTH = 12
"""Of a digest: two that are alike by chance cost one call."""
UNTOLD = object()
"""No value of anything: what a picture says nothing of."""


def earlier_values(kept: Sequence[str], before: Client, now: Client) -> list[str]:
    """Return digests of the values that a client had before, when it is found or made another than it was.

    What is not told any more, as an element was missing or a list had no contacts, may be another by now: it is among
    them until it is told again.
    """
    mine, others = _told(before), _told(now)
    current = {_digest(part, value) for part, value in others.items()}
    different = sorted(_differing(mine, others, before, now), reverse=True)  # a client's own parts are last
    replaced = [_digest(part, mine.get(part)) for part in different]
    return [*(one for one in kept if one not in current), *replaced][-KEPT:]


def shows_earlier_values(kept: Sequence[str], read: Client, known: Client) -> bool:
    """Tell whether what was read of a client differs from what is known in a value that it had before."""
    if read == known:
        return False
    mine, others = _told(read), _told(known)
    return any(_digest(part, mine.get(part)) in kept for part in _differing(mine, others, read, known))


def _differing(mine: dict[Part, Any], others: dict[Part, Any], one: Client, other: Client) -> Iterator[Part]:
    """Yield what is told by one picture of a client and not, or otherwise, by another."""
    for part, value in mine.items():
        contact, field = part
        # Of a contact that is not there that says it all.
        is_gone = contact and other.contacts is not None and (contact, "") not in others
        if value != others.get(part, UNTOLD) and not (is_gone and field):
            yield part
    if one.contacts is not None:
        yield from (part for part in others if part[0] and not part[1] and part not in mine)


def _told(client: Client) -> dict[Part, Any]:
    """Return what is known of a client, part by part."""
    told: dict[Part, Any] = {
        ("", "standing"): client.standing.value,
        ("", "lead"): client.lead,
        ("", "xpm_uuid"): client.xpm_uuid,
    }
    for record, values in (
        ("", client.values),
        *((contact.id, contact.values) for contact in client.contacts or ()),
    ):
        told |= {(record, name): value for name, value in values.items() if value is not UNKNOWN}
        if record:
            told[record, ""] = True
    return told


def _digest(part: Part, value: Any) -> str:
    text = json.dumps([*part, value_to_json(value)]).encode()
    return hashlib.sha256(text).hexdigest()[:LENGTH]
