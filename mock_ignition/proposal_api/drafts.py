"""What every new proposal has: its number, its dates, its lines."""

from datetime import date

from mock_ignition.gateway import Ask
from mock_ignition.numbers import Sequence
from mock_ignition.proposal_api.lines import write_lines
from mock_ignition.proposal_api.terms import end_date
from mock_ignition.tables.practice import PRACTICES
from mock_ignition.tables.proposals import PROPOSALS
from mock_kit.store import Row

NUMBERS = Sequence(PROPOSALS, "PROP", "proposal number")
MOMENTS = ("sent_at", "accepted_at", "lost_at", "closed_at")
UNSET = ("sender_name", *MOMENTS, "renewal_of_slug", "workflow", "deployment")


def add_draft(ask: Ask, values: Row, lines: list[Row]) -> Row:
    """Add a draft with its lines, and return its record."""
    practice = ask.tx.get(PRACTICES, ask.tenant_id) or {"name": ""}
    record: Row = {
        "tenant_id": ask.tenant_id,
        "slug": ask.slug("prop", f"{values['client_slug']}/{values['name']}"),
        "reference_number": NUMBERS.take(ask.parts, ask.tx, ask.tenant_id),
        "state": "draft",
        "creator_name": practice["name"],
        **dict.fromkeys(UNSET),
        **values,
        "created_at": ask.now,
        "updated_at": ask.now,
        "version": 1,
    }
    ask.tx.insert(PROPOSALS, record)
    write_lines(ask, record["slug"], lines, record["selected_option"])
    return record


def start_columns(start: date | None, months: int) -> Row:
    """Return the columns of when a proposal starts and ends; without a date, at its acceptance."""
    return {
        "proposal_start_type": "specific_date" if start else "on_acceptance",
        "proposal_start_date": start.isoformat() if start else None,
        "proposal_end_date": end_date(start, months).isoformat() if start else None,
    }


def day_of(text: str | None) -> date | None:
    """Return a stored date; None for none."""
    return date.fromisoformat(text) if text else None
