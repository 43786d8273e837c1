"""Invoices: raised when a proposal is accepted, voided when it is revoked."""

from datetime import date

from sqlalchemy import bindparam, select

from mock_ignition import kinds
from mock_ignition.billing_api.rules import bills, due_date, total
from mock_ignition.gateway import Ask
from mock_ignition.numbers import Sequence
from mock_ignition.tables.billing import INVOICES
from mock_kit.ids import slug_of
from mock_kit.queries import TENANT
from mock_kit.statements import Query
from mock_kit.store import Row

NUMBERS = Sequence(INVOICES, "INV", "invoice number")
_UNPAID = Query(
    select(INVOICES)
    .where(
        INVOICES.c.tenant_id == TENANT,
        INVOICES.c.proposal_slug == bindparam("proposal_slug"),
        INVOICES.c.state == "issued",
        INVOICES.c.paid == 0,
    )
    .order_by(INVOICES.c.slug)
)


def raise_invoices(ask: Ask, proposal: Row, lines: list[Row]) -> None:
    """Raise the invoices of a proposal that is being accepted; `lines` are those that the client took."""
    accepted = date.fromisoformat(proposal["accepted_at"][:10])
    start = date.fromisoformat(proposal["proposal_start_date"])
    for bill in bills(lines, accepted, start):
        number = NUMBERS.take(ask.parts, ask.tx, ask.tenant_id)
        invoice = {
            "tenant_id": ask.tenant_id,
            # A number is given out once, so that it needs no counter of its own.
            "slug": slug_of("inv", ask.parts.ids.seed, ask.tenant_id, number),
            "reference_number": number,
            "state": "issued",
            "client_slug": proposal["client_slug"],
            "proposal_slug": proposal["slug"],
            "proposal_number": proposal["reference_number"],
            "date": bill.day.isoformat(),
            "due_date": due_date(bill.day).isoformat(),
            "total": total(bill.items),
            "paid": 0,
            "items": bill.items,
            "created_at": ask.now,
            "updated_at": ask.now,
            "version": 1,
        }
        ask.tx.insert(INVOICES, invoice)


def void_unpaid(ask: Ask, proposal_slug: str) -> None:
    """Void the invoices of a proposal of which nothing is paid yet."""
    for invoice in ask.tx.all(_UNPAID, tenant_id=ask.tenant_id, proposal_slug=proposal_slug):
        kinds.INVOICE.change(ask, invoice, {"state": "voided"})
