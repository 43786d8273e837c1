"""What each fault does to a call of the API, in this process and over a socket."""

import http.client
import json
import select
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from lxml import etree

from tests.contract.xpm.caller import AS_JSON, ROOT
from tests.contract.xpm.small import ACME, OTHER, TENANT, ok
from tests.contract.xpm.troubled import Program, Troubles, budget, reached, reset_of

CATEGORIES = "category.api/list"
TAX = "<Category><UUID>cccccccc-0000-4000-8000-000000000001</UUID><Name>Tax</Name></Category>"
LISTED = ok("List", f"<Categories>{TAX}</Categories>")
KNOWN = ["Acme Ltd", "Baker &amp; Sons", "Closed acme", "Dropped acme"]
WITH_KEA = [*KNOWN, "Kea"]
HELD = 0.3


@pytest.fixture
def afar(app: Flask, troubles: Troubles) -> Iterator[Program]:
    """Be a program that reaches the fake over a socket, whatever the way of the others."""
    with reached(app, "sockets") as made:
        yield Program(app, made)


def begun(program: Program, path: str) -> http.client.HTTPConnection:
    """Send a call, and wait for nothing."""
    line = http.client.HTTPConnection(urlsplit(program.origin).netloc, timeout=10)
    line.request("GET", ROOT + path, headers=program.control.headers)
    return line


# Latency


def test_a_practice_that_waits_holds_up_no_other(app: Flask, troubles: Troubles, afar: Program) -> None:
    troubles.plan({"kind": "latency", "seconds": HELD, "tenant": TENANT})
    other = Program(app, (afar.session, afar.origin), OTHER)
    with closing(begun(afar, CATEGORIES)) as slow:
        for _ in range(3):
            assert other.get("staff.api/list") == ok("List", "<StaffList />")
        assert select.select([slow.sock], [], [], 0)[0] == []
        assert slow.getresponse().read().decode() == LISTED


def test_a_caller_that_does_not_wait_so_long_gives_up_and_the_call_is_done(
    program: Program, troubles: Troubles
) -> None:
    troubles.plan({"kind": "latency", "seconds": 60, "times": 1})
    program.gives_up_adding("Kea")
    assert program.noted() == ("client.api/add", 200, "latency", 1)
    assert program.names() == WITH_KEA
    troubles.settle()


# Errors


