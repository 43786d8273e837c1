"""Bad input, wherever it may come: the error names what is at fault, and nothing changes."""

from typing import Any

import pytest
from ignition_support import Fake
from openapi_document import at, operations

OF_KEA = {
    "clients": "cli_bare",
    "contacts": "con_jo",
    "services": "svc_gst",
    "proposals": "prop_one",
    "users": "usr_ana",
    "webhooks": "whk_none",
}
"""Records of one practice that the other does not have."""


def parameters(operation: dict[str, Any]) -> set[str]:
    return {at(place)["name"] for place in operation.get("parameters", ())}


OPERATIONS = {(method, path): operation for method, path, operation in operations()}
OF_A_RECORD = [call for call in OPERATIONS if "{slug}" in call[1]]
WITH_BODY = [call for call, operation in OPERATIONS.items() if "requestBody" in operation]
MATCHING = [call for call, operation in OPERATIONS.items() if "If-Match" in parameters(operation)]
KEYED = [call for call, operation in OPERATIONS.items() if "Idempotency-Key" in parameters(operation)]
LISTS = [path for (_method, path), operation in OPERATIONS.items() if "cursor" in parameters(operation)]

UNDATED = {"/webhooks", "/users/xpm_candidates"}
"""Lists whose rows do not tell when they changed."""

UNREADABLE = {
    "NaN": b'{"name": NaN}',
    "Infinity": b'{"name": [-Infinity]}',
    "invalid UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": b'\xff\xfe{\x00"\x00n\x00"\x00:\x001\x00}\x00',
    "half a surrogate pair": b'{"name": "\xed\xa0\x80"}',
    "half a body": b'{"name": ',
    "too deep": b"[" * 100_000,
    "10 MB": b"n" * 10_000_000,
}
QUERIES = {
    "limit=%ff": "limit",
    "limit=5&page_size=many": "page_size",
    "limit=5&limit=6": "limit",
    "limit=": "limit",
    "cursor=": "cursor",
    "cursor=%ff": "cursor",
    "updated_from=%ff": "updated_from",
    "updated_from=": "updated_from",
    "updated_from=2026-02-30": "updated_from",
    "updated_from=20260701": "updated_from",
    "updated_from=2026-07-01T25:00:00Z": "updated_from",
    "updated_from=0001-01-01T00:00:00%2B10:00": "updated_from",
    "moon=full": "moon",
}
"""Queries that no list takes, and the parameter at fault."""


def example(method: str, path: str) -> Any:
    """Return a body that is in order."""
    if (method, path) not in WITH_BODY:
        return None
    return OPERATIONS[method, path]["requestBody"]["content"]["application/json"].get("example", {})


def of(path: str, slugs: dict[str, str]) -> str:
    return path.replace("{slug}", slugs[path.split("/")[1]]) if "{slug}" in path else path


def with_webhook(fake: Fake) -> dict[str, str]:
    """Subscribe to something; returns a record of each kind, this one too."""
    hook = {"url": "http://receiver.test", "types": ["client.created"], "secret": "s"}
    return {**OF_KEA, "webhooks": fake.do("POST", "/webhooks", hook, 201)["slug"]}


def refused(fake: Fake, status: int, field: str | None, *call: Any, **told: Any) -> None:
    """Make a call that must be refused for a field, and leave both practices as they are."""
    before = fake.digest()
    answer = fake.call(*call, **told)
    assert answer.status_code == status, answer.text
    details = answer.get_json()["error"]["details"]
    assert [detail["field"] for detail in details] == ([field] if field else [])
    assert all(detail["message"] for detail in details)
    assert fake.digest() == before


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_a_body_that_cannot_be_read_is_a_400_of_the_body(fake: Fake, method: str, path: str) -> None:
    for raw in UNREADABLE.values():
        refused(fake, 400, "body", method, of(path, OF_KEA), raw=raw)


@pytest.mark.parametrize(("method", "path"), OF_A_RECORD)
def test_a_record_of_another_practice_is_a_404(fake: Fake, method: str, path: str) -> None:
    foreign = of(path, with_webhook(fake))
    body = example(method, path)
    tui = fake.connect("prc_tui")
    refused(tui, 404, None, method, foreign, body)
    if (method, path) in MATCHING:
        refused(tui, 404, None, method, foreign, body, If_Match="*")


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/clients", {"name": "X", "manager_slug": "usr_ana"}, "manager_slug"),
        ("PATCH", "/clients/cli_acme", {"partner_slug": "usr_bo"}, "partner_slug"),
        ("POST", "/services", {"name": "X", "job_template_slug": "jtpl_gst"}, "job_template_slug"),
        ("POST", "/users", {"xpm_staff_uuid": "staff-kea"}, "xpm_staff_uuid"),
        ("PATCH", "/users/usr_tui", {"xpm_staff_uuid": "staff-kea"}, "xpm_staff_uuid"),
        ("POST", "/proposals", {"name": "X", "client_slug": "cli_bare"}, "client_slug"),
        (
            "POST",
            "/proposals",
            {"name": "X", "client_slug": "cli_acme", "services": [{"service_slug": "svc_gst"}]},
            "services.0.service_slug",
        ),
    ],
)
def test_a_record_of_another_practice_cannot_be_named(
    fake: Fake, method: str, path: str, body: Any, field: str
) -> None:
    fake.do("PUT", "/users/xpm_candidates", {"candidates": [{"uuid": "staff-kea", "name": "Kea's own"}]})
    refused(fake.connect("prc_tui"), 422, field, method, path, body)


