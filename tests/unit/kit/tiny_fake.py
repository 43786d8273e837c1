"""The smallest fake that mock_kit can carry: practices that hold named things."""

from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request
from pydantic import Field
from sqlalchemy import Column, MetaData, String, Table, Text, select

from mock_kit.cli import fake_command, run
from mock_kit.clock import Clock, parse_iso
from mock_kit.control import control_blueprint
from mock_kit.flask_app import FakeApp
from mock_kit.kit import Config, Kit, Product, call, install, kit, make_kit, transaction
from mock_kit.oauth_policy import Policy, TokenRefusedError
from mock_kit.oauth_tables import oauth_tables
from mock_kit.store import Row, Store, Tx, kit_tables
from mock_kit.throttle import Limit
from mock_kit.world import Record, World, WorldError

METADATA = MetaData()
KIT_TABLES = kit_tables(METADATA)
OAUTH_TABLES = oauth_tables(METADATA)
PRACTICES = Table(
    "practices", METADATA, Column("tenant_id", String, primary_key=True), Column("name", Text, nullable=False)
)
THINGS = Table(
    "things",
    METADATA,
    Column("tenant_id", String, primary_key=True),
    Column("slug", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("made_at", Text, nullable=False),
)

GRACEFUL = Policy(
    title="Graceful <Login>",
    scopes=("openid", "offline_access", "things"),
    access_seconds=1800,
    refresh_idle_seconds=60 * 86400,
    grace_seconds=1800,
    offline_scope="offline_access",
    auth_methods=("client_secret_basic", "client_secret_post", "none"),
    several_tenants=True,
)
STERN = Policy(
    title="Stern Login",
    scopes=("things", "reporting"),
    access_seconds=3600,
    refresh_idle_seconds=60 * 86400,
)

LIMITS = (
    Limit("concurrent", 5, None, "practice and app", "concurrent"),
    Limit("minute", 60, 60, "practice and app", "minute", "X-MinLimit-Remaining"),
    Limit("day", 5000, 86400, "practice and app", "day", "X-DayLimit-Remaining"),
    Limit("app_minute", 10000, 60, "app", "appminute", "X-AppMinLimit-Remaining"),
)


class ThingRecord(Record):
    slug: str
    name: str


class PracticeRecord(Record):
    tenant_id: str
    name: str
    things: list[ThingRecord] = Field(default_factory=list)


class TinyWorld(World):
    practices: list[PracticeRecord] = Field(default_factory=list)


def load(parts: Kit, tx: Tx, world: TinyWorld) -> None:
    for practice in world.practices:
        if practice.name == "contradiction":
            raise WorldError("the practice contradicts itself")
        tx.insert_many(PRACTICES, [{"tenant_id": practice.tenant_id, "name": practice.name}])
        rows = [
            {"tenant_id": practice.tenant_id, **thing.model_dump(), "made_at": parts.now()}
            for thing in practice.things
        ]
        tx.insert_many(THINGS, rows)


def tenants(tx: Tx) -> list[Row]:
    return tx.rows(select(PRACTICES).order_by(PRACTICES.c.tenant_id))


def create_app(config: Config | None = None, policy: Policy = GRACEFUL) -> Flask:
    config = config or Config()
    product = Product("tiny_fake", TinyWorld, load, tenants, policy, policy.scopes, LIMITS)
    app = FakeApp("tiny_fake")
    install(app, make_kit(product, config, Store(METADATA, config.path), KIT_TABLES, OAUTH_TABLES))
    app.register_blueprint(control_blueprint("tiny_fake"))
    app.add_url_rule("/authorize", view_func=authorize, methods=["GET", "POST"])
    app.add_url_rule("/token", view_func=token, methods=["POST"])
    app.add_url_rule("/revoke", view_func=revoke, methods=["POST"])
    app.add_url_rule("/things", view_func=make_thing, methods=["POST"])
    app.add_url_rule("/things", view_func=list_things, methods=["GET"])
    app.add_url_rule("/boom", view_func=boom, methods=["POST"])
    app.add_url_rule("/boom/<path:_rest>", view_func=boom, methods=["POST"])
    app.register_error_handler(TokenRefusedError, refused_token)
    return app


def authorize() -> Response:
    call().private = True
    return kit().oauth.authorize()


def token() -> Response:
    call().private, call().operation = True, "oauth/token"
    kit().passage.meet()
    return kit().oauth.token()


def revoke() -> Response:
    call().private = True
    return kit().oauth.revoke()


def entered(tx: Tx, operation: str) -> str:
    """Let a call in, and return its practice: the header names it when the token reaches several."""
    call().operation = operation
    access = kit().oauth.check(tx, request.headers.get("Authorization"))
    tenant_id = request.headers.get("tenant", min(access.tenant_ids))
    kit().passage.enter(tx, access.client_id, tenant_id)
    return tenant_id


def refused_token(error: TokenRefusedError) -> tuple[Response, int]:
    return jsonify({"refused": str(error)}), 401


def make_thing() -> tuple[Response, int]:
    with transaction() as tx:
        tenant_id = entered(tx, "things/add")
        return jsonify(add_thing(tx, tenant_id, request.get_data().decode())), 201


def list_things() -> Response:
    """Answer the names of a practice's things, from `?first=` on and made since `?since=`."""
    with transaction() as tx:
        tenant_id = entered(tx, "things/list")
        query = select(THINGS).where(THINGS.c.tenant_id == tenant_id).order_by(THINGS.c.name)
        since = request.args.get("since", "")
        rows = [row for row in tx.rows(query) if row["made_at"] >= since]
    if since and call().misses_boundary():
        rows = [row for row in rows if row["made_at"] != since]
    first = request.args.get("first", 0, int)
    if first:
        first = max(0, first + call().page_drift())
    return jsonify([row["name"] for row in rows[first:]])


def add_thing(tx: Tx, tenant_id: str, name: str) -> Row:
    slug = kit().ids.slug(tx, tenant_id, "thg", name)
    thing = {"tenant_id": tenant_id, "slug": slug, "name": name, "made_at": kit().now()}
    tx.insert(THINGS, thing)
    return thing


def boom(_rest: str = "") -> Response:
    with transaction() as tx:
        add_thing(tx, "t1", "half done")
        raise ArithmeticError("boom")


def world(**members: Any) -> dict[str, Any]:
    """Return a world of two practices and three apps: two with a secret, one public."""
    redirect = ["http://127.0.0.1:9/callback"]
    return {
        "now": "2026-07-01T00:00:00Z",
        "seed": 5,
        "apps": [
            {
                "client_id": "app-1",
                "client_secret": "sesame-1",
                "name": "Bobby & <b>",
                "redirect_uris": redirect,
            },
            {"client_id": "app-2", "client_secret": "sesame-2", "redirect_uris": redirect},
            {"client_id": "public", "redirect_uris": redirect},
        ],
        "practices": [
            {"tenant_id": "t1", "name": "O'Brien & <Sons>", "things": [{"slug": "thg_1", "name": "Whānau"}]},
            {"tenant_id": "t2", "name": "Two"},
        ],
        **members,
    }


def file_app(path: Path) -> Flask:
    """Return an app that keeps its state in a file, at the moment where the world begins."""
    return create_app(Config(path, Clock(parse_iso("2026-07-01T00:00:00Z"))))


main = fake_command("tiny-fake", 18999, create_app)

if __name__ == "__main__":
    run(main)
