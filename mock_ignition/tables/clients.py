"""Clients and their contacts."""

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String

from mock_ignition.tables.base import REPORTED, record
from mock_kit.columns import flags, maybe, texts

CLIENTS = record(
    "clients",
    texts("name", "state", "email", "phone", "fax", "website", "salutation"),
    Column("address", JSON, nullable=False),
    Column("postal_address", JSON, nullable=False),
    maybe("company_structure"),
    Column("tax_registered", Boolean),
    maybe("external_client_id", "xero_contact_id", "qbo_customer_id", "manager_slug", "partner_slug"),
    Column("tags", JSON, nullable=False),
    Column("groups", JSON, nullable=False),
    maybe("state_before_archive"),
)

CONTACTS = record(
    "contacts",
    Column("id", Integer, nullable=False),
    Column("client_slug", String, nullable=False),
    Column("rank", Integer, nullable=False),
    texts("name", "email", "phone", "mobile", "position", "salutation", "addressee"),
    flags("is_primary", "is_signatory", "is_invoice_recipient"),
    walked=REPORTED,
)
"""`rank` is the contact's place in its client, oldest first; `position` is what the person does."""
Index("contacts_client", CONTACTS.c.tenant_id, CONTACTS.c.client_slug, CONTACTS.c["rank"])
