from datetime import timedelta

import pytest

from mock_kit.clock import Clock, parse_iso
from mock_kit.throttle import Limit, LimitsError, OverLimitError, Throttle

MINUTE = Limit("minute", 3, 60, "practice and app", "minute", "X-Minute")
AT_ONCE = Limit("concurrent", 2, None, "practice and app", "concurrent")
APP = Limit("app_minute", 4, 60, "app", "appminute", "X-App")
HOUR = Limit("hour", 2, 3600, "practice", "", "Left", "All", "Resets")


def _clock() -> Clock:
    return Clock(parse_iso("2026-07-01T00:00:00Z"))


def _call(throttle: Throttle, client_id: str = "app", tenant_id: str = "t1") -> str:
    """Make a call that is over at once; return its headers' values or what refused it, and for how long."""
    try:
        headers, place = throttle.admit(client_id, tenant_id)
    except OverLimitError as over:
        return f"{over.limit.name} {over.retry_after}"
    throttle.done(place)
    return " ".join(value for _, value in headers)


def test_a_call_does_not_count_any_more_at_exactly_the_windows_length() -> None:
    clock = _clock()
    throttle = Throttle((MINUTE,), clock)
    clock.advance(0.25)
    assert _call(throttle) == "2"
    clock.advance(10)
    assert [_call(throttle) for _ in range(3)] == ["1", "0", "minute 50"]
    clock.advance(49.999)
    assert _call(throttle) == "minute 1"
    clock.advance(0.001)
    assert [_call(throttle), _call(throttle)] == ["0", "minute 10"]


def test_a_refused_call_counts_for_no_limit() -> None:
    throttle = Throttle((MINUTE, APP), _clock())
    assert [_call(throttle) for _ in range(5)] == ["2 3", "1 2", "0 1", "minute 60", "minute 60"]
    assert _call(throttle, tenant_id="t2") == "2 0"


def test_each_limit_counts_its_own_group_of_calls() -> None:
    throttle = Throttle((MINUTE, APP, HOUR._replace(total="", resets="")), _clock())
    assert _call(throttle, "one", "t1") == "2 3 1"
    assert _call(throttle, "one", "t2") == "2 2 1"
    assert _call(throttle, "two", "t1") == "2 3 0"
    assert _call(throttle, "three", "t1") == "hour 3600"


def test_over_several_limits_the_one_that_is_free_last_is_named() -> None:
    clock = _clock()
    throttle = Throttle((MINUTE, Limit("day", 3, 86400, "practice and app", "day")), clock)
    for _ in range(3):
        _call(throttle)
    assert _call(throttle) == "day 86400"
    clock.advance(60)
    assert _call(throttle) == "day 86340"


def test_calls_under_way_are_counted_by_practice_and_app() -> None:
    throttle = Throttle((AT_ONCE,), _clock())
    _, place = throttle.admit("app", "t1")
    throttle.admit("app", "t1")
    assert [_call(throttle), _call(throttle, "other"), _call(throttle, tenant_id="t2")] == [
        "concurrent 1", "", "",
    ]  # fmt: skip
    throttle.done(place)
    assert _call(throttle) == ""
    assert throttle._under_way == {("app", "t1"): 1}


def test_the_headers_of_an_hour_tell_when_its_oldest_call_leaves() -> None:
    clock = _clock()
    throttle = Throttle((HOUR,), clock)
    assert throttle.admit("app", "t1")[0] == [("All", "2"), ("Left", "1"), ("Resets", "1782867600")]
    clock.advance(30)
    assert throttle.admit("app", "t1")[0] == [("All", "2"), ("Left", "0"), ("Resets", "1782867600")]
    with pytest.raises(OverLimitError, match="over the limit hour: 2 calls") as caught:
        throttle.admit("app", "t1")
    assert caught.value.headers == [("All", "2"), ("Left", "0"), ("Resets", "1782867600")]


def test_a_limit_that_is_switched_off_counts_nothing_and_tells_nothing() -> None:
    throttle = Throttle((MINUTE, APP), _clock(), {"minute": None})
    assert [_call(throttle) for _ in range(4)] == ["3", "2", "1", "0"]
    throttle.set({"app_minute": None})
    assert _call(throttle) == ""
    throttle.set({"minute": 1})
    assert [_call(throttle), _call(throttle)] == ["0", "minute 60"]
    assert throttle.settings == {"minute": 1, "app_minute": None}


def test_calls_that_began_while_the_limit_was_off_are_not_counted_when_it_is_on_again() -> None:
    throttle = Throttle((AT_ONCE,), _clock(), {"concurrent": None})
    earlier = [throttle.admit("app", "t1")[1] for _ in range(2)]
    throttle.set({"concurrent": 1})
    _, place = throttle.admit("app", "t1")
    for one in earlier:
        throttle.done(one)
    assert _call(throttle) == "concurrent 1"
    throttle.set({"concurrent": 2})  # it was on already: what is under way counts
    _, newer = throttle.admit("app", "t2")
    throttle.done(place)
    throttle.done(newer)
    assert throttle._under_way == {}


def test_a_lower_limit_holds_for_calls_made_before_it() -> None:
    clock = _clock()
    throttle = Throttle((MINUTE,), clock)
    for _ in range(3):
        _call(throttle)
        clock.advance(10)
    throttle.set({"minute": 1})
    assert _call(throttle) == "minute 50"
    clock.advance(50)
    assert _call(throttle) == "0"


def test_cleared_windows_are_empty_but_calls_under_way_still_count() -> None:
    throttle = Throttle((AT_ONCE._replace(calls=1), MINUTE), _clock())
    _, place = throttle.admit("app", "t1")
    throttle.clear()
    assert _call(throttle) == "concurrent 1"
    throttle.done(place)
    assert _call(throttle) == "2"


def test_after_a_new_beginning_calls_of_before_are_not_counted() -> None:
    throttle = Throttle((AT_ONCE._replace(calls=1), MINUTE), _clock())
    _, place = throttle.admit("app", "t1")
    throttle.restart()
    _, newer = throttle.admit("app", "t1")
    throttle.done(place)
    assert _call(throttle) == "concurrent 1"
    throttle.done(newer)
    assert _call(throttle) == "1"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"second": 1}, "no such limit: second; there are: minute, app_minute"),
        ({"minute": 0}, "minute must be a whole number from 1"),
        ({"minute": -5}, "not -5"),
        ({"minute": 1.0}, r"not 1\.0"),
        ({"minute": True}, "not True"),
        ({"minute": "60"}, "not '60'"),
        ({"minute": 10**9 + 1}, "to 1000000000"),
    ],
)
def test_wrong_settings_are_refused_and_change_nothing(settings: dict[str, int | None], words: str) -> None:
    throttle = Throttle((MINUTE, APP), _clock())
    with pytest.raises(LimitsError, match=words):
        throttle.set({"app_minute": 7, **settings})
    assert throttle.settings == {"minute": 3, "app_minute": 4}


def test_many_calls_leave_nothing_behind_when_their_window_is_over() -> None:
    clock = _clock()
    throttle = Throttle((MINUTE._replace(calls=1000),), clock)
    for _ in range(1000):
        _call(throttle)
    clock.set(clock.now() + timedelta(seconds=60))
    assert _call(throttle) == "999"
    assert [len(made) for made in throttle._windows[0].made.values()] == [1]
