"""What the world documents of both fakes have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.functional_validators import AfterValidator

from mock_kit.clock import iso, parse_iso

Moment = Annotated[str, AfterValidator(lambda text: iso(parse_iso(text)))]
"""A moment as ISO 8601 text, one without a zone is UTC; read into the form the fakes sort by."""


class WorldError(ValueError):
    """A world document whose records contradict each other."""


class Record(BaseModel):
    """A part of a world document: members that are not known are refused."""

    model_config = ConfigDict(extra="forbid")


class AppRecord(Record):
    """A program that may connect. Without a secret it is a public client, which must use PKCE."""

    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Annotated[str, Field(min_length=1)] | None = None
    name: str = "An integration"
    redirect_uris: list[str] = []


class World(Record):
    """The head of every world document."""

    now: Moment
    """Where a frozen clock starts."""
    seed: int = 0
    """What the document was made from; told, not used."""
    apps: list[AppRecord] = []


def problems(error: ValidationError) -> list[dict[str, str]]:
    """Return what is wrong with a document, field by field, without the values."""
    return [
        {
            "field": ".".join(map(str, item["loc"])) or "(the document)",
            "message": item["msg"].removeprefix("Value error, "),  # which is pydantic's affair
        }
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]
