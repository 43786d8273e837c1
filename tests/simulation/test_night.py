"""A night under the real limits, on simulated time."""

import json

import pytest
from click.testing import CliRunner

from scenarios.cli import cli
from scenarios.simulation.night import Night, NightError, least, play


@pytest.mark.parametrize(
    ("calls", "seconds"),
    [([60], 0.0), ([61], 60.0), ([120], 60.0), ([121, 40], 120.0), ([], 0.0), ([0], 0.0)],
)
def test_the_least_time_of_a_rolling_window_is_a_window_for_each_full_one_before(
    calls: list[int], seconds: float
) -> None:
    assert least(calls, 60, 60.0) == seconds


def test_practices_that_sync_at_once_take_hardly_longer_than_the_limits_of_one_make_them_e19() -> None:
    done = CliRunner().invoke(
        cli, ["night", "--practices", "2", "--size", "150", "--changes", "125", "--json"]
    )
    told = json.loads(done.stdout)
    assert done.exit_code == 0, told
    assert (told["writes"], told["limited"], told["least"]) == (250, 0, 2.0)
    assert 1.0 <= told["ratio"] <= 1.1


def test_the_apps_own_limit_over_all_practices_costs_hardly_more_than_it_must() -> None:
    told = play(Night(7, practices=6, size=30, changes=20, app_per_minute=50))
    assert told.writes == 120
    assert told.least == 2.0
    assert told.minutes / told.least <= 1.1


def test_a_night_that_cannot_be_is_refused() -> None:
    with pytest.raises(NightError, match="practice 0 has 10 linked clients, not 40"):
        play(Night(7, practices=1, size=10, changes=40))
