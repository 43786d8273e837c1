"""The kinds of fault, as a plan writes them: when each is met, and what it does."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, TypeAdapter, model_validator

from mock_kit.control_bodies import Body
from mock_kit.faults_rule import Asked, Attempted, Rule
from mock_kit.faults_webhooks import WebhookDelayed, WebhookDuplicated, WebhookLost, WebhookReordered
from mock_kit.store import UNDO_DEPTH

READS = frozenset({"GET", "HEAD"})
FAR = 1000
"""The most rows that a page drifts by."""
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Fault(Rule):
    """A fault that calls meet."""

    of_practice: ClassVar[bool] = False
    """It concerns calls of a practice alone, and no OAuth call."""

    operation: str | None = None
    """The journal's name of an operation; `*` stands for any text."""
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] | None = None

    @property
    def pattern(self) -> str:
        """Return the operations it concerns."""
        return self.operation or "*"

    def concerns(self, asked: Asked | Attempted) -> bool:
        """Tell whether this kind can happen to a call, by its method."""
        return (
            isinstance(asked, Asked)
            and self.method in (None, asked.method)
            and (asked.tenant_id is not None or not self.of_practice)
            and self.happens_to(asked.method)
        )

    def happens_to(self, _method: str) -> bool:
        """Tell whether this kind can happen to a call of a method."""
        return True


class OfReads(Fault):
    """A fault that only a read can meet."""

    def happens_to(self, method: str) -> bool:
        """Tell whether the call reads."""
        return method in READS


class OfWrites(Fault):
    """A fault that only a write can meet."""

    def happens_to(self, method: str) -> bool:
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

    happens_later = True
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

    happens_later = True
    kind: Literal["malformed"]


class Late(OfWrites):
    """The write is done only later, on the fake's clock, when its caller has given up."""

    of_practice = True
    kind: Literal["late"]
    seconds: Annotated[Seconds, Field(le=120)]
    answer: Literal["reset", "503", "hang"] = "reset"


class Stale(OfReads):
    """A read shows the practice as it was before its last writes."""

    of_practice = True
    happens_later = True
    kind: Literal["stale"]
    writes: Annotated[int, Field(ge=1, le=UNDO_DEPTH)] = 1
    """How many: no more than are known."""


class Drift(OfReads):
    """A page starts some rows later than it should and skips them, or (below 0) earlier and repeats them."""

    of_practice = True
    happens_later = True
    kind: Literal["drift"]
    rows: Annotated[int, Field(ge=-FAR, le=FAR)] = 1

    @model_validator(mode="after")
    def _moves(self) -> "Drift":
        if not self.rows:
            raise ValueError("rows must not be 0: above it skips rows, below it repeats them")
        return self


class MissedBoundary(OfReads):
    """A read since some moment leaves out what changed at that very moment."""

    of_practice = True
    happens_later = True
    kind: Literal["missed_boundary"]


class TokenDead(Fault):
    """The access token is dead from now on, before its time."""

    of_practice = True
    kind: Literal["token_dead"]


CallFault = (
    Latency
    | Status
    | Refused
    | Lost
    | Reset
    | Cut
    | Malformed
    | Late
    | Stale
    | Drift
    | MissedBoundary
    | TokenDead
)
WebhookFault = WebhookLost | WebhookDuplicated | WebhookDelayed | WebhookReordered
AnyFault = Annotated[CallFault | WebhookFault, Field(discriminator="kind")]
ONE: TypeAdapter[Any] = TypeAdapter(AnyFault)


class Faults(Body):
    """Several faults; the first that a call or a delivery meets is the one that happens."""

    faults: list[AnyFault]


class CallFaults(Body):
    """Several faults, of a fake that sends no webhooks; the first that a call meets is the one that happens."""

    faults: list[Annotated[CallFault, Field(discriminator="kind")]]
