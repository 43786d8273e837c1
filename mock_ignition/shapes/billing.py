"""Invoices, payments and collections as the Reporting API shows them."""

from mock_ignition.billing_api.rules import (
    CollectionState,
    InvoiceState,
    ItemOrigin,
    PaymentMethod,
    PaymentState,
    payment_state,
)
from mock_ignition.money import amount_in, number
from mock_ignition.shapes.base import (
    TIMES,
    Book,
    ClientSlug,
    CollectionSlug,
    Day,
    InvoiceSlug,
    Member,
    Money,
    PaymentSlug,
    ProposalSlug,
    Shape,
    Shown,
    columns,
    link,
)
from mock_kit.store import Row


class Invoiced(Shown):
    """Whom an invoice is for."""

    slug: ClientSlug


class Total(Shown):
    """What an invoice comes to."""

    total: float
    currency: str


class ItemShown(Shown):
    """What an invoice charges for; `origin_identifier` is the proposal's line, if it comes from one."""

    origin_type: ItemOrigin
    origin_identifier: str | None
    name: str
    description: str
    amount: Money


class ProposalNamed(Shown):
    """The proposal that an invoice comes from."""

    slug: ProposalSlug
    reference_number: str


def _items(record: Row, book: Book) -> list[Row]:
    return [{**item, "amount": amount_in(item["amount"], book.currency)} for item in record["items"]]


def _proposal(record: Row, _book: Book) -> Row | None:
    slug = record["proposal_slug"]
    return slug and {"slug": slug, "reference_number": record["proposal_number"]}


_AMOUNT = Member(Money, lambda record, book: amount_in(record["amount"], book.currency))

INVOICE = Shape(
    "Invoice",
    "An invoice: what the client is asked to pay.",
    {
        "slug": Member(InvoiceSlug, "slug"),
        "reference_number": Member(str, "reference_number"),
        "state": Member(InvoiceState, "state"),
        "payment_state": Member(
            PaymentState, lambda record, _book: payment_state(record["total"], record["paid"])
        ),
        "client": Member(Invoiced, lambda record, _book: {"slug": record["client_slug"]}),
        "amount": Member(
            Total, lambda record, book: {"total": number(record["total"]), "currency": book.currency}
        ),
        **columns("date due_date", Day),
        "items": Member(list[ItemShown], _items),
        "proposal": Member(ProposalNamed | None, _proposal),
        "link": link("invoices"),
        **TIMES,
    },
)

PAYMENT = Shape(
    "Payment",
    "What a client paid of an invoice.",
    {
        "slug": Member(PaymentSlug, "slug"),
        "invoice_slug": Member(InvoiceSlug, "invoice_slug"),
        "client_slug": Member(ClientSlug, "client_slug"),
        "amount": _AMOUNT,
        "date": Member(Day, "date"),
        "method": Member(PaymentMethod, "method"),
        "link": link("payments"),
        **TIMES,
    },
)

COLLECTION = Shape(
    "Collection",
    "An attempt to collect an invoice from the client; one that succeeded names the payment it made.",
    {
        "id": Member(int, "id"),
        "slug": Member(CollectionSlug, "slug"),
        "state": Member(CollectionState, "state"),
        "invoice_slug": Member(InvoiceSlug, "invoice_slug"),
        "client_slug": Member(ClientSlug, "client_slug"),
        "payment_slug": Member(PaymentSlug | None, "payment_slug"),
        "amount": _AMOUNT,
        "date": Member(Day, "date"),
        "link": link("collections"),
        **TIMES,
    },
)
