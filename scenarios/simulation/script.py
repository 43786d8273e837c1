"""What a simulated run is made of: drawn from a seed, written down as data, so that parts can be left out."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from scenarios.world import Worlds, build
from syncer.config import LONGEST_PAGE

Json = dict[str, Any]
DAY = 86_400
SYNC_AT = 2 * 3600
"""When the daily sync begins, in seconds of the practice's local day."""
SYNCS_LAST = (4, 12)
"""How long a daily sync takes, in seconds: one without trouble, and one with some."""
SHORT_PAGE = 5
"""How many rows the syncer asks for at a time where pages drift: where there is one alone none can."""
DAYS, EDITS, TROUBLES = 10, (23, 29), (24, 38)
"""How many days people and troubles have, and how many there are of those, at the least and at the most."""
WHILE_SYNCING = 0.35
"""How much of what people do they do while the daily sync runs."""


@dataclass(frozen=True)
class Item:
    """One thing that happens: when (in seconds from the first day's midnight, local), by whom, what."""

    number: int
    at: float
    who: str
    """`xpm` or `ignition`: people there; `weather`: a fault of a fake; `machine`: the syncer's own troubles."""
    what: str
    how: Json

    def __str__(self) -> str:
        told = ", ".join(f"{name} {value}" for name, value in self.how.items())
        day, second = divmod(int(self.at), DAY)
        return f"{self.number:3}  day {day + 1} {second // 3600:02}:{second // 60 % 60:02}  {self.who}: {self.what} {told}"


@dataclass(frozen=True)
class Script:
    """A whole run."""

    seed: int
    days: int
    clients: int
    duplicates: int
    """How many of the clients have the name of another one."""
    winner: str
    """Who wins a conflict: `xpm` or `ignition`."""
    kinds: tuple[str, ...]
    """The kinds of trouble that are on at all in this run (a swarm draws other ones each time)."""
    items: tuple[Item, ...]
    has_neighbour: bool = False
    """Whether another practice uses the same syncer, in which people type now and then."""
    page: int = LONGEST_PAGE
    """How many rows of Ignition's lists the syncer asks for at a time."""

    def only(self, numbers: Iterable[int]) -> "Script":
        """Return the script with these items alone."""
        kept = set(numbers)
        return replace(self, items=tuple(one for one in self.items if one.number in kept))


