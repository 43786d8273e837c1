"""What is billed, when, and what counts as paid: pure rules, ours where the page is silent."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

from mock_ignition.money import cents
from mock_ignition.proposal_api.terms import CADENCES, charged
from mock_kit.store import Row

InvoiceState = Literal["issued", "voided"]
PaymentState = Literal["unpaid", "partly_paid", "paid"]
PaymentMethod = Literal["card", "direct_debit", "bank_transfer"]
CollectionState = Literal["pending", "collected", "failed"]
ItemOrigin = Literal["proposal_service", "manual"]

DUE_AFTER = timedelta(days=14)
"""How long a client has to pay an invoice."""


class Bill(NamedTuple):
    """An invoice to raise: its day, and what it charges for."""

    day: date
    items: list[Row]


def bills(lines: Iterable[Row], accepted: date, start: date) -> list[Bill]:
    """Return what an acceptance bills: the once-off lines at once, of each cadence its first period.

    `lines` are those that the client took, in their order. What costs nothing is not billed.
    """
    by_cadence: dict[str, list[Row]] = {}
    for line in lines:
        amount = cents(charged(line["price"], line["price_type"]))
        if amount:
            charge = item(line["slug"], line["name"], line["description"], amount)
            by_cadence.setdefault(line["cadence"], []).append(charge)
    return [
        Bill(accepted if cadence == "once_off" else start, by_cadence[cadence])
        for cadence in CADENCES
        if cadence in by_cadence
    ]


def item(line_slug: str | None, name: str, description: str, amount: int) -> Row:
    """Return what an invoice charges for, in cents: a proposal's line, or by hand what has none."""
    return {
        "origin_type": "proposal_service" if line_slug else "manual",
        "origin_identifier": line_slug,
        "name": name,
        "description": description,
        "amount": amount,
    }


def due_date(day: date) -> date:
    """Return the day by which an invoice of a day is to be paid."""
    return day + DUE_AFTER


def total(items: Iterable[Row]) -> int:
    """Return what items come to, in cents."""
    return sum(one["amount"] for one in items)


def payment_state(of_total: int, paid: int) -> PaymentState:
    """Return how much of an invoice is paid, in a word."""
    if not paid:
        return "unpaid"
    return "paid" if paid >= of_total else "partly_paid"
