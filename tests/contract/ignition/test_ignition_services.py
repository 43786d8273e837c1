"""Services, job templates, the link between them; the team; the XPM connection."""

from typing import Any

import pytest
from ignition_support import Fake, reopen


def listed(fake: Fake, path: str) -> dict[str, dict[str, Any]]:
    return {row["slug"]: row for row in fake.call("GET", path).get_json()["data"]}


def test_a_new_service_is_listed_with_its_price_in_the_practice_s_currency(fake: Fake) -> None:
    body = {
        "name": "Advice",
        "description": "By the hour",
        "price": 99.5,
        "price_type": "unit",
        "billing_mode": "manual",
        "cadence": "monthly",
        "service_group": "Advisory",
        "job_template_slug": "jtpl_annual",
    }
    slug = fake.do("POST", "/services", body, 201)["slug"]
    row = listed(fake, "/reporting/services")[slug]
    assert row["price"] == {"amount": 99.5, "currency": "NZD"}
    assert row["service_group"]["name"] == "Advisory"
    assert row["job_template"]["xpm_template_uuid"] == "tpl-annual"
    assert (row["price_type"], row["billing_mode"]) == ("unit", "manual")


def test_a_service_is_linked_to_a_job_template_and_unlinked_in_one_step(fake: Fake) -> None:
    fake.advance(60)
    fake.do("PATCH", "/services/svc_setup", {"job_template_slug": "jtpl_annual"})
    row = listed(fake, "/reporting/services")["svc_setup"]
    assert row["job_template"] == {
        "slug": "jtpl_annual",
        "name": "Annual accounts",
        "xpm_template_uuid": "tpl-annual",
    }
    assert row["updated_at"] == "2026-07-01T09:31:00Z"
    fake.do("PATCH", "/services/svc_setup", {"job_template_slug": None, "description": None})
    assert listed(fake, "/reporting/services")["svc_setup"]["job_template"] is None


def test_a_service_patched_to_what_it_is_touches_nothing(fake: Fake) -> None:
    fake.advance(60)
    before = fake.digest()
    fake.do("PATCH", "/services/svc_gst", {"price": 120.5, "job_template_slug": "jtpl_gst"})
    assert fake.digest() == before


def put(fake: Fake, **templates: str) -> list[dict[str, Any]]:
    rows = [{"name": name, "xpm_template_uuid": uuid.replace("_", "-")} for uuid, name in templates.items()]
    answer: list[dict[str, Any]] = fake.do("PUT", "/job_templates", {"job_templates": rows})
    return answer


def test_the_whole_list_of_templates_is_replaced_and_known_ones_keep_their_slug(fake: Fake) -> None:
    fake.advance(60)
    answered = put(fake, tpl_gst="GST and more", tpl_new="New one")
    rows = listed(fake, "/job_templates")
    assert {row["slug"]: row for row in answered} == rows
    assert {row["xpm_template_uuid"]: row["name"] for row in rows.values()} == {
        "tpl-gst": "GST and more",
        "tpl-new": "New one",
    }
    assert rows["jtpl_gst"]["updated_at"] == "2026-07-01T09:31:00Z"
    assert listed(fake, "/reporting/services")["svc_gst"]["job_template"]["name"] == "GST and more"


def test_a_template_that_is_gone_is_hidden_yet_still_shown_by_its_services(fake: Fake) -> None:
    put(fake, tpl_annual="Annual accounts")
    assert list(listed(fake, "/job_templates")) == ["jtpl_annual"]
    shown = listed(fake, "/reporting/services")["svc_gst"]["job_template"]
    assert shown == {"slug": "jtpl_gst", "name": "GST return", "xpm_template_uuid": "tpl-gst"}
    refused = fake.call("PATCH", "/services/svc_setup", {"job_template_slug": "jtpl_gst"})
    assert refused.status_code == 422
    fake.do("PATCH", "/services/svc_gst", {"job_template_slug": "jtpl_gst", "price": 1})


def test_a_template_that_comes_back_has_its_old_slug(fake: Fake) -> None:
    put(fake)
    assert listed(fake, "/job_templates") == {}
    put(fake, tpl_gst="GST return")
    assert list(listed(fake, "/job_templates")) == ["jtpl_gst"]


