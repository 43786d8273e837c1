"""Worlds for the benchmarks: a seeded practice of fifty clients, repeated with other names and identifiers."""

import copy
from typing import Any

from mock_kit.ids import uuid_of
from scenarios.world import build

SEED = 7
PATTERN = 50
"""How many clients the practice has that the others are made after."""
LONG_NOTE = "The client was called about the figures of last year, and will send the papers. " * 13
"""With it a client is 3 KB in a detailed list, as recorded ones are."""


def world(clients: int, practices: int = 1, *, notes: bool = False) -> dict[str, Any]:
    """Return a world whose first practice has so many clients, and each other one a single client."""
    document = copy.deepcopy(build(SEED, clients=PATTERN, practices=1).xpm)
    first = document["tenants"][0]
    pattern = first["clients"]
    first["clients"] = [_again(pattern[number % PATTERN], number, notes=notes) for number in range(clients)]
    first["jobs"] = []
    tenants = [first]
    for number in range(1, practices):
        other = copy.deepcopy({**first, "clients": [_again(pattern[0], number, notes=False)]})
        tenants.append({**other, "tenant_id": uuid_of("bench practice", number)})
    return {**document, "tenants": tenants}


def _again(client: dict[str, Any], number: int, *, notes: bool) -> dict[str, Any]:
    """Return a client like another, under its own name and identifiers."""
    contacts = [
        {**contact, "uuid": uuid_of("bench contact", number, place)}
        for place, contact in enumerate(client.get("contacts", []))
    ]
    like = {**client, "uuid": uuid_of("bench client", number), "name": f"{client['name']} {number:05}"}
    return {**like, "contacts": contacts, "notes": [LONG_NOTE] if notes else client.get("notes", [])}
