"""The steps of the authorization code flow, as a client takes them."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

REDIRECT = "http://127.0.0.1:9/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
SCOPE = "offline_access things"


def asked(**further: Any) -> dict[str, Any]:
    """Return the query of an authorization request; a value of None leaves a member out."""
    query = {"response_type": "code", "client_id": "app-1", "redirect_uri": REDIRECT, "scope": SCOPE}
    return {name: value for name, value in {**query, "state": "s1", **further}.items() if value is not None}


def decide(client: FlaskClient, decision: str = "allow", tenant: Any = "t1", **further: Any) -> TestResponse:
    """Press a button of the consent page."""
    return client.post(
        "/authorize", query_string=asked(**further), data={"decision": decision, "tenant_id": tenant}
    )


def sent_back(answer: TestResponse) -> dict[str, str]:
    """Return what the redirection carries."""
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert answer.location.startswith(REDIRECT + "?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}


def code(client: FlaskClient, **further: Any) -> str:
    """Return a fresh authorization code."""
    return sent_back(decide(client, **further))["code"]


def redeem(client: FlaskClient, given: str, **further: Any) -> TestResponse:
    """Ask for tokens for a code, as app-1 with its secret in the form unless said otherwise."""
    form = {"grant_type": "authorization_code", "code": given, "redirect_uri": REDIRECT}
    return client.post("/token", data=_form(form, further))


def refresh(client: FlaskClient, token: str, **further: Any) -> TestResponse:
    """Ask for new tokens for a refresh token."""
    return client.post("/token", data=_form({"grant_type": "refresh_token", "refresh_token": token}, further))


def _form(form: dict[str, str], further: dict[str, Any]) -> dict[str, Any]:
    whole = {"client_id": "app-1", "client_secret": "sesame-1", **form, **further}
    return {name: value for name, value in whole.items() if value is not None}


def tokens(client: FlaskClient, **further: Any) -> dict[str, Any]:
    """Return the token set of a fresh grant."""
    answer = redeem(client, code(client, **further))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def use(client: FlaskClient, token: str, name: str = "Kea") -> TestResponse:
    """Make a thing with an access token."""
    return client.post("/things", data=name, headers={"Authorization": f"Bearer {token}"})
