"""`client.api/document`: files of a client. A list answers them whole, so that what was sent can be read (ours)."""

from sqlalchemy import func, select

from mock_xpm import documents
from mock_xpm.client_api.client_rows import find
from mock_xpm.records.documents import DOCUMENT
from mock_xpm.tables.client_documents import CLIENT_DOCUMENTS as TABLE
from mock_xpm.wire.answers import Answer, Ask, Listing, Single


def list_(ask: Ask) -> Answer:
    """Answer the documents of a client, a deleted one too, in the order they came."""
    client = find(ask.tx, ask.tenant_id, ask.key, deleted=True)
    query = select(TABLE).where(TABLE.c.tenant_id == ask.tenant_id, TABLE.c.client_uuid == client["uuid"])
    return (Listing("Documents", DOCUMENT, ask.tx.rows(query.order_by(TABLE.c.position))),)


def post(ask: Ask) -> Answer:
    """Add a document to a client; the client does not count as modified."""
    client = find(ask.tx, ask.tenant_id, ask.body.get("client_uuid"))
    own = documents.values(ask.body)
    count = select(func.count().label("documents")).where(
        TABLE.c.tenant_id == ask.tenant_id, TABLE.c.client_uuid == client["uuid"]
    )
    position = (ask.tx.first(count) or {})["documents"]
    key = {"tenant_id": ask.tenant_id, "client_uuid": client["uuid"], "position": position}
    ask.tx.insert(TABLE, {**own, **key})
    return (Single(DOCUMENT, ask.tx.get(TABLE, *key.values()) or {}),)
