"""Which XPM client an Ignition client is: exact names, one-to-one, and what is merely near."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from syncer.model import Standing


@dataclass(frozen=True, slots=True)
class Known:
    """An XPM client as the ledger's directory knows it; `linked_to` is the Ignition client it belongs to."""

    uuid: str
    name: str
    standing: Standing
    linked_to: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A live client of either side, as far as pairing by name looks at it."""

    id: str
    name: str
    linked: bool


@dataclass(frozen=True, slots=True)
class Pairing:
    """What exact names make of the unlinked clients of both sides (E1)."""

    pairs: tuple[tuple[str, str], ...]
    """(Ignition id, XPM id), where the name stands once on either side."""
    ambiguous: tuple[str, ...]
    """Names that an unlinked client of each side has, and that stand twice on one of them."""
    twins: tuple[str, ...]
    """Other names that stand twice on a side, an unlinked client of it among them, and on the other side too."""


def pair_by_name(ignition: Iterable[Named], xpm: Iterable[Named]) -> Pairing:
    """Pair unlinked clients by exact name, code point for code point (E1).

    A linked client is never paired again, but it counts: where a side has the name twice,
    nobody can say which of them is meant.
    """
    here, there = tuple(ignition), tuple(xpm)
    count_here = Counter(one.name for one in here)
    count_there = Counter(one.name for one in there)
    free_there = {one.name: one.id for one in there if not one.linked}
    meeting = [(one, free_there[one.name]) for one in here if not one.linked and one.name in free_there]
    sole = {name for name in free_there if count_here[name] == count_there[name] == 1}
    pairs = tuple((one.id, uuid) for one, uuid in meeting if one.name in sole)
    doubled = dict.fromkeys(one.name for one, _ in meeting if one.name not in sole)
    unlinked = [(one, count_here, count_there) for one in here if not one.linked]
    unlinked += [(one, count_there, count_here) for one in there if not one.linked]
    twins = dict.fromkeys(
        one.name
        for one, own, other in unlinked
        if own[one.name] > 1 and other[one.name] and one.name not in doubled
    )
    return Pairing(pairs, tuple(doubled), tuple(twins))


class Step(Enum):
    """What to do about the client of an accepted proposal."""

    USE = auto()
    CREATE = auto()
    PARK = auto()


@dataclass(frozen=True, slots=True)
class Identity:
    """The answer to "which client is it?"."""

    step: Step
    uuid: str | None = None
    reason: str = ""
    candidates: tuple[Known, ...] = ()
    near: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepting:
    """The Ignition client whose proposal was accepted.

    `linked_uuid` is the stored link's XPM client. `create_unmatched` is the setting
    `unmatched_existing = create`.
    """

    slug: str
    name: str
    lead: bool
    linked_uuid: str | None
    create_unmatched: bool


def identify(client: Accepting, directory: Iterable[Known]) -> Identity:
    """Return which XPM client an accepted proposal belongs to (E10, R12, R11).

    The stored link first, whatever the names say; then the one exact name among live clients that
    belong to no other Ignition client; then, for a lead, a new client. More than one match, or
    none but such as are linked elsewhere, parks.
    """
    everyone = tuple(directory)
    live = [known for known in everyone if known.standing is Standing.LIVE]
    named = tuple(known for known in live if known.name == client.name)
    if client.linked_uuid is not None:
        return _by_link(client.linked_uuid, everyone, named)
    free = tuple(known for known in named if known.linked_to in (None, client.slug))
    if len(free) == 1:
        return Identity(Step.USE, uuid=free[0].uuid, reason="the one free XPM client of exactly this name")
    if free:
        return Identity(Step.PARK, reason=f"{len(free)} XPM clients have exactly this name", candidates=free)
    if named:
        whose = "the one XPM client" if len(named) == 1 else f"each of the {len(named)} XPM clients"
        reason = f"{whose} of this name belongs to another Ignition client"
        return Identity(Step.PARK, reason=reason, candidates=named)
    near = tuple(known for known in live if is_near(known.name, client.name))
    if client.lead or client.create_unmatched:
        return Identity(Step.CREATE, reason="no XPM client has exactly this name", near=near)
    reason = "the client is no lead, was never linked, and no XPM client has exactly its name"
    return Identity(Step.PARK, reason=reason, candidates=near)


def _by_link(uuid: str, everyone: tuple[Known, ...], named: tuple[Known, ...]) -> Identity:
    found = next((known for known in everyone if known.uuid == uuid), None)
    if found is not None and found.standing is Standing.LIVE:
        return Identity(Step.USE, uuid=uuid, reason="the stored link")
    became = found.standing.value if found else "not to be found"
    reason = f"the linked XPM client is {became}"
    return Identity(Step.PARK, reason=reason, candidates=((found,) if found else ()) + named)


_LEGAL_FORMS = (
    (re.compile(r"\bproprietary\b"), "pty"),
    (re.compile(r"\blimited\b"), "ltd"),
    (re.compile(r"\b(company)\b"), "co"),
    (re.compile(r"\b(incorporated)\b"), "inc"),
    (re.compile(r"\band\b"), "&"),
)


def is_near(one: str, other: str) -> bool:
    """Tell whether two names differ only in ways a person would overlook; equal names are not near."""
    folded = _folded(one)
    return one != other and bool(folded) and folded == _folded(other)


def _folded(name: str) -> list[str]:
    """Return what is left of a name once folded: case, Unicode form, white space, punctuation, `and` and the spelling of legal forms."""
    text = unicodedata.normalize("NFKC", name).casefold()
    for pattern, short in _LEGAL_FORMS:
        text = pattern.sub(short, text)
    return [char for char in text if char.isalnum() or char == "&"]
