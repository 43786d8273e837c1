import base64
import logging
from typing import Any

import pytest
import tiny_fake
from flask import Flask
from flask.testing import FlaskClient
from oauth_steps import PKCE, REDIRECT, VERIFIER, asked, code, decide, redeem, refresh, sent_back, tokens, use

from mock_kit.kit import Kit


def _basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def test_the_consent_page_escapes_names(client: FlaskClient) -> None:
    page = client.get("/authorize", query_string=asked())
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "<strong>Bobby &amp; &lt;b&gt;</strong> asks for access: offline_access things" in text
    assert "O&#39;Brien &amp; &lt;Sons&gt;" in text
    assert "Graceful &lt;Login&gt;" in text
    assert 'type="checkbox"' in text


def test_where_one_practice_is_chosen_the_page_has_radio_buttons(stern: Flask) -> None:
    page = stern.test_client().get("/authorize", query_string=asked(scope="things"))
    assert 'type="radio"' in page.get_data(as_text=True)


def test_without_a_practice_the_page_says_so(client: FlaskClient, parts: Kit) -> None:
    with parts.store.begin() as tx:
        tx.empty(parts.store.metadata.tables["practices"])
    assert "load a world first" in client.get("/authorize", query_string=asked()).get_data(as_text=True)


def test_a_code_buys_tokens_that_reach_the_chosen_practice(client: FlaskClient, parts: Kit) -> None:
    answer = redeem(client, code(client))
    assert answer.status_code == 200
    given = answer.get_json()
    assert set(given) == {"access_token", "expires_in", "token_type", "refresh_token", "scope"}
    assert (given["expires_in"], given["token_type"], given["scope"]) == (
        1800,
        "Bearer",
        "offline_access things",
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert use(client, given["access_token"]).get_json()["tenant_id"] == "t1"
    assert parts.store.dump("t1")["things"][-1]["name"] == "Kea"


def test_the_state_comes_back_with_the_code(client: FlaskClient) -> None:
    assert sent_back(decide(client, state="a b&c"))["state"] == "a b&c"


def test_several_practices_may_be_chosen_where_the_policy_says_so(client: FlaskClient, parts: Kit) -> None:
    given = tokens(client, tenant=["t2", "t1"])
    with parts.store.begin() as tx:
        access = parts.oauth.check(tx, f"bearer {given['access_token']}")
        links = parts.oauth.connections(tx, access.grant_id)
    assert access.tenant_ids == {"t1", "t2"}
    assert access.client_id == "app-1"
    assert access.scopes == {"offline_access", "things"}
    assert [link["tenant_id"] for link in links] == ["t1", "t2"]


@pytest.mark.parametrize(
    ("tenant", "words"),
    [([], "choose a practice"), (["t9"], "no such practice: t9"), (["t1", "t2"], "choose one practice only")],
)
def test_a_wrong_choice_of_practice_is_refused(stern: Flask, tenant: list[str], words: str) -> None:
    answer = decide(stern.test_client(), tenant=tenant, scope="things")
    assert answer.status_code == 400
    assert words in answer.get_data(as_text=True)


def test_a_refusal_goes_back_as_access_denied(client: FlaskClient, parts: Kit) -> None:
    back = sent_back(decide(client, decision="deny"))
    assert (back["error"], back["state"]) == ("access_denied", "s1")
    with parts.store.begin() as tx:
        assert tx.rows(parts.oauth.tables.grants.select()) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": None}, "invalid_client"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
    ],
)
def test_a_request_of_nobody_or_to_nowhere_is_answered_not_redirected(
    client: FlaskClient, method: str, wrong: dict[str, Any], error: str
) -> None:
    answer = client.open("/authorize", method=method, query_string=asked(**wrong), data={"decision": "allow"})
    assert answer.status_code in {400, 401}
    assert answer.get_json()["error"] == error


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"scope": "things everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"scope": "  "}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
    ],
)
def test_a_request_that_asks_for_the_wrong_thing_goes_back_with_an_error(
    client: FlaskClient, wrong: dict[str, Any], error: str
) -> None:
    back = sent_back(client.get("/authorize", query_string=asked(**wrong)))
    assert (back["error"], back["state"]) == (error, "s1")


def test_pkce_buys_tokens_with_the_right_verifier(client: FlaskClient) -> None:
    given = code(client, **PKCE)
    assert redeem(client, given, code_verifier=VERIFIER).status_code == 200


@pytest.mark.parametrize(
    ("verifier", "error"),
    [(VERIFIER[::-1], "invalid_grant"), (None, "invalid_request"), ("short", "invalid_request")],
)
def test_pkce_refuses_a_wrong_verifier(client: FlaskClient, verifier: str | None, error: str) -> None:
    answer = redeem(client, code(client, **PKCE), code_verifier=verifier)
    assert (answer.status_code, answer.get_json()["error"]) == (400, error)


def test_a_verifier_without_a_challenge_is_refused(client: FlaskClient) -> None:
    answer = redeem(client, code(client), code_verifier=VERIFIER)
    assert answer.get_json()["error"] == "invalid_request"


@pytest.mark.parametrize("method", ["plain", "", None])
def test_pkce_is_by_s256_only(client: FlaskClient, method: str | None) -> None:
    query = asked(code_challenge=VERIFIER, code_challenge_method=method)
    assert sent_back(client.get("/authorize", query_string=query))["error"] == "invalid_request"


