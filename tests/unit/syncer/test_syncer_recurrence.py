from datetime import date

import pytest

from syncer.recurrence import (
    CADENCES,
    DAYS,
    LEAD_DAYS,
    MONTHS,
    ONCE_OFF_DAYS,
    Period,
    add_months,
    is_due,
    periods,
)


def of_term(cadence: str, start: date, term: int) -> list[Period]:
    """Return the periods of a contract of some months."""
    return list(periods(cadence, start, add_months(start, term)))


def starts(cadence: str, start: date, term: int) -> list[str]:
    return [period.start.isoformat() for period in of_term(cadence, start, term)]


def test_the_cadences_are_those_of_the_api() -> None:
    assert CADENCES == ("once_off", "weekly", "fortnightly", "monthly", "quarterly", "half_yearly", "yearly")


def test_e15_jobs_are_made_two_weeks_ahead_and_what_does_not_recur_is_given_thirty_days() -> None:
    assert (LEAD_DAYS, ONCE_OFF_DAYS) == (14, 30)


def test_e15_what_does_not_recur_is_one_period_of_a_day_without_a_label() -> None:
    assert of_term("once_off", date(2026, 7, 1), 12) == [Period(0, date(2026, 7, 1), date(2026, 7, 1), "")]


def test_e15_what_does_not_recur_is_made_whenever_it_starts() -> None:
    assert len(list(periods("once_off", date(2028, 1, 1), date(2027, 7, 1)))) == 1
    assert list(periods("weekly", date(2028, 1, 1), date(2027, 7, 1))) == []


def test_e15_a_monthly_contract_of_a_quarter_has_three_periods() -> None:
    assert of_term("monthly", date(2026, 7, 1), 3) == [
        Period(0, date(2026, 7, 1), date(2026, 7, 31), "July 2026"),
        Period(1, date(2026, 8, 1), date(2026, 8, 31), "August 2026"),
        Period(2, date(2026, 9, 1), date(2026, 9, 30), "September 2026"),
    ]


def test_e15_month_ends_come_back_to_the_day_they_started_from() -> None:
    assert starts("monthly", date(2027, 1, 31), 14) == [
        "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30", "2027-07-31",
        "2027-08-31", "2027-09-30", "2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29",
    ]  # fmt: skip


def test_e15_periods_meet_without_a_gap_at_month_ends() -> None:
    found = of_term("monthly", date(2027, 1, 31), 3)
    assert [(one.start.isoformat(), one.end.isoformat()) for one in found] == [
        ("2027-01-31", "2027-02-27"),
        ("2027-02-28", "2027-03-30"),
        ("2027-03-31", "2027-04-29"),
    ]


def test_e15_a_leap_day_returns_in_leap_years_only() -> None:
    assert starts("yearly", date(2028, 2, 29), 60) == [
        "2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29",
    ]  # fmt: skip


def test_e15_quarters_and_half_years_keep_their_day_over_short_months() -> None:
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


def test_e15_weekly_periods_are_named_with_their_date() -> None:
    assert [(one.number, one.start.isoformat(), one.end.isoformat(), one.label)
            for one in of_term("weekly", date(2026, 12, 24), 1)] == [
        (0, "2026-12-24", "2026-12-30", "24 December 2026"),
        (1, "2026-12-31", "2027-01-06", "31 December 2026"),
        (2, "2027-01-07", "2027-01-13", "7 January 2027"),
        (3, "2027-01-14", "2027-01-20", "14 January 2027"),
        (4, "2027-01-21", "2027-01-27", "21 January 2027"),
    ]  # fmt: skip


def test_e15_fortnightly_periods_cross_a_leap_day() -> None:
    assert [(one.start.isoformat(), one.label) for one in of_term("fortnightly", date(2028, 2, 17), 1)] == [
        ("2028-02-17", "17 February 2028"),
        ("2028-03-02", "2 March 2028"),
        ("2028-03-16", "16 March 2028"),
    ]


def test_e15_a_quarterly_period_is_named_by_the_month_it_begins_in() -> None:
    assert [one.label for one in of_term("quarterly", date(2026, 7, 15), 6)] == ["July 2026", "October 2026"]


