from datetime import timedelta
from typing import Any

import pytest
import tiny_fake
from flask import Flask, g
from flask.testing import FlaskClient
from oauth_steps import code, redeem, refresh, tokens, use

from mock_kit import oauth
from mock_kit.clock import iso
from mock_kit.kit import Kit
from mock_kit.oauth_policy import TokenRefusedError

DAY = 86400


def _error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


def test_an_access_token_dies_on_the_clock(client: FlaskClient, parts: Kit) -> None:
    given = tokens(client)["access_token"]
    parts.clock.advance(1799)
    assert use(client, given).status_code == 201
    parts.clock.advance(1)
    assert use(client, given).get_json() == {"refused": "expired token"}


def test_an_expired_token_says_when_it_died(client: FlaskClient, parts: Kit) -> None:
    given = tokens(client)["access_token"]
    died = parts.clock.now() + timedelta(seconds=1800)
    parts.clock.advance(DAY)
    with parts.store.begin() as tx, pytest.raises(TokenRefusedError) as caught:
        parts.oauth.check(tx, f"Bearer {given}")
    assert caught.value.expired_at is not None
    assert iso(caught.value.expired_at) == iso(died)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "no bearer token"),
        ("", "no bearer token"),
        ("Bearer", "no bearer token"),
        ("Basic YTpi", "no bearer token"),
        ("Bearer nonsense", "unknown token"),
    ],
)
def test_what_is_no_token_is_refused(parts: Kit, header: str | None, reason: str) -> None:
    with parts.store.begin() as tx, pytest.raises(TokenRefusedError, match=reason) as caught:
        parts.oauth.check(tx, header)
    assert caught.value.expired_at is None


def test_a_refresh_token_is_no_access_token_nor_the_other_way_round(client: FlaskClient) -> None:
    given = tokens(client)
    assert use(client, given["refresh_token"]).get_json() == {"refused": "unknown token"}
    assert _error(refresh(client, given["access_token"])) == (400, "invalid_grant")


def test_refreshing_rotates_the_refresh_token_and_keeps_the_older_access_token(client: FlaskClient) -> None:
    first = tokens(client)
    second = refresh(client, first["refresh_token"]).get_json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["scope"] == "offline_access things"
    assert use(client, first["access_token"]).status_code == 201
    assert use(client, second["access_token"]).status_code == 201


def test_within_the_grace_a_lost_answer_can_be_asked_for_again(client: FlaskClient, parts: Kit) -> None:
    first = tokens(client)["refresh_token"]
    refresh(client, first)
    parts.clock.advance(1799)
    again = refresh(client, first)
    assert again.status_code == 200
    assert refresh(client, again.get_json()["refresh_token"]).status_code == 200


def test_a_repeat_does_not_lengthen_the_grace(client: FlaskClient, parts: Kit) -> None:
    first = tokens(client)["refresh_token"]
    refresh(client, first)
    parts.clock.advance(1000)
    assert refresh(client, first).status_code == 200
    parts.clock.advance(800)
    assert _error(refresh(client, first)) == (400, "invalid_grant")


def test_without_grace_a_superseded_token_is_dead_at_once(stern: Flask) -> None:
    client = stern.test_client()
    first = tokens(client, scope="things")["refresh_token"]
    second = refresh(client, first)
    assert second.status_code == 200
    assert _error(refresh(client, first)) == (400, "invalid_grant")
    assert refresh(client, second.get_json()["refresh_token"]).status_code == 200


def test_a_refresh_token_dies_when_it_is_unused_for_sixty_days(client: FlaskClient, parts: Kit) -> None:
    used, unused = tokens(client)["refresh_token"], tokens(client)["refresh_token"]
    parts.clock.advance(60 * DAY - 1)
    following = refresh(client, used).get_json()["refresh_token"]
    parts.clock.advance(1)
    assert _error(refresh(client, unused)) == (400, "invalid_grant")
    parts.clock.advance(59 * DAY)
    assert refresh(client, following).status_code == 200


def test_a_refresh_token_of_another_app_is_refused(client: FlaskClient) -> None:
    given = tokens(client)["refresh_token"]
    answer = refresh(client, given, client_id="app-2", client_secret="sesame-2")
    assert _error(answer) == (400, "invalid_grant")
    assert refresh(client, given).status_code == 200


def test_an_unknown_refresh_token_is_refused(client: FlaskClient) -> None:
    assert _error(refresh(client, "nonsense")) == (400, "invalid_grant")


def test_without_the_offline_scope_there_is_no_refresh_token(client: FlaskClient) -> None:
    assert "refresh_token" not in tokens(client, scope="things")


def test_a_refresh_may_narrow_its_access_token_and_the_grant_keeps_its_scopes(
    client: FlaskClient, parts: Kit
) -> None:
    narrow = refresh(client, tokens(client)["refresh_token"], scope="things").get_json()
    assert narrow["scope"] == "things"
    with parts.store.begin() as tx:
        assert parts.oauth.check(tx, f"Bearer {narrow['access_token']}").scopes == {"things"}
    wide = refresh(client, narrow["refresh_token"]).get_json()
    assert wide["scope"] == "offline_access things"


