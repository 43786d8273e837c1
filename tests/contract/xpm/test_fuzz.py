"""Bodies made at random for every write of the API: an answer in the envelope, never a 500, nothing half done."""

import gc
import tracemalloc
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from mock_xpm.routes import METHODS
from mock_xpm.wire.record import Each, One, Record, Several, Together
from mock_xpm.wire.versions import Orders
from tests.contract.xpm.caller import OLD_ROOT, ROOT, Caller
from tests.contract.xpm.conftest import load
from tests.contract.xpm.small import ACME, ANN, ANNUAL, BAKER, FAMILY, JANE, NOBODY, READ_PAPERS, TAX, TENANT

WRITES = [method for method in METHODS if method.verb != "GET"]
KNOWN = [ACME, ANN, ANNUAL, BAKER, FAMILY, JANE, NOBODY, READ_PAPERS, TAX, ACME.upper()]
GIVEN_VALUES = st.sampled_from(
    [
        *KNOWN,
        *("", " ", "0", "-1", "12", "99999999999999999999", "1.5", "1e9", "NaN", "J000001", "J999999", "٣"),
        *("20260701", "20260732", "2026-07-01", "00010101", "99991231", "Yes", "no", "TRUE", "maybe"),
        *("PLANNED", "COMPLETED", "AddNew", "O'Brien & Söhne <Ltd>", "🥝\r\n\t", "x" * 4000, "AAAA", "%%"),
    ]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=20)
VALUES = GIVEN_VALUES | TEXTS


def elements(record: Record, depth: int = 0) -> list[tuple[str, Any]]:
    """Return the elements that a record reads in either version, with the record inside, if any."""
    found: list[tuple[str, Any]] = [("Nonsense", None)]
    for item in record.items:
        inner = item.record if isinstance(item, Each | One | Several) and depth < 3 else None
        for version in ("3.1", "3.0"):
            found += [(name, item if isinstance(item, Orders) else inner) for name in item.names(version)]
        if isinstance(item, Together):
            found += [(value.element, None) for value in item.values]
    return found


@st.composite
def bodies(draw: st.DrawFn, record: Record, depth: int = 0) -> Any:
    root = etree.Element(record.element)
    for name, inside in draw(st.lists(st.sampled_from(elements(record, depth)), max_size=8)):
        if isinstance(inside, Record) and draw(st.booleans()):
            child = etree.SubElement(root, name)
            child.extend(draw(st.lists(bodies(inside, depth + 1), max_size=2)))
        elif isinstance(inside, Orders):
            names = draw(st.lists(st.sampled_from(["uuid", "id", "task-uuid", "task-id"]), unique=True))
            child = etree.SubElement(root, name, {key: draw(GIVEN_VALUES.filter(plain)) for key in names})
        else:
            etree.SubElement(root, name).text = draw(VALUES)
    return root


def plain(text: str) -> bool:
    return "\r" not in text


@pytest.fixture(scope="module")
def callers(shared_app: Flask) -> tuple[Caller, Caller]:
    load(shared_app)
    return Caller(shared_app, TENANT, ROOT), Caller(shared_app, TENANT, OLD_ROOT)


@pytest.mark.parametrize("method", WRITES, ids=lambda method: f"{method.verb} {method.path}")
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_a_body_at_random_is_answered_and_a_refusal_changes_nothing(
    callers: tuple[Caller, Caller], method: Any, data: st.DataObject
) -> None:
    xpm = data.draw(st.sampled_from(callers))
    body = data.draw(bodies(method.body)) if method.body else None
    key = data.draw(st.sampled_from([ACME, JANE, "J000001", "17", "x%20y"]))
    path = method.path.replace("<key>", key).replace("<number>", key)
    before = xpm.digest()
    answer = xpm.send(method.verb, path, etree.tostring(body) if body is not None else "")
    assert answer.status_code == 200, answer.text
    told = etree.fromstring(answer.data)
    assert told.tag == "Response"
    if told.findtext("Status") != "OK":
        assert told.findtext("Status") == "ERROR"
        assert told.findtext("ErrorDescription")
        assert xpm.digest() == before


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(max_size=40),
    path=st.sampled_from(["client.api/list", "client.api/paged-list", "job.api/list"]),
)
def test_a_query_at_random_is_never_a_500(callers: tuple[Caller, Caller], path: str, query: str) -> None:
    names = ["modifiedsince", "detailed", "pageSize", "pageToken", "from", "to", "query"]
    answer = callers[0].http.get(
        ROOT + path, query_string=dict.fromkeys(names, query), headers=callers[0].headers
    )
    assert answer.status_code in {200, 400}


def test_bad_bodies_over_and_over_take_no_memory(callers: tuple[Caller, Caller]) -> None:
    xpm = callers[0]
    bad = [
        b"<Client>" * 5000,
        b"<Client><Name>" + b"x" * 100_000,
        b"junk" * 10_000,
        b"<Client><Name></Name></Client>",
    ]

    def send(times: int) -> int:
        for number in range(times):
            xpm.send("POST", "client.api/add", bad[number % len(bad)])
        xpm.http.delete("/_control/journal")
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        send(40)
        before = send(40)
        grown = send(80) - before
    finally:
        tracemalloc.stop()
    assert grown < 100_000
