from collections.abc import Callable, Iterable

import pytest
import requests
from syncer_desk import Script, answer, connected, transport

from syncer.errors import (
    ApiError,
    LimitError,
    MalformedError,
    OutcomeUnknownError,
    ReconnectNeededError,
    RefusedError,
    StaleError,
    UnreachableError,
)
from syncer.transport import RETRIES, TIMEOUT, Request

URL = "http://xpm.test/practicemanager/3.1/client.api/list"
READ = Request("client.api/list", "GET", URL, safe=True)
CREATE = Request("client.api/add", "POST", URL, safe=False, body=b"<Client/>")
NEW_PAIR = {"access_token": "access-2", "refresh_token": "refresh-2", "expires_in": 1800}


def lost() -> requests.Timeout:
    return requests.ReadTimeout("no answer")


def unsent() -> requests.ConnectTimeout:
    return requests.ConnectTimeout("no connection")


def authorizations(script: Script) -> list[str | None]:
    return [one.headers.get("Authorization") for one in script.asked if one.url == URL]


def test_an_answer_is_returned_and_the_call_carries_token_and_tenant() -> None:
    way, script, _ = transport([answer(200, b"<Response/>")])
    assert way.call(READ).content == b"<Response/>"
    (asked,) = script.asked
    assert (asked.method, asked.url, asked.body) == ("GET", URL, None)
    assert asked.headers["Authorization"] == "Bearer access-1"
    assert asked.headers["xero-tenant-id"] == "tenant-north"
    assert script.options[0]["timeout"] == TIMEOUT


def test_a_body_its_headers_and_parameters_are_sent_as_given() -> None:
    way, script, _ = transport([answer(200), answer(200)])
    way.call(Request("a", "PUT", URL, safe=True, body=b"<A/>", headers={"Content-Type": "text/xml"}))
    way.call(Request("b", "POST", URL, safe=True, json={"a": 1}, params={"limit": "2"}))
    first, second = script.asked
    assert (first.body, first.headers["Content-Type"]) == (b"<A/>", "text/xml")
    assert (second.body, second.url) == (b'{"a": 1}', f"{URL}?limit=2")


def test_the_table_of_repeats_is_as_written() -> None:
    assert [(row.error, row.unsafe, row.waits) for row in RETRIES] == [
        (UnreachableError, True, (1.0, 3.0)),
        (OutcomeUnknownError, False, (1.0, 5.0, 20.0)),
        (MalformedError, False, (1.0, 5.0)),
    ]


@pytest.mark.parametrize("request_", [READ, CREATE], ids=["safe", "unsafe"])
def test_a_call_that_was_never_sent_is_sent_again_even_an_unsafe_one(request_: Request) -> None:
    way, script, runtime = transport([unsent(), unsent(), answer(200, b"there")])
    assert way.call(request_).content == b"there"
    assert (runtime.slept, len(script.asked)) == ([1.0, 3.0], 3)


def test_what_a_read_cannot_understand_is_asked_for_again_and_given_up_after_three_attempts() -> None:
    def understand(found: requests.Response) -> bytes:
        if found.content != b"whole":
            raise MalformedError("XPM", "client.api/list", "half of it")
        return found.content

    way, script, runtime = transport([answer(200, b"half"), answer(200, b"half"), answer(200, b"whole")])
    assert way.understood(READ, understand) == b"whole"
    assert (runtime.slept, len(script.asked)) == ([1.0, 5.0], 3)
    way, script, _ = transport([answer(200, b"half") for _ in range(9)])
    with pytest.raises(MalformedError, match="half of it"):
        way.understood(READ, understand)
    assert len(script.asked) == 3


def test_a_system_that_stays_away_is_given_up_after_three_attempts() -> None:
    way, script, runtime = transport([unsent() for _ in range(9)])
    with pytest.raises(UnreachableError, match=r"XPM, client\.api/list: no connection within the time-out"):
        way.call(READ)
    assert (runtime.slept, len(script.asked)) == ([1.0, 3.0], 3)


@pytest.mark.parametrize(
    "failure", [lost, lambda: answer(500, b"<html>"), lambda: answer(503, {"Title": "Unavailable"})]
)
def test_a_safe_call_without_a_usable_answer_is_repeated(failure: Callable[[], requests.Response]) -> None:
    way, script, runtime = transport([failure(), failure(), failure(), answer(200, b"there")])
    assert way.call(READ).content == b"there"
    assert (runtime.slept, len(script.asked)) == ([1.0, 5.0, 20.0], 4)


def test_a_safe_call_is_given_up_after_four_attempts() -> None:
    way, script, _ = transport([answer(502) for _ in range(9)])
    with pytest.raises(OutcomeUnknownError, match=r"XPM, client\.api/list: server error 502"):
        way.call(READ)
    assert len(script.asked) == 4


@pytest.mark.parametrize("failure", [lost, lambda: answer(500), lambda: requests.ConnectionError("reset")])
def test_an_unsafe_call_of_unknown_outcome_is_not_repeated(failure: Callable[[], requests.Response]) -> None:
    way, script, runtime = transport([failure()])
    with pytest.raises(OutcomeUnknownError):
        way.call(CREATE)
    assert (runtime.slept, len(script.asked)) == ([], 1)


def test_the_repeats_of_either_kind_are_counted_apart() -> None:
    steps = [unsent(), lost(), unsent(), lost(), lost(), answer(200, b"there")]
    way, _, runtime = transport(steps)
    assert way.call(READ).content == b"there"
    assert runtime.slept == [1.0, 1.0, 3.0, 5.0, 20.0]


def test_a_refused_token_is_refreshed_once_and_the_call_made_again() -> None:
    way, script, _ = transport([answer(401), answer(200, NEW_PAIR), answer(200, b"there")])
    assert way.call(CREATE).content == b"there"
    assert authorizations(script) == ["Bearer access-1", "Bearer access-2"]