CALL_TROUBLES: tuple[tuple[str, Json], ...] = (
    ("latency", {"kind": "latency", "seconds": 20}),
    ("time-out", {"kind": "latency", "seconds": 60}),
    ("500", {"kind": "status", "status": 500}),
    ("503", {"kind": "status", "status": 503}),
    ("429", {"kind": "status", "status": 429, "retry_after": 7}),
    ("refused", {"kind": "refused"}),
    ("reset", {"kind": "reset"}),
    ("lost", {"kind": "lost"}),
    ("lost-500", {"kind": "lost", "answer": "500"}),
    ("lost-write", {"kind": "lost", "method": "POST"}),
    ("lost-put", {"kind": "lost", "method": "PUT"}),
    ("cut", {"kind": "cut"}),
    ("malformed", {"kind": "malformed"}),
    ("late", {"kind": "late", "seconds": 100}),
    ("late-hang", {"kind": "late", "seconds": 119, "answer": "hang", "method": "POST"}),
    ("stale", {"kind": "stale", "writes": 1}),
    ("drift", {"kind": "drift", "rows": 1}),
    ("missed-boundary", {"kind": "missed_boundary"}),
    ("token-dead", {"kind": "token_dead"}),
)
WEBHOOK_TROUBLES: tuple[tuple[str, Json], ...] = (
    ("webhook-lost", {"kind": "webhook_lost"}),
    ("webhook-duplicated", {"kind": "webhook_duplicated"}),
    ("webhook-delayed", {"kind": "webhook_delayed", "seconds": 3600}),
    ("webhook-reordered", {"kind": "webhook_reordered"}),
)
RELIABLE = frozenset(name for name, _ in CALL_TROUBLES) - {
    "drift",
    "late",
    "late-hang",
    "lost-put",
    "lost-write",
    "missed-boundary",
    "refused",
    "token-dead",
}
"""Troubles that strike wherever there are calls, and there are calls every day: not all days are written on."""
WHOEVER_COMES = 0.1
"""How many of a fake's troubles strike whatever call comes first, which is for a token most often: each sync begins with
those, and who gets none does nothing more that day."""
MACHINE_TROUBLES = ("crash", "disk-full", "second-syncer", "clock-jump")
OFTEN_A_MACHINE = 0.5
"""How many of the runs that drew no trouble of the syncer's own get one: those find what faults alone do not."""
CLIENT_FIELDS = (
    "phone", "fax", "address line", "address city", "address postcode", "postal line", "postal city", "website", "name",
)  # fmt: skip
CONTACT_FIELDS = ("phone", "mobile", "email", "salutation", "name")
NEIGHBOURS, NEIGHBOURS_CLIENTS, NEIGHBOURS_EDITS = 0.125, 3, 3
"""In how many runs there are two practices, how many clients the other one has, and how often people type there."""
NEIGHBOURS_FIELDS, NEIGHBOURS_VALUES = ("phone", "fax", "address line", "postal city"), 20_000
"""What people type there: nothing that anybody types here, and each into a field that no other touches."""
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
    troubles = [*CALL_TROUBLES, *WEBHOOK_TROUBLES, *((name, {}) for name in MACHINE_TROUBLES)]
    kinds = rng.sample(troubles, rng.randint(2, 7))
    if rng.random() < OFTEN_A_MACHINE and not any(name in MACHINE_TROUBLES for name, _ in kinds):
        kinds.append((rng.choice(MACHINE_TROUBLES), {}))
    if not any(name in RELIABLE for name, _ in kinds):
        # Troubles that wait for an occasion may never have one: a run with no other would be a stroll.
        kinds.append(rng.choice([one for one in CALL_TROUBLES if one[0] in RELIABLE]))
    page = SHORT_PAGE if any(name == "drift" for name, _ in kinds) else LONGEST_PAGE
    items = _edits(rng, clients)
    items += [_trouble(rng, kinds) for _ in range(rng.randint(*TROUBLES))]
    has_neighbour = random.Random(repr(("neighbour", seed))).random() < NEIGHBOURS
    items += _seldom(random.Random(repr(("seldom", seed))), clients)
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
    )


def worlds_of(script: Script) -> Worlds:
    """Return the world of a script. The other practice has few clients, the first of a name that this one has too."""
    count = 2 if script.has_neighbour else 1
    worlds = build(script.seed, clients=script.clients, practices=count, duplicates=script.duplicates)
    if script.has_neighbour:
        other = worlds.tenant(1)
        living = [one for one in other["clients"] if not one["is_archived"]]
        other["clients"], other["jobs"] = living[:NEIGHBOURS_CLIENTS], []
        other["clients"][0]["name"] = worlds.tenant()["clients"][0]["name"]
    return worlds


def _edits(rng: random.Random, clients: int) -> list[Item]:
    wanted, edits = rng.randint(*EDITS), list[Item]()
    while len(edits) < wanted:
        edits += _edit(rng, clients)
    return edits


def _edit(rng: random.Random, clients: int) -> list[Item]:
    at = _moment(rng)
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
            0, _moment(rng), "xpm" if what == "delete" else rng.choice(("xpm", "ignition")), what,
            {"client": rng.randrange(clients + 4)} if what == "delete"
            else {"client": rng.randrange(clients + 4), "person": rng.randrange(3)},
        )
        for what, often in SELDOM
        if rng.random() < often
    ]  # fmt: skip


