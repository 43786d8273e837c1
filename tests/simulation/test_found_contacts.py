"""Runs in which what people said of a contact of several clients was lost (E3, E6)."""

from scenarios.simulation.explore import play
from scenarios.simulation.script import Item, Script
from scenarios.simulation.yard import Yard


def test_e3_copies_edited_apart_are_a_conflict_though_one_was_taken_from_its_client_in_xpm(
    yard: Yard,
) -> None:
    mobile = {"client": 0, "contact": 0, "field": "mobile"}
    items = (
        Item(38, 657579.6998358783, "xpm", "remove a contact", {"client": 2, "value": 6723, "contact": 1}),
        Item(39, 669480.1654680484, "ignition", "contact field", {**mobile, "copy": 0, "value": 5977}),
        Item(40, 669499.7626016977, "ignition", "contact field", {**mobile, "copy": 1, "value": 9205}),
    )
    verdict = play(Script(1335, 10, 7, 1, "ignition", (), items, shared=2), yard)
    assert verdict.tested["nothing_typed_is_lost"] == 2
    assert verdict.violations == []
