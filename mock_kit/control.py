"""The control plane, `/_control`: how tests, scenarios and people steer a fake.

It is reachable from the loopback interface only, unless the fake has a control token; then the
token is asked for, and any address may call (`control_guard`).
"""

from collections.abc import Callable
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import Rule

from mock_kit import CONTROL, VERSION
from mock_kit.clock import Clock, ClockError, iso
from mock_kit.control_bodies import AdvanceBody, ClockBody, ResetBody, TokensBody
from mock_kit.control_errors import ControlError, read_body, whole_number
from mock_kit.control_guard import guard
from mock_kit.control_passage import PASSAGE_ROUTES
from mock_kit.control_query import refuse_unknown_query
from mock_kit.control_snapshots import SNAPSHOT_ROUTES
from mock_kit.control_tenants import known_tenant, refuse_unknown_tenant
from mock_kit.faults_kinds import CallFaults, Faults
from mock_kit.flask_app import FakeApp
from mock_kit.journal import Entry
from mock_kit.kit import Kit, kit
from mock_kit.passage import PEOPLE
from mock_kit.store import Tx, canonical_json
from mock_kit.world import WorldError, problems

MAX_WORLD = 1024 * 1024 * 1024
"""How many bytes a world document may have; other bodies are held shorter."""


def control_blueprint(product_name: str) -> Blueprint:
    """Return the control plane for one fake."""
    blueprint = Blueprint("control", product_name, url_prefix=CONTROL.removesuffix("/"))
    blueprint.record_once(_tell_longest_body)
    blueprint.before_request(guard)
    blueprint.before_request(refuse_unknown_query)
    blueprint.register_error_handler(ControlError, lambda error: (jsonify(error.body), error.status))
    blueprint.register_error_handler(RequestEntityTooLarge, _too_large)
    routes: list[tuple[str, str, Any]] = [
        ("GET", "/health", health),
        ("GET", "/tenants", tenants),
        ("POST", "/world", load_world),
        ("POST", "/reset", reset),
        ("GET", "/state", state),
        ("GET", "/digest", digest),
        ("GET", "/clock", read_clock),
        ("PUT", "/clock", set_clock),
        ("POST", "/clock/advance", advance_clock),
        ("POST", "/tokens", mint_tokens),
        ("GET", "/journal", read_journal),
        ("DELETE", "/journal", clear_journal),
        ("GET", "/schema", schema),
        *PASSAGE_ROUTES,
        *SNAPSHOT_ROUTES,
    ]
    for method, path, view in routes:
        blueprint.add_url_rule(path, f"{method} {path}", view, methods=[method])
    # Flask lets no rule be for any method, Werkzeug does: what has another method is refused here, too.
    blueprint.record_once(_add_unknown)
    return blueprint


def _add_unknown(state: BlueprintSetupState) -> None:
    endpoint = f"{state.blueprint.name}.unknown"
    state.app.view_functions[endpoint] = unknown_call
    for path in (CONTROL[:-1], CONTROL, f"{CONTROL}<path:_path>"):
        state.app.url_map.add(Rule(path, endpoint=endpoint))


def _tell_longest_body(state: BlueprintSetupState) -> None:
    if isinstance(state.app, FakeApp):
        state.app.longest_bodies[f"{CONTROL}world"] = MAX_WORLD


def health() -> Response:
    """Say who is here, and what time it is for them."""
    name = kit().product.name
    return jsonify({"ok": True, "name": name, "version": VERSION, "now": kit().now()})


def tenants() -> Response:
    """List the practices."""
    with kit().store.begin() as tx:
        return jsonify(kit().product.tenants(tx))


def load_world() -> Response:
    """Replace all state by a world document; a broken one changes nothing."""
    request.max_content_length = MAX_WORLD
    try:
        document = kit().product.world.model_validate_json(request.get_data())
    except ValidationError as error:
        raise ControlError(422, "BAD_WORLD", "the world document is not valid", problems(error)) from error
    try:
        kit().load_world(document)
    except WorldError as error:
        raise ControlError(422, "BAD_WORLD", str(error)) from error
    return jsonify({"ok": True, "now": kit().now()})


def reset() -> Response:
    """Go back to the loaded world, or empty everything."""
    asked = read_body(ResetBody)
    to_world = kit().reset(empty=asked.to == "empty")
    return jsonify({"ok": True, "to": "world" if to_world else "empty"})


