"""Webhook subscriptions. The secret is taken once and never shown again."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from mock_ignition.bodies import Body
from mock_ignition.errors import not_found
from mock_ignition.gateway import OUTBOX, Answer, Ask, Endpoint, one
from mock_ignition.replies import NOTHING, Paged, Reply, one_of
from mock_ignition.shapes.base import Moment, Shown
from mock_kit.store import Row

EventType = Literal[
    "proposal.sent",
    "proposal.accepted",
    "proposal.lost",
    "proposal.revoked",
    "client.created",
    "client.updated",
    "contact.updated",
    "user.created",
    "user.deleted",
]


def _http(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise ValueError("must be an http or https URL without a user name")
    return url


class Webhook(Shown):
    """A subscription, without its secret."""

    slug: str
    url: str
    types: list[EventType]
    created_at: Moment


class WebhookBody(Body):
    """Where to send which events, and the secret that signs them."""

    url: Annotated[str, Field(max_length=2000), AfterValidator(_http)]
    types: Annotated[list[EventType], Field(min_length=1)]
    secret: Annotated[str, Field(min_length=1, max_length=200)]


def listing(ask: Ask) -> Answer:
    """`GET /webhooks`: all of them on one page."""
    rows = [_shown(ask, row) for row in OUTBOX.subscriptions(ask.tx, ask.tenant_id)]
    pagination = {"has_more": False, "next_cursor": None, "limit": 100}
    return Answer(200, {"data": rows, "meta": {"pagination": pagination}})


def create(ask: Ask, body: WebhookBody) -> Answer:
    """`POST /webhooks`."""
    types = list(dict.fromkeys(body.types))
    slug = ask.slug("whk", ",".join(sorted(types)))
    row = {"tenant_id": ask.tenant_id, "slug": slug, "types": types, "created_at": ask.now}
    OUTBOX.subscribe(ask.tx, row, body.url, body.secret)
    return one(_shown(ask, row), status=201)


def remove(ask: Ask, slug: str) -> Answer:
    """`DELETE /webhooks/{slug}`; what was still on its way to it is dropped."""
    if not OUTBOX.unsubscribe(ask.tx, ask.tenant_id, slug):
        raise not_found("webhook", slug)
    return Answer(204)


def _shown(ask: Ask, row: Row) -> Row:
    url = OUTBOX.url(ask.tx, ask.tenant_id, row["slug"])
    return {"slug": row["slug"], "url": url, "types": row["types"], "created_at": row["created_at"]}


ENDPOINTS = (
    Endpoint("GET", "/webhooks", listing, Reply(200, Paged[Webhook])),
    Endpoint("POST", "/webhooks", create, one_of(Webhook, 201), WebhookBody, secret=True),
    Endpoint("DELETE", "/webhooks/<slug>", remove, NOTHING),
)
