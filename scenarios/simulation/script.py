"""What a simulated run is made of: written down as data, so that parts can be left out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from scenarios.knobs import Knobs, turn
from scenarios.simulation.moments import DAY
from scenarios.world import Worlds, build
from syncer.config import LONGEST_PAGE

Json = dict[str, Any]
NEIGHBOURS_CLIENTS = 3
"""How many clients the other practice has."""


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
    shared: int = 0
    """How many clients have, beside their own, a contact of another one (E6)."""
    gone: int = 0
    """How many clients XPM has archived before there is a connection (E2)."""
    minute: int = 60
    """How many calls a minute XPM grants (E19); the syncer learns of fewer than 60 by what XPM's answers say."""

    def only(self, numbers: Iterable[int]) -> "Script":
        """Return the script with these items alone."""
        kept = set(numbers)
        return replace(self, items=tuple(one for one in self.items if one.number in kept))


def worlds_of(script: Script) -> Worlds:
    """Return the world of a script. The other practice has few clients, the first of a name that this one has too."""
    count = 2 if script.has_neighbour else 1
    worlds = build(script.seed, clients=script.clients, practices=count, duplicates=script.duplicates)
    knobs = Knobs(shared_contacts=script.shared / script.clients, archived=script.gone / script.clients)
    turn(worlds.tenant(), worlds.practice(), knobs, ("simulation", script.seed))
    _tell_apart(worlds)
    if script.has_neighbour:
        other = worlds.tenant(1)
        living = [one for one in other["clients"] if not one["is_archived"]]
        other["clients"], other["jobs"] = living[:NEIGHBOURS_CLIENTS], []
        other["clients"][0]["name"] = worlds.tenant()["clients"][0]["name"]
    return worlds


def _tell_apart(worlds: Worlds) -> None:
    """Take a shared contact from a client that has one of that name already, so that a name tells who it is."""
    for client in worlds.tenant()["clients"]:
        *own, last = client["contacts"] or [None]
        if last and last["name"] in [one["name"] for one in own]:
            client["contacts"] = own