def test_e15_the_terms_end_is_no_part_of_the_term() -> None:
    assert starts("monthly", date(2026, 7, 1), 1) == ["2026-07-01"]
    assert starts("yearly", date(2026, 7, 1), 12) == ["2026-07-01"]
    assert starts("yearly", date(2026, 7, 1), 13) == ["2026-07-01", "2027-07-01"]
    assert starts("weekly", date(2027, 2, 1), 1) == ["2027-02-01", "2027-02-08", "2027-02-15", "2027-02-22"]


def test_e15_a_cadence_longer_than_the_term_has_one_period() -> None:
    assert starts("yearly", date(2026, 7, 1), 6) == ["2026-07-01"]


def test_e15_periods_are_numbered_from_nought() -> None:
    assert [one.number for one in of_term("half_yearly", date(2026, 1, 1), 24)] == [0, 1, 2, 3]


def test_an_unknown_cadence_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(ValueError, match=r"unknown cadence 'daily'; there are once_off, weekly, fortnightly"):
        of_term("daily", date(2026, 7, 1), 1)


def test_e15_a_monthly_contract_of_ten_years_keeps_its_day_over_every_short_month_and_leap_day() -> None:
    found = of_term("monthly", date(2024, 1, 31), 120)
    assert len(found) == 120
    assert [one.start.day for one in found[:3]] == [31, 29, 31]
    februaries = {one.start.year: one.start.day for one in found if one.start.month == 2}
    assert februaries == {year: 29 if year % 4 == 0 else 28 for year in range(2024, 2034)}
    assert {one.start.day for one in found if one.start.month in {1, 3, 5, 7, 8, 10, 12}} == {31}
    assert {one.start.day for one in found if one.start.month in {4, 6, 9, 11}} == {30}
    assert (found[-1].start, found[-1].end) == (date(2033, 12, 31), date(2034, 1, 30))


def test_e15_a_contract_of_one_month_has_one_monthly_period_also_from_a_months_last_day() -> None:
    assert starts("monthly", date(2027, 1, 31), 1) == ["2027-01-31"]
    assert starts("monthly", date(2028, 2, 29), 1) == ["2028-02-29"]
    assert starts("quarterly", date(2028, 2, 29), 1) == ["2028-02-29"]


def test_e15_a_month_with_five_of_a_weekday_has_five_weekly_periods() -> None:
    found = of_term("weekly", date(2026, 7, 1), 2)
    assert [one.start.day for one in found if one.start.month == 7] == [1, 8, 15, 22, 29]
    assert [one.start.day for one in found if one.start.month == 8] == [5, 12, 19, 26]


def test_e15_weeks_go_on_over_new_year_and_a_leap_day_on_their_weekday() -> None:
    found = of_term("weekly", date(2027, 12, 27), 3)
    assert {one.start.weekday() for one in found} == {0}
    assert [one.label for one in found[:3]] == ["27 December 2027", "3 January 2028", "10 January 2028"]
    assert "28 February 2028" in [one.label for one in found]
    assert "6 March 2028" in [one.label for one in found]


def test_e15_ten_years_of_weeks_never_drift() -> None:
    found = of_term("weekly", date(2026, 7, 1), 120)
    assert len(found) == 522
    assert found[521].start == date(2036, 6, 25)
    assert {one.start.weekday() for one in found} == {2}


@pytest.mark.parametrize("cadence", [*DAYS, *MONTHS])
@pytest.mark.parametrize(
    "start", [date(2028, 2, 29), date(2027, 1, 31), date(2026, 12, 31), date(2026, 7, 1)]
)
def test_e15_the_periods_of_a_term_meet_without_a_gap_or_an_overlap(cadence: str, start: date) -> None:
    found = of_term(cadence, start, 120)
    assert [one.end.toordinal() + 1 for one in found[:-1]] == [one.start.toordinal() for one in found[1:]]
    assert found[0].start == start
    assert found[-1].start < add_months(start, 120) <= date.fromordinal(found[-1].end.toordinal() + 1)


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
def test_e15_a_job_is_due_from_the_exact_day_of_its_lead(today: date, lead_days: int, *, due: bool) -> None:
    august = Period(1, date(2026, 8, 1), date(2026, 8, 31), "August 2026")
    assert is_due(august, today, lead_days) is due


def test_e15_the_lead_is_fourteen_days_where_nothing_else_is_said() -> None:
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
def test_e15_months_are_added_by_calendar(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later
