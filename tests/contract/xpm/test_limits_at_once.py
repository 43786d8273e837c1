"""Five calls at once and no sixth: over sockets, with calls that a fault holds up."""

import http.client
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask

from tests.contract.xpm.caller import ROOT
from tests.contract.xpm.small import OTHER, TENANT
from tests.contract.xpm.troubled import TURNS, WAYS, Program, Troubles, budget, reached

SLOW, QUICK = "category.api/list", "staff.api/list"
HELD = 0.5
"""How many seconds a held call waits: far more than six quick calls take."""


@pytest.fixture
def troubles(troubles: Troubles) -> Troubles:
    troubles.limits()
    return troubles


@pytest.fixture
def net(app: Flask, troubles: Troubles) -> Iterator[tuple[requests.Session, str]]:
    with reached(app, "sockets") as made:
        yield made


def held(program: Program, open_calls: ExitStack, calls: int) -> list[http.client.HTTPConnection]:
    """Begin calls, each on a connection of its own, and read no answer; yet all have arrived."""
    begun = []
    for _ in range(calls):
        line = http.client.HTTPConnection(urlsplit(program.origin).netloc, timeout=10)
        open_calls.enter_context(closing(line))
        line.request("GET", ROOT + SLOW, headers=program.control.headers)
        begun.append(line)
    for _ in range(TURNS):
        if len(program.control.journal()) >= calls:  # noted when the answer is made, before it is sent
            return begun
    raise AssertionError(f"{calls} calls were made, and not all have arrived")


def problem(answer: requests.Response) -> tuple[int, bytes, str | None, str | None]:
    told = answer.headers.get
    return answer.status_code, answer.content, told("Retry-After"), told("X-Rate-Limit-Problem")


def test_a_sixth_call_is_refused_while_five_are_under_way_and_passes_when_they_are_done(
    app: Flask, net: tuple[requests.Session, str], program: Program, troubles: Troubles
) -> None:
    troubles.plan({"kind": "latency", "seconds": HELD, "operation": SLOW})
    other = Program(app, net, OTHER)
    with ExitStack() as open_calls:
        five = held(program, open_calls, 5)
        sixth = program.send("GET", QUICK)
        assert problem(sixth) == (429, b"", "1", "concurrent")
        # Refused, so not counted; another practice has five of its own.
        assert budget(sixth) == (429, ["55", "4995", "9995"])
        assert budget(other.send("GET", QUICK)) == (200, ["59", "4999", "9994"])
        assert [line.getresponse().status for line in five] == [200] * 5
    assert budget(program.send("GET", QUICK)) == (200, ["54", "4994", "9993"])
    troubles.settle()


def test_another_app_has_five_calls_of_its_own(app: Flask, program: Program, troubles: Troubles) -> None:
    troubles.plan({"kind": "latency", "seconds": 60, "operation": SLOW})
    with ExitStack() as open_calls:
        held(program, open_calls, 5)
        assert program.send("GET", QUICK).status_code == 429
        minted = troubles.http.post(
            "/_control/tokens", json={"tenant_ids": [TENANT], "client_id": "desktop"}
        ).get_json()
        desktop = {"Authorization": f"Bearer {minted['access_token']}"}
        assert program.send("GET", QUICK, **desktop).status_code == 200


def test_callers_that_give_up_give_their_places_back(program: Program, troubles: Troubles) -> None:
    troubles.plan({"kind": "latency", "seconds": 60, "operation": SLOW})
    with ExitStack() as open_calls:
        held(program, open_calls, 5)
        assert problem(program.send("GET", QUICK))[3] == "concurrent"
    # They have hung up; the server hears of it within a few of its turns.
    passed = (number for number in range(TURNS) if program.send("GET", QUICK).status_code == 200)
    tried = next(passed, TURNS)
    assert tried < TURNS
    troubles.settle()
    assert program.send("GET", QUICK).headers["X-MinLimit-Remaining"] == "53"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 429},
        {"kind": "reset"},
        {"kind": "refused"},
        {"kind": "lost"},
        {"kind": "cut"},
        {"kind": "malformed"},
        {"kind": "late", "seconds": 5},
        {"kind": "token_dead"},
    ],
    ids=lambda fault: "-".join(map(str, fault.values())),
)
def test_a_call_that_fails_gives_its_place_back(
    app: Flask, troubles: Troubles, way: str, fault: dict[str, Any]
) -> None:
    troubles.limits(concurrent=1)
    troubles.plan({**fault, "operation": "client.api/add"})
    with reached(app, way) as net:
        quick = Program(app, net)
        for _ in range(2):
            try:
                Program(app, net).add("Kea")
            except requests.RequestException:
                assert fault["kind"] in {"reset", "refused", "lost", "cut", "late"}
            assert quick.send("GET", QUICK).status_code == 200
    troubles.settle()


def test_a_place_is_given_back_although_the_handler_breaks(
    app: Flask, troubles: Troubles, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles.limits(concurrent=1)
    monkeypatch.setattr("mock_xpm.identity.number_of", lambda *_: 1 // 0)
    answers = [program.add("Kea") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [500] * 3
    assert [budget(answer)[1][0] for answer in answers] == ["59", "58", "57"]
    assert program.send("GET", QUICK).status_code == 200
