"""When a fault is met: what the kinds that concern calls and those that concern webhooks have in common."""

from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field, model_validator

from mock_kit.control_bodies import Body
from mock_kit.ids import hash_of


class Asked(NamedTuple):
    """What of a call decides whether it meets a fault."""

    operation: str
    tenant_id: str | None
    method: str
    path: str
    query: str | None = None
    """Of a call whose query and body are private: who makes it. None: nobody looked that closely."""
    body_sha256: str = ""

    @property
    def name(self) -> str:
        """Return what a fault names it by."""
        return self.operation

    @property
    def same(self) -> tuple[str | None, ...]:
        """Return what tells this request from others: the draw, and the count of its attempts, depend on it."""
        return self[1:]

    @property
    def digest(self) -> bytes:
        """Return 8 bytes that stand for the request, whatever the fake calls its operation."""
        return hash_of(*self.same)[:8]


class Attempted(NamedTuple):
    """What of an attempt to deliver an event decides whether it meets a fault."""

    name: str
    """The event's type."""
    tenant_id: str
    subscription: str
    event_id: str
    attempt: int
    """How often the delivery was attempted, with this attempt."""
    duplicated: bool = False
    """The delivery is one that comes several times already."""
    overtaken: bool = False
    """An earlier delivery of the subscription is held back, so that this one may go before it."""

    @property
    def same(self) -> tuple[str, ...]:
        """Return what tells this delivery from others."""
        return (self.tenant_id, self.subscription, self.event_id)


class Rule(Body):
    """When a fault is met. At most one of `every`, `probability` and `attempts`; none: always."""

    happens_later: ClassVar[bool] = False
    """Only the answering shows whether it does anything to a call: it is counted then (`Plan.strike`)."""

    name: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """What the journal calls it; its kind when absent."""
    tenant: str | None = None
    every: Annotated[int, Field(ge=1)] | None = None
    """Each Nth of those that match, counted as they arrive: for serial tests."""
    probability: Annotated[float, Field(ge=0, le=1)] | None = None
    attempts: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)] | None = None
    """Met when the same request, or the same delivery, comes for the 1st, the 2nd … time."""
    times: Annotated[int, Field(ge=1)] | None = None
    """How often it happens in all, counted as calls arrive: alone, with `every` or with `attempts`, for serial
    tests. It does not go with `probability`."""
    seed: int | None = None
    """Another seed for `probability` than the fake's."""

    @model_validator(mode="after")
    def _one_rule(self) -> "Rule":
        given = [name for name in ("every", "probability", "attempts") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} cannot be had together: choose one")
        return self

    @property
    def looks_closely(self) -> bool:
        """Whether it tells a call's request from others."""
        return self.probability is not None or self.attempts is not None

    @property
    def label(self) -> str:
        """Return what is noted of it."""
        return self.name or str(getattr(self, "kind"))  # noqa: B009  # each kind declares it

    @property
    def pattern(self) -> str:
        """Return the names of what it concerns; `*` stands for any text."""
        return "*"

    def concerns(self, _asked: Asked | Attempted) -> bool:
        """Tell whether this can happen to a call, or to a delivery, whatever its name and practice."""
        return False
