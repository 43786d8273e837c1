"""A practice: its team, what it sells, the templates of its jobs, its connection to XPM."""

from sqlalchemy import Column, Float

from mock_ignition.tables.base import record, table
from mock_kit.columns import flags, key, maybe, texts, whole

PRACTICES = table("practices", key(), texts("name", "currency"))

USERS = record("users", texts("name", "email"), maybe("xpm_staff_uuid", "deleted_at"))
"""A removed user stays as a tombstone: clients whose manager or partner it was still show it."""

CANDIDATES = table("xpm_candidates", key("uuid"), texts("name", "email"))

JOB_TEMPLATES = record("job_templates", texts("name", "xpm_template_uuid"), flags("hidden"))
"""A template gone from XPM is hidden, not removed: services linked to it still show it."""

SERVICES = record(
    "services",
    texts("name", "description", "state", "price_type", "billing_mode", "cadence", "service_group"),
    Column("price", Float, nullable=False),
    maybe("job_template_slug"),
)

INTEGRATIONS = table(
    "integrations",
    key(),
    texts("status"),
    maybe("xpm_tenant_id", "xpm_tenant_name", "last_synced_at", "message"),
    whole("version"),
)
"""The row stays when the connection ends, so that no version comes twice."""
