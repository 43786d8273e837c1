"""What the shapes of rows are made of: a description each, from which a row is made and its schema too.

A member has a type, which the published schema tells, and where its value comes from: the name of a
column, or a function of the record and of the `Book`, which holds what other records a row shows,
looked up for a whole page at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, WithJsonSchema, create_model

from mock_kit.store import Row

APP = "https://go.ignition.example"
"""Where links point: a fixed origin, so that no port gets into the state."""

Moment = Annotated[
    str,
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        }
    ),
]
"""ISO 8601, UTC, whole seconds."""
Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Link = Annotated[str, WithJsonSchema({"type": "string", "format": "uri"})]


def _slug(prefix: str, example: str = "8g3e5zjx0v4wq1mt") -> WithJsonSchema:
    """Return the schema of the slugs of a kind; an example that is a name is a record of the demo."""
    return WithJsonSchema({"type": "string", "pattern": f"^{prefix}_", "examples": [f"{prefix}_{example}"]})


ClientSlug = Annotated[str, _slug("cli", "kauri")]
ContactSlug = Annotated[str, _slug("con", "hana")]
ServiceSlug = Annotated[str, _slug("svc", "annual")]
TemplateSlug = Annotated[str, _slug("jtpl", "annual")]
UserSlug = Annotated[str, _slug("usr", "ana")]
ProposalSlug = Annotated[str, _slug("prop", "books")]
LineSlug = Annotated[str, _slug("pss")]
StageSlug = Annotated[str, _slug("dst")]
DealSlug = Annotated[str, _slug("psd")]
InvoiceSlug = Annotated[str, _slug("inv")]
PaymentSlug = Annotated[str, _slug("pypay")]
CollectionSlug = Annotated[str, _slug("col")]
WebhookSlug = Annotated[str, _slug("whk")]


class Shown(BaseModel):
    """A part of a row that has members of its own; it has no others."""

    model_config = ConfigDict(extra="forbid")


class Named(Shown):
    """Something told by its name."""

    name: str


class SlugAndName(Shown):
    """Another record: which one, and what it is called."""

    slug: str
    name: str


class Person(Shown):
    """A member of the team."""

    slug: UserSlug
    name: str
    email: str


class Money(Shown):
    """An amount in the practice's currency."""

    amount: float
    currency: str


@dataclass
class Book:
    """Other records that the rows of one page show."""

    tenant_id: str
    currency: str = ""
    users: dict[str, Row] = field(default_factory=dict)
    clients: dict[str, Row] = field(default_factory=dict)
    contact_slugs: dict[str, list[str]] = field(default_factory=dict)
    templates: dict[str, Row] = field(default_factory=dict)
    lines: dict[str, list[Row]] = field(default_factory=dict)
    others: dict[str, Row] = field(default_factory=dict)
    """Records of one further table, by slug."""


Value = str | Callable[[Row, Book], Any]


class Member(NamedTuple):
    """One member of a row: its type, and the column or the function that gives its value."""

    type: Any
    value: Value


class Shape:
    """A row: its name in the schema, one sentence on it, its members in the order of the contract's page."""

    def __init__(self, name: str, about: str, members: Mapping[str, Member]) -> None:
        self.name = name
        self.about = about
        self.members = dict(members)
        self._blank: Row = dict.fromkeys(members)
        """A row without its values: it has the members' order."""
        values = [(name, member.value) for name, member in members.items()]
        self._columns = [(name, value) for name, value in values if isinstance(value, str)]
        self._made = [(name, value) for name, value in values if not isinstance(value, str)]

    def render(self, record: Row, book: Book) -> Row:
        """Return a record as the API shows it."""
        row = self._blank.copy()
        for name, column in self._columns:
            row[name] = record[column]
        for name, make in self._made:
            row[name] = make(record, book)
        return row

    def also(self, name: str, about: str, members: Mapping[str, Member]) -> "Shape":
        """Return a shape with further members behind this one's."""
        return Shape(name, about, {**self.members, **members})

    @cached_property
    def model(self) -> type[BaseModel]:
        """The row as a pydantic model: what its schema is made of, and what checks a row in tests."""
        fields: dict[str, Any] = {name: (member.type, ...) for name, member in self.members.items()}
        made: type[BaseModel] = create_model(self.name, __base__=Shown, __doc__=self.about, **fields)
        return made


def columns(names: str, of: Any = str) -> dict[str, Member]:
    """Return members that are columns of the same name and of one type."""
    return {name: Member(of, name) for name in names.split()}


def always(value: Any, of: Any) -> Member:
    """Return a member that is the same in each row."""
    return Member(of, lambda _record, _book: value)


def link(path: str) -> Member:
    """Return the address of the record's page in the app."""
    return Member(Link, lambda record, _book: f"{APP}/{path}/{record['slug']}")


def user(column: str) -> Member:
    """Return the member of the team that a column names."""

    def show(record: Row, book: Book) -> Row | None:
        found = book.users.get(record[column] or "")
        return {name: found[name] for name in ("slug", "name", "email")} if found else None

    return Member(Person | None, show)


def money(column: str) -> Member:
    """Return a column's amount in the practice's currency."""
    return Member(Money, lambda record, book: {"amount": record[column], "currency": book.currency})


TIMES = columns("created_at updated_at", Moment)
