"""What the records of a world document are made of."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from mock_xpm.wire.kinds import DECIMAL

Uuid = Annotated[str, AfterValidator(lambda text: str(UUID(text)))]
Name = Annotated[str, Field(min_length=1)]
Minutes = Annotated[int, Field(ge=0, le=1_000_000_000)]
Amount = Annotated[str, Field(min_length=1), AfterValidator(DECIMAL.read)]
"""An amount, kept as it is written: `12.50`."""
