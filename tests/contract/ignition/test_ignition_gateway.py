"""What every call has in common: tokens, scopes, practices, ETags, idempotency, the journal."""

import json

import pytest
from ignition_support import SECRET, Fake, reopen

from mock_kit.delivery import Outbox


def test_a_call_without_a_token_is_a_401_that_says_how_to_go_on(fake: Fake) -> None:
    answer = Fake(fake.app).call("GET", "/clients")
    assert answer.status_code == 401
    assert answer.get_json()["error"]["code"] == "UNAUTHORIZED"
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert Fake(fake.app, "unknown").call("GET", "/reporting/clients").status_code == 401


def test_an_access_token_dies_after_an_hour(fake: Fake) -> None:
    fake.advance(3599)
    assert fake.call("GET", "/clients").status_code == 200
    fake.advance(1)
    assert fake.call("GET", "/clients").status_code == 401


@pytest.mark.parametrize(("scope", "reads", "writes"), [("reporting", 200, 403), ("practice", 403, 201)])
def test_each_surface_asks_for_its_own_scope(fake: Fake, scope: str, reads: int, writes: int) -> None:
    narrow = fake.connect(scopes=[scope])
    assert narrow.call("GET", "/reporting/clients").status_code == reads
    answer = narrow.call("POST", "/clients", {"name": "X"})
    assert answer.status_code == writes
    refused = answer if writes == 403 else narrow.call("GET", "/reporting/clients")
    assert refused.get_json()["error"]["code"] == "FORBIDDEN"
    assert scope in refused.get_json()["error"]["message"]


def test_a_token_that_names_two_practices_is_refused(fake: Fake) -> None:
    parts = fake.app.extensions["kit"]
    with parts.store.begin() as tx:
        both = parts.oauth.mint(tx, "syncer", ["prc_kea", "prc_tui"], ["practice"], None)
    answer = Fake(fake.app, both["access_token"]).call("GET", "/clients")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "FORBIDDEN")


def test_two_practices_never_mix(fake: Fake) -> None:
    tui = fake.connect("prc_tui")
    before = fake.control("GET", "/digest?tenant=prc_kea")
    tui.do("PATCH", "/clients/cli_acme", {"name": "Tui's own"})
    tui.do("DELETE", "/contacts/con_tui", status=204)
    tui.do("POST", "/clients/batch", {"items": [{"slug": "cli_acme", "phone": "1"}, {"name": "New"}]})
    tui.do("PUT", "/job_templates", {"job_templates": [{"name": "T", "xpm_template_uuid": "tpl-gst"}]})
    tui.do("PUT", "/users/xpm_candidates", {"candidates": [{"uuid": "staff-bo", "name": "B"}]})
    linked = tui.do("POST", "/users", {"xpm_staff_uuid": "staff-bo"}, 201)
    for path in ("/contacts/con_jo", "/services/svc_gst", "/proposals/prop_one", "/users/usr_ana"):
        assert tui.call("GET", path).status_code == 404
        assert tui.call("PATCH", path, {}).status_code == 404
    assert tui.call("PATCH", "/clients/cli_acme", {"manager_slug": "usr_ana"}).status_code == 422
    assert fake.row("/clients/cli_acme")["name"] == "Acme Pty Ltd"
    assert fake.call("GET", f"/users/{linked['slug']}").status_code == 404
    assert fake.control("GET", "/digest?tenant=prc_kea") == before
    mine = {row["slug"] for row in fake.call("GET", "/reporting/clients").get_json()["data"]}
    assert mine == {"cli_acme", "cli_bare"}


# ETag and If-Match