def test_a_500_may_be_text_that_is_no_json(program: Program, troubles: Troubles) -> None:
    troubles.plan({"kind": "status", "status": 500, "body": '{"Type":null,"Title":"Inter', "times": 1})
    answer = program.add("Kea")
    assert (answer.status_code, answer.content) == (500, b'{"Type":null,"Title":"Inter')
    assert answer.headers["Content-Type"] == "application/json"
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert program.noted() == ("client.api/add", 500, "status", 0)
    assert program.names() == KNOWN


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 503}, {"kind": "refused", "answer": "503"}], ids=["503", "refused"]
)
def test_a_503_is_these_bytes(program: Program, troubles: Troubles, fault: dict[str, Any]) -> None:
    troubles.plan({**fault, "times": 1})
    answer = program.add("Kea")
    instance = answer.headers["xero-correlation-id"]
    assert answer.text == (
        '{"Type":null,"Title":"Unavailable","Status":503,"Detail":"ServiceNotAvailable",'
        f'"Instance":"{instance}","Extensions":{{}}}}'
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/json")
    assert program.noted() == ("client.api/add", 503, fault["kind"], 0)
    assert program.names() == KNOWN


def test_a_429_looks_like_that_of_a_limit(program: Program, troubles: Troubles) -> None:
    troubles.limits()
    troubles.plan({"kind": "status", "status": 429, "retry_after": 17, "problem": "day", "times": 1})
    answer = program.add("Kea")
    assert (answer.status_code, answer.content) == (429, b"")
    assert (answer.headers["Retry-After"], answer.headers["X-Rate-Limit-Problem"]) == ("17", "day")
    assert budget(answer) == (429, ["59", "4999", "9999"])
    assert program.noted() == ("client.api/add", 429, "status", 0)
    assert program.names() == KNOWN


# Calls that are not done, or whose answer is lost


@pytest.mark.parametrize("kind", ["refused", "reset"])
def test_a_call_turned_away_is_a_reset_and_nothing_is_done(
    program: Program, troubles: Troubles, kind: str
) -> None:
    before = program.control.digest()
    program.get(CATEGORIES)  # so that the call comes on a connection that is in use already
    troubles.plan({"kind": kind, "times": 1})
    with reset_of():
        program.add("Kea")
    assert program.noted() == ("client.api/add", 0, kind, 0)
    assert program.control.digest() == before
    assert program.names() == KNOWN


def test_a_lost_answer_is_of_a_client_that_is_there_exactly_once(
    program: Program, troubles: Troubles
) -> None:
    troubles.plan({"kind": "lost", "times": 1})
    with reset_of():
        program.add("Kea")
    assert program.noted() == ("client.api/add", 0, "lost", 1)
    (change,) = program.control.journal()[-1]["changes"]
    assert (change["table"], change["op"], change["values"]["name"]) == ("clients", "insert", "Kea")
    assert program.names() == WITH_KEA
    found = program.get("client.api/search?query=kea")
    assert found.count("<Client>") == 1
    # A program that repeats its call makes a second one: there is no idempotency key.
    assert program.add("Kea").status_code == 200
    assert program.names() == [*WITH_KEA, "Kea"]


def test_a_lost_answer_may_be_a_500(program: Program, troubles: Troubles) -> None:
    troubles.plan({"kind": "lost", "answer": "500", "times": 1})
    answer = program.add("Kea")
    assert (answer.status_code, answer.json()["Status"]) == (500, 500)
    assert program.noted() == ("client.api/add", 500, "lost", 1)
    assert program.names() == WITH_KEA


# Answers that are spoiled


def test_a_cut_answer_is_an_incomplete_read(program: Program, troubles: Troubles) -> None:
    troubles.plan({"kind": "cut", "times": 1})
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        program.add("Kea")
    assert program.noted() == ("client.api/add", 200, "cut", 1)
    assert program.names() == WITH_KEA


@pytest.mark.parametrize(
    ("where", "bytes_left"), [({"after": 10}, 10), ({"share": 0.25}, 42), ({"after": 9999}, 168)]
)
def test_a_cut_answer_promises_all_and_ends_early(
    troubles: Troubles, afar: Program, where: dict[str, float], bytes_left: int
) -> None:
    assert len(LISTED) == 169
    troubles.plan({"kind": "cut", "times": 1, **where})
    with closing(begun(afar, CATEGORIES)) as line:
        answer = line.getresponse()
        assert answer.getheader("Content-Length") == "169"
        with pytest.raises(http.client.IncompleteRead) as caught:
            answer.read()
    assert caught.value.partial.decode() == LISTED[:bytes_left]
    assert afar.get(CATEGORIES) == LISTED


def test_malformed_xml_does_not_parse(program: Program, troubles: Troubles) -> None:
    troubles.plan({"kind": "malformed", "times": 1})
    answer = program.send("GET", CATEGORIES)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert answer.content.startswith(b'<Response api-method="List"><Status>OK</Status>')
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(answer.content)
    assert program.get(CATEGORIES) == LISTED


def test_malformed_json_does_not_parse(program: Program, troubles: Troubles) -> None:
    troubles.plan({"kind": "malformed", "times": 1})
    answer = program.send("GET", CATEGORIES, **AS_JSON)
    assert answer.status_code == 200
    assert answer.content.startswith(b'{"categories":[{"uuid":"cccccccc-')
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.content)
    assert program.send("GET", CATEGORIES, **AS_JSON).json()["status"] == "OK"


@pytest.fixture
def long_list(program: Program) -> str:
    """Return a list that is so long that it is sent in pieces."""
    body = f"<Client><UUID>{ACME}</UUID><Address>{'long ' * 60_000}</Address></Client>"
    assert program.send("PUT", "client.api/update", body).status_code == 200
    listed = program.get("client.api/list")
    assert len(listed) > 300_000
    return listed


@pytest.mark.parametrize("where", [{}, {"after": 290_000}, {"after": 999_999}])
def test_an_answer_in_pieces_is_cut_before_its_end(
    program: Program, troubles: Troubles, long_list: str, where: dict[str, int]
) -> None:
    troubles.limits(concurrent=1)
    troubles.plan({"kind": "cut", "times": 1, **where})
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        program.get("client.api/list")
    assert program.get("client.api/list") == long_list


@pytest.mark.parametrize("kind", ["lost", "malformed"])
def test_an_answer_in_pieces_is_lost_or_spoiled_as_another(
    program: Program, troubles: Troubles, long_list: str, kind: str
) -> None:
    troubles.limits(concurrent=1)
    troubles.plan({"kind": kind, "times": 1})
    if kind == "lost":
        with reset_of():
            program.get("client.api/list")
    else:
        with pytest.raises(etree.XMLSyntaxError):
            etree.fromstring(program.get("client.api/list"))
    assert program.get("client.api/list") == long_list


def test_xpm_sends_no_webhooks_so_their_faults_are_refused(app: Flask) -> None:
    client = app.test_client()
    answer = client.post("/_control/faults", json={"kind": "webhook_lost", "event": "client.*"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "NO_WEBHOOKS")
    assert "mock_xpm sends no webhooks" in answer.get_json()["error"]["message"]
    assert client.get("/_control/faults").get_json() == {"faults": []}
    assert client.get("/_control/deliveries").status_code == 404
