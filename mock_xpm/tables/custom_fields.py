"""Fields that a practice made for itself, and what its clients have in them."""

from sqlalchemy import Index

from mock_kit.columns import flags, key, texts
from mock_xpm.tables.base import identified, table

CUSTOM_FIELDS = table(
    "custom_fields",
    identified(),
    texts("name", "type"),
    flags("use_client", "use_contact", "use_job"),
)
CLIENT_CUSTOM_VALUES = table(
    "client_custom_values",
    key("client_uuid", "custom_field_uuid"),
    # As answers write it: whatever the field's type, one column holds it.
    texts("value"),
)
Index("clients_with_custom_field", CLIENT_CUSTOM_VALUES.c.tenant_id, CLIENT_CUSTOM_VALUES.c.custom_field_uuid)