@pytest.mark.parametrize(
    ("method", "path", "body", "row"),
    [
        ("PATCH", "/clients/cli_acme", {"phone": "1"}, "/clients/cli_acme"),
        ("PUT", "/clients/cli_acme/groups", {"groups": []}, "/clients/cli_acme"),
        ("POST", "/clients/cli_acme/archive", {}, "/clients/cli_acme"),
        ("POST", "/clients/cli_acme/contacts", {"name": "X"}, "/clients/cli_acme"),
        ("PATCH", "/contacts/con_jo", {"phone": "1"}, "/contacts/con_jo"),
        ("DELETE", "/contacts/con_jo", None, "/contacts/con_jo"),
        ("PATCH", "/services/svc_gst", {"price": 2}, "/services/svc_gst"),
        ("PATCH", "/proposals/prop_one", {"name": "Y"}, "/proposals/prop_one"),
        ("POST", "/proposals/prop_one/send", {}, "/proposals/prop_one"),
        ("PATCH", "/users/usr_ana", {"name": "Z"}, "/users/usr_ana"),
        ("DELETE", "/users/usr_ana", None, "/users/usr_ana"),
        (
            "PUT",
            "/integrations/xpm",
            {"status": "connected", "tenant_id": "t", "tenant_name": "T"},
            "/integrations/xpm",
        ),
        ("DELETE", "/integrations/xpm", None, "/integrations/xpm"),
    ],
)
def test_a_stale_if_match_is_a_412_and_the_present_one_passes(
    fake: Fake, method: str, path: str, body: object, row: str
) -> None:
    etag = fake.row(row)["etag"]
    before = fake.digest()
    for stale in ('"older"', f"W/{etag}", ""):
        answer = fake.call(method, path, body, If_Match=stale)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (412, "PRECONDITION_FAILED")
    assert fake.digest() == before
    assert fake.call(method, path, body, If_Match=f'"older", {etag}').status_code < 300


def test_an_asterisk_matches_any_version_of_a_row_that_is_there(fake: Fake) -> None:
    assert fake.call("PATCH", "/clients/cli_acme", {"phone": "1"}, If_Match="*").status_code == 200
    assert fake.call("PATCH", "/clients/cli_no", {"phone": "1"}, If_Match="*").status_code == 404


def test_two_changes_within_one_second_have_two_etags(fake: Fake) -> None:
    first = fake.do("PATCH", "/clients/cli_acme", {"phone": "1"})["etag"]
    fake.do("PATCH", "/clients/cli_acme", {"phone": "2"})
    again = fake.do("PATCH", "/clients/cli_acme", {"phone": "1"})["etag"]
    assert first != again
    assert fake.call("PATCH", "/clients/cli_acme", {"phone": "3"}, If_Match=first).status_code == 412


def test_a_change_of_a_contact_makes_its_client_s_etag_stale(fake: Fake) -> None:
    etag = fake.row("/clients/cli_acme")["etag"]
    fake.do("PATCH", "/contacts/con_sam", {"phone": "1"})
    assert fake.row("/clients/cli_acme")["etag"] != etag
    assert fake.call("PATCH", "/clients/cli_acme", {"phone": "3"}, If_Match=etag).status_code == 412


def test_practice_lists_carry_the_etag_that_a_write_needs(fake: Fake) -> None:
    rows = fake.call("GET", "/clients").get_json()["data"]
    assert {row["slug"]: row["etag"] for row in rows} == {
        slug: fake.row(f"/clients/{slug}")["etag"] for slug in ("cli_acme", "cli_bare")
    }


# Idempotency


def test_the_same_key_and_body_get_the_first_answer_and_do_nothing_again(fake: Fake) -> None:
    first = fake.call("POST", "/clients", {"name": "Once"}, Idempotency_Key="k1")
    before = fake.digest()
    second = fake.call("POST", "/clients", {"name": "Once"}, Idempotency_Key="k1")
    assert (second.status_code, second.data) == (first.status_code, first.data) == (201, first.data)
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert fake.digest() == before


@pytest.mark.parametrize(("path", "body"), [("/clients", {"name": "Other"}), ("/services", {"name": "Once"})])
def test_the_same_key_with_another_body_or_path_is_a_409(fake: Fake, path: str, body: object) -> None:
    fake.do("POST", "/clients", {"name": "Once"}, 201, Idempotency_Key="k1")
    before = fake.digest()
    answer = fake.call("POST", path, body, Idempotency_Key="k1")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "CONFLICT")
    assert fake.digest() == before


def test_a_key_is_one_practice_s_own(fake: Fake) -> None:
    tui = fake.connect("prc_tui")
    fake.do("POST", "/clients", {"name": "Once"}, 201, Idempotency_Key="k1")
    assert tui.do("POST", "/clients", {"name": "Theirs"}, 201, Idempotency_Key="k1")["name"] == "Theirs"


