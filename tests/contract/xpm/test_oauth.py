"""Connecting: the browser's part, tokens, rotation and grace, connections, revocation."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet
from werkzeug.test import TestResponse

from mock_xpm.app import create_app
from tests.contract.xpm.caller import ROOT, Caller
from tests.contract.xpm.small import APP, NOW, OTHER, TENANT

BACK = "http://localhost/back"
SCOPE = "openid profile email offline_access practicemanager"
AUTHORIZE = "/identity/connect/authorize"
SECRET = {"client_id": APP["client_id"], "client_secret": APP["client_secret"]}
VERIFIER = "a-verifier-of-more-than-forty-three-characters-1234"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    app.test_client().put("/_control/clock", json={"now": NOW, "mode": "frozen"})
    return app.test_client()


def agree(
    http: FlaskClient, *tenants: str, client_id: str = "ignition", scope: str = SCOPE, **asked: str
) -> str:
    """Agree on the consent page, and return the code that comes back."""
    query = {"response_type": "code", "client_id": client_id, "redirect_uri": BACK, "scope": scope, **asked}
    answer = http.post(
        AUTHORIZE,
        query_string={**query, "state": "s1"},
        data={"decision": "allow", "tenant_id": list(tenants or (TENANT,))},
    )
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    said = parse_qs(back.query)
    assert said["state"] == ["s1"]
    return said["code"][0]


def redeem(http: FlaskClient, code: str, **fields: Any) -> TestResponse:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **(fields or SECRET)}
    return http.post("/connect/token", data=form)


def refresh(http: FlaskClient, token: str) -> TestResponse:
    form = {"grant_type": "refresh_token", "refresh_token": token, **SECRET}
    return http.post("/connect/token", data=form)


def call(http: FlaskClient, token: str, tenant: str = TENANT) -> int:
    headers = {"Authorization": f"Bearer {token}", "XERO-TENANT-ID": tenant}
    return http.get(f"{ROOT}staff.api/list", headers=headers).status_code


def tokens(http: FlaskClient, *tenants: str, scope: str = SCOPE) -> dict[str, Any]:
    answer = redeem(http, agree(http, *tenants, scope=scope))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.data)
    return found


def advance(http: FlaskClient, seconds: int) -> None:
    assert http.post("/_control/clock/advance", json={"seconds": seconds}).status_code == 200


def test_the_consent_page_names_the_app_and_the_practices(http: FlaskClient) -> None:
    query = {"response_type": "code", "client_id": "ignition", "redirect_uri": BACK, "scope": SCOPE}
    page = http.get(AUTHORIZE, query_string=query)
    assert page.status_code == 200
    assert "Practice One" in page.text
    assert "Practice Two" in page.text


def test_a_denied_request_goes_back_with_access_denied(http: FlaskClient) -> None:
    query = {"response_type": "code", "client_id": "ignition", "redirect_uri": BACK, "scope": SCOPE}
    answer = http.post(AUTHORIZE, query_string=query, data={"decision": "deny"})
    assert "error=access_denied" in answer.headers["Location"]


def test_a_code_gives_a_token_set_in_the_order_of_the_contract(http: FlaskClient) -> None:
    found = tokens(http)
    order = ["id_token", "access_token", "expires_in", "token_type", "refresh_token", "scope"]
    assert list(found) == order
    assert (found["expires_in"], found["token_type"], found["scope"]) == (1800, "Bearer", SCOPE)
    assert call(http, found["access_token"]) == 200


def test_a_code_works_once_and_using_it_again_ends_its_grant(http: FlaskClient) -> None:
    code = agree(http)
    first = redeem(http, code).get_json()
    again = redeem(http, code)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert call(http, first["access_token"]) == 401


def test_a_public_client_needs_its_pkce_verifier(http: FlaskClient) -> None:
    pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    wrong = redeem(
        http, agree(http, client_id="desktop", **pkce), client_id="desktop", code_verifier="x" * 50
    )
    assert wrong.status_code == 400
    code = agree(http, client_id="desktop", **pkce)
    right = redeem(http, code, client_id="desktop", code_verifier=VERIFIER)
    assert right.status_code == 200
    assert call(http, right.get_json()["access_token"]) == 200


def test_a_secret_may_come_by_http_basic_and_the_form_may_be_multipart(http: FlaskClient) -> None:
    form = {"grant_type": "authorization_code", "code": agree(http), "redirect_uri": BACK}
    basic = base64.b64encode(f"{APP['client_id']}:{APP['client_secret']}".encode()).decode()
    answer = http.post(
        "/connect/token",
        data=form,
        headers={"Authorization": f"Basic {basic}"},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200, answer.text
    assert call(http, answer.get_json()["access_token"]) == 200


def test_a_wrong_secret_is_refused(http: FlaskClient) -> None:
    answer = redeem(http, agree(http), client_id="ignition", client_secret="wrong")
    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")


def test_a_refresh_rotates_and_the_old_token_may_be_repeated_for_thirty_minutes(http: FlaskClient) -> None:
    old = tokens(http)["refresh_token"]
    new = refresh(http, old).get_json()
    assert new["refresh_token"] != old
    advance(http, 1799)
    repeated = refresh(http, old)
    assert repeated.status_code == 200
    advance(http, 1)
    late = refresh(http, old)
    assert (late.status_code, late.get_json()["error"]) == (400, "invalid_grant")
    assert refresh(http, repeated.get_json()["refresh_token"]).status_code == 200
    assert refresh(http, new["refresh_token"]).status_code == 200


def test_a_refresh_token_dies_after_sixty_days_of_silence(http: FlaskClient) -> None:
    first = tokens(http)["refresh_token"]
    advance(http, 60 * 86400 - 1)
    second = refresh(http, first)
    assert second.status_code == 200
    advance(http, 60 * 86400)
    assert refresh(http, second.get_json()["refresh_token"]).status_code == 400


def test_an_access_token_expires_after_thirty_minutes_and_says_when(http: FlaskClient) -> None:
    token = tokens(http)["access_token"]
    advance(http, 1799)
    assert call(http, token) == 200
    advance(http, 1)
    answer = http.get(f"{ROOT}staff.api/list", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.get_json()["Detail"] == "TokenExpired: token expired at 07/01/2026 10:00:00"


def test_without_offline_access_there_is_no_refresh_token(http: FlaskClient) -> None:
    found = tokens(http, scope="practicemanager")
    assert list(found) == ["access_token", "expires_in", "token_type", "scope"]


def test_revoking_a_token_ends_its_grant(http: FlaskClient) -> None:
    found = tokens(http)
    answer = http.post("/connect/revocation", data={"token": found["refresh_token"], **SECRET})
    assert answer.status_code == 200
    assert refresh(http, found["refresh_token"]).status_code == 400
    assert call(http, found["access_token"]) == 401


def test_an_access_token_is_a_jwt_that_the_published_key_proves(http: FlaskClient) -> None:
    found = tokens(http)
    discovery = http.get("/.well-known/openid-configuration").get_json()
    keys = KeySet.import_key_set(http.get(discovery["jwks_uri"]).get_json())
    token = jwt.decode(found["access_token"], keys, algorithms=["RS256"])
    assert list(token.claims) == [
        "nbf",
        "exp",
        "iss",
        "aud",
        "client_id",
        "sub",
        "auth_time",
        "xero_userid",
        "global_session_id",
        "jti",
        "scope",
    ]
    assert token.claims["exp"] - token.claims["nbf"] == 1800
    assert token.claims["scope"] == SCOPE.split()
    assert token.claims["iss"] == discovery["issuer"]
    identity = jwt.decode(found["id_token"], keys, algorithms=["RS256"])
    assert identity.claims["aud"] == "ignition"
    assert "email" in identity.claims


def test_an_id_token_says_no_more_than_its_scopes(http: FlaskClient) -> None:
    keys = KeySet.import_key_set(http.get("/.well-known/openid-configuration/jwks").get_json())
    claims = jwt.decode(tokens(http, scope="openid")["id_token"], keys, algorithms=["RS256"]).claims
    assert "email" not in claims
    assert "given_name" not in claims


def test_two_tokens_of_one_moment_differ(http: FlaskClient) -> None:
    assert tokens(http)["access_token"] != tokens(http)["access_token"]


def test_connections_show_each_practice_and_one_can_be_disconnected(http: FlaskClient) -> None:
    found = tokens(http, TENANT, OTHER)
    headers = {"Authorization": f"Bearer {found['access_token']}"}
    rows = json.loads(http.get("/connections", headers=headers).data)
    keys = ["id", "authEventId", "tenantId", "tenantType", "tenantName", "createdDateUtc", "updatedDateUtc"]
    assert [list(row) for row in rows] == [keys, keys]
    assert [row["tenantName"] for row in rows] == ["Practice One", "Practice Two"]
    assert {row["tenantType"] for row in rows} == {"PRACTICEMANAGER"}
    assert rows[0]["createdDateUtc"] == "2026-07-01T09:30:00.0000000"
    assert http.delete(f"/connections/{rows[0]['id']}", headers=headers).status_code == 204
    assert call(http, found["access_token"], TENANT) == 403
    assert call(http, found["access_token"], OTHER) == 200
    left = json.loads(http.get("/connections", headers=headers).data)
    assert [row["tenantId"] for row in left] == [OTHER]
    assert http.delete(f"/connections/{rows[0]['id']}", headers=headers).status_code == 404


def test_a_connection_of_another_grant_cannot_be_deleted(http: FlaskClient) -> None:
    mine, theirs = tokens(http), tokens(http, OTHER)
    headers = {"Authorization": f"Bearer {theirs['access_token']}"}
    theirs_id = http.get("/connections", headers=headers).get_json()[0]["id"]
    answer = http.delete(
        f"/connections/{theirs_id}", headers={"Authorization": f"Bearer {mine['access_token']}"}
    )
    assert answer.status_code == 404
    assert call(http, theirs["access_token"], OTHER) == 200


def test_connections_need_a_token(http: FlaskClient) -> None:
    assert http.get("/connections").status_code == 401
    assert http.delete("/connections/x").status_code == 401


def test_the_journal_and_the_state_hold_no_secret(http: FlaskClient) -> None:
    code = agree(http)
    found = redeem(http, code).get_json()
    newer = refresh(http, found["refresh_token"]).get_json()
    call(http, found["access_token"])
    http.get("/connections", headers={"Authorization": f"Bearer {found['access_token']}"})
    shown = http.get("/_control/journal").text + http.get("/_control/state").text
    operations = [entry["operation"] for entry in http.get("/_control/journal").get_json()["entries"]]
    assert operations[-5:] == [
        "oauth/authorize",
        "oauth/token",
        "oauth/token",
        "staff.api/list",
        "connections/list",
    ]
    secrets = [
        code,
        found["access_token"],
        found["refresh_token"],
        newer["refresh_token"],
        APP["client_secret"],
    ]
    assert [secret for secret in secrets if str(secret) in shown] == []


def test_tokens_and_the_signing_key_survive_a_restart_and_a_reset(
    restarted: Callable[[Callable[[Caller], None]], Caller],
) -> None:
    kept: list[Any] = []

    def connect(before: Caller) -> None:
        kept.append(before.tokens["access_token"])
        before.http.post("/_control/reset", json={})
        kept.append(before.http.get("/.well-known/openid-configuration/jwks").get_json())

    after = restarted(connect)
    assert call(after.http, kept[0]) == 200
    assert after.http.get("/.well-known/openid-configuration/jwks").get_json() == kept[1]
    assert "d" not in kept[1]["keys"][0]


def test_an_app_needs_no_config() -> None:
    health = create_app().test_client().get("/_control/health").get_json()
    assert (health["ok"], health["name"]) == (True, "mock_xpm")
