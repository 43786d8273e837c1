"""Lists that come a page at a time: clients and contacts, in both versions of the API."""

import copy
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.contract.xpm.caller import Caller, first
from tests.contract.xpm.paperwork import load_paperwork
from tests.contract.xpm.small import (
    ACME,
    ACME_HEAD,
    BAKER,
    CLOSED,
    DROPPED,
    JANE,
    JANE_XML,
    OTHER,
    SHARED,
    TENANT,
    WORLD,
    ok,
    plain_client,
    shared_xml,
)
from tests.contract.xpm.speaker import Speaker

TWINS = [f"ffffffff-0000-4000-8000-0000000000{number}" for number in (12, 11, 13)]
ORDER = [ACME, BAKER, TWINS[1], TWINS[0], TWINS[2]]
"""The clients that the pages hold: by name, and those of one name by UUID."""


def world() -> dict[str, Any]:
    """Return the small world with three more clients, all of one name."""
    made = copy.deepcopy(WORLD)
    made["tenants"][0]["clients"] += [{"uuid": uuid, "name": "Müller & Co"} for uuid in TWINS]
    return made


@pytest.fixture(params=["3.1", "3.0"])
def xpm(shared_app: Flask, request: pytest.FixtureRequest) -> Speaker:
    load_paperwork(shared_app, world())
    return Speaker(shared_app, request.param)


def following(answer: str) -> str | None:
    """Return what to ask for the next page: the path and the query of its link."""
    if "<Next>" not in answer:
        return None
    link = urlsplit(first(answer, "Next").replace("&amp;", "&"))
    assert link.netloc == "localhost"
    return f"{link.path.rpartition('/practicemanager/')[2][4:]}?{link.query}"


def pages(xpm: Speaker, path: str) -> list[str]:
    found, asked = [], path
    while asked:
        found.append(xpm.get(asked))
        asked = following(found[-1]) or ""
        assert len(found) < 20
    return found


def named(xpm: Speaker, page: str) -> list[str]:
    """Return the UUIDs of the clients on a page."""
    known = {xpm.name("clients", uuid): uuid for uuid in [*ORDER, CLOSED, DROPPED]}
    heads = page.split("<Client>")[1:]
    return [known[first(head, xpm.tag)] for head in heads]


def links(root: str, size: int, token: str = "") -> str:
    base = f"http://localhost{root}client.api/paged-list?pageSize={size}"
    following = f"<Next>{base}&amp;pageToken={token}</Next>" if token else ""
    return f"<Pagination><Links><First>{base}</First>{following}</Links></Pagination>"


def test_a_page_of_clients_has_no_contacts_groups_or_notes(shared_app: Flask) -> None:
    load_paperwork(shared_app, world())
    xpm = Caller(shared_app, TENANT)
    answer = xpm.get("client.api/paged-list?pageSize=2")
    token = first(answer, "Next").rpartition("pageToken=")[2]
    acme = ACME_HEAD.partition("<Contacts>")[0] + "</Client>"
    baker = plain_client(BAKER, "Baker &amp; Sons", contacts="")
    shown = f"<Clients>{acme}{baker}</Clients>{links(xpm.root, 2, token)}"
    assert answer == ok("PagedList", shown)


def test_the_pages_together_are_all_live_clients_once_and_the_last_leads_nowhere(xpm: Speaker) -> None:
    found = pages(xpm, "client.api/paged-list?pageSize=2")
    assert [named(xpm, page) for page in found] == [ORDER[:2], ORDER[2:4], ORDER[4:]]
    assert found[-1].endswith(f"{links(xpm.root, 2)}</Response>")
    whole = xpm.get("client.api/paged-list")
    assert named(xpm, whole) == ORDER
    assert whole.endswith(f"{links(xpm.root, 50)}</Response>")


def test_a_page_that_is_just_full_is_the_last(xpm: Speaker) -> None:
    assert "<Next>" not in xpm.get("client.api/paged-list?pageSize=5")
    assert following(xpm.get("client.api/paged-list?pageSize=4"))


def test_a_practice_without_live_clients_has_one_empty_page(xpm: Speaker) -> None:
    for uuid in ORDER:
        xpm.put("client.api/archive", f"<Client>{xpm.ident('clients', uuid)}</Client>")
    assert xpm.get("client.api/paged-list") == ok("PagedList", f"<Clients />{links(xpm.root, 50)}")


def test_what_comes_and_goes_while_one_pages_shifts_nothing(xpm: Speaker) -> None:
    second = following(xpm.get("client.api/paged-list?pageSize=2")) or ""
    xpm.put("client.api/archive", f"<Client>{xpm.ident('clients', ACME)}</Client>")
    xpm.put("client.api/archive", f"<Client>{xpm.ident('clients', BAKER)}</Client>")
    xpm.post("client.api/add", "<Client><Name>Aardvark</Name></Client>")
    assert named(xpm, xpm.get(second)) == ORDER[2:4]


@pytest.mark.parametrize("size", ["0", "501", "-1", "1.5", "x", "", "٣", "9" * 5000])
def test_a_page_size_that_is_none_is_a_400(xpm: Speaker, size: str) -> None:
    answer = xpm.send("GET", f"client.api/paged-list?pageSize={size}")
    assert (answer.status_code, answer.get_json()["Title"]) == (400, "Bad Request")
    assert answer.get_json()["Detail"].startswith("pageSize must be a whole number from 1 to 500, not ")


