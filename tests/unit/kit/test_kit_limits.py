"""The limits through the app and its control plane; the tiny fake declares XPM's four."""

import threading

import pytest
import tiny_fake
from control_steps import refusal
from flask import Flask
from flask.testing import FlaskClient
from passage_steps import Program, switch_limits_on
from werkzeug.test import TestResponse

from mock_kit.kit import Config, Kit
from mock_kit.throttle import LimitsError

HEADERS = ("X-MinLimit-Remaining", "X-DayLimit-Remaining", "X-AppMinLimit-Remaining")


@pytest.fixture
def program(app: Flask, parts: Kit) -> Program:
    switch_limits_on(parts)
    return Program(app)


def _told(answer: TestResponse) -> tuple[int, list[str | None]]:
    return answer.status_code, [answer.headers.get(name) for name in HEADERS]


def test_the_61st_call_of_a_minute_is_refused_and_passes_when_it_was_told_to_come_again(
    program: Program, parts: Kit
) -> None:
    assert _told(program.make("First")) == (201, ["59", "4999", "9999"])
    parts.clock.advance(20)
    for _ in range(58):
        program.names()
    assert _told(program.send("GET", "/things")) == (200, ["0", "4940", "9940"])
    refused = program.make("Too many")
    assert _told(refused) == (429, ["0", "4940", "9940"])
    assert (refused.data, refused.headers["Retry-After"], refused.headers["X-Rate-Limit-Problem"]) == (
        b"", "40", "minute",
    )  # fmt: skip
    parts.clock.advance(39)
    assert program.make("Too early").headers["Retry-After"] == "1"
    parts.clock.advance(1)
    assert _told(program.make("In time")) == (201, ["0", "4939", "9940"])
    assert program.kept() == ["First", "In time", "Whānau"]


def test_a_refused_call_is_noted_in_the_journal(program: Program, client: FlaskClient) -> None:
    client.put("/_control/limits", json={"minute": 1})
    program.make()
    program.make()
    noted = program.last()
    assert (noted["status"], noted["tenant_id"], noted["operation"]) == (429, "t1", "things/add")
    assert (noted["changes"], noted["fault"]) == ([], None)


@pytest.mark.parametrize(
    ("name", "problem", "wait"), [("day", "day", 86400), ("app_minute", "appminute", 60)]
)
def test_the_other_windows_name_themselves(
    program: Program, client: FlaskClient, parts: Kit, name: str, problem: str, wait: int
) -> None:
    client.put("/_control/limits", json={name: 2})
    program.names()
    program.names()
    refused = program.send("GET", "/things")
    assert (refused.headers["X-Rate-Limit-Problem"], refused.headers["Retry-After"]) == (problem, str(wait))
    parts.clock.advance(wait)
    # The token is older than its life after a day.
    assert Program(program.http.application).names() == ["Whānau"]


def test_practices_and_apps_have_windows_of_their_own(
    app: Flask, program: Program, client: FlaskClient
) -> None:
    client.put("/_control/limits", json={"minute": 1, "app_minute": 2})
    other_practice, other_app = Program(app, "t2"), Program(app, "t1", client_id="app-2")
    assert [one.make().status_code for one in (program, program, other_app, other_practice)] == [
        201, 429, 201, 201,
    ]  # fmt: skip
    # Both limits of the first app are reached in the other practice: of two that are free at once, the one
    # that was declared first is named.
    assert other_practice.make().headers["X-Rate-Limit-Problem"] == "minute"
    assert other_app.make().headers["X-Rate-Limit-Problem"] == "minute"
    client.put("/_control/limits", json={"minute": 2})
    assert other_practice.make().headers["X-Rate-Limit-Problem"] == "appminute"
    assert program.make().headers["X-Rate-Limit-Problem"] == "appminute"
    assert other_app.make().status_code == 201


def test_a_call_is_under_way_until_its_answer_is_closed(program: Program) -> None:
    open_answers = [program.send("GET", "/things", buffered=False) for _ in range(5)]
    refused = program.send("GET", "/things")
    assert (refused.status_code, refused.headers["X-Rate-Limit-Problem"]) == (429, "concurrent")
    assert refused.headers["Retry-After"] == "1"
    open_answers[2].close()
    assert program.names() == ["Whānau"]
    for answer in open_answers:
        answer.close()
    assert program.parts.passage.throttle._under_way == {}