def state() -> Response:
    """Return the state as canonical JSON; `?tenant=` narrows it to one practice."""
    return Response(canonical_json(kit().store.dump(known_tenant())), mimetype="application/json")


def digest() -> Response:
    """Return the SHA-256 of the bytes that `/state` answers."""
    return jsonify({"sha256": kit().store.digest(known_tenant())})


def read_clock() -> Response:
    """Return the time and whether it runs."""
    return jsonify({"now": iso(kit().clock.now()), "mode": kit().clock.mode})


def set_clock() -> Response:
    """Put the clock to a moment or a mode."""
    asked = read_body(ClockBody)
    return _moved("now", lambda clock: clock.set(asked.now, asked.mode))


def advance_clock() -> Response:
    """Move the clock forward."""
    asked = read_body(AdvanceBody)
    return _moved("seconds", lambda clock: clock.advance(asked.seconds))


def mint_tokens() -> Response:
    """Give out a token set without the browser's part."""
    asked = read_body(TokensBody)
    parts = kit()
    scopes = asked.scopes if asked.scopes is not None else list(parts.product.default_scopes)
    unknown = [scope for scope in scopes if scope not in parts.product.policy.scopes]
    if unknown:
        known = ", ".join(parts.product.policy.scopes)
        raise ControlError(422, "BAD_SCOPE", f"no such scope: {', '.join(unknown)}; there are {known}")
    if len(set(asked.tenant_ids)) > 1 and not parts.product.policy.several_tenants:
        raise ControlError(422, "ONE_TENANT", f"a token of {parts.product.name} reaches one practice only")
    if asked.person is not None and not parts.product.policy.several_tenants:
        reason = f"consents of {parts.product.name} do not add up, whoever gives them: leave person out"
        raise ControlError(422, "ONE_TENANT", reason)
    with parts.store.begin() as tx:
        for tenant_id in asked.tenant_ids:
            refuse_unknown_tenant(parts, tx, tenant_id)
        client_id = PEOPLE if asked.people else _app_of(parts, tx, asked.client_id)
        minted = parts.oauth.mint(tx, client_id, asked.tenant_ids, scopes, asked.expires_in, asked.person)
        return jsonify(minted)


def read_journal() -> Response:
    """Return calls, oldest first: `?tenant=&operation=&since=&limit=`."""
    told = kit().journal.read(
        tenant=known_tenant(),
        operation=request.args.get("operation"),
        since=whole_number("since") or 0,
        limit=whole_number("limit"),
    )
    try:
        text: str | bytes = orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # a number or a text that it does not write: rare, and ten times slower
        text = canonical_json(told)
    return Response(text, mimetype="application/json")


def clear_journal() -> Response:
    """Forget the calls made so far."""
    kit().journal.clear()
    return Response(status=204)


def schema() -> Response:
    """Return the JSON Schemas of the documents this fake takes and gives."""
    journal = TypeAdapter(Entry).json_schema()
    world = kit().product.world.model_json_schema()
    faults = (Faults if kit().product.events else CallFaults).model_json_schema()
    return jsonify({"world": world, "faults": faults, "journal": journal})


def unknown_call(_path: str = "") -> Response:
    """Refuse what is no control call, or has another method."""
    raise ControlError(404, "NO_CALL", f"no such control call: {request.method} {request.path}")


def _moved(field: str, move: Callable[[Clock], None]) -> Response:
    try:
        kit().passage.move_clock(move, current_app)
    except ClockError as error:
        details = [{"field": field, "message": str(error)}]
        raise ControlError(422, "BAD_MOMENT", str(error), details) from error
    kit().keep_clock()
    return read_clock()


def _too_large(_error: RequestEntityTooLarge) -> tuple[Response, int]:
    error = ControlError(413, "TOO_LARGE", f"the body is longer than {request.max_content_length} bytes")
    return jsonify(error.body), error.status


def _app_of(parts: Kit, tx: Tx, client_id: str | None) -> str:
    apps = parts.oauth.tables.apps
    query = select(apps.c.client_id).order_by(apps.c.client_id)
    row = tx.first(query if client_id is None else query.where(apps.c.client_id == client_id))
    if row is None:
        reason = "the world has no apps" if client_id is None else f"no such app: {client_id}"
        raise ControlError(404, "NO_APP", reason)
    return str(row["client_id"])
