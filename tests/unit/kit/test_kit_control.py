import hashlib
import json
from typing import Any

import pytest
import tiny_fake
from control_steps import refusal
from flask import Flask
from flask.testing import FlaskClient
from oauth_steps import tokens, use

from mock_kit import VERSION
from mock_kit.kit import Kit

STATE = {
    "practices": [{"name": "O'Brien & <Sons>", "tenant_id": "t1"}, {"name": "Two", "tenant_id": "t2"}],
    "things": [{"made_at": "2026-07-01T00:00:00Z", "name": "Whānau", "slug": "thg_1", "tenant_id": "t1"}],
}


def test_health_says_who_and_when(client: FlaskClient) -> None:
    told = client.get("/_control/health").get_json()
    assert told == {"ok": True, "name": "tiny_fake", "version": VERSION, "now": "2026-07-01T00:00:00Z"}


def test_tenants_are_the_practices(client: FlaskClient) -> None:
    assert client.get("/_control/tenants").get_json() == STATE["practices"]


def test_the_state_is_canonical_json_and_the_digest_is_of_its_bytes(client: FlaskClient) -> None:
    answer = client.get("/_control/state")
    assert answer.mimetype == "application/json"
    assert answer.get_json() == STATE
    assert answer.data == json.dumps(STATE, ensure_ascii=False, separators=(",", ":")).encode()
    assert client.get("/_control/digest").get_json() == {"sha256": hashlib.sha256(answer.data).hexdigest()}


def test_the_state_and_the_digest_can_be_narrowed_to_a_practice(client: FlaskClient) -> None:
    answer = client.get("/_control/state?tenant=t2")
    assert answer.get_json() == {"practices": STATE["practices"][1:], "things": []}
    digest = client.get("/_control/digest?tenant=t2").get_json()["sha256"]
    assert digest == hashlib.sha256(answer.data).hexdigest()


@pytest.mark.parametrize("path", ["state", "digest", "journal"])
@pytest.mark.parametrize("tenant", ["t9", "", "t1'--"])
def test_an_unknown_practice_is_refused(client: FlaskClient, path: str, tenant: str) -> None:
    answer = client.get(f"/_control/{path}", query_string={"tenant": tenant})
    assert refusal(answer, 404, "NO_TENANT").startswith("no such practice")


def test_a_world_is_loaded(client: FlaskClient) -> None:
    world = tiny_fake.world(now="2027-01-01T00:00:00Z", practices=[{"tenant_id": "t5", "name": "Five"}])
    answer = client.post("/_control/world", json=world)
    assert answer.get_json() == {"ok": True, "now": "2027-01-01T00:00:00Z"}
    assert client.get("/_control/tenants").get_json() == [{"tenant_id": "t5", "name": "Five"}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "(the document)"),
        (b"{", "(the document)"),
        (b"\xff\xfe", "(the document)"),
        (b"[]", "(the document)"),
        (b"{}", "now"),
        (b'{"now":"2026-07-01","practices":[{"tenant_id":"t1"}]}', "practices.0.name"),
        (b'{"now":"2026-07-01","colour":"red"}', "colour"),
    ],
)
def test_a_broken_world_is_refused_by_field_and_changes_nothing(
    client: FlaskClient, body: bytes, field: str
) -> None:
    answer = client.post("/_control/world", data=body)
    refusal(answer, 422, "BAD_WORLD")
    assert [each["field"] for each in answer.get_json()["error"]["details"]] == [field]
    assert client.get("/_control/state").get_json() == STATE


def test_a_world_that_contradicts_itself_is_refused(client: FlaskClient) -> None:
    world = tiny_fake.world(practices=[{"tenant_id": "t1", "name": "contradiction"}])
    message = refusal(client.post("/_control/world", json=world), 422, "BAD_WORLD")
    assert message == "the practice contradicts itself"
    assert client.get("/_control/state").get_json() == STATE


