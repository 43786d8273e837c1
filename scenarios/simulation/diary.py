"""The diary of a simulation: what people did, typed and saw, on which side and when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scenarios.simulation.script import Item


@dataclass
class Typed:
    """A value that a person typed: where, over what, and when."""

    at: datetime
    item: int
    side: str
    client: str
    """The client's key in the diary."""
    contact: str | None
    field: str
    old: str
    new: str
    done_at: datetime


@dataclass
class Known:
    """A client as the diary knows it: its ids once people have seen it there."""

    key: str
    name: str
    xpm: str | None = None
    ignition: str | None = None
    archived: set[str] = field(default_factory=set)
    contacts: list[str] = field(default_factory=list)
    """The names that its contacts had when they were made."""
    born: str = "world"
    at: datetime | None = None
    """When a person made it."""


@dataclass
class Accepted:
    """A proposal that was accepted."""

    at: datetime
    item: int
    client: str
    slug: str
    reference: str
    name: str
    cadence: str
    start: str
    templates: tuple[str | None, ...] = ()
    """The names of the job templates that its services were linked to by then."""
    jobs: int = 1
    """How many jobs there are to be for each period: one for the whole, or one for each service (E14)."""
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class Left:
    """Somebody who was deleted on one side: a member of the staff who was a user too."""

    at: datetime
    side: str
    staff: str
    user: str
    in_charge: tuple[tuple[str, str], ...]
    """Where they were Partner or Manager by then: `partner` or `manager`, with a client's id on either side."""


@dataclass
class Diary:
    """All that people did."""

    clients: dict[str, Known] = field(default_factory=dict)
    making: list[str] = field(default_factory=list)
    """The names of clients that somebody is making at this moment."""
    typed: list[Typed] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    proposed: dict[str, str] = field(default_factory=dict)
    """The slugs of the proposals that were sent, accepted or not, with their reference numbers."""
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """Items that could not be done, and why: nobody there yet, gone, or refused by the system."""
    contacts: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """By client's key and the contact's first name: its ids by side."""
    gone: dict[str, str] = field(default_factory=dict)
    """The names of XPM's clients that were archived before the connection, by UUID."""
    shared: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Of each client's contact that is another one's as well: the same person by the first of the clients."""
    removed: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    """When, on which side, of which client, which contact was removed."""
    deeds: list[tuple[datetime, str]] = field(default_factory=list)
    """What else people did, as a sentence, and when: for who reads a run, not for its judge."""
    edits: int = 0
    users: dict[str, str] = field(default_factory=dict)
    """Who was picked as a user (R2), and which member of the staff that is."""
    picked_at: datetime | None = None
    """When the users were picked."""
    left: list[Left] = field(default_factory=list)

    def begin(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Note the clients of a world with their contacts, who is a contact of several, and who was archived before."""
        rows = list(rows)
        self.gone = {row["uuid"]: row["name"] for row in rows if row["is_archived"]}
        people: dict[str, tuple[str, str]] = {}
        for place, row in enumerate(one for one in rows if not one["is_archived"]):
            key, contacts = f"c{place}", [contact["name"] for contact in row["contacts"]]
            self.clients[key] = Known(key, row["name"], xpm=row["uuid"], contacts=contacts)
            for contact in row["contacts"]:
                first = people.setdefault(contact["uuid"], (key, contact["name"]))
                if first[0] != key:
                    self.shared[key, contact["name"]] = first
                    self.shared[first] = first

    def tell(self, at: datetime, item: Item, what: str) -> None:
        """Note, for who reads a run, what else somebody did."""
        self.deeds.append((at, f"{item.number} {item.who}: {what}"))

    def person(self, key: str, contact: str | None) -> tuple[str, str | None]:
        """Return whom a client's contact is, by the first of the clients that share the person; and a client as it is."""
        return self.shared.get((key, contact), (key, contact)) if contact else (key, contact)

    def known(self, key: str) -> Known:
        """Return a client."""
        return self.clients[key]

    def names(self) -> defaultdict[str, set[str]]:
        """Return the keys of the clients that have, or had, each name."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for client in self.clients.values():
            found[client.name].add(client.key)
        for uuid, name in self.gone.items():
            found[name].add(uuid)
        for one in self.typed:
            if one.field == "name" and one.contact is None:
                found[one.new].add(one.client)
                found[one.old].add(one.client)
        return found
