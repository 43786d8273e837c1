"""What old answers and late writes made twice, and whether it was told (E11): runs that the simulator found."""

from collections.abc import Callable

import pytest
from weather import met

from scenarios.simulation.explore import play
from scenarios.simulation.script import Item, Script
from scenarios.simulation.yard import Yard
from syncer.auditing import Auditor


def job_twice() -> Script:
    hang = {"kind": "late", "seconds": 119, "answer": "hang", "method": "POST"}
    once_off = {"service": 0, "cadence": "once_off"}
    old = met("xpm", {"kind": "stale", "writes": 1})
    items = (
        Item(64, 611941.5692441175, "weather", "malformed", met("ignition", {"kind": "malformed"}, times=2)),
        Item(69, 612004.2569719837, "weather", "missed-boundary", met("xpm", {"kind": "missed_boundary"}, times=2)),
        Item(72, 648291.8382201592, "ignition", "client field", {"client": 6, "value": 3743, "field": "phone"}),
        Item(76, 698362.1489755379, "weather", "stale", old),
        Item(79, 698376.9528153755, "weather", "stale", old),
        Item(80, 698377.2894639821, "weather", "late", met("xpm", {"kind": "late", "seconds": 100}, times=5)),
        Item(81, 698384.9486285704, "weather", "stale", old),
        Item(86, 698413.2054925634, "weather", "late-hang", met("xpm", hang)),
        Item(93, 784811.246240246, "ignition", "accept", {"client": 10, "value": 4434, **once_off, "start": -40}),
    )  # fmt: skip
    kinds = ("429", "stale", "late-hang", "missed-boundary", "lost", "malformed", "late")
    return Script(770, 12, 8, 0, "ignition", kinds, items)


def contact_twice() -> Script:
    old = met("xpm", {"kind": "stale", "writes": 1}, times=5)
    monthly = {"service": 0, "cadence": "monthly"}
    reset = {"kind": "reset", "method": "PUT"}
    items = (
        Item(17, 234805.65316622943, "xpm", "remove a contact", {"client": 3, "value": 529, "contact": 0}),
        Item(65, 698383.1327858261, "weather", "token-dead", met("xpm", {"kind": "token_dead"}, times=8)),
        Item(75, 784782.9253385949, "weather", "stale", old),
        Item(76, 784795.4186374954, "weather", "reset", met("xpm", reset, times=5)),
        Item(79, 784808.5157299663, "ignition", "accept", {"client": 3, "value": 3675, **monthly, "start": 0}),
        Item(84, 871149.3041327047, "weather", "stale", old),
        Item(88, 871213.8777464574, "weather", "lost-write", met("xpm", {"kind": "lost", "method": "POST"})),
    )  # fmt: skip
    kinds = ("lost-500", "token-dead", "stale", "reset", "late", "lost-write", "429")
    return Script(924, 11, 10, 2, "ignition", kinds, items)


def test_e11_a_job_made_twice_under_old_answers_is_told_though_the_second_call_lands_late(yard: Yard) -> None:
    verdict = play(job_twice(), yard)
    assert (verdict.fired["stale"], verdict.fired["late-hang"]) == (3, 1)
    assert verdict.violations == []


def test_e11_a_contact_made_twice_under_old_answers_is_told(yard: Yard) -> None:
    verdict = play(contact_twice(), yard)
    assert (verdict.fired["stale"], verdict.fired["lost-write"]) == (10, 1)
    assert verdict.violations == []


@pytest.mark.parametrize(
    ("script", "found"), [(job_twice, "each_proposal_has_its_jobs"), (contact_twice, "nobody_is_there_twice")]
)
def test_e11_what_is_there_twice_and_told_to_nobody_is_a_finding(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, script: Callable[[], Script], found: str
) -> None:
    monkeypatch.setattr(Auditor, "_tell", lambda *_: None)
    assert {name for name, _text in play(script(), yard).violations} == {found}


def test_e11_a_client_made_twice_under_old_answers_is_told_by_its_parking_though_nobody_is_left_to_pick_then(
    yard: Yard,
) -> None:
    hang = {"kind": "late", "seconds": 119, "answer": "hang", "method": "POST"}
    agreed = {"service": 2, "cadence": "monthly", "start": 0}
    items = (
        Item(19, 93611.96490354218, "ignition", "new client", {"client": 1, "value": 1144}),
        Item(28, 227557.6652213803, "ignition", "new client", {"client": 10, "value": 2693}),
        Item(44, 352811.15961358114, "weather", "late-hang", met("xpm", hang, times=2)),
        Item(47, 394445.65934748115, "xpm", "client field", {"client": 1, "value": 3341, "field": "postal city"}),
        Item(50, 439201.3535738299, "ignition", "new client", {"client": 5, "value": 5431}),
        Item(51, 439207.95342962065, "weather", "stale", met("xpm", {"kind": "stale", "writes": 1}, times=5)),
        Item(52, 464115.42393571546, "ignition", "engage", {"client": 8, "value": 1436, **agreed, "called": "new"}),
        Item(95, 995611.1090603397, "ignition", "archive", {"client": 10, "value": 8360}),
    )  # fmt: skip
    kinds = ("lost-write", "latency", "second-syncer", "late-hang", "cut", "stale")
    verdict = play(Script(1899, 12, 7, 0, "xpm", kinds, items), yard)
    assert (verdict.fired["late-hang"], verdict.fired["stale"]) == (2, 5)
    assert verdict.violations == []


def test_e11_a_client_made_twice_under_old_answers_is_told_though_the_second_call_lands_late(
    yard: Yard,
) -> None:
    hang = {"kind": "late", "seconds": 119, "answer": "hang", "method": "POST"}
    agreed = {"service": 2, "cadence": "monthly", "start": 0}
    items = (
        Item(44, 352811.15961358114, "weather", "late-hang", met("xpm", hang, times=2)),
        Item(45, 382493.7956627778, "ignition", "remove a contact", {"client": 5, "value": 5674, "contact": 2}),
        Item(51, 439207.95342962065, "weather", "stale", met("xpm", {"kind": "stale", "writes": 1}, times=5)),
        Item(52, 464115.42393571546, "ignition", "engage", {"client": 8, "value": 1436, **agreed, "called": "new"}),
    )  # fmt: skip
    kinds = ("lost-write", "latency", "second-syncer", "late-hang", "cut", "stale")
    verdict = play(Script(1899, 12, 7, 0, "xpm", kinds, items, has_neighbour=True), yard)
    assert (verdict.fired["late-hang"], verdict.fired["stale"]) == (2, 5)
    assert verdict.violations == []


def test_e11_a_lead_whose_making_was_not_answered_is_not_made_again_under_one_old_list_a_day_later(
    yard: Yard,
) -> None:
    lost = {"kind": "lost", "answer": "500", "method": "POST", "operation": "POST /*"}
    old = {"kind": "stale", "writes": 1, "operation": "reporting/*"}
    items = (
        Item(39, 352789.2908343751, "weather", "lost-500", met("ignition", lost, times=5)),
        Item(41, 352801.92334229656, "xpm", "new client", {"client": 9, "value": 5985}),
        Item(44, 439145.0077742867, "weather", "stale", met("ignition", old, times=5)),
    )
    verdict = play(Script(1748, 10, 7, 0, "xpm", ("lost-500", "stale", "clock-jump"), items), yard)
    assert (verdict.fired["lost-500"], verdict.fired["stale"]) == (4, 5)
    assert verdict.violations == []
