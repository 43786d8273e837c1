"""Writes that are done when their caller has given up, and tokens that die before their time."""

import http.client
import json
import threading
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.contract.xpm.caller import OLD_ROOT, ROOT
from tests.contract.xpm.small import APP
from tests.contract.xpm.troubled import Program, Troubles, reached, reset_of

CATEGORIES = "category.api/list"
KNOWN = ["Acme Ltd", "Baker &amp; Sons", "Closed acme", "Dropped acme"]
WITH_KEA = [*KNOWN, "Kea"]


# Late writes


@pytest.mark.parametrize("root", [ROOT, OLD_ROOT])
def test_a_late_write_is_not_there_and_then_it_is(program: Program, troubles: Troubles, root: str) -> None:
    troubles.plan({"kind": "late", "seconds": 90, "times": 1})
    program.root = root
    with reset_of():
        program.add("Kea")
    assert program.noted() == ("client.api/add", 0, "late", 0)
    program.root = ROOT
    troubles.advance(89)
    assert program.names() == KNOWN
    troubles.advance(1)
    assert program.names() == WITH_KEA
    landed = program.control.journal()[-2]
    assert (landed["operation"], landed["status"], landed["fault"], landed["at"]) == (
        "client.api/add",
        200,
        "late: landed",
        "2026-07-01T09:31:30Z",
    )
    (change,) = landed["changes"]
    assert (change["values"]["name"], change["values"]["modified_at"]) == ("Kea", "2026-07-01T09:31:30Z")
    troubles.advance(600)
    assert program.names() == WITH_KEA


def test_a_late_write_may_leave_its_caller_hanging(program: Program, troubles: Troubles) -> None:
    troubles.plan({"kind": "late", "seconds": 120, "answer": "hang", "times": 1})
    program.gives_up_adding("Kea")
    assert program.names() == KNOWN
    troubles.advance(120)
    assert program.names() == WITH_KEA


def test_late_writes_are_done_at_their_own_moments_however_far_the_clock_is_moved(
    program: Program, troubles: Troubles
) -> None:
    troubles.plan(*({"kind": "late", "seconds": wait, "times": 1, "answer": "503"} for wait in (90, 30)))
    assert [program.add(name).status_code for name in ("Kea", "Tui")] == [503, 503]
    troubles.advance(86_400)
    landed = [(one["at"], one["changes"][0]["values"]["name"]) for one in program.control.journal()[2:]]
    assert landed == [("2026-07-01T09:30:30Z", "Tui"), ("2026-07-01T09:31:30Z", "Kea")]
    clients = {row["name"]: row["modified_at"] for row in program.control.state()["clients"]}
    assert (clients["Tui"], clients["Kea"]) == ("2026-07-01T09:30:30Z", "2026-07-01T09:31:30Z")
    assert troubles.http.get("/_control/clock").get_json()["now"] == "2026-07-02T09:30:00Z"


def test_a_clock_that_cannot_be_moved_there_does_no_late_write(program: Program, troubles: Troubles) -> None:
    troubles.plan({"kind": "late", "seconds": 30, "answer": "503", "times": 1})
    program.add("Kea")
    refused = troubles.http.put("/_control/clock", json={"now": "2999-06-01T00:00:00Z"})
    assert refused.status_code == 422
    assert program.names() == KNOWN


def test_a_server_that_stops_lets_go_of_a_caller_left_hanging(app: Flask, troubles: Troubles) -> None:
    troubles.plan({"kind": "late", "seconds": 120, "answer": "hang"})
    with reached(app, "sockets") as made:
        program = Program(app, made)
        line = http.client.HTTPConnection(urlsplit(program.origin).netloc, timeout=10)
        body = "<Client><Name>Kea</Name></Client>"
        line.request("POST", f"{ROOT}client.api/add", body, program.control.headers)
        program.get(CATEGORIES)  # it has had its turn
    with closing(line), pytest.raises((ConnectionResetError, http.client.RemoteDisconnected)):
        line.getresponse()


# Tokens


def test_a_token_that_dies_early_is_told_to_have_expired_and_is_refreshed(
    program: Program, troubles: Troubles
) -> None:
    troubles.plan({"kind": "token_dead", "times": 1})
    for _ in range(2):
        answer = program.add("Kea")
        instance = answer.headers["xero-correlation-id"]
        assert answer.text == (
            '{"Type":null,"Title":"Unauthorized","Status":401,'
            '"Detail":"TokenExpired: token expired at 07/01/2026 09:30:00",'
            f'"Instance":"{instance}","Extensions":{{}}}}'
        )
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer error=invalid_token"
    form = {
        "grant_type": "refresh_token",
        "refresh_token": program.control.tokens["refresh_token"],
        "client_id": APP["client_id"],
        "client_secret": APP["client_secret"],
    }
    fresh = program.session.post(f"{program.origin}/connect/token", data=form, timeout=10).json()
    bearer = {"Authorization": f"Bearer {fresh['access_token']}"}
    assert program.names(**bearer) == KNOWN
    assert program.send("GET", "client.api/list").status_code == 401


def test_no_token_is_told_whatever_happens(program: Program, troubles: Troubles) -> None:
    kinds: list[dict[str, Any]] = [
        {"kind": "lost"},
        {"kind": "reset"},
        {"kind": "late", "seconds": 1},
        {"kind": "token_dead"},
    ]
    troubles.plan(*({**kind, "times": 1} for kind in kinds))
    for _ in kinds[:-1]:
        with reset_of():
            program.add("Kea")
    program.add("Kea")
    troubles.advance(1)
    told = json.dumps([program.control.journal(), program.control.state()])
    assert program.control.tokens["access_token"] not in told
    assert program.control.tokens["refresh_token"] not in told


def test_two_who_move_the_clock_at_once_both_move_it(app: Flask, troubles: Troubles) -> None:
    movers = [Troubles(app) for _ in range(4)]
    threads = [threading.Thread(target=lambda one=one: [one.advance(1) for _ in range(25)]) for one in movers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles.http.get("/_control/clock").get_json()["now"] == "2026-07-01T09:31:40Z"
