"""Who goes on next: actors as greenlets, chosen by chance from those that can go on, on simulated time."""

import hashlib
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet


class StuckError(Exception):
    """Everybody waits for something that will never come."""


class Actor:
    """Somebody who acts: a name, a number in the order of coming, and from when on it can go on.

    `wake` None: only when it is called.
    """

    def __init__(self, name: str, number: int, act: Callable[[], object], hub: greenlet) -> None:
        self.name = name
        self.number = number
        self.wake: datetime | None = None
        self.greenlet = greenlet(act, parent=hub)

    @property
    def is_done(self) -> bool:
        """Whether it has come to its end."""
        return bool(self.greenlet.dead)


class Scheduler:
    """Runs actors until none is left, or a moment has come. All it decides, it decides from its seed."""

    def __init__(self, now: datetime, seed: object, advance: Callable[[float], None]) -> None:
        self.now = now
        self._advance = advance
        """Moves everybody's clocks."""
        self._rng = random.Random(repr(("scheduler", seed)))
        self._hub = getcurrent()
        self._actors: dict[int, Actor] = {}
        self._spawned = 0
        self._wakes: list[tuple[datetime, int]] = []
        """When who can go on, the earliest first; what an actor was told before it was told anew stays in it."""
        self._current: Actor | None = None
        self._hash = hashlib.sha256()
        self.steps = 0

    @property
    def trace(self) -> str:
        """Return a hash of all that was done so far, and in which order."""
        return self._hash.hexdigest()

    @property
    def acting(self) -> str:
        """Return the name of who acts now; `stage` for whoever runs the simulation."""
        return self._current.name if self._current else "stage"

    def note(self, *what: object) -> None:
        """Have something in the trace."""
        self._hash.update(repr(what).encode())

    def spawn(self, name: str, act: Callable[[], object], after: float = 0.0) -> Actor:
        """Let an actor begin in so many seconds."""
        self._spawned += 1
        actor = Actor(name, self._spawned, act, self._hub)
        self._actors[actor.number] = actor
        self._wake_at(actor, self.now + timedelta(seconds=after))
        return actor

    def wake(self, actor: Actor) -> None:
        """Let an actor go on now that waits, for whatever."""
        if not actor.is_done:
            self._wake_at(actor, self.now)

    def pause(self, seconds: float = 0.0) -> None:
        """Let others go on, and come back when so much time has passed; from the stage, time just passes."""
        if self._current is None:
            self._move(self.now + timedelta(seconds=seconds))
        else:
            self._wait(self.now + timedelta(seconds=seconds))

    def rest(self) -> None:
        """Wait until somebody wakes the actor that acts now."""
        self._wait(None)

    def gather(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Do reads one after the other, in an order drawn anew each time; the first error ends them.

        Not side by side: within one process of the syncer a thread waits for another by locks, which
        greenlets of one thread cannot do. Others act between any two of the reads.
        """
        places = list(range(len(calls)))
        self._rng.shuffle(places)
        answers = {place: calls[place]() for place in places}
        return [answers[place] for place in range(len(calls))]

    def run(self, until: datetime) -> None:
        """Let everybody act until that moment; then time stands there, and who is not done stays waiting."""
        while self._turn(until):
            pass
        self._move(until)

    def finish(self, actors: Sequence[Actor], within: float) -> None:
        """Let everybody act until these are done. Raises StuckError when they are not in so many seconds."""
        limit = self.now + timedelta(seconds=within)
        while not all(actor.is_done for actor in actors):
            if not self._turn(limit):
                waiting = ", ".join(one.name for one in actors if not one.is_done)
                raise StuckError(f"after {within:.0f} simulated seconds still under way: {waiting}")

    def close(self) -> None:
        """End everybody where they are."""
        for actor in list(self._actors.values()):
            actor.greenlet.throw(GreenletExit)
        self._actors.clear()
        self._wakes.clear()

    def _turn(self, limit: datetime) -> bool:
        """Let one actor act, at the next moment when one can; False: none can up to a moment."""
        first = self._first()
        if first is None or first > limit:
            return False
        self._move(first)
        ready: dict[int, datetime] = {}
        while (wake := self._first()) is not None and wake <= self.now:
            ready[heappop(self._wakes)[1]] = wake
        chosen = self._rng.choice(sorted(ready))
        for number, wake in ready.items():
            if number != chosen:
                heappush(self._wakes, (wake, number))
        self._step(self._actors[chosen])
        return True

    def _first(self) -> datetime | None:
        """Return when the next one can go on; None: nobody can."""
        while self._wakes:
            wake, number = self._wakes[0]
            actor = self._actors.get(number)
            if actor is not None and actor.wake == wake:
                return wake
            heappop(self._wakes)
        return None

    def _wake_at(self, actor: Actor, wake: datetime | None) -> None:
        actor.wake = wake
        if wake is not None:
            heappush(self._wakes, (wake, actor.number))

    def _step(self, actor: Actor) -> None:
        self.steps += 1
        self._hash.update(f"{actor.name}@{self.now.isoformat()};".encode())
        self._current = actor
        try:
            actor.greenlet.switch()
        finally:
            self._current = None
        if actor.is_done:
            del self._actors[actor.number]

    def _wait(self, until: datetime | None) -> None:
        actor = self._current
        if actor is None:
            raise RuntimeError("only an actor can wait to be woken")
        self._wake_at(actor, until)
        self._hub.switch()
        self._current = actor

    def _move(self, moment: datetime) -> None:
        seconds = (moment - self.now).total_seconds()
        if seconds > 0:
            self._advance(seconds)
            self.now = moment