def test_no_job_of_another_practice_s_staff_or_lines_can_be_planned(fake: Fake) -> None:
    foreign = fake.row("/proposals/prop_one")["services"][0]["slug"]
    tui = fake.connect("prc_tui")
    own = [{"service_slug": tui.do("POST", "/services", {"name": "Own"}, 201)["slug"]}]
    draft = {"name": "X", "client_slug": "cli_acme", "services": own}
    slug = tui.do("POST", "/proposals", draft, 201)["slug"]
    workflow = f"/proposals/{slug}/workflow"
    staff = {"mode": "one_job", "jobs": [{"staff_slugs": ["usr_ana"]}]}
    refused(tui, 422, "jobs.0.staff_slugs.0", "PUT", workflow, staff)
    line = {"mode": "job_per_service", "jobs": [{"proposal_service_slug": foreign}]}
    refused(tui, 422, "jobs.0.proposal_service_slug", "PUT", workflow, line)
    tui.do("POST", "/clients/cli_acme/contacts", {"name": "Signs", "is_signatory": True}, 201)
    tui.do("POST", f"/proposals/{slug}/send")
    refused(tui, 422, "add_on_slugs.0", "POST", f"/proposals/{slug}/accept", {"add_on_slugs": [foreign]})


def test_an_item_of_a_batch_reaches_no_record_of_another_practice(fake: Fake) -> None:
    tui = fake.connect("prc_tui")
    before = tui.digest()
    items = [
        {"slug": "cli_bare", "phone": "1"},
        {"slug": "cli_acme", "contacts": [{"slug": "con_jo", "phone": "1"}]},
        {"name": "X", "manager_slug": "usr_ana"},
    ]
    done = tui.do("POST", "/clients/batch", {"items": items})
    told = [(item["status"], [detail["field"] for detail in item["error"]["details"]]) for item in done]
    assert told == [(404, []), (422, ["contacts.0.slug"]), (422, ["manager_slug"])]
    assert tui.digest() == before


@pytest.mark.parametrize(("method", "path"), MATCHING)
def test_a_stale_etag_is_a_412_of_every_write_that_heeds_one(fake: Fake, method: str, path: str) -> None:
    there = of(path, with_webhook(fake))
    for stale in ('"older"', 'W/"older"', '"a", "b"', "\xff"):
        refused(fake, 412, None, method, there, example(method, path), If_Match=stale)


@pytest.mark.parametrize(("method", "path"), KEYED)
def test_a_key_that_is_none_is_refused_by_every_post(fake: Fake, method: str, path: str) -> None:
    for key in ("", "k" * 256):
        refused(fake, 400, "Idempotency-Key", method, of(path, OF_KEA), {}, Idempotency_Key=key)


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_of_another_list_is_refused_by_every_list(fake: Fake, path: str) -> None:
    for other in ("/reporting/clients", "/clients"):
        page = fake.call("GET", f"{other}?limit=1").get_json()["meta"]["pagination"]
        if other != path:
            refused(fake, 400, "cursor", "GET", f"{path}?cursor={page['next_cursor']}")
    if path not in UNDATED:
        refused(fake, 400, "cursor", "GET", f"{path}?updated_from=2020-01-01&cursor={page['next_cursor']}")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_takes_updated_from_if_its_rows_tell_when_they_changed(fake: Fake, path: str) -> None:
    if path in UNDATED:
        refused(fake, 400, "updated_from", "GET", f"{path}?updated_from=2020-01-01")
    else:
        assert fake.call("GET", f"{path}?updated_from=2020-01-01").status_code == 200
    told = parameters(OPERATIONS["GET", path])
    assert ("updated_from" in told) is (path not in UNDATED)


@pytest.mark.parametrize(("method", "path"), [call for call in OPERATIONS if call not in MATCHING])
def test_a_write_that_heeds_no_if_match_refuses_one(fake: Fake, method: str, path: str) -> None:
    there = of(path, OF_KEA)
    if method == "GET":
        assert fake.call(method, there, If_Match='"older"').status_code == 200
    else:
        for tag in ('"older"', "*"):
            refused(fake, 400, "If-Match", method, there, example(method, path), If_Match=tag)


@pytest.mark.parametrize("path", LISTS)
def test_a_bad_query_is_refused_by_every_list(fake: Fake, path: str) -> None:
    for query, field in QUERIES.items():
        refused(fake, 400, field, "GET", f"{path}?{query}")


@pytest.mark.parametrize(("method", "path"), OF_A_RECORD)
def test_a_slug_that_is_no_text_is_no_record(fake: Fake, method: str, path: str) -> None:
    for slug in ("%ff", "%00", "cli_acme%20", "x" * 5000):
        refused(fake, 404, None, method, path.replace("{slug}", slug), example(method, path))
