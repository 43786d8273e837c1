"""THE table of kinds: which records each surface shows, in which shape, walked in which order."""

from mock_ignition import rows
from mock_ignition.records import Kind
from mock_ignition.tables import CLIENTS, CONTACTS, JOB_TEMPLATES, PROPOSALS, SERVICES, USERS

CLIENT = Kind("client", CLIENTS, rows.CLIENT, rows.client_book)
CONTACT = Kind("contact", CONTACTS, rows.CONTACT, rows.contact_book)
SERVICE = Kind("service", SERVICES, rows.SERVICE, rows.service_book)
PROPOSAL = Kind("proposal", PROPOSALS, rows.PRACTICE_PROPOSAL, rows.proposal_book)
USER = Kind("user", USERS, rows.USER, rows.plain_book, shown=USERS.c.deleted_at.is_(None))
JOB_TEMPLATE = Kind(
    "job template", JOB_TEMPLATES, rows.JOB_TEMPLATE, rows.plain_book, shown=JOB_TEMPLATES.c.hidden.is_(False)
)

BY_CHANGE = ("updated_at", "slug")
"""A row that changes while one pages moves to the end: it can be seen twice, never missed."""

REPORTING = {
    "clients": Kind("client", CLIENTS, rows.CLIENT, rows.client_book, BY_CHANGE, etags=False),
    "contacts": Kind("contact", CONTACTS, rows.CONTACT, rows.contact_book, BY_CHANGE, etags=False),
    "services": Kind("service", SERVICES, rows.SERVICE, rows.service_book, BY_CHANGE, etags=False),
    "proposals": Kind("proposal", PROPOSALS, rows.PROPOSAL, rows.proposal_book, BY_CHANGE, etags=False),
}
