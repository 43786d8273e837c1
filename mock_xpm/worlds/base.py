"""What the records of a world document are made of."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from mock_kit.world import Record
from mock_xpm.identity import path_number
from mock_xpm.wire.kinds import DECIMAL

Uuid = Annotated[str, AfterValidator(lambda text: str(UUID(text)))]
Name = Annotated[str, Field(min_length=1)]
Minutes = Annotated[int, Field(ge=0, le=1_000_000_000)]
MaybeAmount = Annotated[str, AfterValidator(DECIMAL.read)]
"""An amount, kept as it is written: `12.50`; empty for none."""
Amount = Annotated[MaybeAmount, Field(min_length=1)]
"""An amount that is not empty."""
Number = Annotated[str, AfterValidator(path_number)]
"""The number of a job or of a document, which is its key."""


class CostParts(Record):
    """What a cost is, wherever it stands; amounts are kept as they are written."""

    description: Name
    code: str = ""
    note: str = ""
    quantity: Amount = "1"
    unit_cost: Amount = "0"
    unit_price: Amount = "0"
    billable: bool = True
