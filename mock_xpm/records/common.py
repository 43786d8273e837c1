"""Parts that many records have."""

from mock_xpm.wire.record import Record, Value
from mock_xpm.wire.versions import Ident

NAME = Value("Name", "name")


def reference(element: str, table: str) -> Record:
    """Return how a row of a table is named inside another record: its identifier and its name."""
    return Record(element, Ident(table), NAME)
