"""The four limits to the exact call, on a clock that stands still until it is moved."""

from typing import Any

import pytest
from flask import Flask

from tests.contract.xpm.caller import AS_JSON, OLD_ROOT, ROOT
from tests.contract.xpm.small import APP, NOBODY, OTHER, TENANT, error, ok
from tests.contract.xpm.troubled import LIMITS, Prompt, Troubles, budget

CATEGORIES = "category.api/list"
NO_HEADERS = [None, None, None]


@pytest.fixture
def troubles(troubles: Troubles) -> Troubles:
    troubles.limits()
    return troubles


@pytest.fixture
def ignition(app: Flask, troubles: Troubles) -> Prompt:
    return Prompt(app, TENANT, client_id="ignition")


def refused(answer: Any) -> tuple[int, bytes, str | None, str | None]:
    told = answer.headers.get
    return answer.status_code, answer.data, told("Retry-After"), told("X-Rate-Limit-Problem")


def spend(caller: Prompt, calls: int) -> list[int]:
    return [caller.send("GET", CATEGORIES).status_code for _ in range(calls)]


def test_the_fake_begins_with_the_documented_limits(troubles: Troubles) -> None:
    assert troubles.http.get("/_control/limits").get_json() == {
        "concurrent": 5,
        "minute": 60,
        "day": 5000,
        "app_minute": 10000,
    }


def test_sixty_calls_a_minute_pass_and_the_61st_is_told_when_to_come_again(
    troubles: Troubles, ignition: Prompt
) -> None:
    assert budget(ignition.send("GET", CATEGORIES)) == (200, ["59", "4999", "9999"])
    troubles.advance(13)
    assert spend(ignition, 58) == [200] * 58
    last = ignition.send("POST", "client.api/add", "<Client><Name>In time</Name></Client>")
    assert budget(last) == (200, ["0", "4940", "9940"])

    late = ignition.send("POST", "client.api/add", "<Client><Name>Too many</Name></Client>")
    assert refused(late) == (429, b"", "47", "minute")
    assert late.status == "429 Too Many Requests"
    assert budget(late) == (429, ["0", "4940", "9940"])

    troubles.advance(46)
    assert refused(ignition.send("GET", CATEGORIES)) == (429, b"", "1", "minute")
    troubles.advance(1)
    assert budget(ignition.send("GET", CATEGORIES)) == (200, ["0", "4939", "9940"])
    # The first call alone has left the window: the next place is free thirteen seconds later.
    assert refused(ignition.send("GET", CATEGORIES)) == (429, b"", "13", "minute")
    named = [row["name"] for row in ignition.state()["clients"]]
    assert "In time" in named
    assert "Too many" not in named


def test_a_part_of_a_second_is_told_as_a_whole_one(troubles: Troubles, ignition: Prompt) -> None:
    troubles.limits(minute=1)
    spend(ignition, 1)
    troubles.advance(0.75)
    wait = ignition.send("GET", CATEGORIES).headers["Retry-After"]
    assert wait == "60"
    troubles.advance(int(wait))
    assert spend(ignition, 2) == [200, 429]


def test_refused_calls_count_for_nothing(troubles: Troubles, ignition: Prompt) -> None:
    assert spend(ignition, 90) == [200] * 60 + [429] * 30
    troubles.advance(60)
    assert budget(ignition.send("GET", CATEGORIES)) == (200, ["59", "4939", "9999"])


def test_a_refused_call_stands_in_the_journal(troubles: Troubles, ignition: Prompt) -> None:
    troubles.limits(minute=1)
    ignition.post("client.api/add", "<Client><Name>One</Name></Client>")
    ignition.send("POST", "client.api/add", "<Client><Name>Two</Name></Client>")
    told = [(one["operation"], one["tenant_id"], one["status"]) for one in ignition.journal()]
    assert told == [("client.api/add", TENANT, 200), ("client.api/add", TENANT, 429)]
    assert ignition.journal()[-1]["changes"] == []


