"""Who may connect: the policy of Xero's authorization server, and the endpoints around it."""

import json
from collections.abc import Callable
from functools import wraps

from flask import Flask, Response, jsonify, request

from mock_kit.clock import iso, parse_iso
from mock_kit.ids import uuid_of
from mock_kit.kit import call, kit
from mock_kit.oauth_policy import Access, Policy, TokenRefusedError
from mock_kit.store import Row, Tx
from mock_xpm.errors import ApiError, forbidden, unauthorized
from mock_xpm.jwt_tokens import ISSUER, Signer
from mock_xpm.kept import kept
from mock_xpm.tables.practice import TENANTS

SCOPES = ("openid", "profile", "email", "offline_access", "practicemanager")
API_SCOPE = "practicemanager"
DEFAULT_SCOPES = ("offline_access", API_SCOPE)
AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")
AUTHORIZE = "/identity/connect/authorize"
TOKEN = "/connect/token"  # noqa: S105  # a path
REVOCATION = "/connect/revocation"
DISCOVERY = "/.well-known/openid-configuration"
KEYS = f"{DISCOVERY}/jwks"
DAY = 86400


def policy(signer: Signer) -> Policy:
    """Return how Xero gives out tokens: 30 minutes, refresh within 60 days, 30 minutes of grace."""
    return Policy(
        title="Xero Practice Manager",
        scopes=SCOPES,
        access_seconds=1800,
        refresh_idle_seconds=60 * DAY,
        grace_seconds=1800,
        offline_scope="offline_access",
        auth_methods=AUTH_METHODS,
        several_tenants=True,
        write_access=signer.access_token,
        further=signer.further,
    )


def check_token(tx: Tx) -> Access:
    """Return what the request's token reaches. Raises ApiError 401."""
    try:
        return kit().oauth.check(tx, call().request.environ.get("HTTP_AUTHORIZATION"))
    except TokenRefusedError as refused:
        if refused.expired_at is None:
            raise unauthorized() from refused
        raise unauthorized(
            f"TokenExpired: token expired at {refused.expired_at:%m/%d/%Y %H:%M:%S}"
        ) from refused


def check_tenant(tx: Tx) -> tuple[str, str]:
    """Return the app that calls, and the practice that the request is for. Raises ApiError 401 or 403.

    A missing `xero-tenant-id` is a 403, as an unknown practice is (ours).
    """
    access = check_token(tx)
    tenant_id = call().request.environ.get("HTTP_XERO_TENANT_ID", "").strip().lower()
    if API_SCOPE not in access.scopes or tenant_id not in access.tenant_ids:
        raise forbidden()
    practices = kept().practices
    if not practices.get(tenant_id) and not practices.keep(tenant_id, tx.get(TENANTS, tenant_id) is not None):
        raise forbidden()
    return access.client_id, tenant_id


def add_routes(app: Flask, signer: Signer) -> None:
    """Add the endpoints of the authorization server; the journal notes neither query nor body."""

    def authorize() -> Response:
        return kit().oauth.authorize()

    def token() -> Response:
        return kit().oauth.token()

    def revoke() -> Response:
        return kit().oauth.revoke()

    def discovery() -> Response:
        return jsonify(_discovery(request.host_url.rstrip("/")))

    def keys() -> Response:
        return jsonify(signer.public_keys())

    rows: list[tuple[str, list[str], str, Callable[..., Response]]] = [
        (AUTHORIZE, ["GET", "POST"], "oauth/authorize", authorize),
        (TOKEN, ["POST"], "oauth/token", token),
        (REVOCATION, ["POST"], "oauth/revocation", revoke),
        (DISCOVERY, ["GET"], "oauth/discovery", discovery),
        (KEYS, ["GET"], "oauth/keys", keys),
        ("/connections", ["GET"], "connections/list", list_connections),
        ("/connections/<connection_id>", ["DELETE"], "connections/delete", delete_connection),
    ]
    for path, methods, operation, view in rows:
        app.add_url_rule(path, operation, _private(operation, view), methods=methods)


def list_connections() -> Response:
    """Answer the practices that the token's person has connected to its app."""
    with kit().store.begin() as tx:
        access = check_token(tx)
        rows = [_connection(tx, row) for row in kit().oauth.connections(tx, access.grant_id)]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return Response(text, content_type="application/json; charset=utf-8")


def delete_connection(connection_id: str) -> Response:
    """Disconnect a practice from the token's app, for all tokens of its person."""
    with kit().store.begin() as tx:
        access = check_token(tx)
        if not kit().oauth.disconnect(tx, access.grant_id, connection_id):
            raise ApiError(404, "Not Found", f"no connection {connection_id} of this token; GET /connections")
    return Response(status=204)


def _connection(tx: Tx, row: Row) -> Row:
    tenant = tx.get(TENANTS, row["tenant_id"]) or {"name": ""}
    return {
        "id": row["connection_id"],
        "authEventId": uuid_of("auth event", row["grant_id"]),
        "tenantId": row["tenant_id"],
        "tenantType": "PRACTICEMANAGER",
        "tenantName": tenant["name"],
        "createdDateUtc": _fraction(row["created_at"]),
        "updatedDateUtc": _fraction(row["updated_at"]),
    }


def _fraction(moment: str) -> str:
    """Write a stored moment as Xero does here: seven digits of a second, no zone."""
    return iso(parse_iso(moment)).replace("Z", ".0000000")


def _discovery(origin: str) -> Row:
    return {
        "issuer": ISSUER,
        "authorization_endpoint": origin + AUTHORIZE,
        "token_endpoint": origin + TOKEN,
        "revocation_endpoint": origin + REVOCATION,
        "jwks_uri": origin + KEYS,
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }


def _private(operation: str, view: Callable[..., Response]) -> Callable[..., Response]:
    @wraps(view)
    def answer(**parts: str) -> Response:
        call().private = True
        call().operation = operation
        kit().passage.meet()
        return view(**parts)

    return answer
