"""What a document is made of, whether it is a client's or a job's."""

from mock_kit.store import Row
from mock_xpm.errors import require
from mock_xpm.rows import only

OWN = ("title", "text", "folder", "public", "file_name", "content")
NEEDED = {"title": "Title", "file_name": "FileName", "content": "Content"}


def values(body: Row) -> Row:
    """Return what a body says of a document. Raises BusinessError for one without title, name or content."""
    require({**dict.fromkeys(NEEDED, ""), **body}, **NEEDED)
    return only(body, OWN)
