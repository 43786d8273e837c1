"""Which practice is next: one process's share, each practice in the hands of one user at a time."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from scenarios.load.schedule import Item, Kind


@dataclass
class Turn:
    """One item of one practice, in the hands of a user, and when it was meant to begin."""

    phase: int
    practice: int
    item: Item
    intended: float
    is_last: bool
    """Whether the practice has nothing more to do in this phase."""


@dataclass
class _Lane:
    items: tuple[Item, ...] = ()
    next: int = 0
    taken: bool = False
    failed: bool = False


@dataclass
class Pool:
    """A process's practices. `now` is a clock in seconds; a phase counts from when it was opened."""

    now: Callable[[], float]
    practices: tuple[int, ...] = ()
    phase: int = -1
    began: float = 0.0
    _lanes: dict[int, _Lane] = field(default_factory=dict)
    _serving: Counter[Kind] = field(default_factory=Counter)
    _broken: set[int] = field(default_factory=set)

    def deal(self, practices: Iterable[int]) -> None:
        """Begin anew, with these practices."""
        self.practices, self.phase = tuple(practices), -1
        self._lanes, self._broken = {}, set()

    def open(self, phase: int, items: Mapping[int, tuple[Item, ...]]) -> list[int]:
        """Open a phase; returns the practices that have nothing to do in it, or cannot go on."""
        self.phase, self.began = phase, self.now()
        self._lanes = {number: _Lane(items[number]) for number in self.practices}
        idle = [number for number in self.practices if number in self._broken or not items[number]]
        for number in idle:
            del self._lanes[number]
        return idle

    def serve(self, kind: Kind, change: int) -> None:
        """Note that a user of a kind has come (1) or gone (-1)."""
        self._serving[kind] += change

    def take(self, kind: Kind) -> Turn | None:
        """Return what a user does next: what is due for its kind, or for a kind that nobody here serves.

        None: nothing is due. What was meant to begin first goes first, then the lower number.
        """
        elapsed = self.now() - self.began
        due = [
            (lane.items[lane.next].due, number)
            for number, lane in self._lanes.items()
            if not lane.taken
            and lane.items[lane.next].due <= elapsed
            and (lane.items[lane.next].kind == kind or not self._serving[lane.items[lane.next].kind])
        ]
        if not due:
            return None
        _, number = min(due)
        lane = self._lanes[number]
        lane.taken = True
        item = lane.items[lane.next]
        return Turn(self.phase, number, item, self.began + item.due, is_last=lane.next == len(lane.items) - 1)

    def give_back(self, turn: Turn, *, failed: bool = False) -> bool:
        """Put a practice back; tells whether it is through with the phase. One that failed does no more at all."""
        lane = self._lanes[turn.practice]
        lane.taken = False
        lane.next += 1
        if failed:
            self._broken.add(turn.practice)
        if failed or turn.is_last:
            del self._lanes[turn.practice]
            return True
        return False
