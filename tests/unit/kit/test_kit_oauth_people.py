"""Who agreed: consents of one person to one app add up, where the policy lets them."""

from typing import Any

from control_steps import refusal
from flask import Flask
from flask.testing import FlaskClient
from oauth_steps import asked, redeem, sent_back, tokens

from mock_kit.kit import Kit


def _reached(parts: Kit, given: dict[str, Any]) -> list[str]:
    with parts.store.begin() as tx:
        return sorted(parts.oauth.check(tx, f"Bearer {given['access_token']}").tenant_ids)


def test_consents_of_one_person_to_one_app_add_up(client: FlaskClient, parts: Kit) -> None:
    secret = {"client_id": "app-2", "client_secret": "sesame-2"}

    def agreed(tenant: str, person: str, client_id: str = "app-1") -> dict[str, Any]:
        query = asked(client_id=client_id)
        form = {"decision": "allow", "tenant_id": tenant, "person": person}
        given = sent_back(client.post("/authorize", query_string=query, data=form))["code"]
        found: dict[str, Any] = redeem(client, given, **(secret if client_id == "app-2" else {})).get_json()
        return found

    first, ben, other_app = agreed("t1", "ann"), agreed("t1", "ben"), agreed("t1", "ann", "app-2")
    assert _reached(parts, first) == ["t1"]
    second = agreed("t2", " ann ")
    assert [_reached(parts, one) for one in (first, second)] == [["t1", "t2"]] * 2
    assert [_reached(parts, one) for one in (ben, other_app)] == [["t1"]] * 2


def test_without_a_name_each_set_of_practices_has_a_person_of_its_own(
    client: FlaskClient, parts: Kit
) -> None:
    one, both, other = tokens(client), tokens(client, tenant=["t2", "t1"]), tokens(client, tenant="t2")
    assert [_reached(parts, given) for given in (one, both, other)] == [["t1"], ["t1", "t2"], ["t2"]]


def test_where_a_grant_is_for_one_practice_nothing_adds_up(stern: Flask) -> None:
    client, parts = stern.test_client(), stern.extensions["kit"]
    given = []
    for tenant in ("t1", "t2"):
        form = {"decision": "allow", "tenant_id": tenant, "person": "ann"}
        sent = client.post("/authorize", query_string=asked(scope="things"), data=form)
        given.append(redeem(client, sent_back(sent)["code"]).get_json())
    assert [_reached(parts, one) for one in given] == [["t1"], ["t2"]]
    body = {"tenant_ids": ["t1"], "person": "ann"}
    assert "leave person out" in refusal(client.post("/_control/tokens", json=body), 422, "ONE_TENANT")


def test_what_a_grant_alone_connected_ends_with_it(client: FlaskClient, parts: Kit) -> None:
    def minted(*tenants: str) -> dict[str, Any]:
        body = {"tenant_ids": tenants, "person": "ann", "client_id": "app-1"}
        found: dict[str, Any] = client.post("/_control/tokens", json=body).get_json()
        return found

    first, second = minted("t1"), minted("t1", "t2")
    form = {"client_id": "app-1", "client_secret": "sesame-1", "token": second["access_token"]}
    assert client.post("/revoke", data=form).status_code == 200
    assert _reached(parts, first) == ["t1"]
    form["token"] = first["access_token"]
    assert client.post("/revoke", data=form).status_code == 200
    assert _reached(parts, minted("t2")) == ["t2"]