def test_a_world_may_be_longer_than_other_bodies(client: FlaskClient) -> None:
    body = json.dumps(tiny_fake.world()) + " " * 33 * 1024 * 1024
    assert client.post("/_control/world", data=body).status_code == 200


def test_another_body_that_is_too_long_is_refused(client: FlaskClient) -> None:
    body = b" " * (32 * 1024 * 1024 + 1)
    refusal(client.post("/_control/reset", data=body), 413, "TOO_LARGE")


def test_reset_goes_back_to_the_world(client: FlaskClient) -> None:
    use(client, tokens(client)["access_token"])
    assert client.get("/_control/state").get_json() != STATE
    assert client.post("/_control/reset").get_json() == {"ok": True, "to": "world"}
    assert client.get("/_control/state").get_json() == STATE


def test_reset_empties_when_it_is_told_to(client: FlaskClient) -> None:
    answer = client.post("/_control/reset", json={"to": "empty"})
    assert answer.get_json() == {"ok": True, "to": "empty"}
    assert client.get("/_control/state").get_json() == {"practices": [], "things": []}
    assert client.post("/_control/reset").get_json() == {"ok": True, "to": "empty"}


def test_the_clock_is_read_set_and_moved(client: FlaskClient) -> None:
    assert client.get("/_control/clock").get_json() == {"now": "2026-07-01T00:00:00Z", "mode": "frozen"}
    moved = client.post("/_control/clock/advance", json={"seconds": 86400})
    assert moved.get_json() == {"now": "2026-07-02T00:00:00Z", "mode": "frozen"}
    put = client.put("/_control/clock", json={"now": "2026-12-31T10:00:00+10:00"})
    assert put.get_json() == {"now": "2026-12-31T00:00:00Z", "mode": "frozen"}
    assert client.put("/_control/clock", json={"mode": "running"}).get_json()["mode"] == "running"
    moved = client.post("/_control/clock/advance", json={"seconds": 3600})
    assert moved.get_json()["now"].startswith("2026-12-31T01:00")


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PUT", "clock", b"{", "(the document)"),
        ("PUT", "clock", b'{"now":"2026-07-01T00:00:00"}', "now"),
        ("PUT", "clock", b'{"now":"9999-12-31T23:59:59-12:00"}', "now"),
        ("PUT", "clock", b'{"now":"0001-01-01T00:00:00+14:00"}', "now"),
        ("PUT", "clock", b'{"now":"2026-07-01T00:00:00+99:00"}', "now"),
        ("PUT", "clock", b'{"now":0}', "now"),
        ("PUT", "clock", b'{"now":"0"}', "now"),
        ("PUT", "clock", b'{"now":"1782864000"}', "now"),
        ("PUT", "clock", b'{"now":true}', "now"),
        ("PUT", "clock", b'{"now":""}', "now"),
        ("PUT", "clock", b'{"now":"2026-07-01"}', "now"),
        ("PUT", "clock", b'{"mode":"sideways"}', "mode"),
        ("PUT", "clock", b'{"zone":"UTC"}', "zone"),
        ("POST", "clock/advance", b"", "seconds"),
        ("POST", "clock/advance", b'{"seconds":0}', "seconds"),
        ("POST", "clock/advance", b'{"seconds":-5}', "seconds"),
        ("POST", "clock/advance", b'{"seconds":NaN}', "seconds"),
        ("POST", "clock/advance", b'{"seconds":1e300}', "seconds"),
        ("POST", "clock/advance", b'{"seconds":true}', "seconds"),
        ("POST", "clock/advance", b'{"seconds":"60"}', "seconds"),
        ("POST", "clock/advance", b'{"seconds":251640000000}', "seconds"),
        ("POST", "reset", b'{"to":"the moon"}', "to"),
        ("POST", "reset", b"null", "(the document)"),
        ("POST", "tokens", b"{}", "tenant_ids"),
        ("POST", "tokens", b'{"tenant_ids":[]}', "tenant_ids"),
        ("POST", "tokens", b'{"tenant_ids":["t1"],"expires_in":0}', "expires_in"),
        ("POST", "tokens", b'{"tenant_ids":["t1"],"expires_in":true}', "expires_in"),
        ("POST", "tokens", b'{"tenant_ids":["t1"],"people":"yes"}', "people"),
        ("POST", "tokens", b'{"tenant_ids":["t1"],"user":"me"}', "user"),
    ],
)
def test_a_wrong_body_is_refused_by_field(
    client: FlaskClient, method: str, path: str, body: bytes, field: str
) -> None:
    answer = client.open(f"/_control/{path}", method=method, data=body)
    refusal(answer, 400, "BAD_BODY")
    assert [each["field"] for each in answer.get_json()["error"]["details"]] == [field]


