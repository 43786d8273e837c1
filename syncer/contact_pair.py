"""A linked pair of clients as contacts see it, and what its contacts ask for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from syncer.actions import Action, ContactWrite, RecordConflict
from syncer.comparing import Clash, Halves
from syncer.contact_match import Matched
from syncer.decide import Policy, Side
from syncer.fields import Direction, narrowed
from syncer.model import Client, Link, Values


@dataclass(frozen=True, slots=True)
class Pair:
    """A link with both its clients, as last read."""

    link: Link
    ignition: Client
    xpm: Client

    def way(self, policy: Policy) -> Direction:
        """Return which way the pair's contacts go (E9, R10)."""
        return narrowed(Direction.TWO_WAY, policy.direction, receives_only=self.link.receives_only)


@dataclass
class ContactPlan:
    """What the contacts of one pair of clients ask for."""

    to_xpm: list[ContactWrite] = field(default_factory=list)
    to_ignition: list[ContactWrite] = field(default_factory=list)
    advance: list[tuple[str, str, Values]] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    conflicts: list[Action] = field(default_factory=list)
    others: list[Action] = field(default_factory=list)
    """Contacts to be shared again, written for several clients at once, or removed."""
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Holder:
    """A copy of a contact: the pair of clients it is at, and the two contacts that are one there."""

    pair: Pair
    match: Matched

    @property
    def halves(self) -> Halves:
        """The copy's values on both sides, and what was last agreed."""
        match = self.match
        return Halves(match.base, match.here.values, match.there.values, self.pair.link.receives_only)

    def conflict(self, clash: Clash, holders: Sequence["Holder"]) -> RecordConflict:
        """Return a clash of this copy's as what is kept of it."""
        pair, match, name = self.pair, self.match, clash.field.name
        through = None
        if clash.winner is Side.XPM and clash.xpm != match.there.values[name]:
            winner = next(one for one in holders if one.match.here.values[name] == clash.xpm)
            through = winner.pair.xpm.name
        return RecordConflict(
            pair.link.xpm_id, pair.link.ignition_id, pair.xpm.name, name, clash.base, clash.ignition, clash.xpm,
            clash.winner.value, match.there.name, match.there.id, match.here.id, through,
        )  # fmt: skip
