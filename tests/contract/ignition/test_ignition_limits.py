"""The rate limit of the product, and its own forms of what faults answer."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from ignition_support import Fake
from werkzeug.test import TestResponse

IN_AN_HOUR = 1782901800
"""2026-07-01T10:30:00Z."""


@pytest.fixture
def limited(fake: Fake) -> Iterator[Fake]:
    fake.control("PUT", "/limits", {"hour": 3})
    yield fake
    fake.control("PUT", "/limits", {"hour": 1000})


@pytest.fixture
def faulty(fake: Fake) -> Iterator[Fake]:
    yield fake
    fake.control("DELETE", "/faults")


def _headers(answer: TestResponse) -> tuple[str, str, str]:
    names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
    limit, remaining, reset = (answer.headers[name] for name in names)
    return limit, remaining, reset


def test_every_answer_tells_the_limit_of_a_thousand_an_hour(fake: Fake) -> None:
    assert fake.control("GET", "/limits") == {"hour": 1000}
    assert _headers(fake.call("GET", "/reporting/clients")) == ("1000", "999", str(IN_AN_HOUR))
    fake.advance(60)
    assert _headers(fake.call("GET", "/clients/nobody")) == ("1000", "998", str(IN_AN_HOUR))


def test_a_call_over_the_limit_is_told_when_to_come_again(limited: Fake) -> None:
    for _ in range(3):
        limited.row("/clients/cli_acme")
        limited.advance(0.5)
    answer = limited.call("PATCH", "/clients/cli_acme", {"phone": "1"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3599")
    assert answer.get_json() == {
        "error": {
            "code": "RATE_LIMITED",
            "message": "over the limit hour: 3 calls",
            "retryAfter": IN_AN_HOUR,
        }
    }
    assert _headers(answer) == ("3", "0", str(IN_AN_HOUR))
    limited.advance(3598.5)
    assert limited.connect().row("/clients/cli_acme")["phone"] == "+64 9 555 0101"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/clients", 405)]
)
def test_a_call_of_nothing_that_is_there_is_counted_for_nobody(
    fake: Fake, method: str, path: str, status: int
) -> None:
    for token in (f"Bearer {fake.token}", "Bearer none"):
        answer = fake.call(method, path, Authorization=token)
        assert answer.status_code == status
        assert not {"X-RateLimit-Limit", "X-RateLimit-Remaining"} & set(answer.headers.keys())
    assert _headers(fake.call("GET", "/clients"))[1] == "999"


def test_apps_share_a_practices_limit_and_practices_share_none(limited: Fake) -> None:
    tui = limited.connect("prc_tui")
    for one in (limited, limited.connect(), limited):
        one.row("/clients/cli_acme")
    assert limited.call("GET", "/clients/cli_acme").status_code == 429
    assert tui.row("/clients/cli_acme")["name"] == "Another Acme"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"kind": "status", "status": 503}, 503, "UNAVAILABLE"),
        ({"kind": "status", "status": 500}, 500, "INTERNAL"),
        ({"kind": "token_dead"}, 401, "UNAUTHORIZED"),
    ],
)
def test_a_fault_is_answered_in_the_products_form(
    faulty: Fake, fault: dict[str, Any], status: int, code: str
) -> None:
    faulty.control("POST", "/faults", {"operation": "reporting/*", **fault})
    answer = faulty.call("GET", "/reporting/clients")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)
    assert faulty.last_entry()["fault"] == fault["kind"]


def test_a_429_of_the_plan_looks_like_the_limits(faulty: Fake) -> None:
    faulty.control("POST", "/faults", {"kind": "status", "status": 429, "retry_after": 7})
    answer = faulty.call("GET", "/clients")
    assert answer.headers["Retry-After"] == "7"
    assert answer.get_json()["error"]["retryAfter"] == IN_AN_HOUR - 3593
    assert _headers(answer) == ("1000", "0", str(IN_AN_HOUR - 3593))


def test_where_a_limit_was_lowered_body_and_header_tell_the_same_moment(limited: Fake) -> None:
    for _ in range(3):
        limited.row("/clients/cli_acme")
        limited.advance(10.25)
    limited.control("PUT", "/limits", {"hour": 1})
    answer = limited.call("GET", "/clients")
    # The third call leaves the hour at 10:30:20.5; a client that counts in seconds comes at 10:30:21.
    assert answer.get_json()["error"]["retryAfter"] == IN_AN_HOUR + 21
    assert _headers(answer) == ("1", "0", str(IN_AN_HOUR + 21))
    assert answer.headers["Retry-After"] == "3590"
    limited.advance(3589.75)
    assert limited.connect().call("GET", "/clients").status_code == 200


def _pages(fake: Fake, size: int = 2) -> list[str]:
    got: list[str] = []
    query = f"?limit={size}"
    while True:
        page = fake.call("GET", f"/clients{query}").get_json()
        got += [row["slug"] for row in page["data"]]
        cursor = page["meta"]["pagination"]["next_cursor"]
        if cursor is None:
            return got
        query = f"?limit={size}&cursor={cursor}"


def test_a_page_that_drifts_skips_rows_or_repeats_them(faulty: Fake) -> None:
    for number in range(5):
        faulty.advance(1)
        faulty.do("POST", "/clients", {"name": f"Client {number}"}, 201)
    rows = _pages(faulty)
    assert len(rows) == 7
    faulty.control("POST", "/faults", {"kind": "drift", "operation": "GET /clients", "attempts": [1]})
    assert _pages(faulty) == [*rows[:2], *rows[3:5], *rows[6:]]
    faulty.control("DELETE", "/faults")
    faulty.control("POST", "/faults", {"kind": "drift", "rows": -1, "every": 2})
    assert _pages(faulty) == [*rows[:2], *rows[1:3], *rows[3:5], *rows[4:6], *rows[6:]]
    faulty.control("DELETE", "/faults")
    faulty.control("POST", "/faults", {"kind": "drift", "rows": -9, "times": 1})
    assert _pages(faulty) == [*rows[:2], *rows[:2], *rows[2:]]


def test_a_bound_that_is_missed_leaves_out_its_very_moment(faulty: Fake) -> None:
    faulty.advance(1)
    faulty.do("PATCH", "/clients/cli_bare", {"phone": "1"})
    faulty.control("POST", "/faults", {"kind": "missed_boundary", "times": 2})

    def since(moment: str) -> list[str]:
        rows = faulty.call("GET", f"/reporting/clients?updated_from={moment}").get_json()["data"]
        return [row["slug"] for row in rows]

    faulty.row("/clients/cli_bare")  # a call that heeds no such bound uses nothing up
    faulty.call("GET", "/reporting/clients")
    assert since("2026-07-01T09:30:00Z") == ["cli_bare"]
    assert since("2026-07-01T09:30:01Z") == []
    assert since("2026-07-01T09:30:01Z") == ["cli_bare"]


def test_a_stale_read_does_not_see_the_last_write(faulty: Fake) -> None:
    faulty.do("PATCH", "/clients/cli_bare", {"phone": "1"})
    faulty.control("POST", "/faults", {"kind": "stale", "times": 1})
    assert faulty.row("/clients/cli_bare")["phone"] == ""
    assert faulty.row("/clients/cli_bare")["phone"] == "1"


def test_a_late_write_lands_once_with_its_key(faulty: Fake) -> None:
    faulty.control("POST", "/faults", {"kind": "late", "seconds": 90, "answer": "503", "times": 1})
    body = {"name": "Late Ltd"}
    assert faulty.call("POST", "/clients", body, Idempotency_Key="k1").status_code == 503
    faulty.advance(90)
    assert [row["name"] for row in faulty.state()["clients"] if row["name"] == "Late Ltd"] == ["Late Ltd"]
    again = faulty.call("POST", "/clients", body, Idempotency_Key="k1")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len([row for row in faulty.state()["clients"] if row["name"] == "Late Ltd"]) == 1
    landed = next(
        one for one in faulty.control("GET", "/journal")["entries"] if one["fault"] == "late: landed"
    )
    assert (landed["operation"], landed["status"], landed["tenant_id"]) == ("POST /clients", 201, "prc_kea")


def test_a_refresh_whose_answer_is_lost_ends_the_connection(app: Flask, faulty: Fake) -> None:
    given = faulty.control("POST", "/tokens", {"tenant_ids": ["prc_kea"]})
    faulty.control(
        "POST", "/faults", {"kind": "lost", "answer": "500", "operation": "oauth/token", "times": 1}
    )
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
    form |= {"client_id": "syncer", "client_secret": "app-secret"}
    answers = [app.test_client().post("/oauth2/token", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [500, 400]
    assert json.loads(answers[1].data)["error"] == "invalid_grant"
    lost = next(one for one in faulty.control("GET", "/journal")["entries"] if one["fault"] == "lost")
    assert (lost["operation"], lost["body_sha256"]) == ("oauth/token", None)
