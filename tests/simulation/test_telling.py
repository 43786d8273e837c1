"""What a replay tells of what happened."""

from scenarios.simulation.explore import play
from scenarios.simulation.outcome import Outcome
from scenarios.simulation.script import Item, Script
from scenarios.simulation.telling import lines_of
from scenarios.simulation.yard import Yard


def test_a_replay_tells_what_was_typed_what_was_skipped_and_the_syncers_calls(yard: Yard) -> None:
    item = Item(1, 100.0, "ignition", "set the partner", {"client": 0, "value": 41, "person": 0})
    script, seen = Script(3, 10, 6, 0, "xpm", (), (item,)), list[Outcome]()
    trace = play(script, yard, seen=seen.append).trace
    (outcome,) = seen
    (typed,) = outcome.diary.typed
    name = outcome.diary.known("c1").name
    first, skipped = lines_of(script, outcome, with_calls=False)
    assert first.endswith(f"  1 xpm: {name}: {typed.field} {typed.old!r} -> {typed.new!r}")
    assert skipped == "skipped: 1 ignition: set the partner: nobody is set up as a user yet"
    told = lines_of(script, outcome, with_calls=True)
    assert first in told
    assert any("service: XPM GET /" in line and line.endswith(" 200") for line in told)
    assert trace == play(script, yard).trace
