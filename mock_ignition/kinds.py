"""THE table of kinds: which records each surface shows, in which shape, walked in which order."""

from dataclasses import replace

from mock_ignition.records import Kind
from mock_ignition.shapes import books
from mock_ignition.shapes.billing import COLLECTION as COLLECTION_SHAPE
from mock_ignition.shapes.billing import INVOICE as INVOICE_SHAPE
from mock_ignition.shapes.billing import PAYMENT as PAYMENT_SHAPE
from mock_ignition.shapes.clients import CLIENT as CLIENT_SHAPE
from mock_ignition.shapes.clients import CONTACT as CONTACT_SHAPE
from mock_ignition.shapes.deals import DEAL as DEAL_SHAPE
from mock_ignition.shapes.deals import DEAL_STAGE as DEAL_STAGE_SHAPE
from mock_ignition.shapes.practice import JOB_TEMPLATE as JOB_TEMPLATE_SHAPE
from mock_ignition.shapes.practice import SERVICE as SERVICE_SHAPE
from mock_ignition.shapes.practice import USER as USER_SHAPE
from mock_ignition.shapes.proposals import PRACTICE_PROPOSAL
from mock_ignition.shapes.proposals import PROPOSAL as PROPOSAL_SHAPE
from mock_ignition.tables.billing import COLLECTIONS, INVOICES, PAYMENTS
from mock_ignition.tables.clients import CLIENTS, CONTACTS
from mock_ignition.tables.deals import DEAL_STAGES
from mock_ignition.tables.practice import JOB_TEMPLATES, SERVICES, USERS
from mock_ignition.tables.proposals import PROPOSALS

CLIENT = Kind("client", CLIENTS, CLIENT_SHAPE, books.client_book, frozenset({"users"}))
CONTACT = Kind("contact", CONTACTS, CONTACT_SHAPE, books.contact_book, frozenset({"clients"}))
SERVICE = Kind("service", SERVICES, SERVICE_SHAPE, books.service_book, frozenset({"job_templates"}))
PROPOSAL = Kind("proposal", PROPOSALS, PRACTICE_PROPOSAL, books.proposal_book, frozenset({"clients"}))
USER = Kind("user", USERS, USER_SHAPE, books.plain_book, shown=USERS.c.deleted_at.is_(None))
JOB_TEMPLATE = Kind(
    "job template",
    JOB_TEMPLATES,
    JOB_TEMPLATE_SHAPE,
    books.plain_book,
    shown=JOB_TEMPLATES.c.hidden.is_(False),
)
DEAL_STAGE = Kind("deal stage", DEAL_STAGES, DEAL_STAGE_SHAPE, books.plain_book)
DEAL = Kind("deal", PROPOSALS, DEAL_SHAPE, books.deal_book)
INVOICE = Kind("invoice", INVOICES, INVOICE_SHAPE, books.currency_book)
PAYMENT = Kind("payment", PAYMENTS, PAYMENT_SHAPE, books.currency_book)
COLLECTION = Kind("collection", COLLECTIONS, COLLECTION_SHAPE, books.currency_book)

PRACTICE = (CLIENT, CONTACT, SERVICE, PROPOSAL, USER, JOB_TEMPLATE)


def _reported(kind: Kind) -> Kind:
    """Return a kind as the Reporting API shows it.

    A row that changes while one pages moves to the end: it can be seen twice, never missed.
    """
    return replace(kind, order=("updated_at", "slug"), etags=False)


REPORTING = {
    "clients": _reported(CLIENT),
    "contacts": _reported(CONTACT),
    "deal_stages": _reported(DEAL_STAGE),
    "deals": _reported(DEAL),
    "services": _reported(SERVICE),
    "proposals": _reported(replace(PROPOSAL, shape=PROPOSAL_SHAPE)),
    "invoices": _reported(INVOICE),
    "payments": _reported(PAYMENT),
    "collections": _reported(COLLECTION),
}
