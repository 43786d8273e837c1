"""What the journal and the logs keep of paths and queries: no secret, however it is spelled or sent."""

import logging

import pytest
from flask.testing import FlaskClient

from mock_kit.access_log import line
from mock_kit.journal import Entry
from mock_kit.kit import Kit
from mock_kit.masking import masked_path, masked_query
from mock_kit.paging import encode_cursor

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
OPAQUE = "vHPggmcYWrVAKDcWOjQhfKTqtcb_2Cpya1mdv8hHGR4"
CODE = "d8dWrG2Yc0aBLkq5JbtnXo6Ss1FvQp9eHzUT3yRi7mKxNwAE"
UUID = "c050a637-446e-5164-9d28-5fec5ea7fca1"


@pytest.mark.parametrize(
    "name",
    [
        "access_token", "access%5Ftoken", "access%255Ftoken", "%61ccess_token", "Access_Token", "ACCESS-TOKEN",
        "accessToken", "access.token", "access+token", "refreshToken", "refresh_token", "id_token", "id_token_hint",
        "token", "tokens[]", "xero_token", "clientSecret", "client_secret", "client-secret", "user[password]",
        "passwd", "pwd", "code", "code_verifier", "codeVerifier", "auth_code", "jwt", "bearer", "Authorization",
        "assertion", "client_assertion", "apikey", "api_key", "X-Api-Key", "sig", "Signature", "credentials",
        "session_id", "x=1;access_token", "x=1;y=2;Token", "url=http://a/?access_token",
    ],
)  # fmt: skip
def test_a_member_with_a_secrets_name_loses_its_value(name: str) -> None:
    masked = masked_query(f"first=2&{name}=opensesame&last=3")
    assert "sesame" not in masked
    assert masked.startswith("first=2&")
    assert masked.endswith("=(secret)&last=3")


@pytest.mark.parametrize("value", ["open+sesame", "open%26sesame", "open;sesame", "open%3Dsesame", "a/sesame", "a:sesame"])  # fmt: skip
def test_the_whole_of_a_secret_goes(value: str) -> None:
    assert masked_query(f"client_secret={value}&last=3") == "client_secret=(secret)&last=3"


@pytest.mark.parametrize("token", [JWT, OPAQUE, CODE, f"{JWT}.more.parts", JWT.replace(".", "%2E"), f"Bearer+{OPAQUE[:9]}"])  # fmt: skip
@pytest.mark.parametrize("name", ["q=", "pageToken=", "redirect=http://a/", "", "text="])
def test_a_token_goes_whatever_its_name(name: str, token: str) -> None:
    masked = masked_query(f"{name}{token}&last=3")
    assert masked.endswith("(secret)&last=3")
    assert not any(part in masked for part in (JWT, "eyJzdWIi", OPAQUE[:9], CODE))


def test_a_secret_in_json_that_is_sent_as_a_query_goes() -> None:
    assert "sesame" not in masked_query("%7B%22access_token%22%3A%20%22opensesame%22%7D")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "detailed=true&modifiedsince=2026-06-15T12:00:00",
        f"pageSize=2&pageToken={encode_cursor('A', ['B', UUID])}&cursor={encode_cursor('', ['', UUID])}",
        "query=O%27Brien+%26+S%C3%B6hne+%3CLtd%3E",
        "query=100%&limit=5&cursor=WyJhIiwiYiJd&page_size=2",
        "postcode=3000&scope=things&token_type_hint=refresh_token",
        f"uuid={UUID}&sha={'0123456789abcdef' * 4}&name={'a' * 43}",
    ],
)
def test_what_is_no_secret_is_kept_to_the_letter(query: str) -> None:
    assert masked_query(query) == query


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (f"/connect/revocation/{OPAQUE}", "/connect/revocation/(secret)"),
        ("/connect/revocation/made-up", "/connect/revocation/(secret)"),
        (f"/connect/token/{JWT}/more", "/connect/token/(secret)"),
        (f"/nothing/{JWT}", "/nothing/(secret)"),
        (f"/nothing/{OPAQUE}/x", "/nothing/(secret)/x"),
        ("/client.api/get/Bearer sesame", "/client.api/get/Bearer (secret)"),
        ("/client.api/get/bearer:sesame", "/client.api/get/bearer:(secret)"),
        ("/client.api/get/refresh_token=a/b", "/client.api/get/refresh_token=(secret)"),
        ("/x?access_token=sesame", "/x?access_token=(secret)"),
        ("/x%3Faccess%5Ftoken=sesame", "/x?access_token=(secret)"),
    ],
)
def test_a_path_tells_no_token(path: str, told: str) -> None:
    assert masked_path(path) == told


@pytest.mark.parametrize(
    "path", ["/", "/connect/token", "/connect/token/", "/identity/connect/authorize", f"/client.api/get/{UUID}",
             "/job.api/get/J000031", "/a%zz", "//x", "/.well-known/openid-configuration"],
)  # fmt: skip
def test_a_path_without_one_is_kept_to_the_letter(path: str) -> None:
    assert masked_path(path) == path


def test_a_secret_is_not_remembered_and_is_left_out_each_time() -> None:
    told = [masked_query("token=open+sesame"), masked_query("token=open+sesame")]
    assert told == ["token=(secret)"] * 2


SENT = [
    f"/nothing/{JWT}",
    f"/token/{OPAQUE}",
    "/revoke/open-sesame",
    f"/x?access%5Ftoken={OPAQUE}",
    "/x?clientSecret=open-sesame",
    "/things/Bearer%20open-sesame",
]


@pytest.mark.parametrize("target", SENT)
def test_no_part_of_a_calls_record_and_of_its_line_holds_a_secret(
    client: FlaskClient, parts: Kit, target: str
) -> None:
    assert client.get(target).status_code == 404
    (entry,) = parts.journal.read()["entries"]
    told = f"{entry} {line(Entry(**entry))}"
    assert not any(part in told for part in (JWT, "eyJ", OPAQUE, "sesame"))
    assert entry["operation"] == f"GET {entry['path']}"
    assert "(secret)" in entry["path"] + entry["query"]


def test_what_the_fake_itself_hands_out_is_not_told(client: FlaskClient, parts: Kit) -> None:
    given = client.post("/_control/tokens", json={"tenant_ids": ["t1"]}).get_json()
    for name in ("access_token", "refresh_token"):
        client.get(f"/nothing/{given[name]}?next={given[name]}")
        entry = parts.journal.read()["entries"][-1]
        assert (entry["path"], entry["query"]) == ("/nothing/(secret)", "next=(secret)")


def test_the_log_of_a_call_that_fails_tells_no_secret(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(client.application.config, "PROPAGATE_EXCEPTIONS", False)
    with caplog.at_level(logging.ERROR):
        assert client.post("/boom?token=open-sesame").status_code == 500
        assert client.post("/boom/Bearer%20open-sesame").status_code == 500
    assert "/boom" in caplog.text
    assert "sesame" not in caplog.text
