"""A scenario as it is told: steps, expectations, a verdict."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from scenarios.agreement import differences
from scenarios.report.changes import Change
from scenarios.stage import PracticeStage, Stage
from scenarios.states import States
from scenarios.watch import Noted
from scenarios.world import Worlds, build
from syncer.report import Report


@dataclass(frozen=True)
class Expectation:
    """Something that ought to be so: what, what was expected, what was found."""

    what: str
    expected: Any
    found: Any

    @property
    def holds(self) -> bool:
        """Whether it is so."""
        return bool(self.expected == self.found)


@dataclass
class Step:
    """A step of a story, with what was expected of it."""

    title: str
    notes: list[str] = field(default_factory=list)
    expectations: list[Expectation] = field(default_factory=list)
    failure: str | None = None
    calls: list[Noted] = field(default_factory=list)
    """The calls that were made in it, as the callers saw them."""
    reports: list[Report] = field(default_factory=list)
    """What the syncer's commands said in it."""
    changes: tuple[Change, ...] | None = None
    """What became of both systems' records in it; None: nobody looked."""

    @property
    def bad(self) -> bool:
        """Whether something in it is not as it ought to be."""
        return self.failure is not None or not all(one.holds for one in self.expectations)


class Story:
    """What a scenario's function is given: the stage, and a way to tell what happens on it."""

    def __init__(
        self,
        stage: Stage,
        told: Callable[[Step], None] = lambda _step: None,
        states: States | None = None,
    ) -> None:
        self.stage = stage
        self._states = states
        self.steps: list[Step] = []
        self._told = told
        self._open: Step | None = None
        self._began = 0, 0
        """How many calls and reports there were when the step began."""

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Tell a step; expectations within it belong to it."""
        self.finish()
        self._begin(title)
        yield self.steps[-1]
        self.finish()

    def _begin(self, title: str) -> None:
        self._open = Step(title)
        self._began = len(self.stage.watch), len(self.stage.reports)
        self.steps.append(self._open)

    def finish(self) -> None:
        """Tell the step that is being played, if there is one, to whoever listens."""
        step, self._open = self._open, None
        if step is not None:
            calls, reports = self._began
            step.calls = self.stage.watch.since(calls)
            step.reports = self.stage.reports[reports:]
            step.changes = self._states.since_last() if self._states else None
            self._told(step)

    def break_off(self, failure: str) -> None:
        """Note that the story could not go on, and why."""
        if self._open is None:
            self._begin("(between two steps)")
        self.steps[-1].failure = failure

    def expect(self, what: str, expected: Any, found: Any) -> None:
        """Say what ought to be so; the story goes on either way."""
        self.steps[-1].expectations.append(Expectation(what, expected, found))

    def note(self, text: str) -> None:
        """Say something for the report."""
        self.steps[-1].notes.append(text)

    def start(self) -> PracticeStage:
        """Connect the first practice and return it."""
        practice = self.stage.practice()
        with self.step("The practice connects Ignition and XPM"):
            self.note(practice.connect())
        return practice

    def expect_rest(self, practice: PracticeStage, *, after: int = 0) -> None:
        """Expect that another sync writes nothing, once so many had their chance to (E4)."""
        with self.step("Another sync writes nothing (E4)"):
            for _ in range(after):
                practice.sync()
            self.expect("writes", 0, practice.sync().writes)

    def expect_agreement(self, apart: Mapping[str, str]) -> None:
        """Expect that both systems agree in the end, as somebody sees it who knows nothing of the syncer.

        `apart` says what they may say differently, by how that begins, and why.
        """
        with self.step("Both systems agree, held side by side from outside"):
            for number, known in enumerate(self.stage.worlds.practices):
                practice = self.stage.practice(number)
                found = [one.say() for one in differences(practice.xpm, practice.ignition)]
                left = [one for one in found if not one.startswith(tuple(apart))]
                self.expect(f"what the systems of {known.name} say differently", [], left)
                for start, why in apart.items():
                    self.note(f"{start} … may differ: {why}")

    @property
    def passed(self) -> bool:
        """Whether every expectation holds and nothing broke."""
        return all(
            step.failure is None and all(one.holds for one in step.expectations) for step in self.steps
        )


Play = Callable[[Story], None]
MakeWorld = Callable[[int, int], Worlds]


def usual_world(seed: int, size: int) -> Worlds:
    """Return the world that most stories are played in: one practice of `size` clients."""
    return build(seed, clients=size)


@dataclass(frozen=True)
class Scenario:
    """A scenario: its name, its purpose in one sentence, the rules it proves, its world and its play."""

    name: str
    purpose: str
    rules: tuple[str, ...]
    play: Play
    world: MakeWorld = usual_world
    settings: dict[str, Any] = field(default_factory=dict)
    """The syncer's `[sync]` section, where it is not the default."""
    apart: dict[str, str] = field(default_factory=dict)
    """What both systems may say differently in the end, by how that is said, and why."""
    group: str = ""
    """Under what the catalogue lists it."""
