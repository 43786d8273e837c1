"""Which contact of one side is which of the other: by link, by exact e-mail, by exact name (E6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from syncer.model import Contact, ContactLink, Link, Values, is_empty

KEYS = (("email", "e-mail"), ("name", "name"))
"""What contacts are matched by that have no link, in this order; and what it is called."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Two contacts that are one. `known`: the ledger has them as a pair already; `base`: what was last agreed."""

    here: Contact
    there: Contact
    base: Values
    known: bool


@dataclass(frozen=True, slots=True)
class Parted:
    """A linked pair of contacts that a side has no longer, or neither."""

    link: ContactLink
    here: Contact | None
    there: Contact | None


@dataclass(frozen=True, slots=True)
class Family:
    """The contacts of a pair of clients, sorted out: `here` is Ignition, `there` XPM."""

    matched: tuple[Matched, ...]
    parted: tuple[Parted, ...]
    new_here: tuple[Contact, ...]
    new_there: tuple[Contact, ...]
    doubtful: tuple[str, ...]
    """Names and e-mails on both sides that stand more than once on one of them: whose have them are left alone."""


def sort_out(link: Link, here: Iterable[Contact], there: Iterable[Contact]) -> Family:
    """Sort out the contacts of a pair of clients.

    They are matched by their link, then by exact e-mail, then by exact name, each only where it is unique
    on both sides among those not matched yet. A linked contact whose other half is gone is matched like a
    new one: whoever was deleted and entered anew is the same person.
    """
    ours, theirs = {one.id: one for one in here}, {one.id: one for one in there}
    broken = [one for one in link.contacts if one.ignition_id not in ours or one.xpm_id not in theirs]
    gone = [one for one in broken if one.ignition_id not in ours and one.xpm_id not in theirs]
    rest = Unsorted(ours, theirs)
    matched = [rest.linked(one) for one in link.contacts if rest.has(one)]
    matched += rest.alike(broken)
    doubtful = rest.set_aside()
    parted = [Parted(one, ours.pop(one.ignition_id, None), theirs.pop(one.xpm_id, None)) for one in broken]
    lone = [one for one in parted if one.here or one.there or one.link in gone]
    return Family(tuple(matched), tuple(lone), tuple(ours.values()), tuple(theirs.values()), doubtful)


@dataclass(frozen=True, slots=True)
class Unsorted:
    """The contacts of both sides that are not sorted out yet, by id."""

    ours: dict[str, Contact]
    theirs: dict[str, Contact]

    def has(self, link: ContactLink) -> bool:
        """Tell whether both rest of a link are there."""
        return link.ignition_id in self.ours and link.xpm_id in self.theirs

    def linked(self, link: ContactLink) -> Matched:
        """Take out both rest of a link."""
        return Matched(self.ours.pop(link.ignition_id), self.theirs.pop(link.xpm_id), link.base, known=True)

    def alike(self, broken: Iterable[ContactLink]) -> list[Matched]:
        """Take out whoever has an e-mail, or else a name, that stands once on either side.

        A half of a broken link brings the base with it, so that what was edited since is told from what was not.
        """
        bases = {one.ignition_id: one.base for one in broken if one.ignition_id in self.ours}
        other_bases = {one.xpm_id: one.base for one in broken if one.xpm_id in self.theirs}
        found = []
        for key, _ in KEYS:
            for _, mine, others in self._meeting(key):
                if len(mine) == len(others) == 1:
                    here, there = self.ours.pop(mine[0]), self.theirs.pop(others[0])
                    known = [
                        one for one in (bases.get(here.id), other_bases.get(there.id)) if one is not None
                    ]
                    found.append(Matched(here, there, known[0] if len(known) == 1 else {}, known=False))
        return found

    def set_aside(self) -> tuple[str, ...]:
        """Take out whoever might be somebody of the other side, and return what makes that doubtful."""
        found = [(title, *meeting) for key, title in KEYS for meeting in self._meeting(key)]
        for _, _, mine, others in found:
            for one in mine:
                self.ours.pop(one, None)
            for one in others:
                self.theirs.pop(one, None)
        return tuple(f"{title} “{text}”" for title, text, _, _ in found)

    def _meeting(self, key: str) -> list[tuple[str, list[str], list[str]]]:
        """Return each text that contacts of both sides have, with the ids of those on either side."""
        mine, others = _by(key, self.ours.values()), _by(key, self.theirs.values())
        return [(text, ids, others[text]) for text, ids in mine.items() if text in others]


def _by(key: str, contacts: Iterable[Contact]) -> Mapping[str, list[str]]:
    """Return the ids of contacts by a text of theirs, those left out that have none."""
    found: dict[str, list[str]] = {}
    for one in contacts:
        text = one.values[key]
        if isinstance(text, str) and not is_empty(text):
            found.setdefault(text, []).append(one.id)
    return found
