"""THE table of refused calls: each answers the agreed error and changes nothing."""

from typing import Any, NamedTuple

import pytest
from ignition_support import HOOK, Fake


class Refused(NamedTuple):
    method: str
    path: str
    body: Any
    status: int
    code: str
    field: str | None = None


CLIENT, CONTACT, PROPOSAL = "/clients/cli_acme", "/contacts/con_jo", "/proposals/prop_one"
HOOK_BODY = {"url": HOOK, "types": ["proposal.sent"], "secret": "s"}

REFUSED = [
    Refused("GET", "/nothing", None, 404, "NOT_FOUND"),
    Refused("DELETE", "/clients", None, 405, "METHOD_NOT_ALLOWED"),
    Refused("GET", "/clients/cli_none", None, 404, "NOT_FOUND"),
    Refused("GET", "/contacts/con_none", None, 404, "NOT_FOUND"),
    Refused("GET", "/services/svc_none", None, 404, "NOT_FOUND"),
    Refused("GET", "/proposals/prop_none", None, 404, "NOT_FOUND"),
    Refused("GET", "/users/usr_none", None, 404, "NOT_FOUND"),
    Refused("GET", "/reporting/nothing", None, 404, "NOT_FOUND"),
    Refused("GET", "/reporting/invoices/inv_none", None, 404, "NOT_FOUND"),
    Refused("DELETE", "/reporting/invoices", None, 405, "METHOD_NOT_ALLOWED"),
    Refused("GET", "/reporting/clients?limit=0", None, 400, "BAD_REQUEST", "limit"),
    Refused("GET", "/reporting/clients?limit=101", None, 400, "BAD_REQUEST", "limit"),
    Refused("GET", "/reporting/clients?limit=1e1", None, 400, "BAD_REQUEST", "limit"),
    Refused("GET", "/reporting/clients?limit=²", None, 400, "BAD_REQUEST", "limit"),
    Refused("GET", "/reporting/clients?page_size=-1", None, 400, "BAD_REQUEST", "page_size"),
    Refused("GET", "/reporting/clients?updated_from=soon", None, 400, "BAD_REQUEST", "updated_from"),
    Refused("GET", "/reporting/clients?cursor=nonsense", None, 400, "BAD_REQUEST", "cursor"),
    Refused("GET", "/reporting/clients?colour=red", None, 400, "BAD_REQUEST", "colour"),
    Refused("POST", "/clients", {}, 422, "VALIDATION_FAILED", "name"),
    Refused("POST", "/clients", [], 422, "VALIDATION_FAILED", "(the document)"),
    Refused("POST", "/clients", {"name": ""}, 422, "VALIDATION_FAILED", "name"),
    Refused("POST", "/clients", {"name": 7}, 422, "VALIDATION_FAILED", "name"),
    Refused("POST", "/clients", {"name": "X", "state": "archived"}, 422, "VALIDATION_FAILED", "state"),
    Refused("POST", "/clients", {"name": "X", "colour": "red"}, 422, "VALIDATION_FAILED", "colour"),
    Refused("POST", "/clients", {"name": "X", "groups": ["A"]}, 422, "VALIDATION_FAILED", "groups"),
    Refused(
        "POST", "/clients", {"name": "X", "tax_registered": True}, 422, "VALIDATION_FAILED", "tax_registered"
    ),
    Refused(
        "POST", "/clients", {"name": "X", "manager_slug": "usr_no"}, 422, "VALIDATION_FAILED", "manager_slug"
    ),
    Refused("PATCH", CLIENT, {"name": None}, 422, "VALIDATION_FAILED", "name"),
    Refused("PATCH", CLIENT, {"state": "active"}, 422, "VALIDATION_FAILED", "state"),
    Refused("PATCH", CLIENT, {"partner_slug": "usr_no"}, 422, "VALIDATION_FAILED", "partner_slug"),
    Refused("PATCH", CLIENT, {"address": {"street": "x"}}, 422, "VALIDATION_FAILED", "address.street"),
    Refused("PATCH", "/clients/cli_none", {}, 404, "NOT_FOUND"),
    Refused("PUT", f"{CLIENT}/groups", {}, 422, "VALIDATION_FAILED", "groups"),
    Refused("PUT", "/clients/cli_none/groups", {"groups": []}, 404, "NOT_FOUND"),
    Refused("POST", f"{CLIENT}/restore", None, 409, "CONFLICT"),
    Refused("POST", "/clients/cli_none/archive", None, 404, "NOT_FOUND"),
    Refused("POST", f"{CLIENT}/contacts", {}, 422, "VALIDATION_FAILED", "name"),
    Refused("POST", "/clients/cli_none/contacts", {"name": "X"}, 404, "NOT_FOUND"),
    Refused("PATCH", CONTACT, {"name": ""}, 422, "VALIDATION_FAILED", "name"),
    Refused("PATCH", CONTACT, {"is_primary": "yes"}, 422, "VALIDATION_FAILED", "is_primary"),
    Refused("PATCH", "/contacts/con_none", {}, 404, "NOT_FOUND"),
    Refused("DELETE", "/contacts/con_none", None, 404, "NOT_FOUND"),
    Refused("POST", "/clients/batch", {"items": []}, 422, "VALIDATION_FAILED", "items"),
    Refused("POST", "/clients/batch", {"items": [{"name": "X"}] * 101}, 422, "VALIDATION_FAILED", "items"),
    Refused("POST", "/services", {"price": 1}, 422, "VALIDATION_FAILED", "name"),
    Refused("POST", "/services", {"name": "X", "price": -1}, 422, "VALIDATION_FAILED", "price"),
    Refused(
        "POST",
        "/services",
        {"name": "X", "job_template_slug": "jtpl_no"},
        422,
        "VALIDATION_FAILED",
        "job_template_slug",
    ),
    Refused(
        "PATCH",
        "/services/svc_gst",
        {"job_template_slug": "jtpl_no"},
        422,
        "VALIDATION_FAILED",
        "job_template_slug",
    ),
    Refused("PATCH", "/services/svc_none", {}, 404, "NOT_FOUND"),
    Refused(
        "PUT",
        "/job_templates",
        {"job_templates": [{"name": "A"}]},
        422,
        "VALIDATION_FAILED",
        "job_templates.0.xpm_template_uuid",
    ),
    Refused(
        "PUT",
        "/job_templates",
        {"job_templates": [{"name": "A", "xpm_template_uuid": "u"}, {"name": "B", "xpm_template_uuid": "u"}]},
        422,
        "VALIDATION_FAILED",
        "job_templates",
    ),
    Refused("POST", "/users", {"name": "X"}, 422, "VALIDATION_FAILED", "email"),
    Refused("POST", "/users", {"email": "x@example.com"}, 422, "VALIDATION_FAILED", "name"),
    Refused("POST", "/users", {"xpm_staff_uuid": "nobody"}, 422, "VALIDATION_FAILED", "xpm_staff_uuid"),
    Refused(
        "PATCH", "/users/usr_ana", {"xpm_staff_uuid": "nobody"}, 422, "VALIDATION_FAILED", "xpm_staff_uuid"
    ),
    Refused("PATCH", "/users/usr_ana", {"name": None}, 422, "VALIDATION_FAILED", "name"),
    Refused("DELETE", "/users/usr_none", None, 404, "NOT_FOUND"),
    Refused(
        "PUT",
        "/users/xpm_candidates",
        {"candidates": [{"uuid": "u", "name": "A"}, {"uuid": "u", "name": "B"}]},
        422,
        "VALIDATION_FAILED",
        "candidates",
    ),
    Refused(
        "PUT",
        "/integrations/xpm",
        {"status": "fine", "tenant_id": "t", "tenant_name": "T"},
        422,
        "VALIDATION_FAILED",
        "status",
    ),
    Refused(
        "PUT",
        "/integrations/xpm",
        {"status": "connected", "tenant_id": "t", "tenant_name": "T", "last_synced_at": "soon"},
        422,
        "VALIDATION_FAILED",
        "last_synced_at",
    ),
    Refused(
        "POST", "/proposals", {"name": "P", "client_slug": "cli_no"}, 422, "VALIDATION_FAILED", "client_slug"
    ),
    Refused(
        "POST",
        "/proposals",
        {"name": "P", "client_slug": "cli_bare", "contract_term": 0},
        422,
        "VALIDATION_FAILED",
        "contract_term",
    ),
    Refused(
        "POST",
        "/proposals",
        {"name": "P", "client_slug": "cli_bare", "services": [{"service_slug": "svc_old"}]},
        422,
        "VALIDATION_FAILED",
        "services.0.service_slug",
    ),
    Refused(
        "POST",
        "/proposals",
        {"name": "P", "client_slug": "cli_bare", "proposal_start_date": 0},
        422,
        "VALIDATION_FAILED",
        "proposal_start_date",
    ),
    Refused(
        "POST",
        "/proposals",
        {"name": "P", "client_slug": "cli_bare", "proposal_start_date": "2026-02-30"},
        422,
        "VALIDATION_FAILED",
        "proposal_start_date",
    ),
    Refused(
        "POST",
        "/proposals",
        {"name": "P", "client_slug": "cli_bare", "proposal_start_date": "9999-12-31"},
        422,
        "VALIDATION_FAILED",
        "proposal_start_date",
    ),
    Refused(
        "PATCH",
        PROPOSAL,
        {"services": [{"service_slug": "svc_no"}]},
        422,
        "VALIDATION_FAILED",
        "services.0.service_slug",
    ),
    Refused("PATCH", "/proposals/prop_none", {}, 404, "NOT_FOUND"),
    Refused("POST", f"{PROPOSAL}/accept", None, 409, "CONFLICT"),
    Refused("POST", f"{PROPOSAL}/accept", {"colour": "red"}, 422, "VALIDATION_FAILED", "colour"),
    Refused("POST", "/proposals/prop_none/send", None, 404, "NOT_FOUND"),
    Refused("POST", f"{PROPOSAL}/renew", None, 409, "CONFLICT"),
    Refused("POST", "/proposals/prop_none/renew", None, 404, "NOT_FOUND"),
    Refused("PUT", f"{PROPOSAL}/workflow", {}, 422, "VALIDATION_FAILED", "mode"),
    Refused("PUT", f"{PROPOSAL}/deployment", {"status": "deployed"}, 409, "CONFLICT"),
    Refused("PUT", f"{PROPOSAL}/deployment", {"status": "fine"}, 422, "VALIDATION_FAILED", "status"),
    Refused("POST", "/webhooks", {**HOOK_BODY, "url": "ftp://x"}, 422, "VALIDATION_FAILED", "url"),
    Refused("POST", "/webhooks", {**HOOK_BODY, "url": "http://a:b@c/"}, 422, "VALIDATION_FAILED", "url"),
    Refused("POST", "/webhooks", {**HOOK_BODY, "types": []}, 422, "VALIDATION_FAILED", "types"),
    Refused("POST", "/webhooks", {**HOOK_BODY, "types": ["moon.full"]}, 422, "VALIDATION_FAILED", "types.0"),
    Refused("DELETE", "/webhooks/whk_none", None, 404, "NOT_FOUND"),
]


