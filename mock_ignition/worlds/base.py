"""What the records of a world document are made of."""

from typing import Annotated

from pydantic import AfterValidator, Field

from mock_ignition.money import cents, number

Name = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z]+_[A-Za-z0-9-]+$")]
"""A slug of any kind: of a record that must be in the document, where it has its own kind's prefix."""


def _whole_cents(amount: float) -> float:
    if number(cents(amount)) != amount:
        raise ValueError("must be whole cents")
    return amount


Charge = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False), AfterValidator(_whole_cents)]
"""An amount of money that is not nothing, in the practice's currency."""
