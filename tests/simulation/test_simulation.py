"""The simulator itself: a seed decides all, runs are no strolls, what fails is made small."""

import random
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mock_kit.clock import parse_iso
from scenarios.simulation import machine
from scenarios.simulation.drawing import draw
from scenarios.simulation.explore import Verdict, idle, play, played_again
from scenarios.simulation.invariants import INVARIANTS, judge
from scenarios.simulation.moments import SYNC_AT
from scenarios.simulation.oracle import Case
from scenarios.simulation.run import Run, simulate
from scenarios.simulation.script import Item, Script
from scenarios.simulation.shrink import shrink
from scenarios.simulation.troubles import RELIABLE
from scenarios.simulation.yard import Yard


def test_a_seed_decides_all_that_is_done_and_what_is_left(yard: Yard) -> None:
    one, other = (simulate(draw(21), yard, digested=True) for _ in range(2))
    assert (one.trace, one.digest) == (other.trace, other.digest)
    assert len(one.digest) == 3 * 64 + 2
    assert [(call.at, call.actor, call.method, call.status) for call in one.calls] == [
        (call.at, call.actor, call.method, call.status) for call in other.calls
    ]


def test_another_seed_is_another_run(yard: Yard) -> None:
    assert simulate(draw(21), yard).trace != simulate(draw(24), yard).trace


def test_chance_outside_the_seed_changes_nothing(yard: Yard) -> None:
    first = simulate(draw(40), yard).trace
    random.seed(99)
    assert simulate(draw(40), Yard()).trace == first