@pytest.mark.parametrize("size", ["1", "500"])
def test_the_least_and_the_most_page_size_are_good(xpm: Speaker, size: str) -> None:
    assert xpm.get(f"client.api/paged-list?pageSize={size}").startswith(ok("PagedList")[:40])


@pytest.mark.parametrize("token", ["", "x", "W10", "%ff", "é"])
def test_a_page_token_that_is_none_is_a_400(xpm: Speaker, token: str) -> None:
    for path in ("client.api/paged-list", "client.api/contacts"):
        answer = xpm.send("GET", f"{path}?pageToken={token}")
        assert answer.status_code == 400
        assert "pageToken: the cursor cannot be read" in answer.get_json()["Detail"]


def test_a_token_is_good_for_its_own_list_and_practice_only(xpm: Speaker) -> None:
    other = Caller(xpm.app, OTHER)
    asked = following(xpm.get("client.api/paged-list?pageSize=2")) or ""
    token = asked.rpartition("pageToken=")[2]
    assert named(xpm, xpm.get(f"client.api/paged-list?pageToken={token}")) == ORDER[2:]
    for caller, path in ((xpm, "client.api/contacts"), (other, "client.api/paged-list")):
        answer = caller.send("GET", f"{path}?pageToken={token}")
        assert answer.status_code == 400
        assert "belongs to another query" in answer.get_json()["Detail"]


@pytest.mark.parametrize(("rows", "second"), [(1, ORDER[3:5]), (-1, ORDER[1:3]), (-9, ORDER[:2]), (9, [])])
def test_a_page_that_drifts_skips_clients_or_repeats_them(xpm: Speaker, rows: int, second: list[str]) -> None:
    fault = {"kind": "drift", "rows": rows, "operation": "client.api/paged-list"}
    asked = following(xpm.get("client.api/paged-list?pageSize=2")) or ""
    assert xpm.http.post("/_control/faults", json=fault).status_code in {200, 201}
    try:
        assert named(xpm, xpm.get(asked)) == second
        assert named(xpm, xpm.get("client.api/paged-list?pageSize=2")) == ORDER[:2]
    finally:
        xpm.http.delete("/_control/faults")
    assert named(xpm, xpm.get(asked)) == ORDER[2:4]


def at_clients(xpm: Speaker, *each: tuple[str, str, str, str]) -> str:
    written = [
        f"<Client>{xpm.ident('clients', uuid)}<Name>{name}</Name><IsPrimary>{primary}</IsPrimary>"
        f"<Position>{position}</Position></Client>"
        for uuid, name, primary, position in each
    ]
    return f"<Clients>{''.join(written)}</Clients>"


def test_contacts_come_once_each_with_their_clients(xpm: Speaker) -> None:
    jane = at_clients(xpm, (ACME, "Acme Ltd", "Yes", "Director"))
    sam = at_clients(xpm, (ACME, "Acme Ltd", "No", "Adviser"), (BAKER, "Baker &amp; Sons", "No", ""))
    base = f"http://localhost{xpm.root}client.api/contacts?pageSize=50"
    tail = f"<Pagination><Links><First>{base}</First></Links></Pagination>"
    if xpm.version == "3.1":
        jane_xml, sam_xml = JANE_XML, shared_xml("Adviser")
    else:
        jane_xml = (
            f"<Contact>{xpm.ident('contacts', JANE)}<Name>Jane Doe</Name><Mobile>04 7</Mobile>"
            "<Email>jane@acme.example</Email><Phone>02 7</Phone><Position>Director</Position>"
            "<Salutation>Jane</Salutation><Addressee>Ms J Doe</Addressee><IsPrimary>Yes</IsPrimary></Contact>"
        )
        sam_xml = (
            f"<Contact>{xpm.ident('contacts', SHARED)}<Name>Sam Shared</Name><Mobile></Mobile>"
            "<Email>sam@shared.example</Email><Phone></Phone><Position>Adviser</Position>"
            "<Salutation></Salutation><Addressee></Addressee><IsPrimary>No</IsPrimary></Contact>"
        )
    expected = "".join(
        one.replace("</Contact>", f"{clients}</Contact>")
        for one, clients in ((jane_xml, jane), (sam_xml, sam))
    )
    assert xpm.get("client.api/contacts") == ok("Contacts", f"<Contacts>{expected}</Contacts>{tail}")


def test_contacts_are_paged_and_deleted_ones_left_out(xpm: Speaker) -> None:
    one, two = pages(xpm, "client.api/contacts?pageSize=1")
    assert ("Jane Doe" in one, "Sam Shared" in one) == (True, False)
    assert ("Jane Doe" in two, "Sam Shared" in two) == (False, True)
    xpm.delete(f"client.api/contact/{xpm.name('contacts', JANE)}")
    assert "Jane Doe" not in xpm.get("client.api/contacts")


def test_pages_as_json(shared_app: Flask) -> None:
    load_paperwork(shared_app, world())
    xpm = Caller(shared_app, TENANT)
    page = xpm.json("client.api/paged-list?pageSize=3")
    assert [client["uuid"] for client in page["clients"]] == ORDER[:3]
    assert not {"contacts", "groups", "notes", "relationships"} & page["clients"][0].keys()
    assert page["pagination"]["links"]["next"].startswith(
        page["pagination"]["links"]["first"] + "&pageToken="
    )
    contacts = xpm.json("client.api/contacts")
    assert contacts["contacts"][0]["clients"] == [
        {"uuid": ACME, "name": "Acme Ltd", "isPrimary": "Yes", "position": "Director"}
    ]
    assert list(contacts["pagination"]["links"]) == ["first"]
    assert contacts["status"] == "OK"
