"""The simulator can find things: bugs planted in the syncer are found, each within a number of seeds."""

import pytest
from bug import Bug
from planted import BUGS

from scenarios.simulation.drawing import draw
from scenarios.simulation.explore import play
from scenarios.simulation.yard import Yard


def test_there_are_at_least_twelve_bugs_to_find() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 12


@pytest.mark.parametrize("bug", BUGS, ids=[bug.name for bug in BUGS])
def test_a_planted_bug_is_found(yard: Yard, bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)
    seeds = range(bug.first, bug.first + bug.seeds)
    found = next((seed for seed in seeds if play(draw(seed), yard).violations), None)
    assert found is not None, f"{bug.name} is not found within {bug.seeds} seeds from {bug.first} on"