def test_a_moment_that_is_none_is_told_in_the_houses_own_words(client: FlaskClient) -> None:
    def told(now: str) -> str:
        answer = client.put("/_control/clock", data=f'{{"now": {now}}}')
        return str(answer.get_json()["error"]["details"][0]["message"])

    assert told("0") == "must be a moment with its zone, such as 2026-07-01T09:30:00Z"
    assert told('"9999-12-31T23:59:59-12:00"') == "is no moment of the calendar in UTC"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "clock", {"now": "1950-01-01T00:00:00Z"}),
        ("PUT", "clock", {"now": "9999-12-31T23:59:59Z"}),
        ("PUT", "clock", {"now": "0001-01-01T00:00:00Z"}),
        ("POST", "clock/advance", {"seconds": 10 * 366 * 86400}),
    ],
)
def test_the_clock_refuses_to_leave_its_years(
    client: FlaskClient, parts: Kit, method: str, path: str, body: dict[str, Any]
) -> None:
    client.put("/_control/clock", json={"now": "2998-01-01T00:00:00Z"})
    answer = client.open(f"/_control/{path}", method=method, json=body)
    refusal(answer, 422, "BAD_MOMENT")
    assert [each["field"] for each in answer.get_json()["error"]["details"]] == list(body)
    assert parts.now() == "2998-01-01T00:00:00Z"


def test_tokens_are_given_out_without_the_browsers_part(client: FlaskClient, parts: Kit) -> None:
    given = client.post("/_control/tokens", json={"tenant_ids": ["t2"], "expires_in": 60}).get_json()
    assert (given["expires_in"], given["scope"]) == (60, "openid offline_access things")
    assert use(client, given["access_token"]).get_json()["tenant_id"] == "t2"
    parts.clock.advance(60)
    assert use(client, given["access_token"]).status_code == 401


def test_tokens_name_their_scopes_and_their_app(client: FlaskClient, parts: Kit) -> None:
    body = {"tenant_ids": ["t1", "t2"], "scopes": ["things"], "client_id": "app-2"}
    given = client.post("/_control/tokens", json=body).get_json()
    assert "refresh_token" not in given
    with parts.store.begin() as tx:
        access = parts.oauth.check(tx, f"Bearer {given['access_token']}")
    assert (access.client_id, access.scopes, access.tenant_ids) == ("app-2", {"things"}, {"t1", "t2"})


def test_a_token_for_people_belongs_to_no_app(client: FlaskClient, parts: Kit) -> None:
    client.post("/_control/world", json=tiny_fake.world(apps=[]))
    given = client.post("/_control/tokens", json={"tenant_ids": ["t1"], "people": True}).get_json()
    with parts.store.begin() as tx:
        assert parts.oauth.check(tx, f"Bearer {given['access_token']}").client_id == "(people)"
    wrong = client.post("/_control/tokens", json={"tenant_ids": ["t1"], "people": True, "client_id": "app-1"})
    refusal(wrong, 400, "BAD_BODY")


