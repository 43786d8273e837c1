"""A step as it was played: its place, and its calls as callers and journals tell them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scenarios.report.calls import Call, Told
from scenarios.story import Step


@dataclass(frozen=True, slots=True)
class Played:
    """A step with its number, from 1, and the calls that were made in it."""

    number: int
    step: Step
    calls: list[Call]

    @property
    def bad_calls(self) -> int:
        """How many of them met a fault or were refused."""
        return sum(call.is_bad for call in self.calls)


def played(
    steps: list[Step], journals: Mapping[str, list[dict[str, Any]]], origins: Mapping[str, str]
) -> list[Played]:
    """Return the steps of a story with their calls."""
    told = Told(journals, origins)
    found = [Played(number, step, told.step(step.calls)) for number, step in enumerate(steps, start=1)]
    if found:
        found[-1].calls.extend(told.rest())
    return found
