"""Plays a scenario and says how it went."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scenarios.desks import DeskError
from scenarios.house import Mode
from scenarios.stage import raised
from scenarios.story import Scenario, Step, Story
from syncer.errors import SyncerError
from syncer.report import Report


@dataclass
class Result:
    """A scenario that was played."""

    scenario: Scenario
    seed: int
    size: int
    mode: Mode
    steps: list[Step]
    reports: list[Report]
    journals: dict[str, list[dict[str, Any]]]
    state: str
    passed: bool

    @property
    def command(self) -> str:
        """The command that plays it again."""
        return f"make scenario NAME={self.scenario.name} SEED={self.seed} SIZE={self.size} MODE={self.mode}"

    @property
    def expectations(self) -> int:
        """How much was expected."""
        return sum(len(step.expectations) for step in self.steps)


def play(
    scenario: Scenario,
    seed: int,
    size: int,
    mode: Mode = "process",
    told: Callable[[Step], None] = lambda _step: None,
) -> Result:
    """Play a scenario from its first step to its last, or to the one that breaks; `told` hears each."""
    with raised(scenario.world(seed, size), seed, mode, scenario.settings) as stage:
        story = Story(stage, told)
        try:
            scenario.play(story)
            story.expect_agreement(scenario.apart)
        except (DeskError, SyncerError) as error:
            story.break_off(f"{type(error).__name__}: {error}")
        except (LookupError, ValueError, TypeError) as error:
            # A story reads rows that a broken rule may have left out: that is a finding, not a crash.
            where = traceback.extract_tb(error.__traceback__)[-1]
            story.break_off(f"{type(error).__name__}: {error} (line {where.lineno} of {where.name})")
        story.finish()
        return Result(
            scenario, seed, size, mode, story.steps, stage.reports, stage.journals(), stage.state_digest(), story.passed
        )  # fmt: skip
