"""What a seed draws: a whole script."""

import random
from collections.abc import Sequence
from dataclasses import replace

from scenarios.simulation.moments import DAY, DAYS, during_next_sync, moment
from scenarios.simulation.script import NEIGHBOURS_CLIENTS, Item, Json, Script
from scenarios.simulation.troubles import kinds_of, trouble
from syncer.config import LONGEST_PAGE

EDITS, TROUBLES = (23, 29), (24, 38)
"""How many of each there are, at the least and at the most."""
SHORT_PAGE = 5
"""How many rows the syncer asks for at a time where pages drift: where there is one alone none can."""
CLIENT_FIELDS = (
    "phone", "fax", "address line", "address city", "address postcode", "postal line", "postal city", "website", "name",
)  # fmt: skip
CONTACT_FIELDS = ("phone", "mobile", "email", "salutation", "name")
NEIGHBOURS, NEIGHBOURS_EDITS = 0.125, 3
"""In how many runs there are two practices, and how often people type in the other one."""
NEIGHBOURS_FIELDS, NEIGHBOURS_VALUES = ("phone", "fax", "address line", "postal city"), 20_000
"""What people type there: nothing that anybody types here, and each into a field that no other touches."""
SERVICES, SEVERAL = 3, 0.4
"""How many of the services are sold, and how often two of them are together."""
CONTACTS_MEET, OFFERS, REVOCATIONS = (0, 1, 1, 2), 0.5, 0.5
"""How often people edit one contact on both sides, and in how many runs something is only offered, or revoked."""
GONE = (0, 0, 1)
"""How many clients XPM may have archived before there is a connection."""
SHARED = (0, 0, 1, 2)
"""How many clients may have, beside their own, a contact of another one."""
MINUTES = (60, 60, 60, 12)
"""How many calls a minute XPM may grant; a quiet sync takes about four, and the first one two dozen."""
SELDOM = (("set the manager", 0.8), ("somebody leaves", 0.5), ("delete", 0.5))
"""What happens once in a run at the most, and in how many runs."""
PEOPLE_DO = (
    # what, how often in a hundred
    ("client field", 18),
    ("both sides", 12),
    ("clear a field", 5),
    ("contact field", 10),
    ("add a contact", 6),
    ("remove a contact", 4),
    ("set the partner", 5),
    ("new client", 5),
    ("namesake", 5),
    ("archive", 3),
    ("accept", 6),
    ("engage", 7),
)


def draw(seed: int) -> Script:
    """Return the script of a seed; the same always."""
    rng = random.Random(repr(("script", seed)))
    clients = rng.randint(5, 9)
    kinds = kinds_of(rng)
    page = SHORT_PAGE if any(name == "drift" for name, _ in kinds) else LONGEST_PAGE
    items = _edits(rng, clients)
    items += [trouble(rng, kinds) for _ in range(rng.randint(*TROUBLES))]
    has_neighbour = random.Random(repr(("neighbour", seed))).random() < NEIGHBOURS
    items += _seldom(random.Random(repr(("seldom", seed))), clients)
    rest = random.Random(repr(("rest", seed)))
    items = [_of_several(rest, one) for one in items]
    items += [*_contact_on_both_sides(rest, clients), *_deals(rest, clients, items)]
    shared = rest.choice(SHARED)
    items += _copies_apart(rest) if shared else []
    items += _next_door(random.Random(repr(("next door", seed)))) if has_neighbour else []
    items.sort(key=lambda one: one.at)
    numbered = tuple(replace(one, number=number) for number, one in enumerate(items, start=1))
    winner = rng.choices(("xpm", "ignition"), (7, 3))[0]
    duplicates = rng.choice((0, 1, 1, 2))
    return Script(
        seed,
        DAYS,
        clients,
        duplicates,
        winner,
        tuple(name for name, _ in kinds),
        numbered,
        has_neighbour,
        page,
        shared,
        rest.choice(GONE),
        rest.choice(MINUTES),
    )


def _edits(rng: random.Random, clients: int) -> list[Item]:
    wanted, edits = rng.randint(*EDITS), list[Item]()
    while len(edits) < wanted:
        edits += _edit(rng, clients)
    return edits


def _edit(rng: random.Random, clients: int) -> list[Item]:
    at = moment(rng)
    side = rng.choice(("xpm", "ignition"))
    what = rng.choices([name for name, _ in PEOPLE_DO], [often for _, often in PEOPLE_DO])[0]
    how: Json = {"client": rng.randrange(clients + 4), "value": rng.randrange(10_000)}
    if what == "both sides":
        return _both_sides(rng, at, side, how)
    if what in ("client field", "clear a field"):
        how |= {"field": rng.choice(CLIENT_FIELDS if what == "client field" else CLIENT_FIELDS[:-1])}
        return [Item(0, at, side, "client field", how if what == "client field" else {**how, "value": None})]
    if what in ("accept", "engage"):
        side = "ignition"
        how |= _terms(rng)
    more: dict[str, Json] = {
        "contact field": {"contact": rng.randrange(3), "field": rng.choice(CONTACT_FIELDS)},
        "remove a contact": {"contact": rng.randrange(3)},
        "set the partner": {"person": rng.randrange(3)},
        "engage": {"called": rng.choice(("new", "namesake", "namesake", "near"))},
    }
    return [Item(0, at, side, what, how | more.get(what, {}))]


