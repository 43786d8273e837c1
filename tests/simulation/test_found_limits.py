"""Runs in which XPM granted twelve calls a minute, and was asked more often (E19)."""

from weather import met

from scenarios.simulation.explore import play
from scenarios.simulation.script import Item, Script
from scenarios.simulation.yard import Yard


def test_e19_a_lost_answer_after_a_full_minute_grants_no_more_calls(yard: Yard) -> None:
    """XPM grants twelve calls a minute here, which its answers alone tell."""
    lost = {"kind": "lost", "method": "POST", "operation": "*.api/*"}
    agreed = {"service": 2, "cadence": "monthly", "start": -100}
    items = (
        Item(7, 62449.13381975854, "ignition", "namesake", {"client": 0, "value": 7881}),
        Item(11, 139471.54094221425, "ignition", "accept", {"client": 8, "value": 2053, **agreed}),
        Item(12, 143709.9784345011, "ignition", "client field", {"client": 11, "value": None, "field": "postal line"}),
        Item(14, 179987.384605868, "weather", "lost-write", met("xpm", lost, times=5)),
        Item(31, 305235.61452859396, "xpm", "namesake", {"client": 0, "value": 5139}),
        Item(32, 308166.5642204451, "xpm", "new client", {"client": 6, "value": 8984}),
    )  # fmt: skip
    verdict = play(Script(144, 10, 8, 2, "xpm", ("lost-write",), items, page=5, shared=2, minute=12), yard)
    assert verdict.fired["lost-write"] == 5
    assert verdict.violations == []


def test_e19_programs_that_follow_each_other_within_a_minute_share_what_is_left_of_it(yard: Yard) -> None:
    items = tuple(
        Item(number, at, "machine", "second-syncer", {"number": 1, "seconds": 0})
        for number, at in enumerate((7200.56, 7201.28, 7201.68, 7203.45), start=1)
    )
    verdict = play(Script(267, 10, 5, 1, "ignition", ("second-syncer",), items, shared=1, minute=12), yard)
    assert verdict.fired["second-syncer"] == 4
    assert verdict.violations == []
