"""What a replay tells of what happened."""

from weather import met

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


def test_a_replay_tells_what_else_people_did_and_which_fault_a_call_met(yard: Yard) -> None:
    service = {"value": 1, "service": 1, "cadence": "once_off", "start": 0}
    busy = {"kind": "status", "status": 503, "operation": "client.api/list"}
    items = (
        Item(1, 7000.0, "weather", "503", met("xpm", busy)),
        Item(2, 40_000.0, "xpm", "add a contact", {"client": 0, "value": 41}),
        Item(3, 130_000.0, "ignition", "accept", {"client": 1, **service}),
        Item(4, 130_100.0, "ignition", "offer", {"client": 2, **service}),
        Item(5, 130_200.0, "ignition", "revoke", {"value": 1}),
        Item(6, 130_300.0, "xpm", "archive", {"client": 3}),
        Item(7, 130_400.0, "xpm", "delete", {"client": 4}),
    )
    script, seen = Script(3, 10, 6, 0, "xpm", ("503",), items), list[Outcome]()
    play(script, yard, seen=seen.append)
    names = {key: seen[0].diary.known(key).name for key in ("c0", "c1", "c2", "c3", "c4")}
    told = [line[21:] for line in lines_of(script, seen[0], with_calls=True)]
    assert [line for line in told if not line.startswith("    ")] == [
        f"2 xpm: {names['c0']}: contact Newcomer 41 added",
        f"3 ignition: {names['c1']}: Engagement 3 (PROP-1001) accepted",
        f"4 ignition: {names['c2']}: Engagement 4 (PROP-1002) sent",
        "5 ignition: Engagement 3 (PROP-1001) revoked",
        f"6 xpm: {names['c3']} archived",
        f"7 xpm: {names['c4']} deleted",
    ]
    struck = [line for line in told if "←" in line]
    assert len(struck) == 1
    assert "XPM GET /practicemanager/3.1/client.api/list" in struck[0]
    assert struck[0].endswith(" 503  ← 503 #1")
