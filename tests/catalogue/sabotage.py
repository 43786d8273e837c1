"""What a sabotage is: one small patch of the syncer that breaks one rule, and the scenario that must see it."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from scenarios.story import Scenario


@dataclass(frozen=True)
class Sabotage:
    """A rule that `patch` breaks, as `what` says in a sentence; `scenario` must turn red in a step that names it.

    `judge` plays the scenario in another way than once, and returns what it found wrong, naming the rule.
    """

    rule: str
    scenario: str
    what: str
    patch: Callable[[pytest.MonkeyPatch], None]
    judge: Callable[[Scenario], list[str]] | None = None
