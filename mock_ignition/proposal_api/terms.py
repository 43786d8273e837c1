"""Dates and amounts of a contract: pure functions. What they say is ours; the page gives the names only."""

import calendar
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Annotated, Final, Literal, get_args

from pydantic import Field

from mock_ignition.bodies import WHOLE
from mock_ignition.money import cents

Cadence = Literal["once_off", "weekly", "fortnightly", "monthly", "quarterly", "half_yearly", "yearly"]
CADENCES: Final = get_args(Cadence)
PER_YEAR = {"weekly": 52, "fortnightly": 26, "monthly": 12, "quarterly": 4, "half_yearly": 2, "yearly": 1}
MONTHS_PER_YEAR = 12
MAX_TERM = 120
"""Months; ours."""
Term = Annotated[int, Field(ge=1, le=MAX_TERM, description="months"), WHOLE]
MAX_LINES = 100
"""How many services a proposal may have; ours."""

RECURRENCES = {
    "once_off": None,
    "weekly": "Every week",
    "fortnightly": "Every 2 weeks",
    "monthly": "Every month",
    "quarterly": "Every 3 months",
    "half_yearly": "Every 6 months",
    "yearly": "Every year",
}


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or that month's last when it has no such day."""
    years, month = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def end_date(start: date, months: int) -> date:
    """Return the last day of a contract: 12 months from 1 July end on 30 June."""
    return add_months(start, months) - timedelta(days=1)


def periods(cadence: str, months: int) -> int:
    """Return how many periods of a cadence begin within a term: 1 for a once-off service."""
    return ceil(Fraction(PER_YEAR[cadence] * months, MONTHS_PER_YEAR)) if cadence in PER_YEAR else 1


def charged(price: float, price_type: str) -> float:
    """Return what a period of a service costs: nothing, when it is included in the others."""
    return 0.0 if price_type == "included" else price


def contract_cents(price: float, cadence: str, months: int) -> int:
    """Return what a service comes to over the term, in cents: each period as it is invoiced."""
    return cents(price) * periods(cadence, months)


def recurrence_text(cadence: str) -> str | None:
    """Return a cadence in words; None for a once-off service."""
    return RECURRENCES[cadence]
