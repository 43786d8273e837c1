"""Pages are kept as they were last written: whoever read one before is told what has changed since."""

from contextlib import closing
from functools import partial
from typing import Any

import pytest
from ignition_support import Fake, world

from mock_ignition.kept import Texts
from mock_ignition.tables.base import METADATA
from mock_kit.store import Store

Row = dict[str, Any]
PAGES = (
    "/clients",
    "/services",
    "/proposals",
    "/users",
    "/job_templates",
    *(f"/reporting/{name}" for name in ("clients", "contacts", "services", "proposals", "deals", "invoices")),
)


def rows(fake: Fake, path: str) -> dict[str, Row]:
    """Return the rows of a page, by slug."""
    return {row["slug"]: row for row in fake.call("GET", path).get_json()["data"]}


def answers(fake: Fake) -> list[bytes]:
    return [fake.call("GET", path).data for path in PAGES]


@pytest.mark.parametrize(
    ("method", "path", "body", "page", "slug", "shown"),
    [
        ("PATCH", "/clients/cli_acme", {"phone": "1"}, "/reporting/clients", "cli_acme", {"phone": "1"}),
        ("PATCH", "/clients/cli_acme", {"phone": "1"}, "/clients", "cli_acme", {"phone": "1"}),
        (
            "PATCH",
            "/clients/cli_acme",
            {"name": "Ajax"},
            "/reporting/contacts",
            "con_jo",
            {"client": {"slug": "cli_acme", "name": "Ajax"}},
        ),
        (
            "PATCH",
            "/clients/cli_acme",
            {"name": "Ajax"},
            "/reporting/proposals",
            "prop_one",
            {"client_name": "Ajax"},
        ),
        ("DELETE", "/contacts/con_sam", None, "/clients", "cli_acme", {"contact_slugs": ["con_jo"]}),
        (
            "PATCH",
            "/users/usr_ana",
            {"name": "Ana Tui"},
            "/reporting/clients",
            "cli_acme",
            {"manager": {"slug": "usr_ana", "name": "Ana Tui", "email": "ana@example.com"}},
        ),
        ("PATCH", "/services/svc_gst", {"name": "GST"}, "/reporting/services", "svc_gst", {"name": "GST"}),
        (
            "PUT",
            "/job_templates",
            {"job_templates": [{"name": "GST, anew", "xpm_template_uuid": "tpl-gst"}]},
            "/services",
            "svc_gst",
            {"job_template": {"slug": "jtpl_gst", "name": "GST, anew", "xpm_template_uuid": "tpl-gst"}},
        ),
        (
            "POST",
            "/proposals/prop_one/send",
            None,
            "/proposals",
            "prop_one",
            {"state": "awaiting_acceptance"},
        ),
    ],
)
def test_a_page_that_was_read_before_shows_what_a_call_changed(
    fake: Fake, method: str, path: str, body: Row | None, page: str, slug: str, shown: Row
) -> None:
    before = rows(fake, page)[slug]
    assert {name: before[name] for name in shown} != shown
    assert rows(fake, page)[slug] == before
    assert fake.call(method, path, body).status_code in {200, 204}
    after = rows(fake, page)[slug]
    assert {name: after[name] for name in shown} == shown


def test_a_page_that_was_read_before_has_what_was_added_and_not_what_was_removed(fake: Fake) -> None:
    assert sorted(rows(fake, "/reporting/contacts")) == ["con_jo", "con_sam"]
    added = fake.do("POST", "/clients/cli_bare/contacts", {"name": "Al"}, 201)["slug"]
    assert sorted(rows(fake, "/reporting/contacts")) == sorted(["con_jo", "con_sam", added])
    fake.do("DELETE", "/contacts/con_sam", status=204)
    assert sorted(rows(fake, "/reporting/contacts")) == sorted(["con_jo", added])
    fake.do("DELETE", "/users/usr_bo", status=204)
    assert sorted(rows(fake, "/users")) == ["usr_ana"]


