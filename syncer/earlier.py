"""What a client was before: an old answer is told from an edit field by field (E3).

An answer from an old copy can lie between two readings, and lists of clients and contacts can be of different ages:
no record was ever read that is like it. Each value that it shows otherwise than the latest one did is still a value
that the field had.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from syncer.model import UNKNOWN, Client
from syncer.records import value_to_json

Part = tuple[str, str]
"""A contact's id, or nothing for the client itself, and a field; or nothing for whether the contact is there."""
KEPT = 60
"""How many earlier values of a client are kept, as digests."""
LENGTH = 12
"""Of a digest: two that are alike by chance cost one call."""


def earlier_values(kept: Iterable[str], before: Client, now: Client) -> list[str]:
    """Return digests of the values that a client had before, when it is found or made another than it was."""
    current = set(_differing(now, before))
    return [*(one for one in kept if one not in current), *_differing(before, now)][-KEPT:]


def shows_earlier_values(kept: Sequence[str], read: Client, known: Client) -> bool:
    """Tell whether what was read of a client differs from what is known in a value that it had before."""
    return any(one in kept for one in _differing(read, known))


def _differing(one: Client, other: Client) -> Iterator[str]:
    """Yield a digest of each of a client's values that another picture of it tells otherwise."""
    if one == other:
        return
    mine, others = _told(one), _told(other)
    is_whole = one.contacts is not None and other.contacts is not None
    parts = mine.keys() | others.keys() if is_whole else mine.keys() & others.keys()
    for part in sorted(parts):
        contact, field = part
        is_in_both = part in mine and part in others
        if (is_in_both or (contact and not field)) and mine.get(part) != others.get(part):
            yield _digest(part, mine.get(part))


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
