"""The days from which and to which a list is asked for."""

from datetime import date

from mock_xpm.errors import bad_request
from mock_xpm.wire.answers import Ask
from mock_xpm.wire.kinds import MOMENT


def span(ask: Ask) -> tuple[str, str]:
    """Return the query's `from` and `to`, both included. Raises ApiError (400).

    Both are required, forwards and less than a year apart.
    """
    start, end = (_day(ask, name) for name in ("from", "to"))
    if end < start or not _less_than_a_year(start, end):
        raise bad_request(f"from {start} to {end} must be forwards, and less than a year")
    return start.isoformat(), end.isoformat()


def _day(ask: Ask, name: str) -> date:
    text = ask.query.get(name, "")
    try:
        return date.fromisoformat(MOMENT.read(text))
    except (ValueError, TypeError) as error:
        raise bad_request(f"{name} is required, as YYYYMMDD, not {text!r}") from error


def _less_than_a_year(start: date, end: date) -> bool:
    """Compare by calendar; as numbers, since the year after 9999 is no date, nor is every 29 February."""
    return (end.year, end.month, end.day) < (start.year + 1, start.month, start.day)