def test_a_seed_does_the_same_in_another_process_and_after_other_seeds(yard: Yard) -> None:
    play(draw(4).only(range(1, 20)), yard)
    command = [sys.executable, "-m", "scenarios", "replay", "33"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert told.splitlines()[-1] == f"trace sha256:{play(draw(33), yard).trace}"


def test_a_seed_that_does_something_else_when_it_is_played_again_fails(yard: Yard) -> None:
    first = play(draw(33), yard, digested=True)
    trace, state = first.trace, first.state
    for same in (Verdict(33, trace, state), Verdict(33, trace)):
        assert played_again(same, yard).violations == []
        assert same.is_played_twice
    for other in (Verdict(33, "0" * 64, state), Verdict(33, trace, "0" * 64)):
        assert [name for name, _ in played_again(other, yard).violations] == ["a_seed_does_the_same_again"]
        assert other.is_played_twice


def test_a_fake_tells_the_time_that_has_passed_since_it_was_called_before() -> None:
    yard = Yard()
    assert [control.get("clock")["now"] for control in yard.controls] == ["2026-01-01T00:00:00Z"] * 2
    for seconds in (0.25, 59.5, 0.25):
        yard.advance(seconds)
    assert yard.xpm.get("clock")["now"] == "2026-01-01T00:01:00Z"
    yard.advance(3600)
    assert [control.get("clock")["now"] for control in yard.controls] == ["2026-01-01T01:01:00Z"] * 2


@pytest.mark.parametrize("number", [1, 14, 22])
def test_what_breaks_a_run_off_is_told_and_the_next_run_is_as_ever(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A bug of an actor, in the middle of a sync: the syncer's process must not be started again for ever."""
    expected = play(draw(2), Yard()).trace
    send, sent = machine._Wire.send, list[str]()

    def broken(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        if self._network.scheduler.acting.startswith(("xpm ", "ignition ")):
            sent.append(request.url)
            if len(sent) == number:
                raise ZeroDivisionError
        return send(self, request, *args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(machine._Wire, "send", broken)
        with pytest.raises(ZeroDivisionError):
            play(draw(1), yard)
    assert play(draw(2), yard).trace == expected


def test_the_yard_tells_of_a_webhook_that_is_due_what_the_control_plane_does(yard: Yard) -> None:
    """The simulator looks directly, dozens of times a run."""
    run = Run(draw(12).only([]), yard)
    run.play()
    waiting = yard.ignition.get("deliveries", outcome="waiting")["data"]
    assert (waiting, yard.next_delivery()) == ([], None)
    people = run.desks(yard.session)[1]
    yard.ignition.post("faults", {"kind": "webhook_delayed", "seconds": 3600})
    lead = people.add_lead("Waiting Limited", "Wanda")
    service = people.services()[0]["slug"]
    people.accept(people.propose(lead["slug"], "Wait", service)["slug"])
    first = yard.next_delivery()
    yard.ignition.post("deliveries/run")
    told = [row["due_at"] for row in yard.ignition.get("deliveries", outcome="waiting")["data"]]
    assert told
    assert yard.next_delivery() == parse_iso(min(told))
    assert first is not None
    assert yard.next_delivery() >= first + timedelta(hours=1)
    run.close()


def test_a_fault_of_the_yard_is_the_one_that_the_control_plane_adds() -> None:
    fault = {"kind": "latency", "seconds": 20, "method": "POST", "name": "slow", "times": 2}
    yard = Yard()
    yard.add_fault("xpm", fault)
    yard.ignition.post("faults", fault)
    plans = [control.get("faults")["faults"] for control in yard.controls]
    assert plans == [[{**fault, "matched": 0, "applied": 0}]] * 2


def test_scripts_are_no_strolls() -> None:
    for seed in range(200):
        script = draw(seed)
        people = [item for item in script.items if item.who in ("xpm", "ignition")]
        assert script.days >= 10
        assert len(people) >= 23
        assert len(script.items) - len(people) >= 24


def test_who_cannot_do_what_they_meant_to_types_something_else_into_xpm(yard: Yard) -> None:
    item = Item(1, 100.0, "ignition", "set the partner", {"client": 0, "value": 41, "person": 0})
    outcome = simulate(Script(3, 10, 6, 0, "xpm", (), (item,)), yard)
    assert outcome.diary.skipped == [(1, "nobody is set up as a user yet")]
    assert outcome.diary.edits == 1
    (typed,) = outcome.diary.typed
    assert (typed.side, typed.client, typed.new) == ("xpm", "c1", "41")
    assert judge(Case(outcome)).violations == []


def test_every_kind_of_trouble_is_drawn_in_some_script() -> None:
    drawn = Counter(kind for seed in range(200) for kind in draw(seed).kinds)
    assert len(drawn) == 27
    assert min(drawn.values()) >= 10


def test_a_quiet_world_breaks_no_invariant_and_is_put_to_most_of_them(yard: Yard) -> None:
    verdict = play(draw(3).only([]), yard)
    assert verdict.violations == []
    assert verdict.tested["clients_agree"] > 50
    assert verdict.stroll is not None


def test_a_crash_ends_the_process_at_its_boundary_and_another_one_goes_on(yard: Yard) -> None:
    crash = Item(1, SYNC_AT - 1.0, "machine", "crash", {"number": 30, "seconds": 0})
    outcome = simulate(replace(draw(3), items=(crash,)), yard)
    assert outcome.fired["crash"] == 1
    actors = {call.actor for call in outcome.calls if "client.api/list" in call.url}
    assert actors == {"service", "by hand"}
    assert len(outcome.ignition_clients) > 4


def test_shrinking_leaves_what_is_needed_to_fail() -> None:
    script = draw(5)
    needed = {4, 17, 30}

    def fails(smaller: object) -> bool:
        return needed <= {item.number for item in smaller.items}  # type: ignore[attr-defined]

    assert {item.number for item in shrink(script, fails).items} == needed


def test_what_was_never_put_to_the_test_fails_a_long_exploration() -> None:
    verdicts = [Verdict(seed) for seed in range(100)]
    lines = idle(verdicts)
    assert len(lines) == len(INVARIANTS) + 27
    assert idle(verdicts[:99]) == []


def test_every_seed_draws_a_trouble_that_strikes_wherever_there_are_calls() -> None:
    for seed in range(1, 400):
        kinds = draw(seed).kinds
        assert set(kinds) & RELIABLE, f"seed {seed} has {kinds} alone, which may have no occasion"
        assert len(set(kinds)) == len(kinds)
