"""Invoices, payments, collections."""

from typing import Annotated

from pydantic import Field

from mock_ignition.billing_api.rules import CollectionState, InvoiceState, PaymentMethod
from mock_ignition.bodies import Day
from mock_ignition.worlds.base import Charge, LongText, Name, Slug
from mock_kit.world import Record

InvoiceSlug = Annotated[str, Field(pattern=r"^inv_[A-Za-z0-9-]+$")]
PaymentSlug = Annotated[str, Field(pattern=r"^pypay_[A-Za-z0-9-]+$")]
CollectionSlug = Annotated[str, Field(pattern=r"^col_[A-Za-z0-9-]+$")]


class InvoiceItem(Record):
    """What an invoice charges for; with `service_slug` it comes from that service's line of the proposal."""

    service_slug: Slug | None = None
    name: Name
    description: LongText = ""
    amount: Charge


class Invoice(Record):
    """An invoice. Without a reference number it takes the next of the practice's sequence."""

    slug: InvoiceSlug
    reference_number: Name | None = None
    state: InvoiceState = "issued"
    client_slug: Slug
    proposal_slug: Slug | None = None
    date: Day
    due_date: Day | None = None
    """None: 14 days after `date`."""
    items: Annotated[list[InvoiceItem], Field(min_length=1)]


class Payment(Record):
    """What the client paid of an invoice."""

    slug: PaymentSlug
    invoice_slug: InvoiceSlug
    amount: Charge
    date: Day
    method: PaymentMethod = "card"


class Collection(Record):
    """An attempt to collect an invoice; a collected one names the payment that it made."""

    slug: CollectionSlug
    invoice_slug: InvoiceSlug
    amount: Charge
    date: Day
    state: CollectionState = "pending"
    payment_slug: PaymentSlug | None = None
