"""`job.api/createquote` and `createestimate`: a draft of what is on a job, for `quote.api` to answer."""

from typing import Literal

from mock_xpm.billing_api import billing, quotes
from mock_xpm.job_api import job_rows
from mock_xpm.wire.answers import Answer, Ask


def create_quote(ask: Ask) -> Answer:
    """Make a quote of a job, and answer it whole (ours)."""
    return _create(ask, "quote")


def create_estimate(ask: Ask) -> Answer:
    """Make an estimate of a job, and answer it whole (ours)."""
    return _create(ask, "estimate")


def _create(ask: Ask, kind: Literal["quote", "estimate"]) -> Answer:
    job = job_rows.find(ask.tx, ask.tenant_id, ask.key)
    number = quotes.create(ask.tx, ask.tenant_id, job, kind)
    return (billing.QUOTES.one(ask, number),)
