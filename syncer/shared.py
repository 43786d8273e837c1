"""One contact of XPM at several clients is several contacts in Ignition: what becomes of one field of them (E6).

A copy is one of those contacts in Ignition. What changed in XPM goes to every copy. What changed in one
copy goes to XPM once, and to the other copies. Copies that changed differently are a conflict: where XPM
wins, its value stays and goes to all of them; where Ignition wins, the first of the copies that changed
counts, in the order in which they are given. Whatever loses is kept (E3).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from syncer.decide import Decision, Side, Verdict, decide
from syncer.fields import Direction
from syncer.model import UNKNOWN, MaybeValue


@dataclass(frozen=True, slots=True)
class Copy:
    """A field of one copy: which way it goes, the last agreed value, Ignition's, and XPM's as read with its client."""

    direction: Direction
    base: MaybeValue
    ignition: MaybeValue
    xpm: MaybeValue

    @property
    def agreed(self) -> MaybeValue:
        """What both sides had when they last agreed; that may be now."""
        return self.xpm if self.ignition == self.xpm else self.base


@dataclass(frozen=True, slots=True)
class Part:
    """What is done about the field of one copy.

    `verdict` is never CONFLICT. `value` is what the copy and XPM have afterwards. `winner` is set where a
    value is lost: XPM where the copy's own is, Ignition where XPM's is; `rival` is then XPM's value, or
    what goes there.
    """

    verdict: Verdict
    value: MaybeValue = None
    winner: Side | None = None
    rival: MaybeValue = None


def settle(copies: Sequence[Copy], winner: Side = Side.XPM) -> tuple[Part, ...]:
    """Return each copy's part; with one copy alone it is what `decide` says."""
    decisions = [decide(one.direction, one.base, one.ignition, one.xpm, winner) for one in copies]
    claims = [place for place, decision in enumerate(decisions) if _claims(decision)]
    if not claims:
        return tuple(map(_alone, copies, decisions))
    first = copies[claims[0]]
    differ = len({copies[place].ignition for place in claims}) > 1
    if differ and winner is Side.XPM and first.direction is Direction.TWO_WAY:
        return tuple(
            _loses(copy, copy.xpm) if place in claims else _alone(copy, decisions[place])
            for place, copy in enumerate(copies)
        )
    parts = [_follows(copy, first.ignition) for copy in copies]
    parts[claims[0]] = _alone(first, decisions[claims[0]])
    return tuple(parts)


def _claims(decision: Decision) -> bool:
    """Tell whether a copy's own value is to go to XPM."""
    return decision.verdict is Verdict.WRITE_XPM or decision.winner is Side.IGNITION


def _alone(copy: Copy, decision: Decision) -> Part:
    """Return the part of a copy that no other one concerns."""
    if decision.winner is Side.XPM:
        return _loses(copy, copy.xpm)
    if decision.winner is Side.IGNITION:
        return Part(Verdict.WRITE_XPM, copy.ignition, Side.IGNITION, copy.xpm)
    value = copy.ignition if decision.verdict is Verdict.WRITE_XPM else copy.xpm
    return Part(decision.verdict, value)


def _loses(copy: Copy, value: MaybeValue) -> Part:
    """Return the part of a copy whose own value yields; one that nothing may be written to keeps it, as agreed."""
    if copy.direction is Direction.TO_XPM:
        return Part(Verdict.ADVANCE, copy.ignition, Side.XPM, value)
    return Part(Verdict.WRITE_IGNITION, value, Side.XPM, value)


def _follows(copy: Copy, value: MaybeValue) -> Part:
    """Return the part of a copy when the value of another one goes to XPM; a claim of its own yields to that."""
    if UNKNOWN in (copy.base, copy.ignition, copy.xpm) or copy.direction is Direction.NONE:
        return Part(Verdict.NOTHING)
    if copy.ignition == value:
        return Part(Verdict.NOTHING if copy.base == value else Verdict.ADVANCE, value)
    decision = decide(copy.direction, copy.agreed, copy.ignition, value)
    if decision.verdict is Verdict.WRITE_IGNITION:
        return Part(Verdict.WRITE_IGNITION, value)
    if decision.verdict is not Verdict.NOTHING:
        return _loses(copy, value)
    if copy.agreed != copy.base:
        return Part(Verdict.ADVANCE, copy.agreed)
    return Part(Verdict.NOTHING)
