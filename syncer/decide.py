"""What to do about one field of a linked pair, and about a record that one side does not have: pure tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from syncer.fields import Direction
from syncer.model import NO_BASE, UNKNOWN, MaybeValue, is_empty


class Side(Enum):
    """One of the two systems."""

    XPM = "xpm"
    IGNITION = "ignition"


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that a comparison needs (E3, E9)."""

    direction: Direction = Direction.TWO_WAY
    level: str = "everything"
    winner: Side = Side.XPM


class Verdict(Enum):
    """What is to be done with a field."""

    NOTHING = auto()
    ADVANCE = auto()
    WRITE_XPM = auto()
    WRITE_IGNITION = auto()
    CONFLICT = auto()


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


class State(Enum):
    """How one side's half of a linked record stands, held against what was last agreed."""

    SAME = auto()
    CHANGED = auto()
    GONE = auto()
    UNKNOWN = auto()


class Fate(Enum):
    """What becomes of a record that one side does not have."""

    NOTHING = auto()
    FORGET = auto()
    MAKE_XPM = auto()
    MAKE_IGNITION = auto()
    REMOVE_XPM = auto()
    REMOVE_IGNITION = auto()


@dataclass(frozen=True, slots=True)
class Removal:
    """A fate; `winner` is set for a conflict alone: the side whose removal or edit counts."""

    fate: Fate
    winner: Side | None = None


ADDITIONS: Mapping[tuple[Direction, Side], Fate] = {
    (Direction.TWO_WAY, Side.XPM): Fate.MAKE_IGNITION,
    (Direction.TWO_WAY, Side.IGNITION): Fate.MAKE_XPM,
    (Direction.FROM_XPM, Side.XPM): Fate.MAKE_IGNITION,
    (Direction.FROM_XPM, Side.IGNITION): Fate.NOTHING,
    (Direction.TO_XPM, Side.XPM): Fate.NOTHING,
    (Direction.TO_XPM, Side.IGNITION): Fate.MAKE_XPM,
    (Direction.NONE, Side.XPM): Fate.NOTHING,
    (Direction.NONE, Side.IGNITION): Fate.NOTHING,
}
"""What becomes of a record that was never linked, by the side that has it (E6, E9, R10)."""

_TWO, _FROM, _TO = Direction.TWO_WAY, Direction.FROM_XPM, Direction.TO_XPM
_SAME, _CHANGED, _GONE = State.SAME, State.CHANGED, State.GONE

REMOVALS: Mapping[tuple[Direction, State, State], Removal] = {
    # direction, Ignition, XPM. One way, a removal in the target stays until the source's record changes,
    # as an edited field does (R7).
    (_TWO, _SAME, _GONE): Removal(Fate.REMOVE_IGNITION),
    (_TWO, _GONE, _SAME): Removal(Fate.REMOVE_XPM),
    (_FROM, _SAME, _GONE): Removal(Fate.REMOVE_IGNITION),
    (_FROM, _CHANGED, _GONE): Removal(Fate.REMOVE_IGNITION, Side.XPM),
    (_FROM, _GONE, _CHANGED): Removal(Fate.MAKE_IGNITION),
    (_TO, _GONE, _SAME): Removal(Fate.REMOVE_XPM),
    (_TO, _GONE, _CHANGED): Removal(Fate.REMOVE_XPM, Side.IGNITION),
    (_TO, _CHANGED, _GONE): Removal(Fate.MAKE_XPM),
}
"""What becomes of a linked record that one side no longer has (E6); any other combination asks for nothing."""

CONTESTED: Mapping[tuple[State, State, Side], Removal] = {
    # Ignition, XPM, who wins
    (_CHANGED, _GONE, Side.XPM): Removal(Fate.REMOVE_IGNITION, Side.XPM),
    (_CHANGED, _GONE, Side.IGNITION): Removal(Fate.MAKE_XPM, Side.IGNITION),
    (_GONE, _CHANGED, Side.XPM): Removal(Fate.MAKE_IGNITION, Side.XPM),
    (_GONE, _CHANGED, Side.IGNITION): Removal(Fate.REMOVE_XPM, Side.IGNITION),
}
"""Two-way, removed on one side and changed on the other: a conflict (E6)."""


def decide_addition(direction: Direction, side: Side) -> Fate:
    """Return what becomes of a record that only one side has, and that was never linked."""
    return ADDITIONS[direction, side]


def decide_removal(direction: Direction, ignition: State, xpm: State, winner: Side = Side.XPM) -> Removal:
    """Return what becomes of a linked record that at least one side no longer has (E6).

    | direction | gone on both | gone, the other unchanged | gone, the other changed |
    |---|---|---|---|
    | two-way | forget | remove there | conflict: the removal or the edit, as `winner` says |
    | one way, gone from the source | forget | remove there | conflict, the source wins |
    | one way, gone from the target | forget | nothing | make it there again |

    Where a side is unknown, or both still have the record, nothing is done (E5).
    """
    if ignition is xpm is State.GONE:
        return Removal(Fate.FORGET)
    if direction is Direction.TWO_WAY and (ignition, xpm, winner) in CONTESTED:
        return CONTESTED[ignition, xpm, winner]
    return REMOVALS.get((direction, ignition, xpm), Removal(Fate.NOTHING))