@pytest.mark.parametrize("call", REFUSED, ids=lambda call: f"{call.method} {call.path} {call.body}"[:90])
def test_a_refused_call_says_what_is_wrong_and_changes_nothing(fake: Fake, call: Refused) -> None:
    before = fake.digest()
    answer = fake.call(call.method, call.path, call.body)
    assert answer.status_code == call.status
    error = answer.get_json()["error"]
    assert list(error) == ["code", "message", "details"]
    assert error["code"] == call.code
    assert error["message"]
    assert [detail["field"] for detail in error["details"]] == ([call.field] if call.field else [])
    assert all(detail["message"] for detail in error["details"])
    assert fake.digest() == before


def test_a_refusal_is_written_byte_for_byte_as_agreed(fake: Fake) -> None:
    answer = fake.call("GET", "/clients/cli_none")
    assert answer.get_data(as_text=True) == (
        '{"error":{"code":"NOT_FOUND","message":"there is no client cli_none","details":[]}}'
    )
    assert answer.content_type == "application/json"


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b'{"name": "X"} trailing', b"[" * 100_000])
def test_malformed_json_is_a_400(fake: Fake, raw: bytes) -> None:
    before = fake.digest()
    answer = fake.call("POST", "/clients", raw=raw)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "BAD_REQUEST")
    assert fake.digest() == before