def test_a_day_rolls_too(app: Flask, troubles: Troubles, ignition: Prompt) -> None:
    troubles.limits(day=3)
    for left in ("2", "1", "0"):
        assert budget(ignition.send("GET", CATEGORIES))[1][1] == left
        troubles.advance(100)
    assert refused(ignition.send("GET", CATEGORIES)) == (429, b"", "86100", "day")
    troubles.advance(86_099)
    # The token is older than its life by now.
    again = Prompt(app, TENANT, client_id="ignition")
    assert refused(again.send("GET", CATEGORIES)) == (429, b"", "1", "day")
    troubles.advance(1)
    assert budget(again.send("GET", CATEGORIES)) == (200, ["59", "0", "9999"])
    assert refused(again.send("GET", CATEGORIES)) == (429, b"", "100", "day")


def test_an_app_has_one_minute_for_all_its_practices_and_another_app_its_own(
    app: Flask, troubles: Troubles, ignition: Prompt
) -> None:
    troubles.limits(app_minute=4)
    second = Prompt(app, OTHER, client_id="ignition")
    desktop = Prompt(app, TENANT, client_id="desktop")
    mine = [budget(caller.send("GET", CATEGORIES)) for caller in (ignition, second, second, ignition)]
    assert mine == [
        (200, ["59", "4999", "3"]),
        (200, ["59", "4999", "2"]),
        (200, ["58", "4998", "1"]),
        (200, ["58", "4998", "0"]),
    ]
    assert refused(second.send("GET", CATEGORIES)) == (429, b"", "60", "appminute")
    assert refused(ignition.send("GET", CATEGORIES)) == (429, b"", "60", "appminute")
    assert budget(desktop.send("GET", CATEGORIES)) == (200, ["59", "4999", "3"])
    troubles.advance(60)
    assert budget(second.send("GET", CATEGORIES)) == (200, ["59", "4997", "3"])


def test_a_practice_that_has_spent_its_minute_takes_nothing_from_another(
    app: Flask, troubles: Troubles, ignition: Prompt
) -> None:
    assert spend(ignition, 61)[-1] == 429
    assert budget(Prompt(app, OTHER, client_id="ignition").send("GET", CATEGORIES)) == (
        200,
        ["59", "4999", "9939"],
    )
    assert budget(Prompt(app, TENANT, client_id="desktop").send("GET", CATEGORIES)) == (
        200,
        ["59", "4999", "9999"],
    )


def test_two_tokens_of_one_app_and_practice_share_one_budget(app: Flask, ignition: Prompt) -> None:
    ignition.send("GET", CATEGORIES)
    again = Prompt(app, TENANT, client_id="ignition")
    assert budget(again.send("GET", CATEGORIES)) == (200, ["58", "4998", "9998"])


def test_both_versions_and_json_share_one_budget(troubles: Troubles, ignition: Prompt) -> None:
    troubles.limits(minute=3)
    assert budget(ignition.send("GET", CATEGORIES))[1][0] == "2"
    assert budget(ignition.send("GET", CATEGORIES, **AS_JSON))[1][0] == "1"
    ignition.root = OLD_ROOT
    assert budget(ignition.send("GET", CATEGORIES))[1][0] == "0"
    assert refused(ignition.send("GET", CATEGORIES)) == (429, b"", "60", "minute")
    ignition.root = ROOT
    answer = ignition.send("GET", CATEGORIES, **AS_JSON)
    assert refused(answer) == (429, b"", "60", "minute")


