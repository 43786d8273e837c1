from datetime import date

import pytest

from syncer.recurrence import CADENCES, Period, add_months, is_due, periods


def starts(cadence: str, start: date, term: int) -> list[str]:
    return [period.start.isoformat() for period in periods(cadence, start, term)]


def test_the_cadences_are_those_of_the_api() -> None:
    assert CADENCES == ("once_off", "weekly", "fortnightly", "monthly", "quarterly", "half_yearly", "yearly")


def test_what_does_not_recur_is_one_period_of_thirty_days_without_a_label() -> None:
    assert periods("once_off", date(2026, 7, 1), 12) == (Period(0, date(2026, 7, 1), date(2026, 7, 31), ""),)


def test_a_monthly_contract_of_a_quarter_has_three_periods() -> None:
    assert periods("monthly", date(2026, 7, 1), 3) == (
        Period(0, date(2026, 7, 1), date(2026, 7, 31), "July 2026"),
        Period(1, date(2026, 8, 1), date(2026, 8, 31), "August 2026"),
        Period(2, date(2026, 9, 1), date(2026, 9, 30), "September 2026"),
    )


def test_month_ends_come_back_to_the_day_they_started_from() -> None:
    assert starts("monthly", date(2027, 1, 31), 14) == [
        "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30", "2027-07-31",
        "2027-08-31", "2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29",
    ]  # fmt: skip


def test_periods_meet_without_a_gap_at_month_ends() -> None:
    found = periods("monthly", date(2027, 1, 31), 3)
    assert [(one.start.isoformat(), one.end.isoformat()) for one in found] == [
        ("2027-01-31", "2027-02-27"),
        ("2027-02-28", "2027-03-30"),
        ("2027-03-31", "2027-04-29"),
    ]


def test_a_leap_day_returns_in_leap_years_only() -> None:
    assert starts("yearly", date(2028, 2, 29), 60) == [
        "2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29",
    ]  # fmt: skip


def test_quarters_and_half_years_keep_their_day_over_short_months() -> None:
    assert starts("quarterly", date(2026, 11, 30), 12) == [
        "2026-11-30",
        "2027-02-28",
        "2027-05-30",
        "2027-08-30",
    ]
    assert starts("half_yearly", date(2026, 8, 31), 24) == [
        "2026-08-31",
        "2027-02-28",
        "2027-08-31",
        "2028-02-29",
    ]


def test_weekly_periods_are_named_with_their_date() -> None:
    assert [(one.number, one.start.isoformat(), one.end.isoformat(), one.label)
            for one in periods("weekly", date(2026, 12, 24), 1)] == [
        (0, "2026-12-24", "2026-12-30", "24 December 2026"),
        (1, "2026-12-31", "2027-01-06", "31 December 2026"),
        (2, "2027-01-07", "2027-01-13", "7 January 2027"),
        (3, "2027-01-14", "2027-01-20", "14 January 2027"),
        (4, "2027-01-21", "2027-01-27", "21 January 2027"),
    ]  # fmt: skip


def test_fortnightly_periods_cross_a_leap_day() -> None:
    assert [(one.start.isoformat(), one.label) for one in periods("fortnightly", date(2028, 2, 17), 1)] == [
        ("2028-02-17", "17 February 2028"),
        ("2028-03-02", "2 March 2028"),
        ("2028-03-16", "16 March 2028"),
    ]


def test_a_quarterly_period_is_named_by_the_month_it_begins_in() -> None:
    assert [one.label for one in periods("quarterly", date(2026, 7, 15), 6)] == ["July 2026", "October 2026"]


def test_the_terms_end_is_no_part_of_the_term() -> None:
    assert starts("monthly", date(2026, 7, 1), 1) == ["2026-07-01"]
    assert starts("yearly", date(2026, 7, 1), 12) == ["2026-07-01"]
    assert starts("yearly", date(2026, 7, 1), 13) == ["2026-07-01", "2027-07-01"]
    assert starts("weekly", date(2027, 2, 1), 1) == ["2027-02-01", "2027-02-08", "2027-02-15", "2027-02-22"]


def test_a_cadence_longer_than_the_term_has_one_period() -> None:
    assert starts("yearly", date(2026, 7, 1), 6) == ["2026-07-01"]


def test_periods_are_numbered_from_nought() -> None:
    assert [one.number for one in periods("half_yearly", date(2026, 1, 1), 24)] == [0, 1, 2, 3]


def test_an_unknown_cadence_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(ValueError, match=r"unknown cadence 'daily'; there are once_off, weekly, fortnightly"):
        periods("daily", date(2026, 7, 1), 1)


@pytest.mark.parametrize(
    ("today", "lead_days", "due"),
    [
        (date(2026, 7, 17), 14, False),
        (date(2026, 7, 18), 14, True),
        (date(2026, 8, 1), 14, True),
        (date(2027, 1, 1), 14, True),
        (date(2026, 7, 31), 0, False),
        (date(2026, 8, 1), 0, True),
    ],
)
def test_a_job_is_due_from_the_exact_day_of_its_lead(today: date, lead_days: int, *, due: bool) -> None:
    august = Period(1, date(2026, 8, 1), date(2026, 8, 31), "August 2026")
    assert is_due(august, today, lead_days) is due


def test_the_lead_is_fourteen_days_where_nothing_else_is_said() -> None:
    august = Period(1, date(2026, 8, 1), date(2026, 8, 31), "August 2026")
    assert [is_due(august, date(2026, 7, day)) for day in (17, 18)] == [False, True]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
        (date(2026, 1, 31), 12, date(2027, 1, 31)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_are_added_by_calendar(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later
