"""The books of a page: what other records its rows show, looked up for all of them at once."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, select

from mock_ignition.gateway import Ask
from mock_ignition.shapes.base import Book
from mock_ignition.tables.clients import CLIENTS, CONTACTS
from mock_ignition.tables.practice import JOB_TEMPLATES, USERS
from mock_ignition.tables.proposals import PROPOSAL_SERVICES
from mock_kit.store import Row


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