def test_a_contract_that_ends_with_time_alone_is_over_on_a_page_read_before(fake: Fake) -> None:
    line = {"service_slug": "svc_setup"}
    slug = fake.sent([line], contract_term=1, proposal_start_date="2026-07-01")["slug"]
    fake.do("POST", f"/proposals/{slug}/accept")
    assert rows(fake, "/reporting/proposals")[slug]["state"] == "accepted"
    fake.advance(40 * 86400)
    assert rows(fake.connect(), "/reporting/proposals")[slug]["state"] == "completed"


def test_a_practice_is_never_shown_another_one_s_page(fake: Fake) -> None:
    other = fake.connect("prc_tui")
    assert rows(fake, "/clients")["cli_acme"]["name"] == "Acme Pty Ltd"
    assert rows(other, "/clients")["cli_acme"]["name"] == "Another Acme"
    other.do("PATCH", "/clients/cli_acme", {"name": "Third Acme"})
    assert rows(other, "/clients")["cli_acme"]["name"] == "Third Acme"
    assert rows(fake, "/clients")["cli_acme"]["name"] == "Acme Pty Ltd"


def test_a_page_asked_for_otherwise_is_another_one(fake: Fake) -> None:
    whole = fake.call("GET", "/clients").get_json()
    first = fake.call("GET", "/clients?limit=1").get_json()
    cursor = first["meta"]["pagination"]["next_cursor"]
    second = fake.call("GET", f"/clients?limit=1&cursor={cursor}").get_json()
    assert first["data"] + second["data"] == whole["data"]
    assert "etag" in whole["data"][0]
    assert "etag" not in fake.reported("clients")[0]


@pytest.mark.parametrize("how", ["reset", "snapshot", "snapshot of the practice", "world"])
def test_what_was_put_back_is_on_a_page_read_before(fake: Fake, how: str) -> None:
    there = answers(fake)
    named = {"name": "start"} | ({"tenant": "prc_kea"} if how == "snapshot of the practice" else {})
    fake.control("POST", "/snapshots", named)
    fake.do("PATCH", "/clients/cli_acme", {"name": "Ajax"})
    fake.do("POST", "/users", {"name": "Cy", "email": "cy@example.com"}, 201)
    assert answers(fake) != there
    if how == "reset":
        fake.control("POST", "/reset", {})
    elif how == "world":
        fake.control("POST", "/world", world())
    else:
        fake.control("POST", "/snapshots/start/restore")
    assert answers(fake.connect()) == there


@pytest.mark.usefixtures("no_plan_is_left")
@pytest.mark.parametrize(
    ("fault", "query"),
    [
        ({"kind": "drift", "rows": -1}, "limit=1&cursor={}"),
        ({"kind": "missed_boundary"}, "updated_from=2026-07-01T09:30:00Z"),
        ({"kind": "stale"}, "limit=50"),
    ],
)
def test_a_fault_s_page_is_its_own_caller_s_alone(fake: Fake, fault: Row, query: str) -> None:
    fake.do("PATCH", "/clients/cli_acme", {"phone": "1"})
    cursor = fake.call("GET", "/clients?limit=1").get_json()["meta"]["pagination"]["next_cursor"]
    path = f"/clients?{query.format(cursor)}"
    true = fake.call("GET", path).data
    fake.control("POST", "/faults", {**fault, "times": 1})
    assert fake.call("GET", path).data != true
    assert fake.call("GET", path).data == true


def test_pages_asked_for_in_very_many_ways_are_all_true(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_ignition.kept.PAGES", 3000)
    there = {limit: fake.call("GET", f"/clients?limit={limit}").data for limit in range(1, 40)}
    assert all(fake.call("GET", f"/clients?limit={limit}").data == text for limit, text in there.items())
    fake.do("PATCH", "/clients/cli_acme", {"phone": "1"})
    for limit in range(1, 40):
        assert rows(fake, f"/clients?limit={limit}")["cli_acme"]["phone"] == "1"


def test_pages_take_no_more_room_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_ignition.kept.PAGES", 25)
    written: list[str] = []

    def write(asked: str) -> bytes:
        written.append(asked)
        return b"ten bytes!"

    with closing(Store(METADATA)) as store:
        texts = Texts(store, {})
        for asked in "aabbccca":  # the third one finds no room, and the first is forgotten for it
            texts.page("t1", frozenset({"clients"}), asked, partial(write, asked))
    assert written == ["a", "b", "c", "a"]