def test_a_refused_call_leaves_its_key_free(fake: Fake) -> None:
    assert fake.call("POST", "/clients", {"name": ""}, Idempotency_Key="k1").status_code == 422
    assert fake.do("POST", "/clients", {"name": "Good"}, 201, Idempotency_Key="k1")["name"] == "Good"


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_must_have_a_sensible_length(fake: Fake, key: str) -> None:
    assert fake.call("POST", "/clients", {"name": "X"}, Idempotency_Key=key).status_code == 400


def test_an_act_with_a_key_is_done_once(fake: Fake) -> None:
    for _attempt in range(2):
        assert fake.call("POST", "/proposals/prop_one/send", Idempotency_Key="s").status_code == 200
    assert fake.call("POST", "/proposals/prop_one/send").status_code == 409


def test_keys_are_remembered_after_a_restart(on_file: list[Fake]) -> None:
    first = on_file[0].call("POST", "/clients/batch", {"items": [{"name": "Once"}]}, Idempotency_Key="k1")
    before = on_file[0].digest()
    again = reopen(on_file)
    second = again.call("POST", "/clients/batch", {"items": [{"name": "Once"}]}, Idempotency_Key="k1")
    assert second.data == first.data
    assert again.digest() == before
    other = again.call("POST", "/clients/batch", {"items": [{"name": "Twice"}]}, Idempotency_Key="k1")
    assert other.status_code == 409


# The journal


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/reporting/clients?limit=3", "reporting/clients"),
        ("GET", "/reporting/nothing", "reporting/{resource}"),
        ("GET", "/clients", "GET /clients"),
        ("POST", "/clients/batch", "POST /clients/batch"),
        ("GET", "/clients/cli_acme", "GET /clients/{slug}"),
        ("POST", "/proposals/prop_one/send", "POST /proposals/{slug}/send"),
        ("PUT", "/integrations/xpm", "PUT /integrations/xpm"),
    ],
)
def test_the_journal_names_the_operation_and_the_practice(
    fake: Fake, method: str, path: str, operation: str
) -> None:
    fake.call(method, path)
    entry = fake.last_entry()
    assert (entry["operation"], entry["tenant_id"]) == (operation, "prc_kea")


def test_the_journal_tells_which_rows_a_call_changed(fake: Fake) -> None:
    fake.do("PATCH", "/clients/cli_acme", {"phone": "1"})
    changes = {change["table"]: change for change in fake.last_entry()["changes"]}
    assert changes["clients"]["key"] == ["prc_kea", "cli_acme"]
    assert changes["clients"]["values"]["phone"] == "1"
    assert changes["events"]["values"]["type"] == "client.updated"
    fake.call("PATCH", "/clients/cli_acme", {"name": ""})
    assert fake.last_entry()["changes"] == []


def test_no_secret_gets_into_the_journal_the_state_or_an_answer(fake: Fake) -> None:
    body = {"url": "http://receiver.test/with-a-port-9999", "types": ["client.updated"], "secret": SECRET}
    created = fake.call("POST", "/webhooks", body, Idempotency_Key="w")
    again = fake.call("POST", "/webhooks", body, Idempotency_Key="w")
    fake.do("PATCH", "/clients/cli_acme", {"phone": "1"})
    fake.control("POST", "/deliveries/run")
    told = [
        created.get_data(as_text=True),
        again.get_data(as_text=True),
        fake.call("GET", "/webhooks").get_data(as_text=True),
        json.dumps(fake.control("GET", "/deliveries")),
        json.dumps(fake.control("GET", "/journal")),
        json.dumps(fake.state()),
    ]
    for text in told:
        assert SECRET not in text
        assert fake.token not in text
        assert "app-secret" not in text
    assert "9999" not in told[-1] + told[-2]


def test_a_fault_of_ours_is_a_500_in_the_api_s_form_and_changes_nothing(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fake.digest()
    monkeypatch.setattr(Outbox, "publish", lambda *_arguments: 1 / 0)
    answer = fake.call("POST", "/clients", {"name": "X"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (500, "INTERNAL")
    assert fake.digest() == before
