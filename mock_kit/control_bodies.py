"""The bodies of the control plane's calls: JSON objects, in which unknown members are refused."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator


class Body(BaseModel):
    """A control call's JSON body: unknown members are refused."""

    model_config = ConfigDict(extra="forbid")


class ResetBody(Body):
    """`to`: `world` (default: the loaded world, if there is one) or `empty`."""

    to: Literal["world", "empty"] = "world"


class ClockBody(Body):
    """`now`: a moment with its zone; `mode`: `frozen` or `running`."""

    now: AwareDatetime | None = None
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
