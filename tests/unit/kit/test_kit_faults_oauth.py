"""Faults on calls of the authorization server: whom they meet does not depend on who comes first."""

import base64
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from oauth_steps import asked, code, decide, redeem, refresh, tokens

from mock_kit.asking import asked_of
from mock_kit.calls import Call
from mock_kit.kit import Kit

FIRST_TRY = {"kind": "status", "status": 503, "operation": "oauth/*", "attempts": [1]}
SECRETS = {"app-1": "sesame-1", "app-2": "sesame-2"}


@pytest.mark.parametrize("order", list(permutations(["app-1", "app-2"])))
def test_each_apps_first_token_request_is_its_own_first_try(
    client: FlaskClient, order: tuple[str, ...]
) -> None:
    codes = {app: code(client, client_id=app) for app in order}
    client.post("/_control/faults", json=FIRST_TRY)

    def status(app: str) -> int:
        return redeem(client, codes[app], client_id=app, client_secret=SECRETS[app]).status_code

    assert [status(app) for app in order] == [503, 503]
    assert [status(app) for app in order] == [200, 200]


@pytest.mark.parametrize("order", list(permutations(["t1", "t2"])))
def test_each_practices_refresh_is_its_own_first_try_and_goes_on_counting_after_it(
    client: FlaskClient, order: tuple[str, ...]
) -> None:
    held = {tenant: tokens(client, tenant=tenant)["refresh_token"] for tenant in order}
    client.post("/_control/faults", json=FIRST_TRY)
    assert [refresh(client, held[tenant]).status_code for tenant in order] == [503, 503]
    for tenant in order:
        newer = refresh(client, held[tenant]).get_json()["refresh_token"]
        assert refresh(client, newer).status_code == 200  # the same person's third try


def test_a_code_and_a_refresh_are_different_requests(client: FlaskClient) -> None:
    given = code(client)
    client.post("/_control/faults", json=FIRST_TRY)
    assert redeem(client, given).status_code == 503
    granted = redeem(client, given).get_json()
    assert refresh(client, granted["refresh_token"]).status_code == 503


def test_chance_on_token_requests_is_the_same_whatever_the_order(client: FlaskClient, parts: Kit) -> None:
    client.post("/_control/faults", json={**FIRST_TRY, "attempts": None, "probability": 0.5})

    def met(order: list[str]) -> list[tuple[str, int]]:
        parts.passage.plan.restart()
        codes = {app: code(client, client_id=app) for app in order}
        return sorted(
            (app, redeem(client, codes[app], client_id=app, client_secret=SECRETS[app]).status_code)
            for app in order
            for _ in range(8)
        )

    forwards = met(["app-1", "app-2"])
    assert forwards == met(["app-2", "app-1"])
    assert 503 in {status for _app, status in forwards}
    assert {app for app, status in forwards if status == 503} == {"app-1", "app-2"}


def _told(app: Flask, path: str, **sent: Any) -> str:
    """Return what the plan is asked of a private call: one text."""
    with app.test_request_context(path, **sent) as context:
        noted = Call(context.request, None, None, operation="oauth/any", private=True)
        found = asked_of(noted, app.extensions["kit"].oauth, closely=True)
    assert found.body_sha256 == ""
    assert found.query is not None
    return found.query


def test_who_calls_is_not_looked_up_where_no_fault_asks(client: FlaskClient, app: Flask) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": tokens(client)["refresh_token"]}
    with app.test_request_context("/token", method="POST", data=form) as context:
        noted = Call(context.request, None, None, operation="oauth/token", private=True)
        found = asked_of(noted, app.extensions["kit"].oauth, closely=False)
    assert found == ("oauth/token", None, "POST", "/token", None, "")


def test_of_a_private_call_no_secret_is_asked(client: FlaskClient, app: Flask) -> None:
    given = code(client)
    granted = redeem(client, given).get_json()
    form = {"grant_type": "refresh_token", "client_id": "app-1", "client_secret": "sesame-1"}
    form |= {"code": given, "refresh_token": granted["refresh_token"], "code_verifier": "v" * 50}
    told = _told(app, "/token", method="POST", data=form)
    for secret in ("sesame", given, granted["refresh_token"], "vvv"):
        assert secret not in told
    assert '"client_id":"app-1","grant_type":"refresh_token"' in told


def test_an_app_is_known_by_basic_and_a_bearer_by_its_grant(client: FlaskClient, app: Flask) -> None:
    basic = base64.b64encode(b"app-2:sesame-2").decode()
    told = _told(app, "/token", method="POST", headers={"Authorization": f"Basic {basic}"})
    assert told == '{"client_id":"app-2","grant_type":null,"people":[],"tenant_ids":[]}'
    bearers = {
        _told(app, "/connections", headers={"Authorization": f"Bearer {given['access_token']}"})
        for given in (tokens(client), tokens(client), tokens(client, tenant="t2"))
    }
    assert len(bearers) == 2


@pytest.mark.parametrize("header", ["Bearer", "Bearer nobody's", "nonsense", ""])
def test_a_caller_that_nobody_knows_is_nobody(app: Flask, header: str) -> None:
    people = "[null]" if "nobody" in header else "[]"
    told = f'{{"client_id":null,"grant_type":null,"people":{people},"tenant_ids":[]}}'
    assert _told(app, "/connections", headers={"Authorization": header}) == told


def test_a_consent_is_told_from_another_by_the_app_and_the_practices(client: FlaskClient, app: Flask) -> None:
    query = asked()
    told = {
        _told(app, "/authorize", method="POST", query_string=query, data={"tenant_id": chosen})
        for chosen in (["t1"], ["t2"], ["t1", "t2"], ["t2", "t1"])
    }
    assert len(told) == 3
    assert decide(client).status_code == 302


def test_a_form_that_is_too_large_is_nobodys(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"], before = 10, app.config["MAX_CONTENT_LENGTH"]
    try:
        assert _told(app, "/token", method="POST", data={"client_id": "app-1" * 10}) == ""
    finally:
        app.config["MAX_CONTENT_LENGTH"] = before
