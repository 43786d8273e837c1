"""Who is what to whom among the clients: one row, shown at both."""

from sqlalchemy import Index

from mock_kit.columns import maybe, texts
from mock_xpm.tables.base import identified, table

RELATIONSHIPS = table(
    "relationships",
    identified(),
    texts("client_uuid", "related_client_uuid", "type", "number_of_shares", "percentage"),
    maybe("start_date", "end_date"),
)
for _side in ("client_uuid", "related_client_uuid"):
    Index(f"relationships_by_{_side}", RELATIONSHIPS.c.tenant_id, RELATIONSHIPS.c[_side])
