"""What mock_xpm keeps: a table for each record, every key beginning with `tenant_id`."""

from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text

from mock_kit.oauth_tables import oauth_tables
from mock_kit.store import LASTING, kit_tables

METADATA = MetaData()
KIT = kit_tables(METADATA)
OAUTH = oauth_tables(METADATA)


def _key(*names: str) -> list[Column[Any]]:
    return [Column(name, String, primary_key=True) for name in ("tenant_id", *names)]


def _texts(*names: str) -> list[Column[Any]]:
    return [Column(name, Text, nullable=False, default="") for name in names]


def _flags(*names: str) -> list[Column[Any]]:
    return [Column(name, Boolean, nullable=False, default=False) for name in names]


def _maybe(*names: str) -> list[Column[Any]]:
    return [Column(name, Text) for name in names]


def _position(*, key: bool = False) -> Column[Any]:
    return Column("position", Integer, primary_key=key, nullable=False, autoincrement=False)


SIGNING_KEYS = Table(
    "xpm_signing_keys",
    METADATA,
    Column("key_id", String, primary_key=True),
    Column("private_key", Text, nullable=False),
    info=LASTING,
)
TENANTS = Table("tenants", METADATA, *_key(), *_texts("name"))
STAFF = Table(
    "staff",
    METADATA,
    *_key("uuid"),
    *_texts("name", "email", "phone", "mobile", "address", "payroll_code"),
    *_flags("is_deleted"),
)
GROUPS = Table("groups", METADATA, *_key("uuid"), *_texts("name"), *_flags("taxable"))
CATEGORIES = Table("categories", METADATA, *_key("uuid"), *_texts("name"))
TASKS = Table("tasks", METADATA, *_key("uuid"), *_texts("name", "description"))
TEMPLATES = Table("templates", METADATA, *_key("uuid"), *_texts("name"))
TEMPLATE_TASKS = Table(
    "template_tasks",
    METADATA,
    *_key("template_uuid"),
    _position(key=True),
    *_texts("task_uuid", "name", "description", "folder"),
    Column("estimated_minutes", Integer, nullable=False, default=0),
    *_flags("billable"),
)

CLIENTS = Table(
    "clients",
    METADATA,
    *_key("uuid"),
    *_texts("name", "title", "gender", "first_name", "last_name", "other_name"),
    *_maybe("email", "date_of_birth"),
    *_texts("address", "city", "region", "post_code", "country"),
    *_texts("postal_address", "postal_city", "postal_region", "postal_post_code", "postal_country"),
    *_texts("phone", "fax", "website", "referral_source", "export_code"),
    *_texts("tax_number", "company_number", "business_number", "branch_number", "business_structure"),
    *_texts("agency_status", "balance_month", "gst_period", "gst_basis"),
    *_flags("gst_registered", "prepare_gst", "signed_tax_authority"),
    *_flags("prepare_activity_statement", "prepare_tax_return", "active_ato_client"),
    *_flags("is_prospect", "is_archived", "is_deleted"),
    *_maybe("account_manager_uuid", "job_manager_uuid", "billing_client_uuid"),
    *_texts("modified_at"),
)
Index("clients_by_name", CLIENTS.c.tenant_id, CLIENTS.c.name, CLIENTS.c.uuid)
CLIENT_GROUPS = Table(
    "client_groups",
    METADATA,
    *_key("client_uuid", "group_uuid"),
    _position(),
)
Index("clients_of_group", CLIENT_GROUPS.c.tenant_id, CLIENT_GROUPS.c.group_uuid)
CLIENT_NOTES = Table(
    "client_notes", METADATA, *_key("client_uuid"), _position(key=True), *_texts("title", "text", "folder")
)
CONTACTS = Table(
    "contacts",
    METADATA,
    *_key("uuid"),
    *_texts("name", "salutation", "addressee", "mobile", "email", "phone"),
    *_flags("is_deleted"),
)
CLIENT_CONTACTS = Table(
    "client_contacts",
    METADATA,
    *_key("client_uuid", "contact_uuid"),
    # The order in which the contacts came to the client: the oldest follows a primary that goes.
    Column("sequence", Integer, nullable=False),
    *_texts("position"),
    *_flags("is_primary"),
)
Index("clients_of_contact", CLIENT_CONTACTS.c.tenant_id, CLIENT_CONTACTS.c.contact_uuid)

JOBS = Table(
    "jobs",
    METADATA,
    *_key("number"),
    *_texts("uuid", "name", "description", "client_uuid", "client_order_number", "state", "budget"),
    *_texts("start_date", "due_date"),
    *_maybe("completed_date", "contact_uuid", "category_uuid", "manager_uuid", "partner_uuid"),
)
Index("jobs_of_client", JOBS.c.tenant_id, JOBS.c.client_uuid)
JOB_STAFF = Table("job_staff", METADATA, *_key("job_number", "staff_uuid"), _position())
JOB_TASKS = Table(
    "job_tasks",
    METADATA,
    *_key("job_number", "uuid"),
    _position(),
    *_texts("task_uuid", "name", "description", "folder"),
    Column("estimated_minutes", Integer, nullable=False, default=0),
    Column("actual_minutes", Integer, nullable=False, default=0),
    *_flags("completed", "billable"),
)
JOB_TASK_STAFF = Table(
    "job_task_staff", METADATA, *_key("job_number", "job_task_uuid", "staff_uuid"), _position()
)
