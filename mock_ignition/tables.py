"""The tables of the fake. Those without a mark are the state that is dumped and hashed.

`version` grows by one whenever a record, or for a client one of its contacts, changes: it is part
of the ETag, so that two changes within one second are told apart.
"""

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, MetaData, String, Table, Text

from mock_kit.delivery_tables import outbox_tables
from mock_kit.oauth_tables import oauth_tables
from mock_kit.store import PRIVATE, kit_tables

METADATA = MetaData()
KIT_TABLES = kit_tables(METADATA)
OAUTH_TABLES = oauth_tables(METADATA)
OUTBOX_TABLES = outbox_tables(METADATA)


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _perhaps(*names: str) -> list[Column[str]]:
    return [Column(name, Text) for name in names]


def _flags(*names: str) -> list[Column[bool]]:
    return [Column(name, Boolean, nullable=False) for name in names]


def _record(name: str, *columns: Column[Any]) -> Table:
    """Return the table of a kind of record that has a slug; lists walk it by time, then slug."""
    return Table(
        name,
        METADATA,
        Column("tenant_id", String, primary_key=True),
        Column("slug", String, primary_key=True),
        *columns,
        *_texts("created_at", "updated_at"),
        Column("version", Integer, nullable=False, default=1),
        Index(f"{name}_updated", "tenant_id", "updated_at", "slug"),
        Index(f"{name}_created", "tenant_id", "created_at", "slug"),
    )


PRACTICES = Table(
    "practices",
    METADATA,
    Column("tenant_id", String, primary_key=True),
    *_texts("name", "currency"),
)

USERS = _record("users", *_texts("name", "email"), *_perhaps("xpm_staff_uuid", "deleted_at"))
"""A removed user stays as a tombstone: clients whose manager or partner it was still show it."""

CANDIDATES = Table(
    "xpm_candidates",
    METADATA,
    Column("tenant_id", String, primary_key=True),
    Column("uuid", String, primary_key=True),
    *_texts("name", "email"),
)

CLIENTS = _record(
    "clients",
    *_texts("name", "state", "email", "phone", "fax", "website", "salutation"),
    Column("address", JSON, nullable=False),
    Column("postal_address", JSON, nullable=False),
    *_perhaps("company_structure"),
    Column("tax_registered", Boolean),
    *_perhaps("external_client_id", "xero_contact_id", "qbo_customer_id", "manager_slug", "partner_slug"),
    Column("tags", JSON, nullable=False),
    Column("groups", JSON, nullable=False),
    *_perhaps("state_before_archive"),
)

CONTACTS = _record(
    "contacts",
    Column("id", Integer, nullable=False),
    Column("client_slug", String, nullable=False),
    Column("rank", Integer, nullable=False),
    *_texts("name", "email", "phone", "mobile", "position", "salutation", "addressee"),
    *_flags("is_primary", "is_signatory", "is_invoice_recipient"),
)
"""`rank` is the contact's place in its client, oldest first; `position` is what the person does."""
Index("contacts_client", CONTACTS.c.tenant_id, CONTACTS.c.client_slug, CONTACTS.c["rank"])

JOB_TEMPLATES = _record("job_templates", *_texts("name", "xpm_template_uuid"), *_flags("hidden"))
"""A template gone from XPM is hidden, not removed: services linked to it still show it."""

SERVICES = _record(
    "services",
    *_texts("name", "description", "state", "price_type", "billing_mode", "cadence", "service_group"),
    Column("price", Float, nullable=False),
    *_perhaps("job_template_slug"),
)

PROPOSALS = _record(
    "proposals",
    *_texts("name", "reference_number", "state", "client_slug", "proposal_start_type"),
    Column("contract_term", Integer, nullable=False),
    *_perhaps("proposal_start_date", "proposal_end_date", "creator_name", "sender_name"),
    *_perhaps("sent_at", "accepted_at", "lost_at"),
    Column("deployment", JSON),
)
Index("proposals_number", PROPOSALS.c.tenant_id, PROPOSALS.c.reference_number, unique=True)

PROPOSAL_SERVICES = Table(
    "proposal_services",
    METADATA,
    Column("tenant_id", String, primary_key=True),
    Column("slug", String, primary_key=True),
    Column("proposal_slug", String, nullable=False),
    *_texts("service_slug", "name", "description", "cadence", "price_type"),
    Column("position", Integer, nullable=False),
    *_flags("is_add_on", "is_selected_for_acceptance"),
    Column("price", Float, nullable=False),
)
Index("proposal_services_proposal", PROPOSAL_SERVICES.c.tenant_id, PROPOSAL_SERVICES.c.proposal_slug)

INTEGRATIONS = Table(
    "integrations",
    METADATA,
    Column("tenant_id", String, primary_key=True),
    *_texts("status", "xpm_tenant_id", "xpm_tenant_name"),
    *_perhaps("last_synced_at", "message"),
)

IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    Column("tenant_id", String, primary_key=True),
    Column("key", String, primary_key=True),
    *_texts("fingerprint", "body"),
    Column("status", Integer, nullable=False),
    *_perhaps("etag"),
    info=PRIVATE,
)
"""The first answers to POSTs that carried a key, kept as long as the state they belong to."""
