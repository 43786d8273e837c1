"""Lists: limits, cursors, `updated_from`."""

import pytest
from ignition_support import Fake

from mock_kit.paging import encode_cursor


def slugs(fake: Fake, path: str) -> list[str]:
    return [row["slug"] for row in fake.call("GET", path).get_json()["data"]]


def many(fake: Fake, count: int) -> list[str]:
    rows = fake.do("POST", "/clients/batch", {"items": [{"name": f"Client {n}"} for n in range(count)]})
    return [row["data"]["slug"] for row in rows]


@pytest.mark.parametrize("path", ["/reporting/clients", "/clients"])
def test_pages_hold_every_row_once_and_say_when_there_is_more(fake: Fake, path: str) -> None:
    expected = {*many(fake, 7), "cli_acme", "cli_bare"}
    got: list[str] = []
    query = "?limit=4"
    for size, more in ((4, True), (4, True), (1, False)):
        page = fake.call("GET", path + query).get_json()
        got += [row["slug"] for row in page["data"]]
        pagination = page["meta"]["pagination"]
        assert (len(page["data"]), pagination["has_more"], pagination["limit"]) == (size, more, 4)
        assert (pagination["next_cursor"] is not None) is more
        query = f"?limit=4&cursor={pagination['next_cursor']}"
    assert len(got) == len(set(got))
    assert set(got) == expected


def test_a_page_has_25_rows_unless_asked_and_page_size_is_another_name_for_limit(fake: Fake) -> None:
    many(fake, 40)
    assert len(slugs(fake, "/reporting/clients")) == 25
    assert len(slugs(fake, "/reporting/clients?page_size=31")) == 31
    assert len(slugs(fake, "/reporting/clients?limit=100")) == 42


def test_a_full_last_page_says_that_there_is_no_more(fake: Fake) -> None:
    pagination = fake.call("GET", "/reporting/clients?limit=2").get_json()["meta"]["pagination"]
    assert pagination == {"has_more": False, "next_cursor": None, "limit": 2}


def test_reporting_rows_come_in_the_order_of_their_last_change(fake: Fake) -> None:
    fake.advance(60)
    fake.do("PATCH", "/clients/cli_acme", {"phone": "1"})
    assert slugs(fake, "/reporting/clients") == ["cli_bare", "cli_acme"]
    fake.advance(60)
    fake.do("PATCH", "/clients/cli_bare", {"phone": "1"})
    assert slugs(fake, "/reporting/clients") == ["cli_acme", "cli_bare"]


def test_a_row_that_changes_while_one_pages_can_be_seen_twice_and_is_never_missed(fake: Fake) -> None:
    many(fake, 4)
    first = fake.call("GET", "/reporting/clients?limit=3").get_json()
    seen = [row["slug"] for row in first["data"]]
    fake.advance(1)
    fake.do("PATCH", f"/clients/{seen[0]}", {"phone": "1"})
    cursor = first["meta"]["pagination"]["next_cursor"]
    rest = slugs(fake, f"/reporting/clients?limit=10&cursor={cursor}")
    assert seen[0] in rest
    assert len({*seen, *rest}) == 6


def test_updated_from_is_inclusive(fake: Fake) -> None:
    fake.advance(60)
    fake.do("PATCH", "/clients/cli_acme", {"phone": "1"})
    assert slugs(fake, "/reporting/clients?updated_from=2026-07-01T09:31:00Z") == ["cli_acme"]
    assert slugs(fake, "/reporting/clients?updated_from=2026-07-01T09:31:01Z") == []
    assert slugs(fake, "/reporting/clients?updated_from=2026-07-01T09:30:00Z") == ["cli_bare", "cli_acme"]
    assert slugs(fake, "/clients?updated_from=2026-07-01T19:31:00%2B10:00") == ["cli_acme"]


def test_a_fraction_of_a_second_in_updated_from_misses_nothing(fake: Fake) -> None:
    assert "cli_acme" in slugs(fake, "/reporting/clients?updated_from=2026-07-01T09:30:00.999Z")