def test_a_refresh_may_not_widen_its_scopes(client: FlaskClient) -> None:
    answer = refresh(client, tokens(client)["refresh_token"], scope="openid things")
    assert _error(answer) == (400, "invalid_scope")


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_the_grant(client: FlaskClient, kind: str) -> None:
    given, other = tokens(client), tokens(client)
    form = {"client_id": "app-1", "client_secret": "sesame-1", "token": given[kind], "token_type_hint": kind}
    assert client.post("/revoke", data=form).status_code == 200
    assert use(client, given["access_token"]).get_json() == {"refused": "revoked token"}
    assert _error(refresh(client, given["refresh_token"])) == (400, "invalid_grant")
    assert use(client, other["access_token"]).status_code == 201


def test_revoking_an_unknown_token_is_fine(client: FlaskClient) -> None:
    form = {"client_id": "app-1", "client_secret": "sesame-1", "token": "nonsense"}
    assert client.post("/revoke", data=form).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"client_secret": "guess"}, "invalid_client"),
        ({"client_id": "app-2", "client_secret": "sesame-2"}, "invalid_grant"),
        ({"token": None}, "invalid_request"),
        ({"token_type_hint": "cookie"}, "unsupported_token_type"),
    ],
)
def test_a_wrong_revocation_changes_nothing(client: FlaskClient, wrong: dict[str, Any], error: str) -> None:
    given = tokens(client)
    form = {"client_id": "app-1", "client_secret": "sesame-1", "token": given["access_token"], **wrong}
    answer = client.post("/revoke", data={name: value for name, value in form.items() if value is not None})
    assert answer.get_json()["error"] == error
    assert use(client, given["access_token"]).status_code == 201


def _stored(parts: Kit) -> tuple[int, int]:
    with parts.store.begin() as tx:
        return len(tx.rows(parts.oauth.tables.codes.select())), len(
            tx.rows(parts.oauth.tables.tokens.select())
        )


def test_tokens_and_codes_that_are_long_dead_are_dropped_when_new_ones_are_given(
    client: FlaskClient, parts: Kit
) -> None:
    given = tokens(client)
    refresh(client, given["refresh_token"])
    assert _stored(parts) == (1, 4)
    parts.clock.advance(30 * DAY + 1800)
    tokens(
        client
    )  # the code has gone; both access tokens and the superseded refresh token have a second left
    assert _stored(parts) == (1, 6)
    parts.clock.advance(1)
    tokens(client)
    assert _stored(parts) == (2, 5)
    parts.clock.advance(200 * DAY)
    tokens(client)
    assert _stored(parts) == (1, 2)


def test_what_is_dropped_was_good_for_nothing_any_more(client: FlaskClient, parts: Kit) -> None:
    given_code = code(client)
    first = redeem(client, given_code).get_json()
    for _ in range(3):
        parts.clock.advance(29 * DAY)
        first = refresh(client, first["refresh_token"]).get_json()
        tokens(client)
    assert use(client, first["access_token"]).status_code == 201
    parts.clock.advance(1799)
    assert refresh(client, first["refresh_token"]).status_code == 200
    assert use(client, first["access_token"]).status_code == 201


def test_for_a_month_a_dead_token_is_known_as_expired_and_a_codes_second_use_is_found_out(
    client: FlaskClient, parts: Kit
) -> None:
    given_code = code(client)
    first = redeem(client, given_code).get_json()
    parts.clock.advance(30 * DAY)
    tokens(client)
    assert use(client, first["access_token"]).get_json() == {"refused": "expired token"}
    assert _error(redeem(client, given_code)) == (400, "invalid_grant")
    assert _error(refresh(client, first["refresh_token"])) == (400, "invalid_grant")  # its grant has ended
    assert use(client, first["access_token"]).get_json() == {"refused": "revoked token"}


def test_dropping_what_is_dead_leaves_what_is_known_of_the_practices_as_it_is(
    client: FlaskClient, parts: Kit
) -> None:
    given = tokens(client)
    use(client, given["access_token"], "Tui")
    known = list(parts.store._undo.back("t1", 20))
    assert [(table.name, before) for table, _key, before in known] == [("things", None)]
    parts.clock.advance(100 * DAY)
    tokens(client)
    assert list(parts.store._undo.back("t1", 20)) == known


def test_grants_outlive_a_restart(tmp_path: Any) -> None:

    path = tmp_path / "state.db"
    app = tiny_fake.file_app(path)
    parts: Kit = app.extensions["kit"]
    parts.load_world(tiny_fake.TinyWorld.model_validate(tiny_fake.world()))
    given = tokens(app.test_client())
    parts.store.close()
    app = tiny_fake.file_app(path)
    parts = app.extensions["kit"]
    client = app.test_client()
    assert use(client, given["access_token"]).status_code == 201
    assert refresh(client, given["refresh_token"]).status_code == 200
    parts.store.close()


@pytest.mark.parametrize("act", ["issue", "approver"])
def test_a_grant_that_is_not_there_is_said_to_be_missing(app: Flask, parts: Kit, act: str) -> None:

    with app.test_request_context(), parts.store.begin() as tx:
        g.oauth_tx = tx
        with pytest.raises(LookupError, match="no grant nowhere"):
            parts.oauth.issue(tx, "nowhere", "") if act == "issue" else parts.oauth.approver("nowhere")


def test_what_is_no_answer_of_the_authorization_server_is_refused() -> None:
    with pytest.raises(TypeError, match="answered with NoneType"):
        oauth._response(None)
