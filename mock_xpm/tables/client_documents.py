"""Documents of clients."""

from mock_xpm.tables.base import flags, key, table, texts, whole

CLIENT_DOCUMENTS = table(
    "client_documents",
    key("client_uuid"),
    whole("position", key=True),
    texts("title", "text", "folder", "file_name", "content"),
    flags("public"),
)