def _seldom(rng: random.Random, clients: int) -> list[Item]:
    """Return what happens once at the most: on which side, of which client or person."""
    return [
        Item(
            0, moment(rng), "xpm" if what == "delete" else rng.choice(("xpm", "ignition")), what,
            {"client": rng.randrange(clients + 4)} if what == "delete"
            else {"client": rng.randrange(clients + 4), "person": rng.randrange(3)},
        )
        for what, often in SELDOM
        if rng.random() < often
    ]  # fmt: skip


def _of_several(rng: random.Random, item: Item) -> Item:
    """Return an acceptance with a second service now and then: a job for both, or one for each (E14)."""
    if item.what not in ("accept", "engage") or rng.random() >= SEVERAL:
        return item
    beside = (item.how["service"] + rng.choice((1, 2))) % SERVICES
    mode = rng.choice(("one_job", "job_per_service"))
    return replace(item, how={**item.how, "beside": [beside], "mode": mode})


def _contact_on_both_sides(rng: random.Random, clients: int) -> list[Item]:
    """Return edits of one contact on either side, whose values meet (E3, E6)."""
    items = list[Item]()
    for _ in range(rng.choice(CONTACTS_MEET)):
        side, how = rng.choice(("xpm", "ignition")), {"contact": rng.randrange(3)}
        how |= {"client": rng.randrange(clients), "value": rng.randrange(10_000)}
        items += _both_sides(rng, moment(rng), side, how, "contact field", CONTACT_FIELDS)
    return items


def _copies_apart(rng: random.Random) -> list[Item]:
    """Return edits of two copies of a contact that clients share, one after the other, of one field (E6)."""
    at, side, field = moment(rng), rng.choice(("ignition", "ignition", "xpm")), rng.choice(CONTACT_FIELDS)
    how = {"client": 0, "contact": 0, "field": field}
    return [
        Item(0, at + copy * rng.uniform(1, 60), side if copy else "ignition", "contact field",
             {**how, "copy": copy, "value": rng.randrange(10_000)})
        for copy in range(2)
    ]  # fmt: skip


def _deals(rng: random.Random, clients: int, items: list[Item]) -> list[Item]:
    """Return proposals that are sent only (R10), and revocations: soon after an acceptance, or days later (E15)."""
    found = list[Item]()
    if rng.random() < OFFERS:
        how = {"client": rng.randrange(clients + 4), "value": rng.randrange(10_000), **_terms(rng)}
        found.append(Item(0, moment(rng), "ignition", "offer", how))
    accepted = [one.at for one in items if one.what in ("accept", "engage")]
    if accepted and rng.random() < REVOCATIONS:
        later = rng.choice(accepted) + rng.choice((rng.uniform(1, 10), rng.uniform(3600, 3 * DAY)))
        found.append(
            Item(0, min(later, DAYS * DAY - 1), "ignition", "revoke", {"value": rng.randrange(10_000)})
        )
    return found


def _next_door(rng: random.Random) -> list[Item]:
    """Return what people type in the other practice."""
    places = [(client, field) for client in range(NEIGHBOURS_CLIENTS) for field in NEIGHBOURS_FIELDS]
    return [
        Item(
            0, moment(rng), rng.choice(("xpm", "ignition")), "client field",
            {"practice": 1, "client": client, "field": field, "value": NEIGHBOURS_VALUES + number},
        )
        for number, (client, field) in enumerate(rng.sample(places, NEIGHBOURS_EDITS))
    ]  # fmt: skip


def _both_sides(
    rng: random.Random,
    at: float,
    side: str,
    how: Json,
    what: str = "client field",
    fields: Sequence[str] = CLIENT_FIELDS,
) -> list[Item]:
    """Return two edits of one field, at times alike; now and then the second falls into the sync that carries the first."""
    how = {**how, "field": rng.choice(fields)}
    other = how["value"] if rng.random() < 0.2 else rng.randrange(10_000)  # noqa: PLR2004
    soon = at + rng.uniform(0, 3600) if rng.random() < 0.5 else during_next_sync(rng, at)  # noqa: PLR2004
    across = "ignition" if side == "xpm" else "xpm"
    return [
        Item(0, at, side, what, how),
        Item(0, soon, across, what, {**how, "value": other}),
    ]


def _terms(rng: random.Random) -> Json:
    """Return what is agreed: one service, how often, and when it began (days from the acceptance)."""
    cadence = rng.choice(("once_off", "once_off", "monthly"))
    return {"service": rng.randrange(SERVICES), "cadence": cadence, "start": rng.choice((0, 0, -40, -100))}
