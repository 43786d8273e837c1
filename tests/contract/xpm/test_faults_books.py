"""A fault never breaks the fake's own books, and the same seed gives the same faults whatever the order."""

import re
import threading
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
import requests
from flask import Flask

from mock_kit.clock import parse_iso
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.conftest import load, unlimited
from tests.contract.xpm.fault_model import PLAN, Books, script
from tests.contract.xpm.small import APP, NOW, TENANT
from tests.contract.xpm.troubled import Program, Prompt, Troubles, budget, names, reached

START = parse_iso(NOW)
Outcome = tuple[str | int, bytes, list[str | None], str | None]
"""What a caller sees: the status, or the exception's name; the body; the limits' headers; the wait."""


def seen(program: Program, verb: str, path: str, body: str) -> Outcome:
    try:
        answer = program.send(verb, path, body)
    except requests.RequestException as error:
        return type(error).__name__, b"", [], None
    return *budget(answer)[:1], answer.content, budget(answer)[1], answer.headers.get("Retry-After")


def refresh(program: Program) -> None:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": program.control.tokens["refresh_token"],
        "client_id": APP["client_id"],
        "client_secret": APP["client_secret"],
    }
    answer = program.session.post(f"{program.origin}/connect/token", data=form, timeout=10)
    program.control.tokens = answer.json()
    program.control.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def entries(app: Flask) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = app.extensions["kit"].journal.read()["entries"]
    return told


def run(app: Flask, troubles: Troubles, steps: int) -> tuple[Books, list[Outcome]]:
    """Let a program make its calls under a plan of all kinds, and hold each against the model."""
    # A person's look, which no limit counts.
    page = Caller(app, TENANT, people=True).get("client.api/paged-list?pageSize=1")
    (page_token,) = re.findall(r"pageToken=([\w-]+)", page)
    app.test_client().delete("/_control/journal")
    troubles.limits(minute=40)
    troubles.plan(*({"probability": 0.03, "seed": 5, "tenant": TENANT, **fault} for fault in PLAN))
    books, outcomes = Books(minute=40, day=5000), []
    with reached(app, "process") as net:
        program = Program(app, net)
        start = app.extensions["kit"].journal.read()["next"]
        for verb, path, body in script(3, steps, page_token):
            if verb == "clock":
                troubles.advance(int(path))
                books.move(int(path))
                continue
            outcome = seen(program, verb, path, body)
            last = app.extensions["kit"].journal.read(since=start + books.entries - 1)["entries"]
            assert [one["seq"] for one in last] == [start + books.entries]
            expected, noted, headers, wait = books.call((verb, path, body), last[0]["fault"])
            assert (outcome[0], last[0]["status"], outcome[3]) == (expected, noted, wait)
            assert outcome[2] in ([], headers)
            outcomes.append(outcome)
            if outcome[0] == 401 and books.dead and headers[0] is None:
                refresh(program)
                books.entries += 1
                books.dead = False
    return books, outcomes


def test_limits_journal_and_rows_are_what_a_model_predicts_under_all_faults(
    app: Flask, troubles: Troubles
) -> None:
    books, _outcomes = run(app, troubles, 300)
    told = entries(app)
    assert len(told) == books.entries
    assert all(after["seq"] == before["seq"] + 1 for before, after in pairwise(told))
    assert troubles.under_way() == {}
    # Every kind had its turn, and the plan's own counts are the journal's.
    met = Counter(one["fault"] for one in told)
    applied = {
        one.get("name", one["kind"]): one["applied"]
        for one in troubles.http.get("/_control/faults").get_json()["faults"]
    }
    assert applied == {name: met[name] for name in applied}
    assert min(applied.values()) > 0
    assert Counter(one["status"] for one in told)[429] > applied["429"]

    digest = Caller(app, TENANT).digest()
    troubles.clear()
    troubles.reset()
    xpm = Prompt(app, TENANT)
    kit = app.extensions["kit"]
    unlimited(app)
    for moment, (verb, path, body) in books.done:
        kit.clock.advance(moment - (kit.clock.now() - START).total_seconds())
        assert xpm.send(verb, path, body).status_code == 200
    assert xpm.digest() == digest


def test_two_runs_of_one_seed_give_the_same_bytes(app: Flask, troubles: Troubles) -> None:
    def told() -> list[dict[str, Any]]:
        return [
            {name: value for name, value in one.items() if name != "seq"}
            for one in entries(app)
            if not one["operation"].startswith("oauth/")
        ]

    _books, first = run(app, troubles, 120)
    before = told()
    troubles.clear()
    load(app)
    _books, second = run(app, troubles, 120)
    assert first == second
    assert told() == before


def added(app: Flask, halves: list[list[str]]) -> Counter[str]:
    """Add clients from as many threads as there are lists; return how often each met a fault."""
    Troubles(app).reset()
    met: list[str] = []

    def work(half: list[str]) -> None:
        xpm = Prompt(app, TENANT)
        for name in half:
            answer = xpm.send("POST", "client.api/add", f"<Client><Name>{name}</Name></Client>")
            if answer.status_code == 503:
                met.append(name)

    threads = [threading.Thread(target=work, args=(half,)) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    listed = names(Prompt(app, TENANT).get("client.api/list"))
    asked = Counter(name for half in halves for name in half)
    assert Counter(name for name in listed if name in asked) == asked - Counter(met)
    return Counter(met)


def test_chance_meets_the_same_calls_in_any_order_and_from_two_threads(
    app: Flask, troubles: Troubles
) -> None:
    troubles.plan({"kind": "status", "status": 503, "operation": "client.api/add", "probability": 0.35})
    each = [f"Client {number}" for number in range(24)]
    one_by_one = added(app, [each * 2])
    assert added(app, [(each * 2)[::-1]]) == one_by_one
    assert added(app, [each, each[::-1]]) == one_by_one
    assert set(one_by_one.values()) == {1, 2}
    assert 8 < one_by_one.total() < 30


def test_faults_of_one_kind_have_chances_of_their_own(app: Flask, troubles: Troubles) -> None:
    either = [{"kind": "status", "status": status, "probability": 0.5} for status in (500, 503)]
    troubles.plan(*either)
    xpm = Prompt(app, TENANT)
    paths = [f"client.api/search?query={number}" for number in range(80)]

    def told() -> list[int]:
        return [xpm.send("GET", path).status_code for path in paths]

    together = told()
    counted = Counter(together)
    assert counted[500] > 25
    assert counted[503] > 8
    assert counted[200] > 8
    # Added one after the other they are the same two.
    troubles.clear()
    for fault in either:
        troubles.plan(fault)
    assert told() == together


@pytest.mark.parametrize("writes", [21, 1000])
def test_a_stale_read_of_more_writes_than_are_known_is_refused(troubles: Troubles, writes: int) -> None:
    answer = troubles.http.post("/_control/faults", json={"kind": "stale", "writes": writes})
    assert answer.status_code == 400
    assert answer.get_json()["error"]["details"][0]["field"] == "stale.writes"
