"""What became of the mutants: the table, what is amiss, and which survivors are expected."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

WANTED = 0.95
"""The share of mutants that the tests have to kill, of each file and of the whole."""


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    TIMED_OUT = "timed out"


@dataclass(frozen=True, slots=True)
class Change:
    """What a mutant is: in a file, the lines that were there and those that stand in their place."""

    file: str
    was: str
    became: str

    def say(self) -> str:
        """Say the change as it would stand in a diff."""
        return f"{self.file}\n  - {self.was}\n  + {self.became}"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change and what became of it."""

    change: Change
    fate: Fate


@dataclass(frozen=True, slots=True)
class Expected:
    """A change that no test can tell from the original, and why; or one that never ends (`endless`)."""

    change: Change
    reason: str
    endless: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    file: str
    mutants: int
    survived: int

    @property
    def killed(self) -> int:
        """How many the tests noticed."""
        return self.mutants - self.survived

    @property
    def share(self) -> float:
        """The part of the mutants that was killed."""
        return self.killed / self.mutants if self.mutants else 1.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """The table, its last row the whole; what makes the run fail; what is only told."""

    rows: tuple[Row, ...]
    failures: tuple[str, ...]
    notes: tuple[str, ...]


def read_expected(path: Path) -> tuple[Expected, ...]:
    """Return the survivors that are expected. Raises ValueError for one without a reason."""
    found = []
    for one in tomllib.loads(path.read_text("utf-8")).get("survivor", ()):
        change = Change(one["file"], one["was"].strip(), one["became"].strip())
        if not one.get("reason", "").strip():
            raise ValueError(f"{path.name}: a survivor without a reason: {change.say()}")
        found.append(Expected(change, one["reason"], one.get("endless", False)))
    return tuple(found)


def judge(mutants: Iterable[Mutant], expected: Sequence[Expected]) -> Judgement:
    """Hold the mutants against what is wanted.

    One that timed out is killed only where it is listed as endless: it may as well have been slow.
    A survivor that is not listed fails, as does a share that is too small; one that is listed and was
    killed, or is no mutant any more, is told.
    """
    endless = {one.change for one in expected if one.endless}
    listed = {one.change for one in expected if not one.endless}
    of_file: dict[str, list[bool]] = {}
    alive: dict[Change, Fate] = {}
    timed_out: set[Change] = set()
    for one in mutants:
        if one.fate is Fate.TIMED_OUT:
            timed_out.add(one.change)
        lives = one.fate is Fate.SURVIVED or (one.fate is Fate.TIMED_OUT and one.change not in endless)
        of_file.setdefault(one.change.file, []).append(lives)
        if lives:
            alive[one.change] = one.fate
    rows = [Row(file, len(all_of_it), sum(all_of_it)) for file, all_of_it in of_file.items()]
    rows.append(Row("all", sum(row.mutants for row in rows), sum(row.survived for row in rows)))
    failures = [
        f"{fate.value}, and is not listed: {change.say()}"
        for change, fate in alive.items()
        if change not in listed
    ]
    failures += [
        f"{row.file}: {row.share:.1%} killed, {WANTED:.0%} wanted" for row in rows if row.share < WANTED
    ]
    stale = [change for change in listed if change not in alive]
    stale += [change for change in endless if change not in timed_out]
    notes = [f"is listed, and is killed by now or no mutant any more: {change.say()}" for change in stale]
    return Judgement(tuple(rows), tuple(failures), tuple(notes))
