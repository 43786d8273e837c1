"""What is refused outside the envelope."""

import json

import pytest

from tests.contract.xpm.caller import ROOT, Caller
from tests.contract.xpm.small import ACME, NOBODY, OTHER, TENANT


def told(answer_text: str) -> tuple[str, int, str]:
    body = json.loads(answer_text)
    assert list(body) == ["Type", "Title", "Status", "Detail", "Instance", "Extensions"]
    assert body["Type"] is None
    assert body["Extensions"] == {}
    return body["Title"], body["Status"], body["Detail"]


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer unknown", "Basic abc", "Bearer a.b.c"])
def test_a_token_that_is_missing_malformed_or_unknown_is_a_401(xpm: Caller, authorization: str) -> None:
    answer = xpm.send("GET", "staff.api/list", Authorization=authorization)
    assert answer.status_code == 401
    assert told(answer.text) == ("Unauthorized", 401, "AuthenticationUnsuccessful")
    assert answer.headers["WWW-Authenticate"] == "Bearer error=invalid_token"
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["xero-correlation-id"] == json.loads(answer.text)["Instance"]


def test_a_401_is_these_bytes(xpm: Caller) -> None:
    answer = xpm.send("GET", "staff.api/list", Authorization="")
    instance = answer.headers["xero-correlation-id"]
    assert answer.text == (
        '{"Type":null,"Title":"Unauthorized","Status":401,"Detail":"AuthenticationUnsuccessful",'
        f'"Instance":"{instance}","Extensions":{{}}}}'
    )


@pytest.mark.parametrize("tenant", [OTHER, NOBODY, "", "not a uuid"])
def test_a_practice_that_the_token_does_not_reach_is_a_403(xpm: Caller, tenant: str) -> None:
    answer = xpm.send("GET", "staff.api/list", **{"xero-tenant-id": tenant})
    assert answer.status_code == 403
    assert told(answer.text) == ("Forbidden", 403, "AuthenticationUnsuccessful")
    assert xpm.journal()[-1]["tenant_id"] is None


def test_a_missing_practice_is_a_403(xpm: Caller) -> None:
    del xpm.headers["xero-tenant-id"]
    assert xpm.send("GET", "staff.api/list").status_code == 403


@pytest.mark.parametrize(
    "path", ["//practicemanager/3.1/staff.api/list", "//connections", "//_control/state"]
)
def test_a_path_that_begins_with_two_slashes_is_a_404(xpm: Caller, path: str) -> None:
    answer = xpm.http.get("/", headers=xpm.headers, environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 404
    assert told(answer.text)[:2] == ("Not Found", 404)
    assert xpm.journal()[-1]["path"] == path


def test_without_the_practicemanager_scope_every_call_is_a_403(xpm: Caller) -> None:
    poor = Caller(xpm.app, TENANT, scopes=["openid", "offline_access"])
    for path in ("staff.api/list", "client.api/list", "quote.api/current"):
        answer = poor.send("GET", path)
        assert told(answer.text) == ("Forbidden", 403, "AuthenticationUnsuccessful")


def test_a_practice_that_a_new_world_no_longer_has_is_a_403(xpm: Caller) -> None:
    kit = xpm.app.extensions["kit"]
    with kit.store.begin() as tx:
        grant = kit.oauth.check(tx, xpm.headers["Authorization"])
        link = {"connection_id": "gone", "grant_id": grant.grant_id, "tenant_id": NOBODY}
        tx.insert(kit.oauth.tables.connections, {**link, "created_at": kit.now(), "updated_at": kit.now()})
    assert xpm.send("GET", "staff.api/list", **{"xero-tenant-id": NOBODY}).status_code == 403


def test_header_names_and_tenant_ids_are_read_in_any_case(xpm: Caller) -> None:
    token = xpm.headers["Authorization"].removeprefix("Bearer ")
    headers = {"authorization": f"bearer {token}", "XERO-TENANT-ID": TENANT.upper()}
    assert xpm.http.get(f"{ROOT}category.api/list", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "client.api/lists",
        "client.api",
        "nothing.api/list",
        f"client.api/get/{ACME}/more",
        "client.api/get/",
        "",
    ],
)
def test_a_method_that_is_not_in_the_table_is_a_404(xpm: Caller, path: str) -> None:
    answer = xpm.send("GET", path)
    assert answer.status_code == 404
    assert told(answer.text)[:2] == ("Not Found", 404)


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "client.api/add"),
        ("POST", "client.api/list"),
        ("PUT", "client.api/delete"),
        ("DELETE", "job.api/add"),
    ],
)
def test_a_verb_that_a_method_does_not_have_is_a_404(xpm: Caller, verb: str, path: str) -> None:
    answer = xpm.send(verb, path)
    assert told(answer.text) == ("Not Found", 404, f"no such method: {verb} {path}")


def test_a_path_outside_the_api_is_a_404(xpm: Caller) -> None:
    assert told(xpm.http.get("/nothing").text)[:2] == ("Not Found", 404)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?from=20260101",
        "?to=20260101",
        "?from=20260101&to=20270101",
        "?from=20240229&to=20250301",
        "?from=20260102&to=20260101",
        "?from=2026-01-01&to=2026-02-01",
        "?from=20260132&to=20260201",
        "?from=&to=",
    ],
)
def test_a_list_of_jobs_needs_two_days_less_than_a_year_apart(xpm: Caller, query: str) -> None:
    answer = xpm.send("GET", f"job.api/list{query}")
    assert answer.status_code == 400
    assert told(answer.text)[:2] == ("Bad Request", 400)


@pytest.mark.parametrize(
    "query", ["?from=20260101&to=20261231", "?from=20240229&to=20250228", "?from=99990101&to=99991231"]
)
def test_a_day_less_than_a_year_is_not_too_much(xpm: Caller, query: str) -> None:
    assert xpm.get(f"job.api/list{query}").startswith('<Response api-method="List"><Status>OK</Status>')


def test_a_modifiedsince_that_is_no_moment_is_a_400(xpm: Caller) -> None:
    answer = xpm.send("GET", "client.api/list?modifiedsince=yesterday")
    assert told(answer.text) == (
        "Bad Request",
        400,
        "modifiedsince must be yyyy-MM-ddTHH:mm:ss, not 'yesterday'",
    )


def test_the_journal_tells_the_method_the_practice_and_the_rows(xpm: Caller) -> None:
    xpm.put("client.api/update", f"<Client><UUID>{ACME}</UUID><Fax>1</Fax></Client>")
    entry = xpm.journal()[-1]
    assert (entry["operation"], entry["tenant_id"], entry["method"]) == ("client.api/update", TENANT, "PUT")
    assert entry["changes"] == [
        {"table": "clients", "op": "update", "key": [TENANT, ACME], "values": {"fax": "1"}},
        {
            "table": "clients",
            "op": "update",
            "key": [TENANT, ACME],
            "values": {"modified_at": "2026-07-01T09:30:00Z"},
        },
    ]
    xpm.get(f"client.api/get/{ACME}")
    xpm.get(f"job.api/client/{ACME}")
    assert [entry["operation"] for entry in xpm.journal()[-2:]] == ["client.api/get", "job.api/client"]


def test_a_head_request_is_answered_like_a_get_without_its_body(xpm: Caller) -> None:
    answer = xpm.send("HEAD", "category.api/list")
    assert (answer.status_code, answer.data) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(xpm.get("category.api/list"))