def test_a_public_client_must_use_pkce(client: FlaskClient) -> None:
    public: dict[str, Any] = {"client_id": "public", "client_secret": None}
    bare = redeem(client, code(client, client_id="public"), **public)
    assert (bare.status_code, bare.get_json()["error"]) == (400, "invalid_request")
    given = code(client, client_id="public", **PKCE)
    assert redeem(client, given, code_verifier=VERIFIER, **public).status_code == 200


def test_an_app_with_a_secret_may_not_come_without_it(client: FlaskClient) -> None:
    answer = redeem(client, code(client, **PKCE), client_secret=None, code_verifier=VERIFIER)
    assert answer.get_json()["error"] == "invalid_client"


def test_a_code_used_twice_ends_the_grant_it_gave(client: FlaskClient) -> None:
    given = code(client)
    first = redeem(client, given).get_json()
    assert use(client, first["access_token"]).status_code == 201
    again = redeem(client, given)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert use(client, first["access_token"]).get_json() == {"refused": "revoked token"}
    assert refresh(client, first["refresh_token"]).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "http://127.0.0.1:9/other"},
        {"redirect_uri": None},
        {"client_id": "app-2", "client_secret": "sesame-2"},
        {"code": "no-code-of-ours"},
    ],
)
def test_a_code_is_good_for_its_app_and_its_redirection_only(
    client: FlaskClient, wrong: dict[str, Any]
) -> None:
    given = code(client)
    answer = redeem(client, given, **wrong)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")
    assert redeem(client, given).status_code == 200


def test_a_code_lives_five_minutes(client: FlaskClient, parts: Kit) -> None:
    early, late = code(client), code(client)
    parts.clock.advance(299)
    assert redeem(client, early).status_code == 200
    parts.clock.advance(1)
    assert redeem(client, late).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize("wrong", [{"client_secret": "guess"}, {"client_id": "nobody"}, {"client_id": None}])
def test_a_wrong_secret_is_refused(client: FlaskClient, wrong: dict[str, Any]) -> None:
    answer = redeem(client, code(client), **wrong)
    assert answer.status_code in {400, 401}
    assert answer.get_json()["error"] == "invalid_client"


def test_an_app_may_show_its_secret_by_basic(client: FlaskClient) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT}
    good = client.post("/token", data={**form, "code": code(client)}, headers=_basic("app-1:sesame-1"))
    assert good.status_code == 200
    bad = client.post("/token", data={**form, "code": code(client)}, headers=_basic("app-1:guess"))
    assert (bad.status_code, bad.get_json()["error"]) == (401, "invalid_client")


def test_basic_is_refused_where_the_policy_knows_the_form_only(stern: Flask) -> None:
    client = stern.test_client()
    form = {
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT,
        "code": code(client, scope="things"),
    }
    answer = client.post("/token", data=form, headers=_basic("app-1:sesame-1"))
    assert answer.get_json()["error"] == "invalid_client"
    assert redeem(client, form["code"]).status_code == 200


def test_a_multipart_body_is_read_as_a_form(client: FlaskClient) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": REDIRECT, "code": code(client)}
    form |= {"client_id": "app-1", "client_secret": "sesame-1"}
    answer = client.post("/token", data=form, content_type="multipart/form-data")
    assert answer.status_code == 200


@pytest.mark.parametrize("grant_type", ["password", "client_credentials", None])
def test_other_grants_are_refused(client: FlaskClient, grant_type: str | None) -> None:
    answer = redeem(client, "x", grant_type=grant_type)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "unsupported_grant_type")


def test_the_server_answers_over_plain_http_under_any_name(client: FlaskClient) -> None:
    base = "http://fake.internal:8080"
    page = client.get("/authorize", query_string=asked(), base_url=base)
    assert page.status_code == 200
    given = code(client)
    form = {"grant_type": "authorization_code", "code": given, "redirect_uri": REDIRECT}
    answer = client.post(
        "/token", data={**form, "client_id": "app-1", "client_secret": "sesame-1"}, base_url=base
    )
    assert answer.status_code == 200


def test_the_ids_of_grants_and_connections_are_the_same_in_every_run(client: FlaskClient, parts: Kit) -> None:
    def connections() -> list[str]:
        with parts.store.begin() as tx:
            return [row["connection_id"] for row in tx.rows(parts.oauth.tables.connections.select())]

    tokens(client)
    tokens(client)
    first = connections()
    assert client.post("/_control/reset", json={"to": "empty"}).status_code == 200

    parts.load_world(tiny_fake.TinyWorld.model_validate(tiny_fake.world()))
    tokens(client)
    tokens(client)
    assert connections() == first
    assert len(set(first)) == 2


def test_no_token_or_secret_is_stored_or_told(
    client: FlaskClient, parts: Kit, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        given_code = code(client)
        given = redeem(client, given_code).get_json()
        again = refresh(client, given["refresh_token"]).get_json()
        use(client, again["access_token"])
        client.get(f"/token?client_secret=sesame-1&x=1&code={given_code}")
    with parts.store.begin() as tx:
        stored = [str(tx.rows(table.select())) for table in parts.store.metadata.tables.values()]
    told = client.get("/_control/journal").get_data(as_text=True)
    state = client.get("/_control/state").get_data(as_text=True)
    secrets = [given_code, "sesame-1", "sesame-2"]
    secrets += [each[kind] for each in (given, again) for kind in ("access_token", "refresh_token")]
    for text in (*stored, told, state, caplog.text):
        assert not [secret for secret in secrets if secret in text]
    assert "client_secret=(secret)&x=1&code=(secret)" in told
