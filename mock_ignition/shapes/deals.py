"""Deals and their stages as the Reporting API shows them."""

from mock_ignition.proposal_api.stages import STAGE_OF, deal_slug, stage_slug
from mock_ignition.shapes.base import (
    APP,
    TIMES,
    Book,
    ClientSlug,
    Day,
    DealSlug,
    Link,
    Member,
    Moment,
    Money,
    ProposalSlug,
    Shape,
    SlugAndName,
    StageSlug,
    columns,
)
from mock_ignition.shapes.proposals import proposal_value
from mock_kit.store import Row


def _stage(record: Row, book: Book) -> Row:
    name = STAGE_OF[record["state"]]
    return {"slug": stage_slug(book.tenant_id, name), "name": name}


def _slug(record: Row, book: Book) -> str:
    return deal_slug(book.tenant_id, record["slug"])


def _expected(record: Row, _book: Book) -> str | None:
    """Return the day by which the client should have decided: when the work is to start, if that is set."""
    return record["proposal_start_date"] if record["proposal_start_type"] == "specific_date" else None


DEAL_STAGE = Shape(
    "DealStage",
    "A stage that deals go through; `is_closed`: nothing is left to win or lose.",
    {
        "slug": Member(StageSlug, "slug"),
        "name": Member(str, "name"),
        "position": Member(int, "position"),
        "is_closed": Member(bool, "is_closed"),
        **TIMES,
    },
)

DEAL = Shape(
    "Deal",
    "A proposal as sales see it: its stage follows the proposal's state, its value the proposal's.",
    {
        "slug": Member(DealSlug, _slug),
        "name": Member(str, "name"),
        "deal_stage": Member(SlugAndName, _stage),
        "client_slug": Member(ClientSlug, "client_slug"),
        "proposal_slug": Member(ProposalSlug, "slug"),
        "value": Member(Money, proposal_value),
        "expected_close_date": Member(Day | None, _expected),
        **columns("closed_at", Moment | None),
        "link": Member(Link, lambda record, book: f"{APP}/deals/{_slug(record, book)}"),
        **TIMES,
    },
)