def test_the_same_list_of_templates_again_touches_nothing(fake: Fake) -> None:
    fake.advance(60)
    before = fake.digest()
    put(fake, tpl_gst="GST return", tpl_annual="Annual accounts")
    assert fake.digest() == before


# The team

CANDIDATES = {
    "candidates": [
        {"uuid": "staff-bo", "name": "Bo Reed", "email": "bo@example.com"},
        {"uuid": "staff-cy", "name": "Cy Dunn"},
    ]
}


def candidates(fake: Fake) -> dict[str, str | None]:
    rows = fake.call("GET", "/users/xpm_candidates").get_json()["data"]
    return {row["uuid"]: row["user_slug"] for row in rows}


def test_a_user_is_added_by_hand(fake: Fake) -> None:
    made = fake.do("POST", "/users", {"name": "Di", "email": "di@example.com"}, 201)
    assert listed(fake, "/users")[made["slug"]] == made == fake.row(f"/users/{made['slug']}")
    assert made["xpm_staff_uuid"] is None
    assert fake.events() == [("user.created", {"user_slug": made["slug"]})]


def test_nobody_is_a_user_because_the_dropdown_lists_them(fake: Fake) -> None:
    before = listed(fake, "/users")
    answered = fake.do("PUT", "/users/xpm_candidates", CANDIDATES)
    assert [row["user_slug"] for row in answered] == ["usr_bo", None]
    assert listed(fake, "/users") == before


def test_a_user_is_added_from_an_xpm_staff_member_once(fake: Fake) -> None:
    fake.do("PUT", "/users/xpm_candidates", CANDIDATES)
    made = fake.do("POST", "/users", {"xpm_staff_uuid": "staff-cy"}, 201)
    row = listed(fake, "/users")[made["slug"]]
    assert (row["name"], row["email"], row["xpm_staff_uuid"]) == ("Cy Dunn", "", "staff-cy")
    assert candidates(fake) == {"staff-bo": "usr_bo", "staff-cy": made["slug"]}
    assert fake.call("POST", "/users", {"xpm_staff_uuid": "staff-cy"}).status_code == 409
    assert fake.call("PATCH", "/users/usr_ana", {"xpm_staff_uuid": "staff-cy"}).status_code == 409


def test_a_user_can_be_linked_renamed_and_unlinked(fake: Fake) -> None:
    fake.do("PUT", "/users/xpm_candidates", CANDIDATES)
    fake.do(
        "PATCH", "/users/usr_ana", {"xpm_staff_uuid": "staff-cy", "name": "Ana K", "email": "k@example.com"}
    )
    row = listed(fake, "/users")["usr_ana"]
    assert (row["name"], row["email"], row["xpm_staff_uuid"]) == ("Ana K", "k@example.com", "staff-cy")
    fake.do("PATCH", "/users/usr_bo", {"xpm_staff_uuid": None})
    assert candidates(fake) == {"staff-bo": None, "staff-cy": "usr_ana"}
    fake.do("PATCH", "/users/usr_ana", {"xpm_staff_uuid": "staff-cy"})


def test_the_dropdown_is_replaced_as_a_whole_and_leaves_users_alone(fake: Fake) -> None:
    fake.do("PUT", "/users/xpm_candidates", CANDIDATES)
    again = {"candidates": [{"uuid": "staff-cy", "name": "Cyrus"}, {"uuid": "staff-ed", "name": "Ed"}]}
    fake.do("PUT", "/users/xpm_candidates", again)
    assert list(candidates(fake)) == ["staff-cy", "staff-ed"]
    assert listed(fake, "/users")["usr_bo"]["xpm_staff_uuid"] == "staff-bo"
    before = fake.digest()
    fake.do("PUT", "/users/xpm_candidates", again)
    assert fake.digest() == before


def test_a_removed_user_is_gone_from_the_team_and_still_shown_by_clients(fake: Fake) -> None:
    fake.do("PUT", "/users/xpm_candidates", CANDIDATES)
    before = fake.row("/clients/cli_acme")
    fake.advance(60)
    fake.do("DELETE", "/users/usr_bo", status=204)
    assert "usr_bo" not in listed(fake, "/users")
    for method, body in (("GET", None), ("PATCH", {"name": "X"}), ("DELETE", None)):
        assert fake.call(method, "/users/usr_bo", body).status_code == 404
    assert fake.row("/clients/cli_acme") == before
    assert before["partner"]["name"] == "Bo Reed"
    assert fake.events() == [("user.deleted", {"user_slug": "usr_bo"})]
    assert fake.call("PATCH", "/clients/cli_bare", {"partner_slug": "usr_bo"}).status_code == 422
    fake.do("PATCH", "/clients/cli_acme", {"partner_slug": "usr_bo", "phone": "1"})


