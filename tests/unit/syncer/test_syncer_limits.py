from contextlib import ExitStack
from datetime import timedelta

import pytest
from syncer_desk import FakeRuntime

from syncer.limits import Budget, Meter, UsedUpError
from syncer.runtime import AT_ONCE


def spend(budget: Budget, calls: int) -> None:
    for _ in range(calls):
        with budget:
            pass


def test_calls_within_the_budget_do_not_wait() -> None:
    runtime = FakeRuntime()
    spend(Budget(60, 60, runtime), 60)
    assert runtime.slept == []


def test_the_call_beyond_waits_until_the_first_is_a_window_old() -> None:
    runtime = FakeRuntime()
    budget = Budget(2, 60, runtime)
    spend(budget, 1)
    runtime.clock += timedelta(seconds=20)
    spend(budget, 1)
    runtime.clock += timedelta(seconds=5)
    spend(budget, 1)
    assert runtime.slept == [35.0]
    spend(budget, 1)
    assert runtime.slept == [35.0, 20.0]


def test_no_window_ever_holds_more_calls_than_the_budget() -> None:
    runtime = FakeRuntime()
    budget = Budget(5, 60, runtime)
    made = []
    for number in range(40):
        with budget:
            made.append(runtime.now())
        runtime.clock += timedelta(seconds=number % 7)
    for moment in made:
        assert sum(moment - timedelta(seconds=60) < one <= moment for one in made) <= 5


def test_calls_that_left_the_window_are_forgotten() -> None:
    runtime = FakeRuntime()
    budget = Budget(1, 60, runtime)
    spend(budget, 1)
    runtime.clock += timedelta(seconds=60)
    spend(budget, 1)
    assert runtime.slept == []


def test_without_a_number_nothing_waits() -> None:
    runtime = FakeRuntime()
    spend(Budget(None, 60, runtime), 500)
    assert runtime.slept == []


def test_never_more_than_five_calls_are_under_way() -> None:
    budget = Budget(None, 60, FakeRuntime())
    with ExitStack() as under_way:
        for _ in range(5):
            under_way.enter_context(budget)
        assert not budget._at_once.acquire(blocking=False)
    assert budget._at_once.acquire(blocking=False)


def test_a_wait_that_is_broken_off_gives_its_place_back() -> None:
    class Impatient(FakeRuntime):
        def sleep(self, _seconds: float) -> None:
            raise KeyboardInterrupt

    budget = Budget(1, 60, Impatient())
    spend(budget, 1)
    for _ in range(AT_ONCE + 1):
        with pytest.raises(KeyboardInterrupt):
            spend(budget, 1)


def test_a_meter_counts_calls_writes_bytes_and_waits() -> None:
    meter = Meter()
    meter.add(sent=10, received=100, write=True)
    meter.add(sent=0, received=50, write=False)
    meter.waited(2.5)
    assert meter.as_json() == {
        "calls": 2, "writes": 1, "bytes_sent": 10, "bytes_received": 150, "waited_seconds": 2.5,
    }  # fmt: skip


def told(budget: Budget, **left: int) -> None:
    """Make a call whose answer tells what is left."""
    names = {"minute": "X-MinLimit-Remaining", "day": "X-DayLimit-Remaining", "hour": "X-RateLimit-Remaining"}
    with budget:
        budget.learn({names[window]: str(count) for window, count in left.items()})


def test_what_an_answer_says_is_left_is_not_overspent() -> None:
    """E19: another program may have used the rest of the minute."""
    runtime = FakeRuntime()
    budget = Budget(60, 60, runtime)
    told(budget, minute=2)
    spend(budget, 2)
    assert runtime.slept == []
    spend(budget, 1)
    assert runtime.slept == [60.0]


def test_after_a_wait_no_more_calls_are_made_than_have_left_the_window_where_no_answer_tells_of_more() -> (
    None
):
    """XPM grants three a minute, of which we know by its answers alone; the answers after the wait are lost (E19)."""
    runtime = FakeRuntime()
    budget, made = Budget(60, 60, runtime), []

    def one_call(left: str | None) -> None:
        with budget:
            made.append(runtime.now())
            budget.learn({"X-MinLimit-Remaining": left} if left else {})
        runtime.clock += timedelta(seconds=1)

    for left in ("2", "1", "0", None, None, None, None):
        one_call(left)
    assert [(at - made[0]).total_seconds() for at in made] == [0, 1, 2, 60, 61, 62, 120]


def test_a_call_that_was_turned_away_for_its_tokens_frees_no_place_when_it_is_a_minute_old() -> None:
    runtime = FakeRuntime()
    budget = Budget(60, 60, runtime)
    with budget:
        budget.learn({})
        budget.uncount()
    runtime.clock += timedelta(seconds=10)
    for left in ("1", "0"):
        with budget:
            budget.learn({"X-MinLimit-Remaining": left})
    spend(budget, 1)
    assert runtime.slept == [60.0]


def test_calls_under_way_may_not_be_counted_yet_in_what_is_left() -> None:
    runtime = FakeRuntime()
    budget = Budget(60, 60, runtime)
    with budget, budget:
        budget.learn({"X-MinLimit-Remaining": "2"})
    assert budget.left() == {"minute": 1}


def test_a_day_that_is_used_up_ends_the_run_before_the_next_call() -> None:
    """E19: a sync that runs out of its day stops cleanly."""
    runtime = FakeRuntime()
    budget = Budget(60, 60, runtime)
    told(budget, day=1)
    spend(budget, 1)
    with pytest.raises(UsedUpError, match="the calls of the day are used up"):
        spend(budget, 1)
    assert runtime.slept == []
    runtime.clock += timedelta(days=1)
    spend(budget, 1)


def test_an_hour_that_is_used_up_says_when_the_first_call_leaves_it() -> None:
    runtime = FakeRuntime()
    budget = Budget(2, 3600, runtime)
    spend(budget, 1)
    runtime.clock += timedelta(seconds=1000)
    spend(budget, 1)
    with pytest.raises(UsedUpError) as used_up:
        spend(budget, 1)
    assert used_up.value.seconds == 2600


def test_a_refused_turn_gives_its_place_back() -> None:
    budget = Budget(60, 60, FakeRuntime())
    told(budget, day=0)
    for _ in range(AT_ONCE + 1):
        with pytest.raises(UsedUpError):
            spend(budget, 1)


@pytest.mark.parametrize("text", ["", "many", "-1", "1.5", "²"])
def test_a_header_that_is_no_number_says_nothing(text: str) -> None:
    budget = Budget(60, 60, FakeRuntime())
    with budget:
        budget.learn({"X-DayLimit-Remaining": text})
    assert budget.left() == {}
