"""The documents of clients and of jobs: one record for both."""

import binascii
from base64 import b64decode, b64encode

from mock_xpm.wire.kinds import CODE, TRUE_FALSE, Kind
from mock_xpm.wire.record import Record, Value
from mock_xpm.wire.versions import Ident


def _read_base64(text: str) -> str:
    """Return the one way to write these bytes; lines and spaces in the text do not matter."""
    try:
        return b64encode(b64decode("".join(text.split()), validate=True)).decode("ascii")
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(text[:40]) from error


BASE64 = Kind(str, _read_base64, plain=True)
"""The bytes of a file, as base64."""

# No source shows how a document is answered: ours, with the elements of the one that is sent.
DOCUMENT = Record(
    "Document",
    Value("Title", "title"),
    Value("Text", "text"),
    Value("Folder", "folder"),
    Value("Public", "public", TRUE_FALSE),
    Value("FileName", "file_name"),
    Value("Content", "content", BASE64),
    Ident("clients", "Client", use="request"),
    Value("Job", "job_number", CODE, use="request"),
)
