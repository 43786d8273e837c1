"""The periods of a contract: pure calendar arithmetic, anchored at the start, never drifting (E15)."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

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


def periods(cadence: str, start: date, term_end: date) -> Iterator[Period]:
    """Yield the periods that begin before the term ends (on the day before `term_end`).

    What does not recur is one period of no length, wherever it stands. Raises ValueError for a
    cadence unknown, and where the calendar ends.
    """
    if cadence not in CADENCES:
        raise ValueError(f"unknown cadence {cadence!r}; there are {', '.join(CADENCES)}")
    if cadence == ONCE:
        yield Period(0, start, start, "")
        return
    for number in count():
        begins = _nth(cadence, start, number)
        if begins >= term_end:
            return
        last_day = _nth(cadence, start, number + 1) - timedelta(days=1)
        yield Period(number, begins, last_day, _label(cadence, begins))


def is_due(period: Period, today: date, lead_days: int = LEAD_DAYS) -> bool:
    """Tell whether a period's job is to be made by `today`, the practice's local date."""
    return period.start <= today + timedelta(days=lead_days)


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
