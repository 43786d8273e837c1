"""The bodies of the control plane's calls: JSON objects, in which unknown members are refused."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]", re.ASCII)
"""How a moment's text begins; a text of digits alone would be taken for seconds since 1970."""


def _is_moment(value: Any) -> Any:
    if not isinstance(value, str) or MOMENT.match(value) is None:
        raise ValueError("must be a moment with its zone, such as 2026-07-01T09:30:00Z")
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # the first or the last day of the calendar, in another zone
        raise ValueError("is no moment of the calendar in UTC") from error


Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_is_moment), AfterValidator(_in_utc)]
"""A moment as ISO 8601 text, with its zone; read as UTC."""


class Body(BaseModel):
    """A control call's JSON body: unknown members are refused, and values of another type than their own."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ResetBody(Body):
    """`to`: `world` (default: the loaded world, if there is one) or `empty`."""

    to: Literal["world", "empty"] = "world"


class ClockBody(Body):
    """`now`: a moment with its zone; `mode`: `frozen` or `running`."""

    now: Moment | None = None
    mode: Literal["frozen", "running"] | None = None


class AdvanceBody(Body):
    """`seconds` to move the clock by."""

    seconds: Annotated[float, Field(gt=0, le=10 * 366 * 86400)]


class TokensBody(Body):
    """The practices and scopes of a token set; `client_id` names the app, the first one if absent.

    `person` says who agrees, where consents of one person add up; without it each set of practices has a
    person of its own. `people`: the token is for people who work in the product itself. It belongs to no
    app, no limit counts its calls, and no fault meets them.
    """

    tenant_ids: Annotated[list[str], Field(min_length=1)]
    scopes: list[str] | None = None
    expires_in: Annotated[int, Field(ge=1, le=366 * 86400)] | None = None
    client_id: str | None = None
    person: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    people: bool = False

    @model_validator(mode="after")
    def _people_have_no_app(self) -> "TokensBody":
        if self.people and self.client_id is not None:
            raise ValueError("people have no app: leave client_id out")
        return self