def test_a_fresh_token_that_is_refused_too_says_nothing_of_the_record_and_is_no_loop() -> None:
    """The call was not taken in: it is tried again like one that never arrived, a write as well, and then it is over."""
    refusal = {"Type": None, "Title": "Unauthorized", "Status": 401, "Detail": "AuthenticationUnsuccessful"}
    turn = [answer(401), answer(200, NEW_PAIR), answer(401, refusal)]
    way, script, runtime = transport([*turn, *turn, *turn])
    with pytest.raises(UnreachableError, match=r"401 AuthenticationUnsuccessful"):
        way.call(CREATE)
    assert runtime.slept == [1.0, 3.0]
    assert len(script.asked) == 9
    way, script, _ = transport([*turn, answer(200, b"there")])
    assert way.call(CREATE).content == b"there"
    assert len(script.asked) == 4


def test_a_connection_that_is_dead_says_so_instead_of_repeating() -> None:
    way, script, _ = transport([answer(401), answer(400, {"error": "invalid_grant"})])
    with pytest.raises(ReconnectNeededError, match=r"run `syncer connect` again"):
        way.call(READ)
    assert len(script.asked) == 2


def test_a_token_endpoint_that_does_not_answer_means_that_nothing_was_sent() -> None:
    own = connected(pair={"access_token": "a", "refresh_token": "r", "expires_at": "2026-07-01T09:30:00Z"})
    way, script, _ = transport([answer(503) for _ in range(9)], own)
    with pytest.raises(UnreachableError, match=r"token \(refresh_token\): status 503"):
        way.call(CREATE)
    assert {one.url for one in script.asked} == {"http://xpm.test/connect/token"}
    assert len(script.asked) == 9


def limited(seconds: str, problem: str = "minute") -> requests.Response:
    return answer(429, headers={"Retry-After": seconds, "X-Rate-Limit-Problem": problem})


def test_a_limit_is_waited_for_as_asked_and_counted() -> None:
    way, script, runtime = transport([limited("17"), limited("3"), answer(200, b"there")])
    assert way.call(CREATE).content == b"there"
    assert (runtime.slept, len(script.asked)) == ([17.0, 3.0], 3)
    assert way.meter.waited_seconds == 20.0


@pytest.mark.parametrize("asked", ["", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "-5", "\N{SUPERSCRIPT TWO}"])
def test_a_limit_that_does_not_say_how_long_is_waited_for_a_second(asked: str) -> None:
    way, _, runtime = transport([limited(asked), answer(200)])
    way.call(READ)
    assert runtime.slept == [1.0]


def test_a_limit_of_two_minutes_is_waited_for_and_a_longer_one_is_told() -> None:
    way, _, runtime = transport([limited("120"), limited("121", "day")])
    with pytest.raises(LimitError, match=r"the day limit lifts in 121 s") as limit:
        way.call(CREATE)
    assert (runtime.slept, limit.value.seconds) == ([120.0], 121.0)


def test_a_limit_that_never_lifts_is_given_up() -> None:
    way, script, _ = transport([limited("1") for _ in range(9)])
    with pytest.raises(LimitError, match="it keeps asking to wait"):
        way.call(READ)
    assert len(script.asked) == 5


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_refused_and_not_followed(status: int) -> None:
    way, script, _ = transport([answer(status, headers={"Location": "http://elsewhere.test/"})])
    with pytest.raises(RefusedError, match=f"{status}"):
        way.call(READ)
    assert [one.url for one in script.asked] == [URL]


def test_a_record_that_changed_since_is_stale() -> None:
    way, _, _ = transport([answer(412, {"error": {"code": "PRECONDITION_FAILED", "message": "it changed"}})])
    with pytest.raises(StaleError, match=r"412 it changed") as stale:
        way.call(READ)
    assert stale.value.status == 412


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"code": "NOT_FOUND", "message": "no such client"}}, "404 no such client"),
        (
            {"error": {"message": "invalid", "details": [{"field": "name", "message": "is needed"}, {"field": "fax", "message": "too long"}]}},
            "404 invalid (name: is needed; fax: too long)",
        ),
        ({"error": {"message": "invalid", "details": ["name", 3]}}, "404 invalid"),
        ({"error": {"message": "invalid", "details": {"name": "x"}}}, "404 invalid"),
        ({"Title": "Not Found", "Detail": None}, "404 Not Found"),
        ({"error": "invalid_request"}, "404 invalid_request"),
        ({}, "404 "),
        ([1, 2], "404 "),
        (b"<html>", "404 (6 bytes that are no JSON)"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_the_api_said(body: object, said: str) -> None:
    way, script, _ = transport([answer(404, body)])
    with pytest.raises(RefusedError) as refused:
        way.call(READ)
    assert str(refused.value) == f"XPM, client.api/list: {said}"
    assert len(script.asked) == 1


def test_every_call_is_measured_also_those_that_fail() -> None:
    way, _, _ = transport([unsent(), limited("1"), answer(200, b"12345"), answer(200, b"1234567")])
    way.call(CREATE)
    way.call(READ)
    assert way.meter.as_json() == {
        "calls": 4, "writes": 3, "bytes_sent": 18, "bytes_received": 12, "waited_seconds": 1.0,
    }  # fmt: skip


def test_no_error_shows_a_token() -> None:
    steps: list[Iterable[object]] = [[lost()], [answer(500)], [answer(403)], [answer(412)], [limited("999")]]
    for step in steps:
        way, _, _ = transport(step)  # type: ignore[arg-type]  # steps of several kinds
        with pytest.raises(ApiError) as failed:
            way.call(CREATE)
        assert "access-1" not in str(failed.value)
