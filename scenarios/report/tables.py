"""How the fakes' tables are told to people: which are records, under which name, and what is part of what."""

from collections.abc import Mapping
from dataclasses import dataclass

LEFT_OUT = frozenset({"events", "xpm_candidates", "tenants", "practices"})
"""Not told: messages and copies of what other rows say, and the practices themselves."""

QUIET = frozenset({
    "tenant_id", "id", "uuid", "slug", "number", "version", "position", "sequence", "rank",
    "created_at", "updated_at", "modified_at", "last_synced_at",
})  # fmt: skip
"""Columns that say nothing a person typed or sees: keys, places, and when it was written."""
QUIET_UNLESS: Mapping[tuple[str, str], frozenset[str]] = {
    ("XPM", "client_contacts"): frozenset({"position"}),
    ("Ignition", "contacts"): frozenset({"position"}),
}
"""Columns of those that do say something in a table: what a person is at a client."""

LABELS: Mapping[str, tuple[str, ...]] = {
    "jobs": ("number", "name"),
    "invoices": ("reference_number", "number"),
    "proposals": ("reference_number", "name"),
    "quotes": ("number", "name"),
    "relationships": ("type",),
    "integrations": ("xpm_tenant_name",),
    "webhooks": ("types",),
    "payments": ("date",),
    "collections": ("date",),
}
"""By which columns a record is called, where that is not its name."""

KINDS: Mapping[tuple[str, str], str] = {
    ("XPM", "staff"): "staff member",
    ("XPM", "categories"): "job category",
    ("XPM", "templates"): "job template",
    ("Ignition", "integrations"): "link to XPM",
}
"""What a record of a table is called, where that is not the table's name in the singular."""

OWNERS = ("client_slug", "client_uuid", "proposal_slug", "template_uuid", "invoice_slug")
"""The column that says to whom a record belongs, the first that a table has."""

WORDS: Mapping[tuple[str, str], str] = {
    ("clients", "account_manager_uuid"): "partner",
    ("clients", "job_manager_uuid"): "manager",
    ("clients", "partner_slug"): "partner",
    ("clients", "manager_slug"): "manager",
    ("clients", "gst_registered"): "tax registration",
    ("clients", "tax_registered"): "tax registration",
    ("clients", "is_archived"): "archived",
    ("clients", "is_deleted"): "deleted",
    ("clients", "external_client_id"): "client in XPM",
    ("jobs", "client_order_number"): "order number",
}
"""What a column is called, where that is not its own name."""

JOINED: Mapping[tuple[str, str], tuple[tuple[str, tuple[str, ...]], ...]] = {
    ("XPM", "clients"): (
        ("address", ("address", "city", "region", "post_code", "country")),
        ("postal address", ("postal_address", "postal_city", "postal_region", "postal_post_code", "postal_country")),
    ),
}  # fmt: skip
"""Columns that people read as one."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table whose rows are told as part of another's record: which, by which column, and what is in it."""

    of: str
    by: str
    word: str
    called: str
    """The column by which a row is called: a name, or the id of what has one."""
    is_joined: bool = False
    """All rows are one value; else each is a value of its own."""
    bare: str = "there"
    """What is said of a row that says nothing more."""


PARTS: Mapping[str, Part] = {
    "client_groups": Part("clients", "client_uuid", "groups", "group_uuid", is_joined=True),
    "client_contacts": Part("contacts", "contact_uuid", "at", "client_uuid", bare="a contact"),
    "client_notes": Part("clients", "client_uuid", "note", "text"),
    "client_documents": Part("clients", "client_uuid", "document", "title"),
    "client_custom_values": Part("clients", "client_uuid", "custom field", "custom_field_uuid"),
    "job_staff": Part("jobs", "job_number", "staff", "staff_uuid", is_joined=True),
    "job_tasks": Part("jobs", "job_number", "task", "name"),
    "job_costs": Part("jobs", "job_number", "cost", "description"),
    "job_notes": Part("jobs", "job_number", "note", "title"),
    "job_documents": Part("jobs", "job_number", "document", "title"),
    "job_milestones": Part("jobs", "job_number", "milestone", "description"),
    "job_task_staff": Part("jobs", "job_number", "staff on a task", "staff_uuid", is_joined=True),
}


KEYS: Mapping[str, tuple[str, ...]] = {
    "integrations": ("tenant_id",),
    "template_tasks": ("tenant_id", "template_uuid", "position"),
    "template_costs": ("tenant_id", "template_uuid", "position"),
    "template_milestones": ("tenant_id", "template_uuid", "position"),
}
"""The columns that tell a record of a table from any other, where it has no id."""


def key_columns(table: str, row: Mapping[str, object]) -> tuple[str, ...]:
    """Return the columns that tell a row of a table from any other; all of them for a part without an id.

    A job, a quote and an invoice of XPM are known by their numbers, as what refers to them is.
    """
    if table in KEYS:
        return KEYS[table]
    own = next((one for one in ("slug", "number", "uuid", "id") if one in row), None)
    return ("tenant_id", own) if own else tuple(sorted(row))
