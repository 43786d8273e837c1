"""The kinds of fault, as a plan writes them: when each is met, and what it does."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, model_validator

from mock_kit.control_bodies import Body
from mock_kit.store import UNDO_DEPTH

READS = frozenset({"GET", "HEAD"})
FAR = 1000
"""The most rows that a page drifts by."""
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Fault(Body):
    """When a fault is met. At most one of `every`, `probability` and `attempts`; none: always."""

    name: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """What the journal calls it; its kind when absent."""
    operation: str | None = None
    """The journal's name of an operation; `*` stands for any text."""
    tenant: str | None = None
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] | None = None
    every: Annotated[int, Field(ge=1)] | None = None
    """Each Nth of the calls that match, counted as they arrive: for serial tests."""
    probability: Annotated[float, Field(ge=0, le=1)] | None = None
    attempts: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)] | None = None
    """Met when the same request comes for the 1st, the 2nd … time."""
    times: Annotated[int, Field(ge=1)] | None = None
    """How often it happens in all, counted as calls arrive: alone, with `every` or with `attempts`, for serial
    tests. It does not go with `probability`."""
    seed: int | None = None
    """Another seed for `probability` than the fake's."""

    @model_validator(mode="after")
    def _one_rule(self) -> "Fault":
        given = [name for name in ("every", "probability", "attempts") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} cannot be had together: choose one")
        return self

    @property
    def label(self) -> str:
        """Return what the journal notes."""
        return self.name or str(getattr(self, "kind"))  # noqa: B009  # each kind declares it

    def concerns(self, _method: str) -> bool:
        """Tell whether this kind can happen to a call of a method."""
        return True


class OfReads(Fault):
    """A fault that only a read can meet."""

    def concerns(self, method: str) -> bool:
        """Tell whether the call reads."""
        return method in READS


class OfWrites(Fault):
    """A fault that only a write can meet."""

    def concerns(self, method: str) -> bool:
        """Tell whether the call writes."""
        return method not in READS


class Latency(Fault):
    """The answer comes late, in real seconds; the call itself is done at once."""

    kind: Literal["latency"]
    seconds: Annotated[Seconds, Field(le=300)]


class Status(Fault):
    """The call is answered with an error, and nothing is done."""

    kind: Literal["status"]
    status: Literal[429, 500, 503]
    retry_after: Annotated[int, Field(ge=0, le=86_400)] | None = None
    """Of a 429, in seconds; 1 when absent."""
    problem: Annotated[str, Field(pattern=r"^[a-z_-]{1,40}$")] | None = None
    """Of a 429: the limit it names; `minute` when absent."""
    body: str | None = None
    """Of a 500: its text, whatever it is."""

    @model_validator(mode="after")
    def _members_fit(self) -> "Status":
        for name, status in (("retry_after", 429), ("problem", 429), ("body", 500)):
            if getattr(self, name) is not None and self.status != status:
                raise ValueError(f"{name} belongs to a {status}, not to a {self.status}")
        return self


class Refused(Fault):
    """The call is turned away before anything is done."""

    kind: Literal["refused"]
    answer: Literal["reset", "503"] = "reset"


class Lost(Fault):
    """The call is done and kept, and its answer is lost."""

    kind: Literal["lost"]
    answer: Literal["reset", "500"] = "reset"


class Reset(Fault):
    """The connection is reset before anything is done."""

    kind: Literal["reset"]


class Cut(Fault):
    """The connection ends within the body: after some bytes, or a share of them (half, when absent)."""

    kind: Literal["cut"]
    after: Annotated[int, Field(ge=0)] | None = None
    share: Annotated[float, Field(ge=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Cut":
        if self.after is not None and self.share is not None:
            raise ValueError("after and share cannot be had together: choose one")
        return self


class Malformed(Fault):
    """The body is XML or JSON that does not parse."""

    kind: Literal["malformed"]


class Late(OfWrites):
    """The write is done only later, on the fake's clock, when its caller has given up."""

    kind: Literal["late"]
    seconds: Annotated[Seconds, Field(le=120)]
    answer: Literal["reset", "503", "hang"] = "reset"


class Stale(OfReads):
    """A read shows the practice as it was before its last writes."""

    kind: Literal["stale"]
    writes: Annotated[int, Field(ge=1, le=UNDO_DEPTH)] = 1
    """How many: no more than are known."""


class Drift(OfReads):
    """A page starts some rows later than it should and skips them, or (below 0) earlier and repeats them."""

    kind: Literal["drift"]
    rows: Annotated[int, Field(ge=-FAR, le=FAR)] = 1

    @model_validator(mode="after")
    def _moves(self) -> "Drift":
        if not self.rows:
            raise ValueError("rows must not be 0: above it skips rows, below it repeats them")
        return self


class MissedBoundary(OfReads):
    """A read since some moment leaves out what changed at that very moment."""

    kind: Literal["missed_boundary"]


class TokenDead(Fault):
    """The access token is dead from now on, before its time."""

    kind: Literal["token_dead"]


AnyFault = Annotated[
    Latency | Status | Refused | Lost | Reset | Cut | Malformed | Late | Stale | Drift | MissedBoundary | TokenDead,
    Field(discriminator="kind"),
]  # fmt: skip
ONE: TypeAdapter[Any] = TypeAdapter(AnyFault)


class Faults(Body):
    """Several faults; the first that a call meets is the one that happens."""

    faults: list[AnyFault]