@pytest.mark.parametrize(
    ("members", "status", "code", "words"),
    [
        ({"tenant_ids": ["t1", "t9"]}, 404, "NO_TENANT", "no such practice: 't9'"),
        ({"scopes": ["things", "all"]}, 422, "BAD_SCOPE", "no such scope: all; there are openid"),
        ({"client_id": "nobody"}, 404, "NO_APP", "no such app: nobody"),
        ({"client_id": ""}, 404, "NO_APP", "no such app: "),
    ],
)
def test_tokens_for_what_is_not_there_are_refused(
    client: FlaskClient, members: dict[str, Any], status: int, code: str, words: str
) -> None:
    answer = client.post("/_control/tokens", json={"tenant_ids": ["t1"], **members})
    assert refusal(answer, status, code).startswith(words)


def test_tokens_in_a_world_without_apps_are_refused(client: FlaskClient) -> None:
    client.post("/_control/world", json=tiny_fake.world(apps=[]))
    answer = client.post("/_control/tokens", json={"tenant_ids": ["t1"]})
    assert refusal(answer, 404, "NO_APP") == "the world has no apps"


def test_where_a_token_reaches_one_practice_two_are_refused(stern: Flask) -> None:
    client = stern.test_client()
    answer = client.post("/_control/tokens", json={"tenant_ids": ["t1", "t2"]})
    assert "one practice only" in refusal(answer, 422, "ONE_TENANT")
    assert client.post("/_control/tokens", json={"tenant_ids": ["t1", "t1"]}).status_code == 200


def test_the_journal_is_read_by_filters_and_cleared(client: FlaskClient) -> None:
    given = tokens(client)["access_token"]
    client.delete("/_control/journal")
    for name in ("One", "Two", "Three"):
        use(client, given, name)
    client.get("/nowhere")

    def told(query: str) -> list[tuple[str, str]]:
        entries = client.get(f"/_control/journal?{query}").get_json()["entries"]
        return [(entry["operation"], entry["status"]) for entry in entries]

    assert told("") == [("things/add", 201)] * 3 + [("GET /nowhere", 404)]
    assert told("tenant=t1&operation=things/add&limit=2") == [("things/add", 201)] * 2
    assert told("tenant=t2") == []
    last = client.get("/_control/journal").get_json()["entries"][-1]["seq"]
    assert told(f"since={last - 1}") == [("GET /nowhere", 404)]
    assert client.delete("/_control/journal").status_code == 204
    assert client.get("/_control/journal").get_json() == {"entries": [], "dropped": 0, "next": last + 1}


@pytest.mark.parametrize("number", ["-1", "x", "", "1.5", "٣", "9" * 5000])
@pytest.mark.parametrize("name", ["since", "limit"])
def test_a_number_that_is_none_is_refused(client: FlaskClient, name: str, number: str) -> None:
    answer = client.get("/_control/journal", query_string={name: number})
    assert refusal(answer, 400, "BAD_QUERY").startswith(f"{name} must be a whole number")


def test_the_schemas_describe_the_documents(client: FlaskClient) -> None:
    told = client.get("/_control/schema").get_json()
    assert set(told) == {"world", "faults", "journal"}
    kinds = told["faults"]["properties"]["faults"]["items"]["discriminator"]["mapping"]
    assert sorted(kinds) == [
        "cut", "drift", "late", "latency", "lost", "malformed", "missed_boundary", "refused", "reset", "stale",
        "status", "token_dead",
    ]  # fmt: skip
    assert "practices" in told["world"]["properties"]
    assert "service_ms" in told["journal"]["properties"]


@pytest.mark.parametrize(("method", "path"), [("GET", "clocks"), ("POST", "health"), ("GET", "a/b/c")])
def test_what_is_no_control_call_is_refused_as_json(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(f"/_control/{path}", method=method)
    assert refusal(answer, 404, "NO_CALL") == f"no such control call: {method} /_control/{path}"
