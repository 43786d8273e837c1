"""Reads that tell of another moment than the present: stale ones, pages that drift, a boundary that is missed."""

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.contract.xpm.caller import AS_JSON, OLD_ROOT, ROOT, Caller, first
from tests.contract.xpm.small import (
    ACME,
    ACME_XML,
    ANN,
    BAKER,
    NO_DETAILS,
    OTHER,
    error,
    ok,
    plain_client,
    shared_xml,
)
from tests.contract.xpm.troubled import Program, Troubles, names

LISTS = ("client.api/list", "client.api/list?detailed=true")
WEB_URL = f"<WebUrl>https://practicemanager.xero.com/Client/{ACME}/Detail</WebUrl>"
MOMENT = "2026-06-15T12:00:00"


def faxed(program: Program, fax: str) -> str:
    """Give Acme a fax number, and return the answer."""
    body = f"<Client><UUID>{ACME}</UUID><Fax>{fax}</Fax></Client>"
    answer = program.send("PUT", "client.api/update", body)
    assert answer.status_code == 200
    return answer.content.decode()


def with_fax(xml: str, fax: str) -> str:
    assert xml.count("<Fax>02 8888</Fax>") == 1
    return xml.replace("<Fax>02 8888</Fax>", f"<Fax>{fax}</Fax>")


# Stale


def test_a_stale_client_is_the_one_before_the_last_write_to_the_byte(
    program: Program, troubles: Troubles
) -> None:
    before = ok("Get", ACME_XML + WEB_URL)
    assert program.get(f"client.api/get/{ACME}") == before
    assert faxed(program, "1") == ok("Update", with_fax(ACME_XML, "1"))
    troubles.plan({"kind": "stale", "times": 1})
    assert program.get(f"client.api/get/{ACME}") == before
    assert program.noted() == ("client.api/get", 200, "stale", 0)
    assert program.get(f"client.api/get/{ACME}") == ok("Get", with_fax(ACME_XML, "1") + WEB_URL)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_a_stale_list_neither_uses_nor_spoils_what_is_kept(
    program: Program, troubles: Troubles, path: str, *, warm: bool
) -> None:
    before = program.get(path)
    faxed(program, "1")
    fresh = with_fax(before, "1")
    if warm:
        assert program.get(path) == fresh
    troubles.plan({"kind": "stale", "times": 1})
    assert program.get(path) == before
    assert program.get(path) == fresh
    faxed(program, "02 8888")
    assert program.get(path) == before


@pytest.mark.parametrize("path", LISTS)
def test_a_stale_read_in_the_other_forms_does_as_well(
    program: Program, troubles: Troubles, path: str
) -> None:
    def told() -> list[str]:
        program.root = OLD_ROOT
        old = program.get(path)
        program.root = ROOT
        return [old, program.send("GET", path, **AS_JSON).text]

    before = told()
    faxed(program, "1")
    fresh = told()
    assert fresh != before
    troubles.plan({"kind": "stale", "times": 2})
    assert told() == before
    assert told() == fresh


def test_a_client_just_added_is_not_there_for_a_stale_read(program: Program, troubles: Troubles) -> None:
    known = program.names()
    uuid = first(program.add("Kea").text, "UUID")
    number = program.control.number("clients", uuid)
    troubles.plan({"kind": "stale", "times": 4})
    assert program.names() == known
    assert program.get(f"client.api/get/{uuid}") == error("Get", "Invalid client identifier")
    assert program.get("client.api/search?query=kea") == ok("Search", "<Clients />")
    program.root = OLD_ROOT
    assert program.get(f"client.api/get/{number}") == error("Get", "Invalid client identifier")
    assert first(program.get(f"client.api/get/{number}"), "Name") == "Kea"
    program.root = ROOT
    assert program.names() == [*known, "Kea"]
    kea = plain_client(uuid, "Kea", tail=NO_DETAILS)
    web = f"<WebUrl>https://practicemanager.xero.com/Client/{uuid}/Detail</WebUrl>"
    assert program.get(f"client.api/get/{uuid}") == ok("Get", kea + web)


def test_a_stale_read_looks_behind_as_many_writes_as_it_is_told(program: Program, troubles: Troubles) -> None:
    for fax in ("1", "2", "3"):
        faxed(program, fax)
    troubles.plan(*({"kind": "stale", "writes": writes, "times": 1} for writes in (3, 2, 1)))
    seen = [first(program.get(f"client.api/get/{ACME}"), "Fax") for _ in range(4)]
    assert seen == ["02 8888", "1", "2", "3"]


def test_a_stale_read_knows_nothing_of_another_practices_writes(
    app: Flask, program: Program, troubles: Troubles
) -> None:
    faxed(program, "1")
    Caller(app, OTHER).post("client.api/add", "<Client><Name>Elsewhere</Name></Client>")
    troubles.plan({"kind": "stale", "times": 1})
    assert first(program.get(f"client.api/get/{ACME}"), "Fax") == "02 8888"


def test_what_a_client_is_told_from_is_stale_with_it(program: Program, troubles: Troubles) -> None:
    before = program.get("client.api/list")
    program.send("PUT", "staff.api/update", f"<Staff><UUID>{ANN}</UUID><Name>Anna</Name></Staff>")
    troubles.plan({"kind": "stale", "times": 1})
    assert program.get("client.api/list") == before
    assert program.get("client.api/list") == before.replace("Ann Partner", "Anna")


