"""The shapes of the rows: one description each, its keys in the order of the contract's page.

A value names the column it is copied from, or is a function of the record and of the `Book`:
what other records a row shows, looked up for a whole page at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select

from mock_ignition.gateway import Ask
from mock_ignition.tables import CLIENTS, CONTACTS, JOB_TEMPLATES, PROPOSAL_SERVICES, USERS
from mock_ignition.terms import contract_value, recurrence_text
from mock_kit.ids import slug_of
from mock_kit.store import Row

APP = "https://go.ignition.example"
"""Where links point: a fixed origin, so that no port gets into the state."""


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


Value = str | Callable[[Row, Book], Any]
Shape = dict[str, Value]


def render(shape: Shape, record: Row, book: Book) -> Row:
    """Return a record as the API shows it."""
    return {
        name: record[value] if isinstance(value, str) else value(record, book)
        for name, value in shape.items()
    }


def _same(names: str) -> Shape:
    return {name: name for name in names.split()}


def _always(value: Any) -> Value:
    return lambda _record, _book: value


def _link(path: str) -> Value:
    return lambda record, _book: f"{APP}/{path}/{record['slug']}"


def _user(column: str) -> Value:
    def show(record: Row, book: Book) -> Row | None:
        user = book.users.get(record[column] or "")
        return {name: user[name] for name in ("slug", "name", "email")} if user else None

    return show


def _money(column: str) -> Value:
    return lambda record, book: {"amount": record[column], "currency": book.currency}


def _template(record: Row, book: Book) -> Row | None:
    found = book.templates.get(record["job_template_slug"] or "")
    return {name: found[name] for name in ("slug", "name", "xpm_template_uuid")} if found else None


def _service_group(record: Row, book: Book) -> Row:
    name = record["service_group"]
    return {"slug": slug_of("grp", book.tenant_id, "service group", name), "name": name}


def _named(column: str) -> Value:
    return lambda record, _book: {"name": record[column]} if record[column] else None


def _lines(record: Row, book: Book) -> list[Row]:
    term = record["contract_term"]
    lines = book.lines.get(record["slug"], [])
    return [render(PROPOSAL_SERVICE, {**line, "contract_term": term}, book) for line in lines]


def _proposal_value(record: Row, book: Book) -> Row:
    lines = [line for line in book.lines.get(record["slug"], []) if line["is_selected_for_acceptance"]]
    amounts = (contract_value(line["price"], line["cadence"], record["contract_term"]) for line in lines)
    return {"amount": round(sum(amounts), 2), "currency": book.currency}


def _line_value(record: Row, _book: Book) -> float:
    return contract_value(record["price"], record["cadence"], record["contract_term"])


def _recurs(record: Row, _book: Book) -> bool:
    return bool(record["cadence"] != "once_off")


CLIENT: Shape = {
    **_same("slug name state email phone fax website salutation"),
    "contact_slugs": lambda record, book: book.contact_slugs.get(record["slug"], []),
    **_same("address postal_address company_structure tax_registered"),
    **_same("external_client_id xero_contact_id qbo_customer_id"),
    "manager": _user("manager_slug"),
    "partner": _user("partner_slug"),
    "tags": "tags",
    "group_name": lambda record, _book: record["groups"][0] if record["groups"] else None,
    "groups": "groups",
    "link": _link("clients"),
    **_same("created_at updated_at"),
}

CONTACT: Shape = {
    **_same("id slug"),
    "client": lambda record, book: {
        "slug": record["client_slug"],
        "name": book.clients[record["client_slug"]]["name"],
    },
    **_same("name email phone mobile position salutation addressee"),
    **_same("is_primary is_signatory is_invoice_recipient"),
    "link": lambda record, _book: f"{APP}/clients/{record['client_slug']}/contacts/{record['slug']}",
    **_same("created_at updated_at"),
}

SERVICE: Shape = {
    **_same("slug name description state"),
    "price": _money("price"),
    **_same("price_type billing_mode"),
    "unit_name": _always(None),
    "min_price": _always(None),
    "max_price": _always(None),
    "tax_rate": _always(None),
    "service_group": _service_group,
    "service_category": _always(None),
    "service_origin": _always("practice"),
    "job_template": _template,
    "link": _link("services"),
    **_same("created_at updated_at"),
}

SCHEDULE: Shape = {
    "cadence": "cadence",
    "recurrence": lambda record, _book: recurrence_text(record["cadence"]),
    "currency": lambda _record, book: book.currency,
    "minimum_period_value": "price",
    "minimum_contract_value": _line_value,
}

BILLING: Shape = {
    "mode": lambda record, book: "recurring" if _recurs(record, book) else "one_time",
    "summary": lambda record, _book: recurrence_text(record["cadence"]) or "Once",
    "is_recurring": _recurs,
    "schedules": lambda record, book: [render(SCHEDULE, record, book)],
}

PRICING: Shape = {
    "currency": lambda _record, book: book.currency,
    "quantity": _always(1),
    "price_type": "price_type",
    "minimum_period_value": "price",
    "minimum_contract_value": _line_value,
}

PROPOSAL_SERVICE: Shape = {
    **_same("slug service_slug name description position is_add_on is_selected_for_acceptance"),
    "invoice_strategy": lambda record, book: "recurring" if _recurs(record, book) else "on_acceptance",
    "billing": lambda record, book: render(BILLING, record, book),
    "pricing": lambda record, book: render(PRICING, record, book),
}

PROPOSAL: Shape = {
    **_same("slug name reference_number state client_slug"),
    "client_name": lambda record, book: book.clients[record["client_slug"]]["name"],
    "external_client_id": lambda record, book: book.clients[record["client_slug"]]["external_client_id"],
    "client_tags": lambda record, book: book.clients[record["client_slug"]]["tags"],
    "contract_term": "contract_term",
    "minimum_contract_length": "contract_term",
    "minimum_contract_value": _proposal_value,
    **_same("proposal_start_type proposal_start_date proposal_end_date"),
    "creator": _named("creator_name"),
    "sender": _named("sender_name"),
    **_same("sent_at accepted_at lost_at"),
    "link": _link("proposals"),
    "services": _lines,
    **_same("created_at updated_at"),
}

PRACTICE_PROPOSAL: Shape = {**PROPOSAL, "deployment": "deployment"}
"""The practice API shows what became of a proposal as well."""

JOB_TEMPLATE: Shape = _same("slug name xpm_template_uuid created_at updated_at")
USER: Shape = _same("slug name email xpm_staff_uuid created_at updated_at")


def client_book(ask: Ask, records: Iterable[Row]) -> Book:
    """Look up what client rows show: their contacts, and the team."""
    slugs = [record["slug"] for record in records]
    book = Book(ask.tenant_id, users=_by_slug(ask, USERS, USERS.c.tenant_id == ask.tenant_id))
    query = select(CONTACTS.c.client_slug, CONTACTS.c.slug).where(
        CONTACTS.c.tenant_id == ask.tenant_id, CONTACTS.c.client_slug.in_(slugs)
    )
    for row in ask.tx.rows(query.order_by(CONTACTS.c.client_slug, CONTACTS.c["rank"])):
        book.contact_slugs.setdefault(row["client_slug"], []).append(row["slug"])
    return book


def contact_book(ask: Ask, records: Iterable[Row]) -> Book:
    """Look up what contact rows show: their clients."""
    return Book(ask.tenant_id, clients=_clients(ask, records))


def service_book(ask: Ask, records: Iterable[Row]) -> Book:
    """Look up what service rows show: job templates, hidden ones too, and the currency."""
    slugs = [record["job_template_slug"] for record in records if record["job_template_slug"]]
    mine = (JOB_TEMPLATES.c.tenant_id == ask.tenant_id) & JOB_TEMPLATES.c.slug.in_(slugs)
    return Book(ask.tenant_id, ask.currency(), templates=_by_slug(ask, JOB_TEMPLATES, mine))


def proposal_book(ask: Ask, records: Iterable[Row]) -> Book:
    """Look up what proposal rows show: their services and clients, and the currency."""
    listed = list(records)
    book = Book(ask.tenant_id, ask.currency(), clients=_clients(ask, listed))
    table = PROPOSAL_SERVICES
    slugs = [record["slug"] for record in listed]
    query = select(table).where(table.c.tenant_id == ask.tenant_id, table.c.proposal_slug.in_(slugs))
    for line in ask.tx.rows(query.order_by(table.c.proposal_slug, table.c.position, table.c.slug)):
        book.lines.setdefault(line["proposal_slug"], []).append(line)
    return book


def plain_book(ask: Ask, _records: Iterable[Row]) -> Book:
    """Return an empty book: the rows show nothing of other records."""
    return Book(ask.tenant_id)


def _clients(ask: Ask, records: Iterable[Row]) -> dict[str, Row]:
    slugs = sorted({record["client_slug"] for record in records})
    return _by_slug(ask, CLIENTS, (CLIENTS.c.tenant_id == ask.tenant_id) & CLIENTS.c.slug.in_(slugs))


def _by_slug(ask: Ask, table: Any, where: ColumnElement[bool]) -> dict[str, Row]:
    return {row["slug"]: row for row in ask.tx.rows(select(table).where(where))}
