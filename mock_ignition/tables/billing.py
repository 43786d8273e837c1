"""Invoices, what was paid of them, and what was collected; amounts in cents."""

from sqlalchemy import JSON, Column, Index, Integer

from mock_ignition.tables.base import REPORTED, record
from mock_kit.columns import maybe, texts, whole

INVOICES = record(
    "invoices",
    texts("reference_number", "state", "client_slug", "date", "due_date"),
    maybe("proposal_slug", "proposal_number"),
    whole("total"),
    whole("paid"),
    Column("items", JSON, nullable=False),
    walked=REPORTED,
)
"""`paid` is what its payments come to. An item: `origin_type origin_identifier name description amount`."""
Index("invoices_number", INVOICES.c.tenant_id, INVOICES.c.reference_number, unique=True)
Index("invoices_proposal", INVOICES.c.tenant_id, INVOICES.c.proposal_slug)

PAYMENTS = record(
    "payments",
    texts("invoice_slug", "client_slug", "method", "date"),
    whole("amount"),
    walked=REPORTED,
)

COLLECTIONS = record(
    "collections",
    Column("id", Integer, nullable=False),
    texts("invoice_slug", "client_slug", "state", "date"),
    maybe("payment_slug"),
    whole("amount"),
    walked=REPORTED,
)