@pytest.mark.parametrize(
    "path", ["/reporting/contacts", "/clients", "/reporting/clients?updated_from=2020-01-01"]
)
def test_a_cursor_of_another_query_is_refused(fake: Fake, path: str) -> None:
    page = fake.call("GET", "/reporting/clients?limit=1").get_json()
    cursor = page["meta"]["pagination"]["next_cursor"]
    answer = fake.call("GET", f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
    assert answer.status_code == 400
    assert answer.get_json()["error"]["details"][0]["field"] == "cursor"


def test_a_cursor_of_another_practice_is_refused(fake: Fake) -> None:
    page = fake.call("GET", "/reporting/clients?limit=1").get_json()
    cursor = page["meta"]["pagination"]["next_cursor"]
    assert fake.connect("prc_tui").call("GET", f"/reporting/clients?cursor={cursor}").status_code == 400


@pytest.mark.parametrize("place", [[], ["2026"], [1, 2], [None, "x"], [["x"], {}]])
def test_a_cursor_with_a_strange_place_is_refused(fake: Fake, place: list[object]) -> None:
    cursor = encode_cursor(["/external/api/v1/reporting/clients", "prc_kea", None], place)
    assert fake.call("GET", f"/reporting/clients?cursor={cursor}").status_code == 400


def test_candidates_are_listed_by_name(fake: Fake) -> None:
    body = {
        "candidates": [{"uuid": "s2", "name": "Zoe"}, {"uuid": "s1", "name": "Al", "email": "al@example.com"}]
    }
    fake.do("PUT", "/users/xpm_candidates", body)
    page = fake.call("GET", "/users/xpm_candidates?limit=1").get_json()
    assert page["data"] == [{"uuid": "s1", "name": "Al", "email": "al@example.com", "user_slug": None}]
    cursor = page["meta"]["pagination"]["next_cursor"]
    rest = fake.call("GET", f"/users/xpm_candidates?cursor={cursor}").get_json()["data"]
    assert rest == [{"uuid": "s2", "name": "Zoe", "email": "", "user_slug": None}]


@pytest.mark.parametrize(
    "moment", ["2026-07-01T09:30:01", "2026-07-01 09:31Z", "2026-07-01T19:30:30.5%2B10:00"]
)
def test_a_moment_may_be_written_in_several_forms(fake: Fake, moment: str) -> None:
    fake.advance(60)
    fake.do("PATCH", "/clients/cli_acme", {"phone": "1"})
    assert slugs(fake, f"/reporting/clients?updated_from={moment}") == ["cli_acme"]


def test_a_date_is_its_first_moment(fake: Fake) -> None:
    assert slugs(fake, "/reporting/clients?updated_from=2026-07-01") == ["cli_acme", "cli_bare"]
    assert slugs(fake, "/reporting/clients?updated_from=2026-07-02") == []


def test_a_moment_long_ago_is_before_everything(fake: Fake) -> None:
    assert slugs(fake, "/reporting/clients?updated_from=0999-12-31") == ["cli_acme", "cli_bare"]


def test_where_both_names_of_a_limit_are_given_limit_is_heeded(fake: Fake) -> None:
    page = fake.call("GET", "/reporting/clients?page_size=100&limit=1").get_json()
    assert (len(page["data"]), page["meta"]["pagination"]["limit"]) == (1, 1)


@pytest.mark.parametrize(
    ("method", "path", "body", "resource", "slug", "shown"),
    [
        ("PATCH", "/clients/cli_acme", {"name": "New"}, "proposals", "prop_one", "client_name"),
        ("PATCH", "/clients/cli_acme", {"tags": ["new"]}, "proposals", "prop_one", "client_tags"),
        ("PATCH", "/clients/cli_acme", {"name": "New"}, "contacts", "con_sam", "client"),
        ("PATCH", "/users/usr_ana", {"name": "New"}, "clients", "cli_acme", "manager"),
        (
            "PUT",
            "/job_templates",
            {"job_templates": [{"name": "New", "xpm_template_uuid": "tpl-gst"}]},
            "services",
            "svc_gst",
            "job_template",
        ),
    ],
)
def test_a_row_shows_another_record_as_it_is_now_and_is_not_touched_by_its_change(
    fake: Fake, method: str, path: str, body: object, resource: str, slug: str, shown: str
) -> None:
    before = next(row for row in fake.reported(resource) if row["slug"] == slug)
    fake.advance(60)
    fake.do(method, path, body)
    after = next(row for row in fake.reported(resource) if row["slug"] == slug)
    assert after[shown] != before[shown]
    assert {**after, shown: None} == {**before, shown: None}  # updated_at included
    assert slug not in slugs(fake, f"/reporting/{resource}?updated_from=2026-07-01T09:31:00Z")