def test_a_staff_member_whose_user_was_removed_can_be_added_anew(fake: Fake) -> None:
    fake.do("PUT", "/users/xpm_candidates", CANDIDATES)
    fake.do("DELETE", "/users/usr_bo", status=204)
    assert candidates(fake)["staff-bo"] is None
    made = fake.do("POST", "/users", {"xpm_staff_uuid": "staff-bo", "name": "Bo again"}, 201)
    assert made["slug"] != "usr_bo"
    assert listed(fake, "/users")[made["slug"]]["name"] == "Bo again"


# The connection

CONNECTED = {
    "status": "connected",
    "tenant_id": "11111111-1111-4111-8111-111111111111",
    "tenant_name": "Kea in XPM",
    "last_synced_at": "2026-07-01T09:00:00Z",
    "message": None,
}
NOT_CONNECTED = {
    "status": "not_connected",
    "tenant_id": None,
    "tenant_name": None,
    "last_synced_at": None,
    "message": None,
}


def connection(fake: Fake) -> dict[str, Any]:
    row = fake.row("/integrations/xpm")
    del row["etag"]
    return row


def test_a_practice_begins_not_connected(fake: Fake) -> None:
    assert connection(fake) == NOT_CONNECTED


@pytest.mark.parametrize("status", ["connected", "reconnect_needed"])
def test_the_connection_is_put_as_a_whole_and_removed(fake: Fake, status: str) -> None:
    fake.do("PUT", "/integrations/xpm", {**CONNECTED, "message": "first"})
    given = {name: CONNECTED[name] for name in ("tenant_id", "tenant_name")}
    fake.do("PUT", "/integrations/xpm", {**given, "status": status})
    assert connection(fake) == {**NOT_CONNECTED, **given, "status": status}
    for _again in range(2):
        fake.do("DELETE", "/integrations/xpm", status=204)
        assert connection(fake) == NOT_CONNECTED


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-07-01T19:00:00+10:00", "2026-07-01T09:00:00Z"),
        ("2026-07-01 09:00:00.999", "2026-07-01T09:00:00Z"),
        ("2026-07-01", "2026-07-01T00:00:00Z"),
        ("0999-12-31T23:59Z", "0999-12-31T23:59:00Z"),
    ],
)
def test_the_moment_of_the_last_sync_is_told_in_one_form(fake: Fake, written: str, read: str) -> None:
    answer = fake.do("PUT", "/integrations/xpm", {**CONNECTED, "last_synced_at": written})
    assert answer["last_synced_at"] == read
    assert connection(fake)["last_synced_at"] == read


def test_a_connection_that_comes_back_to_what_it_was_has_another_etag(fake: Fake) -> None:
    first = fake.do("PUT", "/integrations/xpm", CONNECTED)["etag"]
    assert fake.do("PUT", "/integrations/xpm", CONNECTED)["etag"] == first  # nothing has changed
    fake.do("PUT", "/integrations/xpm", {**CONNECTED, "status": "reconnect_needed"})
    again = fake.do("PUT", "/integrations/xpm", CONNECTED)["etag"]
    assert again != first
    assert fake.call("PUT", "/integrations/xpm", CONNECTED, If_Match=first).status_code == 412
    assert fake.row("/integrations/xpm")["etag"] == again


def test_a_connection_that_ended_and_began_anew_has_another_etag(on_file: list[Fake]) -> None:
    fake = on_file[0]
    etags = [fake.row("/integrations/xpm")["etag"]]
    for _time in range(2):
        etags.append(fake.do("PUT", "/integrations/xpm", CONNECTED)["etag"])
        fake = reopen(on_file)
        fake.do("DELETE", "/integrations/xpm", status=204)
        assert connection(fake) == NOT_CONNECTED
        etags.append(fake.row("/integrations/xpm")["etag"])
    assert len(set(etags)) == 5
    for stale in etags[:-1]:
        assert fake.call("DELETE", "/integrations/xpm", If_Match=stale).status_code == 412
    fake.do("DELETE", "/integrations/xpm", status=204, If_Match=etags[-1])
