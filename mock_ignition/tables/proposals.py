"""Proposals and the services on them."""

from sqlalchemy import JSON, Column, Float, Index, Integer, String

from mock_ignition.tables.base import record, table
from mock_kit.columns import flags, key, maybe, texts

PROPOSALS = record(
    "proposals",
    texts("name", "reference_number", "state", "client_slug", "proposal_start_type"),
    Column("contract_term", Integer, nullable=False),
    maybe("proposal_start_date", "proposal_end_date", "creator_name", "sender_name"),
    maybe("sent_at", "accepted_at", "lost_at", "closed_at", "selected_option", "renewal_of_slug"),
    Column("workflow", JSON),
    Column("deployment", JSON),
)
"""`closed_at` is when its deal was won, lost or put away."""
Index("proposals_number", PROPOSALS.c.tenant_id, PROPOSALS.c.reference_number, unique=True)
Index("proposals_ending", PROPOSALS.c.tenant_id, PROPOSALS.c.state, PROPOSALS.c.proposal_end_date)

PROPOSAL_SERVICES = table(
    "proposal_services",
    key("slug"),
    Column("proposal_slug", String, nullable=False),
    texts("service_slug", "name", "description", "cadence", "price_type"),
    maybe("option"),
    Column("position", Integer, nullable=False),
    flags("is_add_on", "is_preselected", "is_selected_for_acceptance"),
    Column("price", Float, nullable=False),
)
"""`is_preselected` is what the practice set; `is_selected_for_acceptance` follows from it, from the option
that is recommended, and at last from what the client took."""
Index("proposal_services_proposal", PROPOSAL_SERVICES.c.tenant_id, PROPOSAL_SERVICES.c.proposal_slug)
