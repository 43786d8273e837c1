"""What the records of a world document are made of."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

Uuid = Annotated[str, AfterValidator(lambda text: str(UUID(text)))]
Name = Annotated[str, Field(min_length=1)]
