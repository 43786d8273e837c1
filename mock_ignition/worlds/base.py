"""What the records of a world document are made of: what the API takes, a document may say too."""

from typing import Annotated

from pydantic import AfterValidator, Field

from mock_ignition.bodies import FIRST_YEAR, LAST_YEAR, LongText, Name, Names, ShortText
from mock_ignition.money import cents, number
from mock_kit.world import Moment

__all__ = ["Charge", "LongText", "Name", "Names", "Past", "ShortText", "Slug"]
"""Names and texts have the bounds that the API holds them to."""
Slug = Annotated[str, Field(pattern=r"^[a-z]+_[A-Za-z0-9-]+$")]
"""A slug of any kind: of a record that must be in the document, where it has its own kind's prefix."""


def _within(moment: str) -> str:
    if not FIRST_YEAR <= int(moment[:4]) <= LAST_YEAR:
        raise ValueError(f"must be of the years {FIRST_YEAR} to {LAST_YEAR}")
    return moment


Past = Annotated[Moment, AfterValidator(_within)]
"""When something happened; what follows from it must still be a date."""


def _whole_cents(amount: float) -> float:
    if number(cents(amount)) != amount:
        raise ValueError("must be whole cents")
    return amount


Charge = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False), AfterValidator(_whole_cents)]
"""An amount of money that is not nothing, in the practice's currency."""
