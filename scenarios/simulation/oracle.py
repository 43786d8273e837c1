"""What the invariants look at: the outcome of a run, ordered so that questions are easily answered.

It knows the wire, the diary and the journals, and of the syncer only what it tells: which records are
one client (links), which values lost (conflicts), what became of proposals.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from scenarios.agreement import PEOPLE
from scenarios.simulation.diary import Known, Typed
from scenarios.simulation.machine import Call
from scenarios.simulation.outcome import Outcome

Json = dict[str, Any]
Verdicts = Iterator[str | None]
"""What an invariant says of each thing it puts to the test: None where it holds, else a sentence."""
ACTORS = ("xpm ", "ignition ", "weather ", "admin", "courier", "stage")
"""How the names of actors begin that are no syncer's."""


@dataclass(frozen=True)
class Pair:
    """A client on both sides, as the syncer links it."""

    key: str
    """The client's key in the diary; its name where no person ever made or touched it."""
    link: Json
    xpm: Json
    ignition: Json

    @property
    def is_live(self) -> bool:
        """Whether the pair is kept in step."""
        return bool(self.link["standing"] == "live")


class Case:
    """One outcome, and what can be asked of it."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.xpm = {row["UUID"]: row for row in outcome.xpm_clients}
        self.ignition = {row["slug"]: row for row in outcome.ignition_clients}

    @cached_property
    def pairs(self) -> list[Pair]:
        """The linked clients."""
        found = []
        for link in self.outcome.ledger["links"]:
            there, here = self.xpm.get(link["xpm_id"]), self.ignition.get(link["ignition_id"])
            if there is not None and here is not None:
                found.append(Pair(self._key(link), link, there, here))
        return found

    @cached_property
    def conflicts(self) -> dict[str, list[Json]]:
        """The conflict records by XPM client."""
        found: dict[str, list[Json]] = defaultdict(list)
        for row in self.outcome.ledger["conflicts"]:
            found[row["xpm_id"]].append(row)
        return found

    @cached_property
    def contacts(self) -> dict[str, list[Json]]:
        """Ignition's contacts by client."""
        found: dict[str, list[Json]] = defaultdict(list)
        for row in self.outcome.contacts:
            found[row["client"]["slug"]].append(row)
        return found

    def pair_of(self, key: str) -> Pair | None:
        """Return a diary's client as a pair, if it is one."""
        known = self.outcome.diary.clients[key]
        places = [self._places[one] for one in (known.xpm, known.ignition) if one in self._places]
        return self.pairs[min(places)] if places else None

    def pair_typed_into(self, typed: Typed) -> Pair | None:
        """Return the pair with the very record that somebody typed into; else its client's, where that has another."""
        known = self.outcome.diary.clients[typed.client]
        place = self._places.get(known.xpm if typed.side == "xpm" else known.ignition)
        return self.pair_of(typed.client) if place is None else self.pairs[place]

    @cached_property
    def _places(self) -> dict[str | None, int]:
        """Where a client of either side is among the pairs; the first counts."""
        found: dict[str | None, int] = {}
        for place, pair in enumerate(self.pairs):
            found.setdefault(pair.link["xpm_id"], place)
            found.setdefault(pair.link["ignition_id"], place)
        return found

    def typed_into(self, key: str, contact: str | None, field: str) -> list[Typed]:
        """Return what people typed into a field, on either side, in the order of time."""
        return self._typed[(*self.person(key, contact), field)]

    def person(self, key: str, contact: str | None) -> tuple[str, str | None]:
        """Return a client, or whom its contact is, under one key for all clients that share the person (E6)."""
        first, name = self.outcome.diary.person(key, contact)
        return self.one_key(first), name

    def sharers(self, typed: Typed) -> list[Pair]:
        """Return the pairs of the clients that have the contact typed into; else the one that it was typed for."""
        keys = {typed.client} | {
            key
            for (key, _), first in self.outcome.diary.shared.items()
            if typed.contact and first == self.outcome.diary.person(typed.client, typed.contact)
        }
        found = [self.pair_typed_into(typed), *(self.pair_of(key) for key in sorted(keys))]
        return [one for one in found if one is not None]

    @cached_property
    def _typed(self) -> dict[tuple[str, str | None, str], list[Typed]]:
        found: dict[tuple[str, str | None, str], list[Typed]] = defaultdict(list)
        for one in self.outcome.diary.typed:
            found[(*self.person(one.client, one.contact), one.field)].append(one)
        return found

    def bearers(self, name: str) -> set[str]:
        """Return the keys of the clients that people gave a name to."""
        return self._names[name]

    def namesakes(self, name: str) -> int:
        """Return how many clients people gave a name to."""
        return len(self.bearers(name))

    @cached_property
    def _names(self) -> dict[str, set[str]]:
        return self.outcome.diary.names()

    def texts_typed(self, key: str) -> Counter[str]:
        """Return how often people typed each text for a client or one of its contacts."""
        return self._texts[key]

    @cached_property
    def _texts(self) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for one in self.outcome.diary.typed:
            found[self.one_key(one.client)][one.new] += 1
        return found

    def one_key(self, key: str) -> str:
        """Return the key of a client that people made on both sides, each on their own, and that is one by now (E10)."""
        return self._keys.get(key, key)

    @cached_property
    def _keys(self) -> dict[str, str]:
        by_id = {
            one: self._key(link)
            for link in self.outcome.ledger["links"]
            for one in (link["xpm_id"], link["ignition_id"])
        }
        return {
            known.key: by_id[one]
            for known in self.outcome.diary.clients.values()
            for one in (known.xpm, known.ignition)
            if one in by_id
        }

    def kept_in_conflict(self, typed: Typed) -> bool:
        """Tell whether a value stands in a conflict record of the client it was typed for, or of who shares the contact."""
        return any(
            typed.new in list(texts(json.loads(row[side] or "null")))
            for pair in self.sharers(typed)
            for row in self.conflicts[pair.link["xpm_id"]]
            for side in ("xpm", "ignition")
        )

    @cached_property
    def every_syncer_call(self) -> list[Call]:
        """The calls that the syncer made, for whichever practice."""
        return [one for one in self.outcome.calls if not one.actor.startswith(ACTORS)]

    @cached_property
    def syncer_calls(self) -> list[Call]:
        """The calls that the syncer made, but for those that ask XPM for the other practice."""
        other = self.outcome.neighbour.tenant_id if self.outcome.neighbour else None
        return [one for one in self.every_syncer_call if other is None or one.tenant != other]

    def met(self, call: Call, *faults: str) -> bool:
        """Tell whether a call of XPM met a fault whose name begins as one of these."""
        moment, path = f"{call.at:%Y-%m-%dT%H:%M:%SZ}", call.url.partition("?")[0]
        return any(
            one["fault"].startswith(faults) and one["at"] == moment and path.endswith(one["path"])
            for one in self.struck
        )

    def told_by_ignition(self, call: Call) -> list[Json]:
        """Return the entries of Ignition's journal of a write, and of those with the same body."""
        if not call.body or "/external/" not in call.url:
            return []
        return self._entries[hashlib.sha256(call.body).hexdigest()]

    @cached_property
    def _entries(self) -> dict[str, list[Json]]:
        found: dict[str, list[Json]] = defaultdict(list)
        for one in self.outcome.journals.get("Ignition", ()):
            found[one["body_sha256"]].append(one)
        return found

    @cached_property
    def struck(self) -> list[Json]:
        """The entries of XPM's journal that met a fault."""
        return [one for one in self.outcome.journals["XPM"] if one["fault"]]

    def _key(self, link: Json) -> str:
        found = [self._order[one] for one in (link["xpm_id"], link["ignition_id"]) if one in self._order]
        return min(found)[1] if found else str(link["xpm_id"])

    @cached_property
    def _order(self) -> dict[str | None, tuple[int, str]]:
        """Which client of the diary an id of either side is, with its place there; the first counts."""
        found: dict[str | None, tuple[int, str]] = {}
        for place, known in enumerate(self.outcome.diary.clients.values()):
            for one in (known.xpm, known.ignition):
                if one is not None:
                    found.setdefault(one, (place, known.key))
        return found

    def known(self, key: str) -> Known:
        """Return a client of the diary."""
        return self.outcome.diary.known(key)

    def in_charge(self, client: str, member: str) -> str:
        """Return who is a client's `partner` or `manager` on the side that an id is of, as that side tells it."""
        if client in self.xpm:
            return str((self.xpm[client].get(PEOPLE[member]) or {}).get("UUID", ""))
        return str((self.ignition[client][member] or {}).get("slug", ""))

    def was_chosen(self, client: str, member: str) -> bool:
        """Tell whether people ever chose a client's `partner` or `manager`, on either side."""
        if client in self._places:
            key = self.pairs[self._places[client]].key
        elif client in self._order:
            key = self._order[client][1]
        else:
            return False
        return bool(self.typed_into(key, None, member))


def sends(call: Call, text: str) -> bool:
    """Tell whether a call sends a text as one of its values."""
    return text in sent(call)


def sent(call: Call) -> list[str]:
    """Return the values that a call sends, but for empty ones."""
    return [value for _, value in members(call) if value]


def members(call: Call) -> Iterator[tuple[str, str | None]]:
    """Yield the elements or members that a call sends, with their texts; XML's `&amp;` is `&`, and its empty is null."""
    if not call.body:
        return
    if "/practicemanager/" in call.url:
        yield from ((str(one.tag), one.text) for one in etree.fromstring(call.body).iter())
    elif "/external/" in call.url:
        yield from leaves(json.loads(call.body))


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, str | None]]:
    """Yield each text and each null within a JSON value, with the name of the member that holds it."""
    if isinstance(value, dict):
        for inner, part in value.items():
            yield from leaves(part, inner)
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part, name)
    elif isinstance(value, str) or value is None:
        yield name, value


def texts(value: Any) -> Iterator[str]:
    """Yield every text within a JSON value."""
    return (text for _, text in leaves(value) if text is not None)
