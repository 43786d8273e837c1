"""Writes the invoices, payments and collections of a world document."""

from mock_ignition.billing_api.invoices import NUMBERS
from mock_ignition.billing_api.rules import due_date, item
from mock_ignition.loading.check_billing import invoice_total, paid_of
from mock_ignition.loading.sheet import Sheet
from mock_ignition.money import cents
from mock_ignition.numbers import numeric_id
from mock_ignition.proposal_api.lines import OF_PROPOSAL
from mock_ignition.tables.billing import COLLECTIONS, INVOICES, PAYMENTS
from mock_ignition.tables.proposals import PROPOSALS
from mock_ignition.worlds.billing import Collection, Invoice, Payment
from mock_kit.store import Row


def load_billing(sheet: Sheet) -> None:
    """Write what a practice billed and was paid; its proposals are there already."""
    practice = sheet.practice
    paid = paid_of(practice)
    # Numbers that are written in the document come first, so that no other one takes them.
    for invoice in sorted(practice.invoices, key=lambda one: one.reference_number is None):
        sheet.tx.insert_many(INVOICES, [_invoice(sheet, invoice, paid[invoice.slug])])
    clients = {invoice.slug: invoice.client_slug for invoice in practice.invoices}
    sheet.tx.insert_many(PAYMENTS, [_taken(sheet, payment, clients) for payment in practice.payments])
    collections = [
        {**_taken(sheet, one, clients), "id": numeric_id("collection", one.slug)}
        for one in practice.collections
    ]
    sheet.tx.insert_many(COLLECTIONS, collections)


def _invoice(sheet: Sheet, invoice: Invoice, paid: int) -> Row:
    key = (sheet.practice.tenant_id, invoice.proposal_slug or "")
    proposal = sheet.tx.get(PROPOSALS, *key)
    lines = sheet.tx.all(OF_PROPOSAL, tenant_id=key[0], slug=key[1])
    by_service = {line["service_slug"]: line["slug"] for line in reversed(lines)}
    return {
        **sheet.row(invoice),
        "reference_number": sheet.number(NUMBERS, invoice.reference_number),
        "proposal_number": proposal and proposal["reference_number"],
        "date": invoice.date.isoformat(),
        "due_date": (invoice.due_date or due_date(invoice.date)).isoformat(),
        "total": invoice_total(invoice),
        "paid": paid,
        "items": [
            item(by_service.get(one.service_slug), one.name, one.description, cents(one.amount))
            for one in invoice.items
        ],
    }


def _taken(sheet: Sheet, record: Payment | Collection, clients: dict[str, str]) -> Row:
    """Return what payments and collections have in common: an amount of an invoice, on a day."""
    return {
        **sheet.row(record),
        "client_slug": clients[record.invoice_slug],
        "amount": cents(record.amount),
        "date": record.date.isoformat(),
    }