def test_oauth_and_connections_count_for_nothing(troubles: Troubles, ignition: Prompt) -> None:
    troubles.limits(minute=1, app_minute=1)
    form = {
        "grant_type": "refresh_token",
        "refresh_token": ignition.tokens["refresh_token"],
        "client_id": APP["client_id"],
        "client_secret": APP["client_secret"],
    }
    tokens = ignition.http.post("/connect/token", data=form)
    bearer = {"Authorization": f"Bearer {tokens.get_json()['access_token']}"}
    others = [
        tokens,
        ignition.http.get("/connections", headers=bearer),
        ignition.http.get("/.well-known/openid-configuration"),
        ignition.http.post("/connect/token", data={"grant_type": "nonsense"}),
    ]
    assert [budget(answer) for answer in others] == [
        (200, NO_HEADERS),
        (200, NO_HEADERS),
        (200, NO_HEADERS),
        (400, NO_HEADERS),
    ]
    ignition.headers.update(bearer)
    assert spend(ignition, 2) == [200, 429]
    still = [ignition.http.get("/connections", headers=bearer).status_code for _ in range(3)]
    assert still == [200, 200, 200]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer nobody's"}, 401),
        ({"xero-tenant-id": NOBODY}, 403),
        ({"xero-tenant-id": OTHER}, 403),
    ],
)
def test_a_token_that_is_refused_counts_for_nothing_and_tells_nothing(
    ignition: Prompt, headers: dict[str, str], status: int
) -> None:
    answers = [ignition.send("GET", CATEGORIES, **headers) for _ in range(3)]
    assert [budget(answer) for answer in answers] == [(status, NO_HEADERS)] * 3
    assert budget(ignition.send("GET", CATEGORIES)) == (200, ["59", "4999", "9999"])


def test_an_expired_token_counts_for_nothing(app: Flask, troubles: Troubles, ignition: Prompt) -> None:
    troubles.advance(1800)
    assert budget(ignition.send("GET", CATEGORIES)) == (401, NO_HEADERS)
    fresh = Prompt(app, TENANT, client_id="ignition")
    assert budget(fresh.send("GET", CATEGORIES)) == (200, ["59", "4999", "9999"])


def test_calls_that_the_api_refuses_are_calls_all_the_same(ignition: Prompt) -> None:
    business = ignition.send("GET", f"client.api/get/{NOBODY}")
    assert business.text == error("Get", "Invalid client identifier")
    assert budget(business) == (200, ["59", "4999", "9999"])
    assert budget(ignition.send("GET", "job.api/list")) == (400, ["58", "4998", "9998"])
    assert budget(ignition.send("POST", "client.api/add", "<Client"))[1] == ["57", "4997", "9997"]


def test_an_unknown_method_is_a_call_of_those_who_may_ask(ignition: Prompt) -> None:
    assert budget(ignition.send("GET", "job.api/nothing")) == (404, ["59", "4999", "9999"])
    unknown = ignition.send("GET", "job.api/nothing", Authorization="Bearer unknown")
    assert budget(unknown) == (404, NO_HEADERS)
    assert budget(ignition.send("GET", CATEGORIES)) == (200, ["58", "4998", "9998"])


def test_a_limit_that_is_switched_off_has_no_header_and_refuses_nobody(
    troubles: Troubles, ignition: Prompt
) -> None:
    troubles.limits(minute=None, day=1000)
    assert spend(ignition, 70) == [200] * 70
    assert budget(ignition.send("GET", CATEGORIES)) == (200, [None, "929", "9929"])


def test_settings_outlive_a_reset_and_what_was_counted_does_not(troubles: Troubles, ignition: Prompt) -> None:
    troubles.limits(minute=2, day=9)
    assert spend(ignition, 3) == [200, 200, 429]
    troubles.reset()
    assert troubles.http.get("/_control/limits").get_json() == {**LIMITS, "minute": 2, "day": 9}
    # A reset leaves the token alive.
    assert budget(ignition.send("GET", CATEGORIES)) == (200, ["1", "8", "9999"])
    assert spend(ignition, 2) == [200, 429]


def test_an_answer_within_the_limits_has_the_bytes_it_always_has(ignition: Prompt) -> None:
    answer = ignition.send("GET", "category.api/list")
    tax = "<Category><UUID>cccccccc-0000-4000-8000-000000000001</UUID><Name>Tax</Name></Category>"
    assert answer.text == ok("List", f"<Categories>{tax}</Categories>")
    assert "Retry-After" not in answer.headers
    assert "X-Rate-Limit-Problem" not in answer.headers
