"""Amounts as whole cents: sums are exact, and a row tells the number again."""

from decimal import ROUND_HALF_UP, Decimal

from mock_kit.store import Row

CENTS = 100


def cents(amount: float) -> int:
    """Return an amount in cents; half a cent is rounded up."""
    # By the number as it is written: 1.005 is a little less to the machine, and would be rounded down.
    return int((Decimal(str(amount)) * CENTS).quantize(Decimal(1), ROUND_HALF_UP))


def number(amount: int) -> float:
    """Return cents as the number that a row tells."""
    return amount / CENTS


def whole_cents(amount: float) -> float:
    """Return an amount in whole cents; nothing is 0.0, never -0.0."""
    return number(cents(amount))


def amount_in(amount: int, currency: str) -> Row:
    """Return cents as the API's money: `{"amount": 1200.0, "currency": "AUD"}`."""
    return {"amount": number(amount), "currency": currency}
