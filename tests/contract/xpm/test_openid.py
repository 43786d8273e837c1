"""Identity tokens, as an OpenID client checks them (Authlib's)."""

from typing import Any

import pytest
from authlib.oidc.core import CodeIDToken
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet

from mock_kit.clock import parse_iso
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.small import NOW, TENANT
from tests.contract.xpm.test_oauth import AUTHORIZE, BACK, agree, redeem, refresh

NONCE = "n-0S6_WzA2Mj&é"


@pytest.fixture
def http(xpm: Caller) -> FlaskClient:
    xpm.http.put("/_control/clock", json={"now": NOW, "mode": "frozen"})
    return xpm.http


def _said(http: FlaskClient, id_token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(http.get("/.well-known/openid-configuration/jwks").get_json())
    claims: dict[str, Any] = jwt.decode(id_token, keys, algorithms=["RS256"]).claims
    return claims


def test_an_openid_client_gets_its_nonce_back_and_believes_the_token(http: FlaskClient) -> None:
    given = redeem(http, agree(http, TENANT, nonce=NONCE)).get_json()
    claims = _said(http, given["id_token"])
    assert claims["nonce"] == NONCE
    checked = CodeIDToken(
        claims,
        {"alg": "RS256"},
        {
            "iss": {"values": ["https://identity.xero.com"]},
            "aud": {"values": ["ignition"]},
            "nonce": {"value": NONCE},
        },
        {"nonce": NONCE, "client_id": "ignition"},
    )
    checked.validate(now=int(parse_iso(NOW).timestamp()))


@pytest.mark.parametrize("asked", [{}, {"nonce": ""}])
def test_without_a_nonce_there_is_none(http: FlaskClient, asked: dict[str, str]) -> None:
    given = redeem(http, agree(http, TENANT, **asked)).get_json()
    assert "nonce" not in _said(http, given["id_token"])


def test_each_code_has_its_own_nonce_and_a_refreshed_token_has_none(http: FlaskClient) -> None:
    codes = [agree(http, TENANT, nonce=nonce) for nonce in ("first", "second")]
    given = [redeem(http, code).get_json() for code in codes]
    assert [_said(http, one["id_token"])["nonce"] for one in given] == ["first", "second"]
    again = refresh(http, given[0]["refresh_token"]).get_json()
    assert "nonce" not in _said(http, again["id_token"])


@pytest.mark.parametrize("scope", ["", " ", None])
def test_an_authorization_request_for_no_scope_goes_back_as_invalid(
    http: FlaskClient, scope: str | None
) -> None:
    query = {"response_type": "code", "client_id": "ignition", "redirect_uri": BACK, "state": "s1"}
    answer = http.get(AUTHORIZE, query_string=query if scope is None else {**query, "scope": scope})
    assert answer.status_code == 302
    assert "error=invalid_scope&" in answer.headers["Location"]
    assert answer.headers["Location"].endswith("&state=s1")