def test_calls_that_really_overlap_are_counted(app: Flask, program: Program) -> None:
    inside, go = threading.Semaphore(0), threading.Event()

    def work() -> None:
        # As a slow handler: the call has entered, and its answer is not made yet.
        with app.test_request_context("/things", method="POST", headers=program.headers):
            app.preprocess_request()
            with app.extensions["kit"].store.begin() as tx:
                tiny_fake.entered(tx, "things/add")
            inside.release()
            go.wait(10)
            app.process_response(app.make_response(("", 201))).close()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert all(inside.acquire(timeout=10) for _ in threads)
    assert program.names() == 429
    go.set()
    for thread in threads:
        thread.join(10)
    assert program.names() == ["Whānau"]


def test_a_call_that_fails_is_not_under_way_any_more(
    app: Flask, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiny_fake, "add_thing", lambda *_: 1 // 0)
    assert [program.make().status_code for _ in range(6)] == [500] * 6
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", True)
    for _ in range(6):
        with pytest.raises(ZeroDivisionError):
            program.make()
    monkeypatch.undo()
    assert program.make().status_code == 201


def test_a_call_without_a_practice_is_not_counted(program: Program) -> None:
    answer = program.http.get("/things", headers={"Authorization": "Bearer nobody's"})
    assert _told(answer) == (401, [None, None, None])
    assert _told(program.make())[1][0] == "59"


def test_an_error_after_the_entry_has_the_headers_too(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiny_fake, "add_thing", lambda *_: 1 // 0)
    assert _told(program.make()) == (500, ["59", "4999", "9999"])


def test_people_in_the_product_are_not_counted(app: Flask, program: Program, client: FlaskClient) -> None:
    client.put("/_control/limits", json={"minute": 1})
    people = Program(app, people=True)
    assert [_told(people.make()) for _ in range(3)] == [(201, [None, None, None])] * 3
    assert program.make().status_code == 201


def test_limits_are_read_changed_and_switched_off(program: Program, client: FlaskClient) -> None:
    given = {"concurrent": 5, "minute": 60, "day": 5000, "app_minute": 10000}
    assert client.get("/_control/limits").get_json() == given
    put = client.put("/_control/limits", json={"minute": None, "day": 1000})
    assert put.get_json() == {**given, "minute": None, "day": 1000}
    assert _told(program.make()) == (201, [None, "999", "9999"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"minute":0}', 422, "BAD_LIMIT"),
        (b'{"minute":1.5}', 422, "BAD_LIMIT"),
        (b'{"minute":true}', 422, "BAD_LIMIT"),
        (b'{"minute":"60"}', 422, "BAD_LIMIT"),
        (b'{"minute":{}}', 422, "BAD_LIMIT"),
        (b'{"second":60}', 422, "BAD_LIMIT"),
        (b"[]", 400, "BAD_BODY"),
        (b"{", 400, "BAD_BODY"),
    ],
)
def test_wrong_limits_are_refused(
    program: Program, client: FlaskClient, body: bytes, status: int, code: str
) -> None:
    before = client.get("/_control/limits").get_json()
    assert refusal(client.put("/_control/limits", data=body), status, code)
    assert client.get("/_control/limits").get_json() == before


@pytest.mark.parametrize("again", ["world", "reset"])
def test_a_world_and_a_reset_empty_the_windows_and_leave_the_settings(
    app: Flask, program: Program, client: FlaskClient, again: str
) -> None:
    client.put("/_control/limits", json={"minute": 1})
    assert [program.make().status_code for _ in range(2)] == [201, 429]
    client.post(f"/_control/{again}", json=tiny_fake.world() if again == "world" else {})
    assert [Program(app).make().status_code for _ in range(2)] == [201, 429]


def test_a_clock_that_goes_back_leaves_no_calls_of_the_future(program: Program, client: FlaskClient) -> None:
    client.put("/_control/limits", json={"minute": 1})
    program.make()
    client.put("/_control/clock", json={"now": "2026-06-30T23:00:00Z"})
    assert program.make().status_code == 201


def test_the_config_overrides_the_products_limits() -> None:
    with pytest.raises(LimitsError, match="no such limit: hourly; there are: concurrent, minute"):
        tiny_fake.create_app(Config(limits={"hourly": 1}))
    parts: Kit = tiny_fake.create_app(Config(limits={"minute": None, "day": 7})).extensions["kit"]
    assert parts.passage.throttle.settings == {
        "concurrent": 5, "minute": None, "day": 7, "app_minute": 10000,
    }  # fmt: skip
    parts.store.close()
