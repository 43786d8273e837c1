"""Refuses invoices, payments and collections of a world document that contradict each other or the rest."""

from collections import Counter

from mock_ignition.loading.sheet import known, unique
from mock_ignition.money import cents, number
from mock_ignition.world import Practice
from mock_ignition.worlds.billing import Collection, Invoice, Payment
from mock_ignition.worlds.proposals import Proposal
from mock_kit.world import WorldError


def check_billing(practice: Practice) -> None:
    """Check the billing of one practice; its proposals are checked already. Raises WorldError."""
    unique("invoice", (invoice.slug for invoice in practice.invoices))
    unique("invoice number", (one.reference_number for one in practice.invoices if one.reference_number))
    unique("payment", (payment.slug for payment in practice.payments))
    unique("collection", (collection.slug for collection in practice.collections))
    invoices = {invoice.slug: invoice for invoice in practice.invoices}
    for payment in practice.payments:
        known(payment.slug, "invoice_slug", payment.invoice_slug, invoices)
    _check_invoices(practice)
    payments = {payment.slug: payment for payment in practice.payments}
    for collection in practice.collections:
        known(collection.slug, "invoice_slug", collection.invoice_slug, invoices)
        known(collection.slug, "payment_slug", collection.payment_slug, payments)
        _check_collection(collection, invoices[collection.invoice_slug], payments)


def invoice_total(invoice: Invoice) -> int:
    """Return what an invoice of the document comes to, in cents."""
    return sum(cents(item.amount) for item in invoice.items)


def paid_of(practice: Practice) -> Counter[str]:
    """Return what is paid of each invoice, in cents."""
    paid: Counter[str] = Counter()
    for payment in practice.payments:
        paid[payment.invoice_slug] += cents(payment.amount)
    return paid


def _check_invoices(practice: Practice) -> None:
    clients = {client.slug for client in practice.clients}
    proposals = {proposal.slug: proposal for proposal in practice.proposals}
    paid = paid_of(practice)
    for invoice in practice.invoices:
        known(invoice.slug, "client_slug", invoice.client_slug, clients)
        known(invoice.slug, "proposal_slug", invoice.proposal_slug, proposals)
        _check_source(invoice, proposals.get(invoice.proposal_slug or ""))
        _check_paid(invoice, paid[invoice.slug])


def _check_source(invoice: Invoice, proposal: Proposal | None) -> None:
    if proposal and proposal.client_slug != invoice.client_slug:
        raise WorldError(
            f"{invoice.slug}: client_slug is {invoice.client_slug}, but {proposal.slug} is for "
            f"{proposal.client_slug}"
        )
    sold = {line.service_slug for line in proposal.services} if proposal else set()
    for item in invoice.items:
        if item.service_slug is not None and item.service_slug not in sold:
            raise WorldError(
                f"{invoice.slug}: service_slug names {item.service_slug}, which is on no proposal of it"
            )


def _check_paid(invoice: Invoice, paid: int) -> None:
    whole = invoice_total(invoice)
    if paid and invoice.state == "voided":
        raise WorldError(f"{invoice.slug}: state is voided, but there are payments of it")
    if paid > whole:
        raise WorldError(
            f"{invoice.slug}: the amount of its payments is {number(paid)}, over its total of {number(whole)}"
        )


def _check_collection(collection: Collection, invoice: Invoice, payments: dict[str, Payment]) -> None:
    where = collection.slug
    if cents(collection.amount) > invoice_total(invoice):
        raise WorldError(f"{where}: amount is {collection.amount}, over the total of {invoice.slug}")
    payment = payments.get(collection.payment_slug or "")
    if (payment is not None) != (collection.state == "collected"):
        raise WorldError(
            f"{where}: state is {collection.state} and payment_slug {collection.payment_slug}: "
            "what is collected, and nothing else, names its payment"
        )
    if payment and (payment.invoice_slug, payment.amount) != (collection.invoice_slug, collection.amount):
        raise WorldError(
            f"{where}: payment_slug names {payment.slug}, which is {payment.amount} of {payment.invoice_slug}"
        )
