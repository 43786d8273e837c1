"""The nine resources of the Reporting API: all are walked, limited and guarded alike."""

import pytest
from ignition_billing import billed
from ignition_support import RESOURCES, Fake


@pytest.fixture
def there(fake: Fake) -> Fake:
    fake.control("POST", "/world", billed())
    return fake.connect()


def walked(fake: Fake, resource: str, query: str = "") -> list[str]:
    """Return the slugs of a resource, a page of one row at a time."""
    slugs: list[str] = []
    cursor = ""
    while True:
        page = fake.call("GET", f"/reporting/{resource}?limit=1{query}{cursor}").get_json()
        slugs += [row["slug"] for row in page["data"]]
        pagination = page["meta"]["pagination"]
        if not pagination["has_more"]:
            return slugs
        cursor = f"&cursor={pagination['next_cursor']}"


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_resource_is_walked_page_by_page_each_row_once(there: Fake, resource: str) -> None:
    whole = [row["slug"] for row in there.reported(resource)]
    assert len(whole) > 1
    assert walked(there, resource) == whole
    assert walked(there, resource, "&updated_from=2026-07-01T09:30:00Z") == whole
    assert walked(there, resource, "&updated_from=2026-07-01T09:30:01Z") == []


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_resource_is_limited_and_refuses_what_is_no_query(there: Fake, resource: str) -> None:
    answer = there.call("GET", f"/reporting/{resource}")
    assert answer.get_json()["meta"]["pagination"]["limit"] == 25
    assert answer.headers["X-RateLimit-Limit"] == "1000"
    assert {"X-RateLimit-Remaining", "X-RateLimit-Reset"} <= set(answer.headers.keys())
    assert there.last_entry()["operation"] == f"reporting/{resource}"
    for query in ("limit=0", "limit=101", "cursor=none", "updated_from=soon", "colour=red"):
        assert there.call("GET", f"/reporting/{resource}?{query}").status_code == 400


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_cursor_belongs_to_its_resource(there: Fake, resource: str) -> None:
    other = "invoices" if resource != "invoices" else "deals"
    cursor = there.call("GET", f"/reporting/{other}?limit=1").get_json()["meta"]["pagination"]["next_cursor"]
    assert there.call("GET", f"/reporting/{other}?cursor={cursor}").status_code == 200
    assert there.call("GET", f"/reporting/{resource}?cursor={cursor}").status_code == 400


@pytest.mark.parametrize("resource", [*RESOURCES, "nothing"])
def test_problems_with_the_token_come_first(there: Fake, resource: str) -> None:
    path = f"/reporting/{resource}"
    assert there.call("GET", path, Authorization="Bearer none").status_code == 401
    assert there.connect(scopes=["practice"]).call("GET", path).status_code == 403


def test_an_unknown_resource_is_answered_byte_for_byte_as_what_is_not_there(there: Fake) -> None:
    answer = there.call("GET", "/reporting/nothing")
    assert answer.status_code == 404
    assert answer.get_data(as_text=True) == (
        '{"error":{"code":"NOT_FOUND","message":"there is no reporting resource nothing","details":[]}}'
    )
    assert answer.headers["X-RateLimit-Limit"] == "1000"


@pytest.mark.parametrize(("resource", "limit"), [("deals", 2), ("invoices", 3)])
def test_a_row_that_changes_between_two_pages_is_seen_twice(there: Fake, resource: str, limit: int) -> None:
    there.advance(1)
    there.sent([{"service_slug": "svc_setup"}])
    first = there.call("GET", f"/reporting/{resource}?limit={limit}").get_json()
    seen = [row["slug"] for row in first["data"]]
    before = {row["slug"] for row in there.reported(resource)}
    assert len(before) == limit + 1
    there.advance(1)
    there.do("POST", "/proposals/prop_one/revoke")
    cursor = first["meta"]["pagination"]["next_cursor"]
    rest = there.call("GET", f"/reporting/{resource}?limit=100&cursor={cursor}").get_json()["data"]
    assert rest[-1]["slug"] == seen[-1]
    assert rest[-1] != first["data"][-1]
    assert {*seen, *(row["slug"] for row in rest)} == before


def test_a_stale_read_tells_of_no_invoice_that_was_raised_since(there: Fake) -> None:
    before = there.call("GET", "/reporting/invoices").get_json()
    slug = there.sent([{"service_slug": "svc_setup"}])["slug"]
    there.do("POST", f"/proposals/{slug}/accept")
    there.control("POST", "/faults", {"kind": "stale", "operation": "reporting/*", "writes": 1})
    try:
        assert there.call("GET", "/reporting/invoices").get_json() == before
        stage = {row["proposal_slug"]: row["deal_stage"]["name"] for row in there.reported("deals")}
    finally:
        there.control("DELETE", "/faults")
    assert stage[slug] == "Awaiting acceptance"
    assert len(there.reported("invoices")) == len(before["data"]) + 1
