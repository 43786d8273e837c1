"""Plays a scenario and says how it went."""

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from scenarios.desks import DeskError
from scenarios.house import Mode
from scenarios.lent import Addresses
from scenarios.report import records
from scenarios.report.changes import Change
from scenarios.report.steps import Played, played
from scenarios.stage import Stage, raised
from scenarios.states import MOST_CLIENTS, States, clients_of
from scenarios.story import Scenario, Step, Story
from scenarios.watch import PEOPLE
from syncer.conflicts import Conflict, conflicts, names_of
from syncer.errors import SyncerError
from syncer.report import Report


@dataclass(frozen=True)
class Looked:
    """What a person sees who looks at both systems when a story is over, and what the syncer has on conflicts."""

    practices: list[records.Practice]
    conflicts: list[tuple[str, Conflict, dict[str, str]]]
    """The practice, a conflict, and the names of staff."""
    changes: tuple[Change, ...] | None = None
    """What became of the records over the whole run; None: too many to be read after each step."""


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
    origins: dict[str, str] = field(default_factory=dict)
    """Who answers at which address."""
    looked: Looked | None = None
    """Both systems' records at the end, where they were asked for."""
    at: Addresses | None = None
    """The fakes it was played on, where they ran already."""

    @cached_property
    def played(self) -> list[Played]:
        """The steps with their calls."""
        return played(self.steps, self.journals, self.origins)

    @property
    def command(self) -> str:
        """The command that plays it again."""
        fakes = f" UP=1 XPM_URL={self.at.xpm_url} IGNITION_URL={self.at.ignition_url}" if self.at else ""
        known = f"NAME={self.scenario.name} SEED={self.seed} SIZE={self.size} MODE={self.mode}"
        return f"make scenario {known}{fakes}"

    @property
    def expectations(self) -> int:
        """How much was expected."""
        return sum(len(step.expectations) for step in self.steps)

    @property
    def unmet(self) -> int:
        """How much of it is not so."""
        return sum(not one.holds for step in self.steps for one in step.expectations)

    @property
    def counted(self) -> str:
        """How much was expected, and how much of that failed if the scenario did."""
        if self.passed:
            return f"{self.expectations} expectations"
        broke_off = any(step.failure is not None for step in self.steps)
        # What would have been expected further on is not counted, nor is it met.
        ending = ", and the story broke off" if broke_off else ""
        return f"{self.unmet} of {self.expectations} expectations failed{ending}"


def look(stage: Stage, result: Result, states: States | None) -> Looked:
    """Look at both systems of each practice; what the story is about is marked."""
    calls = [call for one in result.played for call in one.calls]
    changed = frozenset(key for call in calls if call.caller == PEOPLE for key in call.keys)
    told = records.Told(changed, "\n".join(_words(result.steps)), result.scenario.apart)
    practices, found = [], []
    for number, known in enumerate(stage.worlds.practices):
        practice = stage.practice(number)
        practices.append(records.look(known.name, practice.xpm, practice.ignition, told))
        own = stage.ledger.of(practice.name)
        found += [(known.name, one, names_of(own)) for one in conflicts(own, settled=True)]
    return Looked(practices, found, states.whole() if states else None)


def _words(steps: list[Step]) -> Iterator[str]:
    for step in steps:
        yield step.title
        yield from step.notes
        if step.bad:
            yield from (one.what for one in step.expectations)


def play(
    scenario: Scenario,
    seed: int,
    size: int,
    mode: Mode = "process",
    told: Callable[[Step], None] = lambda _step: None,
    *,
    looks: bool = False,
    at: Addresses | None = None,
) -> Result:
    """Play a scenario from its first step to its last, or to the one that breaks; `told` hears each.

    `looks`: read both systems' records after each step and when all is over, for the report.
    `at`: on fakes that run there already, over sockets. Raises LentError when they cannot be had.
    """
    mode = "sockets" if at else mode
    with raised(scenario.world(seed, size), seed, mode, scenario.settings, at) as stage:
        states = States(stage) if looks and clients_of(stage.worlds) <= MOST_CLIENTS else None
        story = Story(stage, told, states)
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
        origins = {
            stage.xpm.url: "XPM",
            stage.ignition.url: "Ignition",
            stage.config.serve.public_url: "syncer",
        }
        state = stage.state_digest()
        result = Result(
            scenario, seed, size, mode, story.steps, stage.reports, stage.journals(), state, story.passed, origins,
            at=at,
        )  # fmt: skip
        result.looked = look(stage, result, states) if looks else None
        return result
