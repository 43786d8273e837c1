"""The books of a page: what other records its rows show, looked up for all of them at once."""

import json
from collections.abc import Iterable

from sqlalchemy import Table, select

from mock_ignition.gateway import Ask
from mock_ignition.shapes.base import Book
from mock_ignition.tables.clients import CLIENTS, CONTACTS
from mock_ignition.tables.practice import JOB_TEMPLATES, USERS
from mock_ignition.tables.proposals import PROPOSAL_SERVICES as LINES
from mock_kit.queries import CHOSEN, TENANT
from mock_kit.statements import Query
from mock_kit.store import Row


def chosen(table: Table, column: str = "slug") -> Query:
    """Return the query of a practice's rows that have one of some values, in the order of the key."""
    mine = (table.c.tenant_id == TENANT, table.c[column].in_(CHOSEN))
    return Query(select(table).where(*mine).order_by(*table.primary_key))


TEAM = Query(select(USERS).where(USERS.c.tenant_id == TENANT).order_by(USERS.c.slug))
"""All users of a practice, removed ones too."""
_CLIENTS = chosen(CLIENTS)
_TEMPLATES = chosen(JOB_TEMPLATES)
_CONTACT_SLUGS = Query(
    select(CONTACTS.c.client_slug, CONTACTS.c.slug)
    .where(CONTACTS.c.tenant_id == TENANT, CONTACTS.c.client_slug.in_(CHOSEN))
    .order_by(CONTACTS.c.client_slug, CONTACTS.c["rank"])
)
_LINES = Query(
    select(LINES)
    .where(LINES.c.tenant_id == TENANT, LINES.c.proposal_slug.in_(CHOSEN))
    .order_by(LINES.c.proposal_slug, LINES.c.position, LINES.c.slug)
)


def client_book(ask: Ask, records: Iterable[Row]) -> Book:
    """Look up what client rows show: their contacts, and the team."""
    slugs = json.dumps([record["slug"] for record in records])
    book = Book(ask.tenant_id, users=by_slug(ask.tx.all(TEAM, tenant_id=ask.tenant_id)))
    for client, contact in ask.tx.tuples(_CONTACT_SLUGS, tenant_id=ask.tenant_id, keys=slugs):
        book.contact_slugs.setdefault(client, []).append(contact)
    return book


def contact_book(ask: Ask, records: Iterable[Row]) -> Book:
    """Look up what contact rows show: their clients."""
    return Book(ask.tenant_id, clients=_clients(ask, records))


def service_book(ask: Ask, records: Iterable[Row]) -> Book:
    """Look up what service rows show: job templates, hidden ones too, and the currency."""
    slugs = [record["job_template_slug"] for record in records if record["job_template_slug"]]
    found = ask.tx.all(_TEMPLATES, tenant_id=ask.tenant_id, keys=json.dumps(slugs)) if slugs else []
    return Book(ask.tenant_id, ask.currency(), templates=by_slug(found))


def proposal_book(ask: Ask, records: Iterable[Row]) -> Book:
    """Look up what proposal rows show: their services and clients, and the currency."""
    listed = list(records)
    book = deal_book(ask, listed)
    book.clients = _clients(ask, listed)
    return book


def deal_book(ask: Ask, records: Iterable[Row]) -> Book:
    """Look up what a proposal comes to: its services, and the currency."""
    book = currency_book(ask, records)
    slugs = json.dumps([record["slug"] for record in records])
    for line in ask.tx.all(_LINES, tenant_id=ask.tenant_id, keys=slugs):
        book.lines.setdefault(line["proposal_slug"], []).append(line)
    return book


def currency_book(ask: Ask, _records: Iterable[Row]) -> Book:
    """Look up what amounts alone show: the currency."""
    return Book(ask.tenant_id, ask.currency())


def plain_book(ask: Ask, _records: Iterable[Row]) -> Book:
    """Return an empty book: the rows show nothing of other records."""
    return Book(ask.tenant_id)


def by_slug(rows: Iterable[Row]) -> dict[str, Row]:
    """Return rows by their slugs."""
    return {row["slug"]: row for row in rows}


def _clients(ask: Ask, records: Iterable[Row]) -> dict[str, Row]:
    slugs = sorted({record["client_slug"] for record in records})
    return by_slug(ask.tx.all(_CLIENTS, tenant_id=ask.tenant_id, keys=json.dumps(slugs)))
