"""Plays many seeds, judges each, and makes what fails small."""

import gc
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from scenarios.simulation.drawing import draw
from scenarios.simulation.invariants import INVARIANTS, judge
from scenarios.simulation.oracle import Case
from scenarios.simulation.outcome import Outcome
from scenarios.simulation.pasted import ALIKE, HOLDS, as_test
from scenarios.simulation.run import simulate
from scenarios.simulation.scheduler import StuckError
from scenarios.simulation.script import Script
from scenarios.simulation.shrink import ranges, shrink
from scenarios.simulation.troubles import CALL_TROUBLES, MACHINE_TROUBLES, WEBHOOK_TROUBLES
from scenarios.simulation.yard import Yard

LEAST_DAYS, LEAST_EDITS, LEAST_FAULTS = 10, 20, 5
"""A run of fewer is a stroll, and proves nothing."""
EACH_AT_LEAST = 100
"""From how many seeds on every kind of trouble must have struck, and every invariant been put to the test."""
EACH_TWICE = 50
"""Every so many-th seed, and the first of an exploration, is played twice: it must do the same again, to the last call."""
SAME = "a_seed_does_the_same_again"
"""What breaks when it does not."""
GARBAGE = 200_000
"""So many new objects more than gone ones make Python look for garbage; its own 700 come with every few calls."""
ENOUGH = 3
"""So many failing seeds are made small; more are only named."""


@dataclass
class Verdict:
    """What came of one seed."""

    seed: int
    trace: str = ""
    state: str = ""
    """What was left at the end, as a hash; of the seeds alone that are played twice."""
    violations: list[tuple[str, str]] = field(default_factory=list)
    tested: dict[str, int] = field(default_factory=dict)
    fired: dict[str, int] = field(default_factory=dict)
    stroll: str | None = None
    kinds: tuple[str, ...] = ()
    is_played_twice: bool = False
    window: int = 0
    """How many of the values that people typed fell into the window that XPM leaves open (E23)."""

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.violations


@dataclass
class Failure:
    """A failing seed, made small."""

    seed: int
    broken: tuple[str, str]
    script: Script

    @property
    def command(self) -> str:
        """The command that plays it again."""
        return f".venv/bin/python -m scenarios replay {self.seed} --only {ranges([one.number for one in self.script.items])}"

    @property
    def test(self) -> str:
        """A regression test, ready to be pasted into a file of its own in tests/simulation/."""
        return as_test(self.script, self.broken, ALIKE if self.broken[0] == SAME else HOLDS)


_yards: list[Yard] = []


def yard() -> Yard:
    """Return this process's fakes."""
    if not _yards:
        _yards.append(Yard())
    return _yards[0]


def play(
    script: Script,
    where: Yard | None = None,
    *,
    digested: bool = False,
    seen: Callable[[Outcome], object] = lambda _outcome: None,
) -> Verdict:
    """Play and judge a script; `digested`: with a hash of what is left; `seen` is shown what came of it."""
    try:
        with _seldom_collected():
            outcome = simulate(script, where or yard(), digested=digested)
    except StuckError as error:
        return Verdict(script.seed, violations=[("everybody_comes_to_rest", str(error))], kinds=script.kinds)
    seen(outcome)
    judgement = judge(Case(outcome))
    return Verdict(
        script.seed, outcome.trace, outcome.digest, judgement.violations, judgement.tested, outcome.fired,
        _stroll(outcome), script.kinds, window=judgement.window,
    )  # fmt: skip


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Have garbage looked for seldom: nearly all that a run makes is needed until its end."""
    usual = gc.get_threshold()
    gc.set_threshold(GARBAGE, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def play_seed(seed: int, *, twice: bool = False) -> Verdict:
    """Play a seed's whole script, and some seeds twice."""
    twice = twice or seed % EACH_TWICE == 0
    verdict = play(draw(seed), digested=twice)
    return played_again(verdict) if twice else verdict


def played_again(verdict: Verdict, where: Yard | None = None) -> Verdict:
    """Return a seed's verdict with what a second play of it says: that it did the same, or that it did not."""
    again = play(draw(verdict.seed), where, digested=bool(verdict.state))
    verdict.is_played_twice = True
    for what in ("trace", "state"):
        first, second = getattr(verdict, what), getattr(again, what)
        if first != second:
            verdict.violations.append((SAME, f"the {what}s are {first[:12]} and {second[:12]}"))
    return verdict


def explore(seeds: Sequence[int], told: Callable[[Verdict], None], jobs: int | None = None) -> list[Verdict]:
    """Play seeds in several processes; `told` hears of each in the order of the seeds."""
    found: list[Verdict] = []
    for verdict in _played(seeds, jobs or os.cpu_count() or 1):
        told(verdict)
        found.append(verdict)
    return found


def _played(seeds: Sequence[int], jobs: int) -> Iterator[Verdict]:
    first, rest = seeds[:1], seeds[1:]
    if jobs == 1 or not rest:
        yield from map(_play_first, first)
        yield from map(play_seed, rest)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        begun = pool.imap(_play_first, first)
        others = pool.imap(play_seed, rest, chunksize=4)
        yield from begun
        yield from others


def _play_first(seed: int) -> Verdict:
    return play_seed(seed, twice=True)


def made_small(verdict: Verdict) -> Failure:
    """Return a failing seed with as few items as still break the same invariant."""
    broken = verdict.violations[0]
    if broken[0] == SAME:
        return Failure(verdict.seed, broken, draw(verdict.seed))  # of one play nobody can tell
    told = [broken]
    """What broke in each script that failed, the smallest last."""

    def fails(script: Script) -> bool:
        same = [one for one in play(script).violations if one[0] == broken[0]]
        told.extend(same[:1])
        return bool(same)

    small = shrink(draw(verdict.seed), fails)
    return Failure(verdict.seed, told[-1], small)


def idle(verdicts: Sequence[Verdict]) -> list[str]:
    """Say which seeds were strolls and, of many seeds, what was never put to the test or never struck."""
    strolls = [f"seed {one.seed} was a stroll: {one.stroll}" for one in verdicts if one.stroll]
    if len(verdicts) < EACH_AT_LEAST:
        return strolls
    tested, fired = totals(verdicts)
    names = [invariant.__name__ for invariant in INVARIANTS]
    kinds = [*(name for name, _ in (*CALL_TROUBLES, *WEBHOOK_TROUBLES)), *MACHINE_TROUBLES]
    return [
        *(f"the invariant {name} was never put to the test" for name in names if not tested[name]),
        *(f"the trouble {kind} never struck" for kind in kinds if not fired[kind]),
        *strolls,
    ]


def totals(verdicts: Sequence[Verdict]) -> tuple[Counter[str], Counter[str]]:
    """Return how often each invariant was put to the test, and how often each trouble struck."""
    tested: Counter[str] = Counter()
    fired: Counter[str] = Counter()
    for verdict in verdicts:
        tested.update(verdict.tested)
        fired.update(verdict.fired)
    return tested, fired


def _stroll(outcome: Outcome) -> str | None:
    edits, fired = outcome.diary.edits, sum(outcome.fired.values())
    if outcome.days < LEAST_DAYS:
        return f"{outcome.days} days"
    if edits < LEAST_EDITS:
        return f"{edits} edits by people"
    return f"{fired} faults" if fired < LEAST_FAULTS else None
