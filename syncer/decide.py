"""What to do about one field of one linked pair: a pure table over base, Ignition's and XPM's value."""

from dataclasses import dataclass
from enum import Enum

from syncer.fields import Direction
from syncer.model import NO_BASE, UNKNOWN, MaybeValue, is_empty


class Side(Enum):
    """One of the two systems."""

    XPM = "xpm"
    IGNITION = "ignition"


class Verdict(Enum):
    """What is to be done with a field."""

    NOTHING = "nothing"
    ADVANCE = "advance base"
    WRITE_XPM = "write to XPM"
    WRITE_IGNITION = "write to Ignition"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict; `winner` is set for a conflict alone: that side's value is written to the other."""

    verdict: Verdict
    winner: Side | None = None


NOTHING = Decision(Verdict.NOTHING)
ADVANCE = Decision(Verdict.ADVANCE)
WRITE_XPM = Decision(Verdict.WRITE_XPM)
WRITE_IGNITION = Decision(Verdict.WRITE_IGNITION)


def decide(
    direction: Direction, base: MaybeValue, ignition: MaybeValue, xpm: MaybeValue, winner: Side = Side.XPM
) -> Decision:
    """Return what to do (E1, E3, E4, E5, R7), direction first.

    | direction | neither changed | source changed | target changed | both, alike | both, differently |
    |---|---|---|---|---|---|
    | two-way | nothing | write there | write here | advance | conflict, `winner` wins |
    | one way | nothing | write | nothing (R7) | advance | conflict, the source wins |

    Unknown on either side: nothing. Without a base (a first link) an empty field takes the
    other side's value where the direction lets it; two values are a conflict. A target that was
    cleared has no value to lose: the source's is written without a conflict.
    """
    if UNKNOWN in (base, ignition, xpm) or direction is Direction.NONE:
        return NOTHING
    if direction is Direction.TWO_WAY:
        return _two_way(base, ignition, xpm, winner)
    if direction is Direction.FROM_XPM:
        return _one_way(base, source=xpm, target=ignition, write=WRITE_IGNITION, winner=Side.XPM)
    return _one_way(base, source=ignition, target=xpm, write=WRITE_XPM, winner=Side.IGNITION)


def _two_way(base: MaybeValue, ignition: MaybeValue, xpm: MaybeValue, winner: Side) -> Decision:
    if ignition == xpm:
        return NOTHING if base == xpm else ADVANCE
    if xpm == base or (base is NO_BASE and is_empty(xpm)):
        return WRITE_XPM
    if ignition == base or (base is NO_BASE and is_empty(ignition)):
        return WRITE_IGNITION
    return Decision(Verdict.CONFLICT, winner)


def _one_way(
    base: MaybeValue, *, source: MaybeValue, target: MaybeValue, write: Decision, winner: Side
) -> Decision:
    if source == base or (base is NO_BASE and is_empty(source) and not is_empty(target)):
        return NOTHING
    if source == target:
        return ADVANCE
    if target == base or is_empty(target):
        return write
    return Decision(Verdict.CONFLICT, winner)