def test_a_stale_read_changes_nothing(program: Program, troubles: Troubles) -> None:
    program.add("Kea")
    before = program.control.digest()
    troubles.plan({"kind": "stale", "writes": 20})
    for path in (*LISTS, f"client.api/get/{ACME}", "job.api/current", "client.api/contacts"):
        program.get(path)
    assert program.control.digest() == before


# Drift


def followed(program: Program, page: str) -> str:
    """Return the path of the next page."""
    after = page.partition("<Next>")[2].partition("</Next>")[0].replace("&amp;", "&")
    where = urlsplit(after)
    assert where.path.startswith(ROOT)
    return f"{where.path.removeprefix(ROOT)}?{where.query}"


@pytest.mark.parametrize(
    ("rows", "pages"),
    [
        (1, [["Acme Ltd", "Baker &amp; Sons"], ["Dodo", "Emu"]]),
        (-1, [["Acme Ltd", "Baker &amp; Sons"], ["Baker &amp; Sons", "Cat"], ["Dodo", "Emu"]]),
        (-9, [["Acme Ltd", "Baker &amp; Sons"], ["Acme Ltd", "Baker &amp; Sons"], ["Cat", "Dodo"], ["Emu"]]),
        (9, [["Acme Ltd", "Baker &amp; Sons"], []]),
    ],
)
def test_a_page_of_clients_drifts_while_one_pages(
    program: Program, troubles: Troubles, rows: int, pages: list[list[str]]
) -> None:
    for name in ("Cat", "Dodo", "Emu"):
        program.add(name)
    page = program.get("client.api/paged-list?pageSize=2")
    told = [names(page)]
    troubles.plan({"kind": "drift", "rows": rows, "operation": "client.api/paged-list", "times": 1})
    while "<Next>" in page:
        page = program.get(followed(program, page))
        told.append(names(page))
    assert told == pages
    assert program.control.journal()[4]["fault"] == "drift"
    whole = names(program.get("client.api/paged-list?pageSize=5"))
    assert whole == ["Acme Ltd", "Baker &amp; Sons", "Cat", "Dodo", "Emu"]


def test_a_first_page_has_nowhere_to_drift_from(program: Program, troubles: Troubles) -> None:
    troubles.plan({"kind": "drift", "rows": 1, "times": 1})
    assert names(program.get("client.api/paged-list?pageSize=2")) == ["Acme Ltd", "Baker &amp; Sons"]


@pytest.mark.parametrize(
    ("rows", "pages"),
    [(1, ["Jane Doe", "Zoe"]), (-1, ["Jane Doe", "Jane Doe", "Sam Shared", "Zoe"])],
)
def test_a_page_of_contacts_drifts_while_one_pages(
    program: Program, troubles: Troubles, rows: int, pages: list[str]
) -> None:
    zoe = f"<Contact><Client><UUID>{BAKER}</UUID></Client><Name>Zoe</Name></Contact>"
    assert program.send("POST", "client.api/contact", zoe).status_code == 200
    page = program.get("client.api/contacts?pageSize=1")
    told = [first(page, "Name")]
    troubles.plan({"kind": "drift", "rows": rows, "operation": "client.api/contacts", "times": 1})
    while "<Next>" in page:
        page = program.get(followed(program, page))
        told += re.findall(r"<Contact><UUID>[^<]*</UUID><Name>([^<]*)</Name>", page)
    assert told == pages


# A boundary that is missed


def test_a_read_since_a_moment_may_miss_what_changed_at_that_very_moment(
    program: Program, troubles: Troubles
) -> None:
    since = f"client.api/list?modifiedsince={MOMENT}"
    assert names(program.get(since)) == ["Acme Ltd"]
    troubles.plan({"kind": "missed_boundary", "times": 2})
    assert program.get(since) == ok("List", "<Clients />")
    assert program.noted() == ("client.api/list", 200, "missed_boundary", 0)
    assert names(program.get("client.api/list?modifiedsince=2026-06-15T11:59:59")) == ["Acme Ltd"]
    assert names(program.get(since)) == ["Acme Ltd"]


def test_a_missed_boundary_leaves_a_whole_list_as_it_is(program: Program, troubles: Troubles) -> None:
    whole = program.get("client.api/list")
    assert shared_xml("Adviser") in whole
    troubles.plan({"kind": "missed_boundary", "times": 1})
    assert program.get("client.api/list") == whole
    assert program.noted() == ("client.api/list", 200, None, 0)
    # It was not used up.
    assert program.get(f"client.api/list?modifiedsince={MOMENT}") == ok("List", "<Clients />")


@pytest.mark.parametrize(
    "path",
    ["client.api/paged-list?pageSize=1", "client.api/list", "staff.api/list", f"client.api/get/{ACME}"],
)
def test_a_drift_is_not_used_up_by_a_call_for_no_further_page(
    program: Program, troubles: Troubles, path: str
) -> None:
    troubles.plan({"kind": "drift", "times": 1})
    told = program.send("GET", path)
    assert told.status_code == 200
    assert program.noted()[1:] == (200, None, 0)
    (fault,) = troubles.http.get("/_control/faults").get_json()["faults"]
    assert (fault["matched"], fault["applied"]) == (1, 0)
