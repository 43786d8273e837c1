"""What a run did and what it found: counted, and readable by people and programs."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from syncer.errors import LimitError, SyncerError
from syncer.explain import Step
from syncer.limits import Meter
from syncer.words import shorten

DONE, NOT_DONE, WITH_PROBLEMS = 0, 1, 3
"""Exit codes: all done; not done; done, with records left over."""


CUT_SHORT = "cut short: the program ended before the run did"
"""The outcome of a run that was killed."""
LONGEST_REASON = 300


def not_done(error: BaseException) -> str:
    """Return the outcome of a run that an error ended, in words fit for a person."""
    why = f"an unforeseen failure, {type(error).__name__}" if isinstance(error, Exception) else "interrupted"
    if isinstance(error, SyncerError):
        why = shorten(str(error), LONGEST_REASON)
    return f"not done: {why}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that could not be dealt with, why, and what to do about it."""

    record: str
    what: str
    way_out: str

    def say(self) -> str:
        """Say the problem in one line."""
        return f"{self.record}: {self.what} – {self.way_out}"


@dataclass
class Report:
    """The outcome of one command for one practice."""

    practice: str
    did: Counter[str] = field(default_factory=Counter)
    """How often each kind of thing was done."""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """What was done or is planned, a sentence each; what begins with a blank belongs to the one before."""
    planned: list[dict[str, Any]] = field(default_factory=list)
    """Of a plan, what would be done, a row for each field, for programs."""
    meters: dict[str, Meter] = field(default_factory=dict)
    stopped: LimitError | None = None
    """The limit that ended the run before all was done (E19); the next run goes on from there."""
    left: int = 0
    """How many planned actions a run that was stopped did not come to."""
    left_proposals: int = 0
    """How many accepted proposals it left with something to do."""
    window_seconds: float | None = None
    """How long before the last write to XPM it was looked at: what a person typed in between may be lost (E23)."""

    def foresee(self, step: Step) -> None:
        """Note what would be done."""
        self.lines += [step.line, *(f"  {line}" for line in step.details)]
        self.planned += step.rows

    @property
    def writes(self) -> int:
        """Calls that write, on both sides together."""
        return sum(meter.writes for meter in self.meters.values())

    @property
    def exit_code(self) -> int:
        """What a command that ended with this report exits with."""
        if self.stopped is not None:
            return NOT_DONE
        return WITH_PROBLEMS if self.problems or self.attention else DONE

    @property
    def outcome(self) -> str:
        """How a run that ended with this report is put down."""
        if self.stopped is not None:
            return f"stopped: {self.stopped.what}"
        return "done" if self.exit_code == DONE else "done with problems"

    def as_json(self) -> dict[str, Any]:
        """Return the report for programs."""
        return {
            "practice": self.practice,
            "did": dict(sorted(self.did.items())),
            "lines": self.lines,
            "planned": self.planned,
            "warnings": self.warnings,
            "attention": self.attention,
            "problems": [
                {"record": one.record, "what": one.what, "way_out": one.way_out} for one in self.problems
            ],
            "stopped": None
            if self.stopped is None
            else {"why": str(self.stopped), "left": self.left, "left_proposals": self.left_proposals},
            "window_seconds": self.window_seconds,
            "costs": {name: meter.as_json() for name, meter in sorted(self.meters.items())},
        }
