"""What a handler is asked, and what it answers: records, not bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mock_kit.store import Row, Tx
from mock_xpm.kinds import element
from mock_xpm.wire import Record


@dataclass(frozen=True)
class Ask:
    """One call of a method, by a program that may make it."""

    tx: Tx
    tenant_id: str
    key: str = ""
    """The identifier in the path, in lower case unless it is a job's number."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Row = field(default_factory=dict)
    """The record in the body, by column; only what the body holds."""


class Part(Protocol):
    """A piece of an answer, after the status."""

    def xml(self) -> str:
        """Write the piece."""


@dataclass(frozen=True)
class Single:
    """One record."""

    record: Record
    row: Row

    def xml(self) -> str:
        """Write the record."""
        return self.record.write(self.row)


@dataclass(frozen=True)
class Listing:
    """A list of records in an element of their own; an empty one is self-closed."""

    around: str
    record: Record
    rows: list[Row]

    def xml(self) -> str:
        """Write the list."""
        return self.record.write_all(self.around, self.rows)


@dataclass(frozen=True)
class Plain:
    """An element with a text."""

    name: str
    text: str

    def xml(self) -> str:
        """Write the element."""
        return element(self.name, self.text)


Answer = tuple[Part, ...]
"""The pieces of an answer, in order; none: the status alone."""
NOTHING: Answer = ()


def envelope(method: str, answer: Answer) -> str:
    """Write a successful answer; `method` is the `api-method`, in CamelCase."""
    parts = "".join([part.xml() for part in answer])
    return f'<Response api-method="{method}"><Status>OK</Status>{parts}</Response>'


def refusal(method: str, description: str) -> str:
    """Write a business error."""
    told = element("ErrorDescription", description)
    return f'<Response api-method="{method}"><Status>ERROR</Status>{told}</Response>'
