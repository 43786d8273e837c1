"""What the records of a world document are made of."""

from typing import Annotated

from pydantic import Field

Name = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z]+_[A-Za-z0-9-]+$")]
