"""mock_ignition as a Flask app: the OAuth server, both surfaces, the control plane."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import get_args

from flask import Flask, Response
from sqlalchemy import select

from mock_ignition import kinds, reporting
from mock_ignition.client_api import batch, clients, contacts
from mock_ignition.gateway import OUTBOX, register
from mock_ignition.kept import Kept
from mock_ignition.limits import LIMITS, refuse
from mock_ignition.loading.load import load
from mock_ignition.openapi.pages import add_pages
from mock_ignition.practice_api import integration, services, users, webhooks
from mock_ignition.proposal_api import deployment, life, proposals, workflow
from mock_ignition.tables.base import KIT_TABLES, METADATA, OAUTH_TABLES
from mock_ignition.tables.practice import PRACTICES
from mock_ignition.world import IgnitionWorld
from mock_kit.control import control_blueprint
from mock_kit.control_deliveries import add_delivery_routes
from mock_kit.delivery_pump import pumping
from mock_kit.flask_app import FakeApp
from mock_kit.kit import Config, Product, call, install, kit, make_kit
from mock_kit.oauth import OAuth
from mock_kit.oauth_policy import Policy
from mock_kit.statements import Query
from mock_kit.store import Row, Store, Tx

NAME = "mock_ignition"
SCOPES = ("reporting", "practice")

POLICY = Policy(
    title="Ignition (fake)",
    scopes=SCOPES,
    access_seconds=3600,
    refresh_idle_seconds=60 * 86400,
    auth_methods=("client_secret_post",),
)
"""Rotation without grace is the contract's; both lives are ours."""

_PRACTICES = Query(select(PRACTICES.c.tenant_id, PRACTICES.c.name).order_by(PRACTICES.c.tenant_id))


def tenants(tx: Tx) -> list[Row]:
    """Return the practices: `tenant_id` and `name`."""
    return tx.all(_PRACTICES)


PRODUCT = Product(
    NAME, IgnitionWorld, load, tenants, POLICY, SCOPES, LIMITS, refuse, get_args(webhooks.EventType)
)

ENDPOINTS = (
    *reporting.ENDPOINTS,
    *clients.ENDPOINTS,
    *batch.ENDPOINTS,
    *contacts.ENDPOINTS,
    *services.ENDPOINTS,
    *proposals.ENDPOINTS,
    *life.ENDPOINTS,
    *workflow.ENDPOINTS,
    *deployment.ENDPOINTS,
    *users.ENDPOINTS,
    *integration.ENDPOINTS,
    *webhooks.ENDPOINTS,
)


def create_app(config: Config | None = None) -> Flask:
    """Return a fake with nothing in it; load a world at `POST /_control/world`."""
    settings = config or Config()
    app = FakeApp(NAME)
    parts = make_kit(PRODUCT, settings, Store(METADATA, settings.path), KIT_TABLES, OAUTH_TABLES)
    parts.own = Kept(
        parts.store, {kind.key: kind.shows for kind in (*kinds.PRACTICE, *kinds.REPORTING.values())}
    )
    install(app, parts)
    for method, path, act in (
        ("GET", "authorize", OAuth.authorize),
        ("POST", "authorize", OAuth.authorize),
        ("POST", "token", OAuth.token),
        ("POST", "revoke", OAuth.revoke),
    ):
        view = _oauth_view(path, act)
        app.add_url_rule(f"/oauth2/{path}", f"{method} oauth2/{path}", view, methods=[method])
    register(app, (*ENDPOINTS, reporting.UNKNOWN), first=life.complete_ended)
    add_pages(app, ENDPOINTS, POLICY)
    control = control_blueprint(NAME)
    add_delivery_routes(control, OUTBOX)
    app.register_blueprint(control)
    return app


def delivering(app: Flask) -> AbstractContextManager[None]:
    """Deliver an app's webhooks from a thread while the block runs and its clock runs."""
    return pumping(app.extensions["kit"], OUTBOX)


def _oauth_view(name: str, act: Callable[[OAuth], Response]) -> Callable[[], Response]:
    def view() -> Response:
        noted = call()
        noted.operation, noted.private = f"oauth/{name}", True
        kit().passage.meet()
        return act(kit().oauth)

    return view
