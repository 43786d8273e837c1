"""The periods of a contract: pure calendar arithmetic, anchored at the start, never drifting (E15)."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

ONCE = "once_off"
DAYS = {"weekly": 7, "fortnightly": 14}
MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
CADENCES = (ONCE, *DAYS, *MONTHS)
LEAD_DAYS = 14
ONCE_OFF_DAYS = 30
"""How long a job that does not recur is given, where the proposal says nothing."""


@dataclass(frozen=True, slots=True)
class Period:
    """One period: its number from 0, first and last day, and what a job's name says of it."""

    number: int
    start: date
    end: date
    label: str


def periods(cadence: str, start: date, term_months: int) -> tuple[Period, ...]:
    """Return the periods that begin within a term of some months. Raises ValueError for a cadence unknown."""
    if cadence == ONCE:
        return (Period(0, start, start + timedelta(days=ONCE_OFF_DAYS), ""),)
    if cadence not in CADENCES:
        raise ValueError(f"unknown cadence {cadence!r}; there are {', '.join(CADENCES)}")
    term_end = add_months(start, term_months)
    found: list[Period] = []
    while (begins := _nth(cadence, start, len(found))) < term_end:
        last_day = _nth(cadence, start, len(found) + 1) - timedelta(days=1)
        found.append(Period(len(found), begins, last_day, _label(cadence, begins)))
    return tuple(found)


def is_due(period: Period, today: date, lead_days: int = LEAD_DAYS) -> bool:
    """Tell whether a period's job is to be made by `today`, the practice's local date."""
    return period.start - timedelta(days=lead_days) <= today


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _nth(cadence: str, start: date, number: int) -> date:
    if cadence in DAYS:
        return start + timedelta(days=DAYS[cadence] * number)
    return add_months(start, MONTHS[cadence] * number)


def _label(cadence: str, begins: date) -> str:
    month = f"{calendar.month_name[begins.month]} {begins.year}"
    return f"{begins.day} {month}" if cadence in DAYS else month
