"""E3 and E12: what an API's answers tell of its clock."""

from datetime import UTC, datetime, timedelta

import pytest

from syncer.their_clock import TheirClock

NINE = datetime(2026, 7, 1, 9, tzinfo=UTC)


def heard(*dates: str) -> TheirClock:
    clock = TheirClock()
    for one in dates:
        clock.hear({"Date": one})
    return clock


def test_a_reading_began_when_it_did_by_the_clock_that_is_behind() -> None:
    clock = heard("Wed, 01 Jul 2026 09:00:00 GMT")
    assert clock.began(NINE + timedelta(minutes=10)) == NINE
    assert clock.began(NINE - timedelta(minutes=10)) == NINE - timedelta(minutes=10)


def test_of_several_answers_the_first_tells_when_a_reading_began_and_the_last_what_time_it_is() -> None:
    clock = heard(
        "Wed, 01 Jul 2026 09:00:07 GMT", "Wed, 01 Jul 2026 09:00:00 GMT", "Wed, 01 Jul 2026 09:00:05 GMT"
    )
    assert clock.began(NINE + timedelta(hours=1)) == NINE
    assert clock.now(NINE - timedelta(hours=1)) == NINE + timedelta(seconds=7)


def test_what_an_earlier_reading_heard_is_forgotten() -> None:
    clock = heard("Wed, 01 Jul 2026 09:00:00 GMT")
    clock.begin()
    ours = NINE + timedelta(days=1)
    assert clock.began(ours) == clock.now(ours) == ours
    clock.hear({"Date": "Thu, 02 Jul 2026 08:00:00 GMT"})
    assert clock.began(ours) == NINE + timedelta(hours=23)


@pytest.mark.parametrize(
    "text",
    [
        "", "yesterday", "2026-07-01T09:00:00Z", "Wed, 32 Jul 2026 09:00:00 GMT", "Wed, 01 Jul 2026 25:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2300", "Wed, 01 Jul 2026 09:00:00 +99999999",
    ],
)  # fmt: skip
def test_what_is_no_date_tells_nothing(text: str) -> None:
    clock = heard(text)
    assert clock.began(NINE) == clock.now(NINE) == NINE


def test_an_answer_without_a_date_tells_nothing() -> None:
    clock = TheirClock()
    clock.hear({})
    assert clock.now(NINE) == NINE


@pytest.mark.parametrize(
    "text",
    ["Wed, 01 Jul 2026 08:00:00 GMT", "Wed, 01 Jul 2026 10:00:00 +0200", "Wed, 01 Jul 2026 08:00:00 -0000"],
)
def test_a_date_of_any_zone_is_in_utc(text: str) -> None:
    told = heard(text).now(NINE)
    assert told == NINE - timedelta(hours=1)
    assert told.utcoffset() == timedelta(0)