def test_numbers_that_are_no_numbers_are_refused(fake: Fake) -> None:
    answer = fake.call("POST", "/services", raw=b'{"name": "X", "price": NaN}')
    assert answer.status_code in {400, 422}
    assert answer.get_json()["error"]["details"] != [] or answer.status_code == 400


def test_half_a_surrogate_pair_is_refused_rather_than_stored(fake: Fake) -> None:
    before = fake.digest()
    answer = fake.call("POST", "/clients", raw=rb'{"name": "\ud800"}')
    assert answer.status_code in {400, 422}
    batch = fake.call("POST", "/clients/batch", raw=rb'{"items": [{"name": "\ud800"}]}')
    assert batch.status_code in {400, 422}
    assert fake.digest() == before


def test_a_body_of_10_mb_is_refused_as_one_that_cannot_be_read(fake: Fake) -> None:
    before = fake.digest()
    answer = fake.call("POST", "/clients", {"name": "n" * 10_000_000})
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert error["code"] == "BAD_REQUEST"
    assert [detail["field"] for detail in error["details"]] == ["body"]
    assert fake.digest() == before


def test_a_text_longer_than_its_field_is_refused_by_the_fields_name(fake: Fake) -> None:
    answer = fake.call("POST", "/clients", {"name": "n" * 501})
    assert answer.status_code == 422
    assert answer.get_json()["error"]["details"][0]["field"] == "name"


def test_an_allowed_method_is_named_by_a_405(fake: Fake) -> None:
    answer = fake.call("DELETE", "/webhooks")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "OPTIONS", "POST"}
