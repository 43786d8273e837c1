"""What the simulator found, made small: each a run that broke an invariant once."""

from dataclasses import replace

import pytest

from scenarios.simulation.explore import play
from scenarios.simulation.script import SYNC_AT, Item, draw
from scenarios.simulation.yard import Yard


@pytest.mark.parametrize("commit", range(46, 54))
def test_e11_leads_whose_links_could_not_be_kept_come_in_once_though_our_clock_is_ahead(
    yard: Yard, commit: int
) -> None:
    jump = Item(1, SYNC_AT - 631.0, "machine", "clock-jump", {"seconds": 600})
    full = Item(2, SYNC_AT - 601.0, "machine", "disk-full", {"number": commit})
    verdict = play(replace(draw(3), days=2, items=(jump, full)), yard)
    assert verdict.fired["disk-full"] == 1
    assert verdict.violations == []
