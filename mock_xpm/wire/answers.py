"""What a handler is asked, and what it answers: records, not bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mock_kit.store import Row, Tx
from mock_xpm import identity
from mock_xpm.wire.forms import Form, Version, version_of
from mock_xpm.wire.kinds import camel, element, quoted
from mock_xpm.wire.record import Record


@dataclass(frozen=True)
class Ask:
    """One call of a method, by a program that may make it."""

    tx: Tx
    tenant_id: str
    form: Form = "3.1"
    """How the answer will be written."""
    key: str = ""
    """The identifier in the path: a UUID in lower case, whatever the version, or a job's number."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Row = field(default_factory=dict)
    """The record in the body, by column; only what the body holds."""

    @property
    def version(self) -> Version:
        """Return the version of the API that is called."""
        return version_of(self.form)

    def named(self, table: str, parameter: str, old_parameter: str) -> str | None:
        """Return the UUID that the query names, by its version's parameter; None when it has neither one.

        A parameter that is empty, or the other version's, comes out as what no row has.
        """
        if parameter not in self.query and old_parameter not in self.query:
            return None
        if self.version == "3.0":
            return identity.uuid_of(self.tx, self.tenant_id, table, self.query.get(old_parameter, ""))
        return self.query.get(parameter, "").strip().lower()

    def flag(self, parameter: str) -> bool:
        """Tell whether a parameter of the query is `true`."""
        return self.query.get(parameter, "").lower() == "true"


class Part(Protocol):
    """A piece of an answer, after the status."""

    def write(self, form: Form) -> list[bytes]:
        """Write the piece: an element, or a member of a JSON object."""


@dataclass(frozen=True)
class Single:
    """One record."""

    record: Record
    row: Row

    def write(self, form: Form) -> list[bytes]:
        """Write the record; as JSON, a member named after its element."""
        before = f'"{camel(self.record.element)}":' if form == "json" else ""
        return [(before + self.record.write(form, self.row)).encode()]


@dataclass(frozen=True)
class Listing:
    """A list of records in an element of their own; an empty one is self-closed."""

    around: str
    record: Record
    rows: list[Row]

    def write(self, form: Form) -> list[bytes]:
        """Write the list."""
        return [self.record.write_all(form, self.around, self.rows).encode()]


@dataclass(frozen=True)
class Fragments:
    """A list of records that are written already, in the form of the call."""

    around: str
    written: list[bytes]

    def write(self, form: Form) -> list[bytes]:
        """Put the list's own element or member around the records."""
        if form == "json":
            between = [part for one in self.written for part in (b",", one)][1:]
            return [f'"{camel(self.around)}":['.encode(), *between, b"]"]
        if not self.written:
            return [f"<{self.around} />".encode()]
        return [f"<{self.around}>".encode(), *self.written, f"</{self.around}>".encode()]


@dataclass(frozen=True)
class Plain:
    """An element with a text."""

    name: str
    text: str

    def write(self, form: Form) -> list[bytes]:
        """Write the element."""
        if form == "json":
            return [f'"{camel(self.name)}":{quoted(self.text)}'.encode()]
        return [element(self.name, self.text).encode()]


@dataclass(frozen=True)
class Written:
    """What is written already, in the form of the call."""

    pieces: list[bytes]

    def write(self, _form: Form) -> list[bytes]:
        """Return it."""
        return self.pieces


Answer = tuple[Part, ...]
"""The pieces of an answer, in order; none: the status alone."""
NOTHING: Answer = ()


def envelope(form: Form, method: str, answer: Answer) -> list[bytes]:
    """Write a successful answer in pieces; `method` is the `api-method`, in CamelCase.

    As JSON there is no envelope: the pieces are members of one object, and the status is the last.
    """
    pieces: list[bytes] = []
    if form == "json":
        for part in answer:
            pieces += [*part.write(form), b","]
        return [b"{", *pieces, b'"status":"OK"}']
    for part in answer:
        pieces += part.write(form)
    return [f'<Response api-method="{method}"><Status>OK</Status>'.encode(), *pieces, b"</Response>"]


def refusal(form: Form, method: str, description: str) -> str:
    """Write a business error."""
    if form == "json":
        return f'{{"errorDescription":{quoted(description)},"status":"ERROR"}}'
    told = element("ErrorDescription", description)
    return f'<Response api-method="{method}"><Status>ERROR</Status>{told}</Response>'
