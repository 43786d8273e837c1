"""Clients, their contacts, and what hangs on a client."""

from sqlalchemy import JSON, Column, Index

from mock_kit.columns import flags, key, maybe, texts, whole
from mock_xpm.tables.base import identified, table

CLIENTS = table(
    "clients",
    identified(),
    texts("name", "title", "gender", "first_name", "last_name", "other_name"),
    maybe("email", "date_of_birth"),
    texts("address", "city", "region", "post_code", "country"),
    texts("postal_address", "postal_city", "postal_region", "postal_post_code", "postal_country"),
    texts("phone", "fax", "website", "referral_source", "export_code"),
    texts("tax_number", "company_number", "business_number", "branch_number", "business_structure"),
    texts("agency_status", "balance_month", "gst_period", "gst_basis"),
    flags("gst_registered", "prepare_gst", "signed_tax_authority"),
    flags("prepare_activity_statement", "prepare_tax_return", "active_ato_client"),
    flags("is_prospect", "is_archived", "is_deleted"),
    maybe("account_manager_uuid", "job_manager_uuid", "billing_client_uuid"),
    Column("type", JSON(none_as_null=True)),
    texts("modified_at"),
)
Index("clients_by_name", CLIENTS.c.tenant_id, CLIENTS.c.name, CLIENTS.c.uuid)
Index("clients_by_change", CLIENTS.c.tenant_id, CLIENTS.c.modified_at)
CLIENT_GROUPS = table("client_groups", key("client_uuid", "group_uuid"), whole("position"))
Index("clients_of_group", CLIENT_GROUPS.c.tenant_id, CLIENT_GROUPS.c.group_uuid)
CLIENT_NOTES = table(
    "client_notes", key("client_uuid"), whole("position", key=True), texts("title", "text", "folder")
)
CONTACTS = table(
    "contacts",
    identified(),
    texts("name", "salutation", "addressee", "mobile", "email", "phone"),
    flags("is_deleted"),
)
CLIENT_CONTACTS = table(
    "client_contacts",
    key("client_uuid", "contact_uuid"),
    # The order in which the contacts came to the client: the oldest follows a primary that goes.
    whole("sequence"),
    texts("position"),
    flags("is_primary"),
)
Index("clients_of_contact", CLIENT_CONTACTS.c.tenant_id, CLIENT_CONTACTS.c.contact_uuid)
