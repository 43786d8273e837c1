"""Documents of clients and of jobs."""

from typing import Annotated

from pydantic import AfterValidator, Field

from mock_kit.world import Record
from mock_xpm.records.documents import BASE64
from mock_xpm.worlds.base import Name


class Document(Record):
    """A file; `content` is its bytes as base64."""

    title: Name
    text: str = ""
    folder: str = ""
    public: bool = False
    file_name: Name
    content: Annotated[str, Field(min_length=1), AfterValidator(BASE64.read)]
