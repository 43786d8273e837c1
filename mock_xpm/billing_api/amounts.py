"""Sums of money, exact to the cent: texts in, texts of two decimals out."""

from collections.abc import Iterable
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal

NOTHING = "0.00"
_CENT = Decimal("0.01")


def total(amounts: Iterable[str]) -> str:
    """Return the sum of amounts; an empty text counts as nothing."""
    read = [amount or "0" for amount in amounts]
    context = _wide(read)
    return _cents(sum_of(context, read), context)


def less(amount: str, taken: str) -> str:
    """Return what is left of an amount."""
    context = _wide([amount, taken])
    return _cents(context.subtract(Decimal(amount), Decimal(taken)), context)


def product(quantity: str, price: str) -> str:
    """Return what a quantity costs at a price; half a cent is rounded up."""
    context = _wide([quantity, price])
    return _cents(context.multiply(Decimal(quantity or "0"), Decimal(price or "0")), context)


def sum_of(context: Context, amounts: Iterable[str]) -> Decimal:
    """Return the sum of amounts, worked out in a context."""
    found = Decimal(0)
    for amount in amounts:
        found = context.add(found, Decimal(amount))
    return found


def _wide(amounts: Iterable[str]) -> Context:
    """Return a context in which nothing is cut off: amounts are as long as callers wrote them."""
    digits = sum(len(amount) + 1 for amount in amounts)
    return Context(prec=digits + 4, rounding=ROUND_HALF_UP, Emin=MIN_EMIN, Emax=MAX_EMAX)


def _cents(amount: Decimal, context: Context) -> str:
    return format(amount.quantize(_CENT, context=context), "f")
