"""`client.api/document`: files of a client. A list answers them whole, so that what was sent can be read (ours)."""

from sqlalchemy import func, select

from mock_kit.store import Row
from mock_xpm.client_api.client_rows import find
from mock_xpm.errors import required
from mock_xpm.records.documents import DOCUMENT
from mock_xpm.tables.client_documents import CLIENT_DOCUMENTS as TABLE
from mock_xpm.wire.answers import Answer, Ask, Listing, Single

OWN = ("title", "text", "folder", "public", "file_name", "content")
NEEDED = {"title": "Title", "file_name": "FileName", "content": "Content"}


def list_(ask: Ask) -> Answer:
    """Answer the documents of a client, a deleted one too, in the order they came."""
    client = find(ask.tx, ask.tenant_id, ask.key, deleted=True)
    query = select(TABLE).where(TABLE.c.tenant_id == ask.tenant_id, TABLE.c.client_uuid == client["uuid"])
    return (Listing("Documents", DOCUMENT, ask.tx.rows(query.order_by(TABLE.c.position))),)


def post(ask: Ask) -> Answer:
    """Add a document to a client; the client does not count as modified."""
    client = find(ask.tx, ask.tenant_id, ask.body.get("client_uuid"))
    own = values(ask.body)
    count = select(func.count().label("documents")).where(
        TABLE.c.tenant_id == ask.tenant_id, TABLE.c.client_uuid == client["uuid"]
    )
    position = (ask.tx.first(count) or {})["documents"]
    key = {"tenant_id": ask.tenant_id, "client_uuid": client["uuid"], "position": position}
    ask.tx.insert(TABLE, {**own, **key})
    return (Single(DOCUMENT, ask.tx.get(TABLE, *key.values()) or {}),)


def values(body: Row) -> Row:
    """Return what a body says of a document. Raises BusinessError for one without title, name or content."""
    for column, element in NEEDED.items():
        if not body.get(column, "").strip():
            raise required(element)
    return {column: body[column] for column in OWN if column in body}
