"""Documents of clients."""

from mock_kit.columns import flags, key, texts, whole
from mock_xpm.tables.base import table

CLIENT_DOCUMENTS = table(
    "client_documents",
    key("client_uuid"),
    whole("position", key=True),
    texts("title", "text", "folder", "file_name", "content"),
    flags("public"),
)
