"""Programs that others wrote, over real sockets: an OAuth client library, and two HTTP client libraries.

Nothing in them knows of the fake but its addresses, as its users' programs do.
"""

from collections.abc import Iterator

import httpx
import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session as OpenIdSession
from authlib.oidc.core import CodeIDToken
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet
from lxml import etree
from requests_oauthlib import OAuth2Session

from mock_kit.clock import parse_iso
from mock_kit.server import running
from tests.contract.xpm.small import ACME, APP, NOW, OTHER, TENANT

SCOPE = ["openid", "profile", "email", "offline_access", "practicemanager"]
BACK = "http://localhost/back"


@pytest.fixture
def origin(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    app.test_client().put("/_control/clock", json={"now": NOW, "mode": "frozen"})
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the fake speaks plain HTTP
    with running(app) as url:
        yield url


def agreed(url: str, *tenants: str) -> str:
    """Be the browser: agree on the consent page, and return where it sends one back to."""
    page = requests.get(url, timeout=10)
    assert "Practice One" in page.text
    form = {"decision": "allow", "tenant_id": tenants}
    answer = requests.post(url, data=form, allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_requests_oauthlib_connects_with_pkce_calls_refreshes_and_disconnects(origin: str) -> None:
    secret = str(APP["client_secret"])
    with OAuth2Session(str(APP["client_id"]), redirect_uri=BACK, scope=SCOPE, pkce="S256") as session:
        url, _state = session.authorization_url(f"{origin}/identity/connect/authorize")
        back = agreed(url, TENANT, OTHER)
        token_url = f"{origin}/connect/token"
        first = session.fetch_token(token_url, authorization_response=back, client_secret=secret)
        assert first["expires_in"] == 1800

        connections = session.get(f"{origin}/connections").json()
        assert [one["tenantId"] for one in connections] == [TENANT, OTHER]
        headers = {"xero-tenant-id": TENANT}
        listed = session.get(f"{origin}/practicemanager/3.1/client.api/list", headers=headers)
        names = etree.fromstring(listed.content).xpath("//Client/Name/text()")
        assert names == ["Acme Ltd", "Baker & Sons", "Closed acme", "Dropped acme"]

        made = session.post(
            f"{origin}/practicemanager/3.1/client.api/add",
            data="<Client><Name>Söhne &amp; O'Brien</Name></Client>".encode(),
            headers=headers,
        )
        uuid = etree.fromstring(made.content).findtext("Client/UUID")
        read = session.get(f"{origin}/practicemanager/3.1/client.api/get/{uuid}", headers=headers)
        assert etree.fromstring(read.content).findtext("Client/Name") == "Söhne & O'Brien"

        second = session.refresh_token(token_url, client_id=APP["client_id"], client_secret=secret)
        assert second["refresh_token"] != first["refresh_token"]
        assert session.delete(f"{origin}/connections/{connections[0]['id']}").status_code == 204
        gone = session.get(f"{origin}/practicemanager/3.1/client.api/list", headers=headers)
        assert gone.status_code == 403
        left = session.get(f"{origin}/practicemanager/3.1/client.api/list", headers={"xero-tenant-id": OTHER})
        assert left.status_code == 200


def test_a_token_is_verified_by_what_the_discovery_document_says(origin: str) -> None:
    discovery = requests.get(f"{origin}/.well-known/openid-configuration", timeout=10).json()
    keys = KeySet.import_key_set(requests.get(discovery["jwks_uri"], timeout=10).json())
    with OAuth2Session(str(APP["client_id"]), redirect_uri=BACK, scope=SCOPE) as session:
        url, _state = session.authorization_url(discovery["authorization_endpoint"])
        token = session.fetch_token(
            discovery["token_endpoint"],
            authorization_response=agreed(url, TENANT),
            client_secret=str(APP["client_secret"]),
        )
    claims = jwt.decode(token["access_token"], keys).claims
    assert (claims["client_id"], claims["scope"]) == (APP["client_id"], SCOPE)
    assert claims["exp"] - claims["nbf"] == 1800


def test_an_openid_client_of_others_finds_its_nonce_in_the_identity_token(origin: str) -> None:
    discovery = requests.get(f"{origin}/.well-known/openid-configuration", timeout=10).json()
    nonce = generate_token()
    client_id = str(APP["client_id"])
    with OpenIdSession(
        client_id, str(APP["client_secret"]), redirect_uri=BACK, scope=" ".join(SCOPE)
    ) as session:
        url, state = session.create_authorization_url(discovery["authorization_endpoint"], nonce=nonce)
        back = agreed(url, TENANT)
        tokens = session.fetch_token(discovery["token_endpoint"], authorization_response=back, state=state)
    keys = KeySet.import_key_set(requests.get(discovery["jwks_uri"], timeout=10).json())
    token = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
    CodeIDToken(
        token.claims,
        token.header,
        {"iss": {"value": discovery["issuer"]}, "aud": {"value": client_id}, "nonce": {"value": nonce}},
        {"nonce": nonce, "client_id": client_id},
    ).validate(now=int(parse_iso(NOW).timestamp()))
    assert token.claims["nonce"] == nonce


def test_httpx_drives_3_0_and_json_on_one_connection(origin: str) -> None:
    with httpx.Client(base_url=origin) as http:
        minted = http.post("/_control/tokens", json={"tenant_ids": [TENANT]}).json()
        http.headers.update({"Authorization": f"Bearer {minted['access_token']}", "Xero-Tenant-Id": TENANT})
        answer = http.get(
            "/practicemanager/3.1/client.api/list",
            headers={"Accept": "application/json", "Xero-Features": "practice-strict-content-type"},
        )
        acme = answer.json()["clients"][0]
        assert (acme["uuid"], acme["isArchived"]) == (ACME, "No")

        # As Ignition's own client does it: XML that says it is a form.
        made = http.post(
            "/practicemanager/3.0/client.api/add",
            content=b'<?xml version="1.0"?><Client><Name>Kea</Name><Contacts type="array">'
            b"<Contact><Name>Jo</Name></Contact></Contacts></Client>",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        number = etree.fromstring(made.content).findtext("Client/ID")
        read = etree.fromstring(http.get(f"/practicemanager/3.0/client.api/get/{number}").content)
        assert read.findtext("Client/Name") == "Kea"
        assert read.findtext("Client/Contacts/Contact/Name") == "Jo"


def test_httpx_gets_its_tokens_with_basic_authentication_and_revokes_them(origin: str) -> None:
    with httpx.Client(base_url=origin) as http:
        query = {"response_type": "code", "client_id": APP["client_id"], "redirect_uri": BACK}
        url = httpx.URL(f"{origin}/identity/connect/authorize", params={**query, "scope": " ".join(SCOPE)})
        code = httpx.URL(agreed(str(url), TENANT)).params["code"]
        basic = httpx.BasicAuth(str(APP["client_id"]), str(APP["client_secret"]))
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        tokens = http.post("/connect/token", data=form, auth=basic).json()
        headers = {"Authorization": f"Bearer {tokens['access_token']}", "xero-tenant-id": TENANT}
        path = "/practicemanager/3.1/staff.api/list"
        assert http.get(path, headers=headers).status_code == 200
        done = http.post("/connect/revocation", data={"token": tokens["refresh_token"]}, auth=basic)
        assert done.status_code == 200
        refused = http.get(path, headers=headers)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer error=invalid_token"