def _next_door(rng: random.Random) -> list[Item]:
    """Return what people type in the other practice."""
    places = [(client, field) for client in range(NEIGHBOURS_CLIENTS) for field in NEIGHBOURS_FIELDS]
    return [
        Item(
            0, _moment(rng), rng.choice(("xpm", "ignition")), "client field",
            {"practice": 1, "client": client, "field": field, "value": NEIGHBOURS_VALUES + number},
        )
        for number, (client, field) in enumerate(rng.sample(places, NEIGHBOURS_EDITS))
    ]  # fmt: skip


def _both_sides(rng: random.Random, at: float, side: str, how: Json) -> list[Item]:
    """Return two edits of one field, at times alike; now and then the second falls into the sync that carries the first."""
    how = {**how, "field": rng.choice(CLIENT_FIELDS)}
    other = how["value"] if rng.random() < 0.2 else rng.randrange(10_000)  # noqa: PLR2004
    soon = at + rng.uniform(0, 3600) if rng.random() < 0.5 else _during_next_sync(rng, at)  # noqa: PLR2004
    across = "ignition" if side == "xpm" else "xpm"
    return [
        Item(0, at, side, "client field", how),
        Item(0, soon, across, "client field", {**how, "value": other}),
    ]


def _terms(rng: random.Random) -> Json:
    """Return what is agreed: one service, how often, and when it began (days from the acceptance)."""
    cadence = rng.choice(("once_off", "once_off", "monthly"))
    return {"service": rng.randrange(3), "cadence": cadence, "start": rng.choice((0, 0, -40, -100))}


def _trouble(rng: random.Random, kinds: list[tuple[str, Json]]) -> Item:
    name, rule = rng.choice(kinds)
    at = rng.randrange(DAYS) * DAY + SYNC_AT + rng.uniform(-60, 20)
    if name in ("crash", "disk-full", "second-syncer"):
        # The first sync, which makes the most, is met more often than its share.
        day = rng.choice((0, rng.randrange(DAYS), rng.randrange(DAYS)))
        at = _while_syncing(rng, day, -1)
    if name in MACHINE_TROUBLES:
        return Item(
            0, at, "machine", name, {"number": rng.randint(1, 60), "seconds": rng.choice((-20, 5, 90, 600))}
        )
    fake = "ignition" if name.startswith("webhook") else rng.choice(("xpm", "ignition"))
    if fake == "ignition" and name in ("lost-write", "late-hang", "late") and rng.random() < 0.5:  # noqa: PLR2004
        fake = "xpm"
    # Several at once outlast the repeats of a call.
    if "method" not in rule and not name.startswith(("webhook", "stale", "drift", "missed")):
        method = rng.choice((None, "PUT" if fake == "xpm" else "POST", "POST"))
        rule = {**rule, "method": method} if method else rule
    if not name.startswith("webhook") and rng.random() >= WHOEVER_COMES:
        rule = {**rule, "operation": _work(fake, rule.get("method"))}
    return Item(0, at, "weather", name, {"fake": fake, "times": rng.choice((1, 1, 1, 2, 5)), "rule": rule})


def _work(fake: str, method: str | None) -> str:
    """Return which operations are a sync's own work: neither tokens nor connections."""
    if fake == "xpm":
        return "*.api/*"
    return f"{method} /*" if method else "reporting/*"


def _during_next_sync(rng: random.Random, at: float) -> float:
    day = (at - SYNC_AT) // DAY + 1
    return _while_syncing(rng, day)


def _moment(rng: random.Random) -> float:
    """Return a moment of the working day, or while the daily sync runs."""
    day = rng.randrange(DAYS)
    if rng.random() < WHILE_SYNCING:
        return _while_syncing(rng, day)
    return day * DAY + rng.uniform(8 * 3600, 18 * 3600)


def _while_syncing(rng: random.Random, day: float, first: float = 0) -> float:
    """Return a moment of a day's sync, from so many seconds after its beginning on."""
    return day * DAY + SYNC_AT + rng.uniform(first, rng.choice(SYNCS_LAST))
