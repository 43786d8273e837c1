"""Consents one after another: one connection for an app, a person and a practice, whichever token is shown."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.contract.xpm.small import NOW, OTHER, TENANT
from tests.contract.xpm.test_oauth import AUTHORIZE, BACK, SCOPE, call, redeem


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    app.test_client().put("/_control/clock", json={"now": NOW, "mode": "frozen"})
    return app.test_client()


def connect(http: FlaskClient, *tenants: str, person: str = "ann@one.example") -> str:
    """Agree on the consent page as somebody, and return an access token."""
    query = {"response_type": "code", "client_id": "ignition", "redirect_uri": BACK, "scope": SCOPE}
    form = {"decision": "allow", "tenant_id": list(tenants), "person": person}
    back = http.post(AUTHORIZE, query_string=query, data=form).headers["Location"]
    token: str = redeem(http, back.partition("code=")[2]).get_json()["access_token"]
    return token


def listed(http: FlaskClient, token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get(
        "/connections", headers={"Authorization": f"Bearer {token}"}
    ).get_json()
    return found


def delete(http: FlaskClient, token: str, row: dict[str, Any]) -> int:
    return http.delete(f"/connections/{row['id']}", headers={"Authorization": f"Bearer {token}"}).status_code


def reached(http: FlaskClient, token: str) -> list[int]:
    return [call(http, token, tenant) for tenant in (TENANT, OTHER)]


def test_the_consent_page_asks_who_one_is(http: FlaskClient) -> None:
    query = {"response_type": "code", "client_id": "ignition", "redirect_uri": BACK, "scope": SCOPE}
    assert '<input name="person"' in http.get(AUTHORIZE, query_string=query).text


def test_an_earlier_token_reaches_what_is_connected_later(http: FlaskClient) -> None:
    first = connect(http, TENANT)
    assert reached(http, first) == [200, 403]
    second = connect(http, OTHER)
    assert [reached(http, token) for token in (first, second)] == [[200, 200]] * 2
    rows = listed(http, first)
    assert {row["tenantId"] for row in rows} == {TENANT, OTHER}
    assert rows == listed(http, second)


def test_a_practice_that_is_connected_again_stays_one_connection(http: FlaskClient) -> None:
    first = connect(http, TENANT)
    (before,) = listed(http, first)
    http.post("/_control/clock/advance", json={"seconds": 60})
    second = connect(http, TENANT)
    (after,) = listed(http, second)
    assert listed(http, first) == [after]
    assert (after["id"], after["createdDateUtc"]) == (before["id"], "2026-07-01T09:30:00.0000000")
    assert after["updatedDateUtc"] == "2026-07-01T09:31:00.0000000"
    assert after["authEventId"] != before["authEventId"]


def test_a_practice_that_is_disconnected_is_so_for_all_tokens_of_the_person(http: FlaskClient) -> None:
    first, second = connect(http, TENANT), connect(http, TENANT, OTHER)
    mine = next(row for row in listed(http, first) if row["tenantId"] == TENANT)
    assert delete(http, second, mine) == 204
    assert [reached(http, token) for token in (first, second)] == [[403, 200]] * 2
    assert [row["tenantId"] for row in listed(http, first)] == [OTHER]
    assert delete(http, first, mine) == 404
    connect(http, TENANT)
    assert [reached(http, token) for token in (first, second)] == [[200, 200]] * 2


def test_another_persons_connection_is_nobody_elses(http: FlaskClient) -> None:
    ann, ben = connect(http, TENANT), connect(http, TENANT, OTHER, person="ben@one.example")
    assert reached(http, ann) == [200, 403]
    assert delete(http, ann, listed(http, ben)[0]) == 404
    assert delete(http, ann, listed(http, ann)[0]) == 204
    assert reached(http, ben) == [200, 200]


def test_a_token_without_the_browser_may_be_the_same_persons(http: FlaskClient) -> None:
    first = connect(http, TENANT)
    body = {"tenant_ids": [OTHER], "client_id": "ignition", "person": "ann@one.example"}
    assert http.post("/_control/tokens", json=body).status_code == 200
    assert reached(http, first) == [200, 200]
