"""The kinds of fault that concern webhooks: what becomes of an attempt to deliver an event.

An attempt meets one fault at most, the first of the plan. One that was put off (delayed, held back)
is not asked again when its time has come, so that it goes then.
"""

from typing import Annotated, Literal

from pydantic import Field

from mock_kit.faults_rule import Asked, Attempted, Rule

MONTH = 30 * 86_400
"""The most seconds that a delivery is put off by."""
MOST = 100
"""The most copies of a delivery, and the most others that go before it."""


class OfWebhooks(Rule):
    """A fault that the attempts to deliver events meet; no call does."""

    event: str | None = None
    """The event's type; `*` stands for any text, as in `proposal.*`."""
    subscription: str | None = None
    """The slug of the subscription whose deliveries alone meet it."""

    @property
    def pattern(self) -> str:
        """Return the types of the events it concerns."""
        return self.event or "*"

    def concerns(self, asked: Asked | Attempted) -> bool:
        """Tell whether a delivery is one that it can happen to."""
        return isinstance(asked, Attempted) and self.subscription in (None, asked.subscription)


class WebhookLost(OfWebhooks):
    """The attempt is not made, and the sender does not know: the receiver never hears of the event.

    `lost: attempt`: this attempt alone, and the sender tries again as after any that failed.
    """

    kind: Literal["webhook_lost"]
    lost: Literal["delivery", "attempt"] = "delivery"


class WebhookDuplicated(OfWebhooks):
    """Once it is received the delivery is sent again, whatever the answers; a delivery meets it once."""

    kind: Literal["webhook_duplicated"]
    copies: Annotated[int, Field(ge=1, le=MOST)] = 1
    """How many more times it is sent."""
    seconds: Annotated[float, Field(ge=0, le=MONTH)] = 0
    """How long after the time before, on the fake's clock."""

    def concerns(self, asked: Asked | Attempted) -> bool:
        """Tell whether the delivery comes but once so far."""
        return super().concerns(asked) and isinstance(asked, Attempted) and not asked.duplicated


class WebhookDelayed(OfWebhooks):
    """The attempt is made later, on the fake's clock."""

    kind: Literal["webhook_delayed"]
    seconds: Annotated[float, Field(gt=0, le=MONTH)]


class WebhookReordered(OfWebhooks):
    """The delivery waits until later ones of its subscription were received.

    While one is held back no later one of the subscription is, so that an order is indeed changed:
    with every delivery reordered, 1 2 3 4 come as 2 1 4 3.
    """

    kind: Literal["webhook_reordered"]
    behind: Annotated[int, Field(ge=1, le=MOST)] = 1
    """How many later ones."""
    seconds: Annotated[float, Field(gt=0, le=MONTH)] = 3600
    """How long it waits at most, on the fake's clock: there may be no later ones."""

    def concerns(self, asked: Asked | Attempted) -> bool:
        """Tell whether no earlier delivery waits for this one."""
        return super().concerns(asked) and isinstance(asked, Attempted) and not asked.overtaken
