"""The OAuth flow: codes, rotation without grace, idle death, revocation."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from ignition_support import Fake, reopen
from werkzeug.test import TestResponse

CALLBACK = "http://127.0.0.1:18080/callback"
APP = {"client_id": "syncer", "client_secret": "app-secret"}
ASKED = {
    "response_type": "code",
    "client_id": "syncer",
    "redirect_uri": CALLBACK,
    "scope": "reporting practice",
    "state": "xyz",
}
DAY = 86400


def post(fake: Fake, path: str, **form: str) -> TestResponse:
    return fake.app.test_client().post(f"/oauth2/{path}", data=form)


def code(fake: Fake, tenant_id: str = "prc_kea", scope: str = "reporting practice") -> str:
    query = urlencode({**ASKED, "scope": scope})
    page = fake.app.test_client().get(f"/oauth2/authorize?{query}")
    assert page.status_code == 200
    assert "Kea &amp; Partners" in page.get_data(as_text=True)
    form = {"decision": "allow", "tenant_id": tenant_id}
    answer = fake.app.test_client().post(f"/oauth2/authorize?{query}", data=form)
    assert answer.status_code == 302
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == CALLBACK
    given = parse_qs(back.query)
    assert given["state"] == ["xyz"]
    return given["code"][0]


def exchange(fake: Fake, **changed: str) -> TestResponse:
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, **APP}
    return post(fake, "token", **(form | changed))


def tokens(fake: Fake, **options: str) -> dict[str, Any]:
    answer = exchange(fake, code=code(fake, **options))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def refresh(fake: Fake, token: str) -> TestResponse:
    return post(fake, "token", grant_type="refresh_token", refresh_token=token, **APP)


def reads(fake: Fake, token: str) -> int:
    return Fake(fake.app, token).call("GET", "/reporting/clients").status_code


def test_a_code_becomes_tokens_for_one_practice(fake: Fake) -> None:
    answer = tokens(fake, tenant_id="prc_tui")
    assert (answer["expires_in"], answer["token_type"]) == (3600, "Bearer")
    assert answer["scope"] == "reporting practice"
    rows = Fake(fake.app, answer["access_token"]).call("GET", "/reporting/clients").get_json()["data"]
    assert [row["name"] for row in rows] == ["Another Acme"]


def test_the_published_scope_alone_reads_and_cannot_write(fake: Fake) -> None:
    narrow = Fake(fake.app, tokens(fake, scope="reporting")["access_token"])
    assert narrow.call("GET", "/reporting/clients").status_code == 200
    assert narrow.call("POST", "/clients", {"name": "X"}).status_code == 403


def test_a_code_is_good_once(fake: Fake) -> None:
    once = code(fake)
    assert exchange(fake, code=once).status_code == 200
    again = exchange(fake, code=once)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"code": "wrong"}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:1/other"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_exchange_is_refused(fake: Fake, changed: dict[str, str], error: str) -> None:
    answer = exchange(fake, **({"code": code(fake)} | changed))
    assert answer.status_code in {400, 401}
    assert answer.get_json()["error"] == error


def test_the_secret_goes_into_the_form_not_into_basic_auth(fake: Fake) -> None:
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": code(fake)}
    answer = fake.app.test_client().post("/oauth2/token", data=form, auth=("syncer", "app-secret"))
    assert answer.get_json()["error"] == "invalid_client"


def test_two_practices_cannot_be_chosen_at_once(fake: Fake) -> None:
    form = {"decision": "allow", "tenant_id": ["prc_kea", "prc_tui"]}
    answer = fake.app.test_client().post(f"/oauth2/authorize?{urlencode(ASKED)}", data=form)
    assert answer.status_code == 400


def test_a_person_may_say_no(fake: Fake) -> None:
    answer = fake.app.test_client().post(f"/oauth2/authorize?{urlencode(ASKED)}", data={"decision": "deny"})
    assert "error=access_denied" in answer.headers["Location"]


def test_refreshing_rotates_and_the_old_refresh_token_is_dead_at_once(fake: Fake) -> None:
    first = tokens(fake)
    second = refresh(fake, first["refresh_token"])
    assert second.status_code == 200
    assert reads(fake, second.get_json()["access_token"]) == 200
    again = refresh(fake, first["refresh_token"])
    assert again.status_code == 400
    assert again.get_json()["error"] == "invalid_grant"
    assert refresh(fake, second.get_json()["refresh_token"]).status_code == 200


def test_a_refresh_token_unused_for_sixty_days_dies(fake: Fake) -> None:
    first = tokens(fake)
    fake.advance(60 * DAY - 1)
    second = refresh(fake, first["refresh_token"]).get_json()
    fake.advance(60 * DAY)
    answer = refresh(fake, second["refresh_token"])
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_the_connection(fake: Fake, which: str) -> None:
    given = tokens(fake)
    assert post(fake, "revoke", token=given[which], **APP).status_code == 200
    assert reads(fake, given["access_token"]) == 401
    assert refresh(fake, given["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_revoking_an_unknown_token_is_no_error(fake: Fake) -> None:
    assert post(fake, "revoke", token="unknown", **APP).status_code == 200


def test_tokens_outlive_a_restart(on_file: list[Fake]) -> None:
    given = tokens(on_file[0])
    again = reopen(on_file)
    assert reads(again, given["access_token"]) == 200
    assert refresh(again, given["refresh_token"]).status_code == 200


def test_the_journal_names_oauth_calls_and_keeps_their_secrets_out(fake: Fake) -> None:
    given = tokens(fake)
    refresh(fake, given["refresh_token"])
    entries = fake.control("GET", "/journal")["entries"]
    assert [entry["operation"] for entry in entries] == [
        "oauth/authorize",
        "oauth/authorize",
        "oauth/token",
        "oauth/token",
    ]
    assert {(entry["query"], entry["body_sha256"]) for entry in entries} == {("", None)}
    text = fake.app.test_client().get("/_control/journal").get_data(as_text=True)
    for secret in (given["access_token"], given["refresh_token"], "app-secret"):
        assert secret not in text
