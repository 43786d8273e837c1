"""Webhook subscriptions. The secret is taken once and never shown again."""

import json
import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from mock_ignition.bodies import Body
from mock_ignition.gateway import OUTBOX, Answer, Ask, Endpoint
from mock_ignition.records import Kind
from mock_ignition.replies import NOTHING, one_of, page_of
from mock_ignition.shapes.base import Book, Link, Member, Moment, Shape, WebhookSlug
from mock_ignition.shapes.books import by_slug, chosen
from mock_ignition.tables.base import OUTBOX_TABLES
from mock_kit.delivery_attempt import url_problem
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


LONGEST_URL = 2000
_LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_PORT = "[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
_CHARACTER = "[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2}"
_REST = rf"(/({_CHARACTER})*)?([?]({_CHARACTER}|[?])*)?(#({_CHARACTER}|[?])*)?"
URL = rf"^https?://({_LABEL}([.]{_LABEL})*|\[::1\])(:({_PORT}))?{_REST}$"
"""What a URL looks like to which something can be delivered: in ASCII, as RFC 3986 has it."""


def _deliverable(url: str) -> str:
    problem = url_problem(url)
    if problem is None and not re.fullmatch(URL, url):
        problem = "must be an http or https URL in ASCII"
    if problem is not None:
        raise ValueError(problem)
    return url


class WebhookBody(Body):
    """Where to send which events, and the secret that signs them."""

    url: Annotated[
        str,
        Field(max_length=LONGEST_URL),
        AfterValidator(_deliverable),
        WithJsonSchema(
            {
                "type": "string",
                "maxLength": LONGEST_URL,
                "pattern": URL,
                "examples": ["https://example.com/hooks"],
            }
        ),
    ]
    types: Annotated[list[EventType], Field(min_length=1, max_length=100)]
    secret: Annotated[str, Field(min_length=1, max_length=200)]


WEBHOOK = Shape(
    "Webhook",
    "A subscription to events, without its secret.",
    {
        "slug": Member(WebhookSlug, "slug"),
        "url": Member(Link, lambda record, book: book.others[record["slug"]]["url"]),
        "types": Member(list[EventType], "types"),
        "created_at": Member(Moment, "created_at"),
    },
)
_TARGETS = chosen(OUTBOX_TABLES.targets)


def _book(ask: Ask, records: Iterable[Row]) -> Book:
    slugs = json.dumps([record["slug"] for record in records])
    return Book(ask.tenant_id, others=by_slug(ask.tx.all(_TARGETS, tenant_id=ask.tenant_id, keys=slugs)))


KIND = Kind("webhook", OUTBOX_TABLES.subscriptions, WEBHOOK, _book)


def create(ask: Ask, body: WebhookBody) -> Answer:
    """Subscribe to events; a type that is named twice counts once."""
    types = list(dict.fromkeys(body.types))
    slug = ask.slug("whk", ",".join(sorted(types)))
    row = {"tenant_id": ask.tenant_id, "slug": slug, "types": types, "created_at": ask.now}
    OUTBOX.subscribe(ask.tx, row, body.url, body.secret)
    return KIND.answer(ask, row, status=201)


def remove(ask: Ask, slug: str) -> Answer:
    """Remove a subscription; what was still on its way to it is dropped."""
    KIND.find_match(ask, slug)
    OUTBOX.unsubscribe(ask.tx, ask.tenant_id, slug)
    return Answer(204)


ENDPOINTS = (
    Endpoint("GET", "/webhooks", KIND.listing, page_of(KIND.row)),
    Endpoint("POST", "/webhooks", create, one_of(KIND.row, 201), WebhookBody, secret=True),
    Endpoint("DELETE", "/webhooks/<slug>", remove, NOTHING, matches=True),
)
