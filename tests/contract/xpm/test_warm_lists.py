"""Lists that are kept as they were last written tell what their clients tell one by one, whatever was written."""

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.xpm.caller import Caller
from tests.contract.xpm.conftest import load
from tests.contract.xpm.small import ACME, ANN, BAKER, CLOSED, FAMILY, JANE, NOBODY, SHARED, TENANT, ok

LISTS = ("client.api/list", "client.api/list?detailed=true")


def one_by_one(xpm: Caller) -> tuple[str, str]:
    """Return both lists as they follow from the clients, each read by itself: those are kept nowhere."""
    rows = sorted((row["name"], row["uuid"]) for row in xpm.state()["clients"] if row["tenant_id"] == TENANT)
    gotten = [xpm.get(f"client.api/get/{uuid}") for _name, uuid in rows]
    whole = [one[one.index("<Client>") : one.index("<WebUrl>")] for one in gotten]
    # No text holds a tag: what follows the contacts is what a brief answer leaves out.
    brief = [one[: one.index("<Notes")] + "</Client>" for one in whole]
    return ok("List", f"<Clients>{''.join(brief)}</Clients>"), ok(
        "List", f"<Clients>{''.join(whole)}</Clients>"
    )


def warm(xpm: Caller) -> tuple[str, str]:
    brief, whole = (xpm.get(path) for path in LISTS)
    return brief, whole


Write = Callable[[Caller], object]


def client(uuid: str, rest: str) -> Write:
    return lambda xpm: xpm.put("client.api/update", f"<Client><UUID>{uuid}</UUID>{rest}</Client>")


def relate(client_uuid: str, related: str) -> Write:
    sides = f"<ClientUUID>{client_uuid}</ClientUUID><RelatedClientUUID>{related}</RelatedClientUUID>"
    body = f"<Relationship>{sides}<Type>Spouse</Type></Relationship>"
    return lambda xpm: xpm.post("client.api/addrelationship", body)


TOLD: list[tuple[str, Write, Write]] = [
    (
        "the new name of a billing client",
        client(ACME, f"<BillingClientUUID>{BAKER}</BillingClientUUID>"),
        client(BAKER, "<Name>Baker Group</Name>"),
    ),
    (
        "the new name of a related client",
        relate(ACME, BAKER),
        client(BAKER, "<Name>Baker Group</Name>"),
    ),
    (
        "the new name of whom a client is related to",
        relate(ACME, BAKER),
        client(ACME, "<Name>Acme Group</Name>"),
    ),
    ("a relationship, at both clients", client(ACME, ""), relate(CLOSED, BAKER)),
    (
        "the new name of a manager",
        client(BAKER, f"<JobManagerUUID>{ANN}</JobManagerUUID>"),
        lambda xpm: xpm.put("staff.api/update", f"<Staff><UUID>{ANN}</UUID><Name>Ann Other</Name></Staff>"),
    ),
    (
        "the new name of a shared contact",
        client(ACME, ""),
        lambda xpm: xpm.put(f"client.api/contact/{SHARED}", "<Contact><Name>Sam Other</Name></Contact>"),
    ),
    (
        "a group that is gone",
        client(ACME, ""),
        lambda xpm: xpm.post("clientgroup.api/delete", f"<Group><UUID>{FAMILY}</UUID></Group>"),
    ),
    (
        "a new client in its place",
        client(ACME, ""),
        lambda xpm: xpm.post("client.api/add", "<Client><Name>Aardvark</Name></Client>"),
    ),
]


@pytest.mark.parametrize(
    ("before", "write"),
    [(before, write) for _, before, write in TOLD],
    ids=[name for name, _, _ in TOLD],
)
def test_a_warm_list_tells(xpm: Caller, before: Write, write: Write) -> None:
    before(xpm)
    was = warm(xpm)
    write(xpm)
    assert warm(xpm) == one_by_one(xpm) != was


PLACES = st.integers(0, 30)
WRITES = [
    (
        "POST",
        "client.api/add",
        (
            "<Client><Name>N{a}</Name><BillingClientUUID>{client}</BillingClientUUID>"
            "<Contacts><Contact><Name>c</Name></Contact></Contacts></Client>"
        ),
    ),
    ("PUT", "client.api/update", "<Client><UUID>{client}</UUID><Name>R{a}</Name></Client>"),
    (
        "PUT",
        "client.api/update",
        (
            "<Client><UUID>{client}</UUID><BillingClientUUID>{other}</BillingClientUUID>"
            "<AccountManagerUUID>{staff}</AccountManagerUUID></Client>"
        ),
    ),
    (
        "PUT",
        "client.api/update",
        "<Client><UUID>{client}</UUID><Fax>{a}</Fax><BillingClientUUID/><AccountManagerUUID/></Client>",
    ),
    ("PUT", "client.api/archive", "<Client><UUID>{client}</UUID></Client>"),
    ("POST", "client.api/delete", "<Client><UUID>{client}</UUID></Client>"),
    ("PUT", "staff.api/update", "<Staff><UUID>{staff}</UUID><Name>S{a}</Name></Staff>"),
    ("POST", "clientgroup.api/add", "<Group><Name>G{a}</Name><ClientUUID>{client}</ClientUUID></Group>"),
    (
        "PUT",
        "clientgroup.api/members",
        '<Group><UUID>{group}</UUID><add uuid="{client}"/><remove uuid="{other}"/></Group>',
    ),
    ("POST", "clientgroup.api/delete", "<Group><UUID>{group}</UUID></Group>"),
    (
        "POST",
        "client.api/contact",
        "<Contact><Client><UUID>{client}</UUID></Client><Name>K{a}</Name><IsPrimary>Yes</IsPrimary></Contact>",
    ),
    ("PUT", "client.api/contact/{contact}", "<Contact><Name>K{a}</Name></Contact>"),
    (
        "POST",
        "client.api/client/{client}/contacts",
        "<Client><Contacts><Contact><UUID>{contact}</UUID><Position>P{a}</Position></Contact></Contacts></Client>",
    ),
    ("DELETE", "client.api/contact/{contact}?clientUuid={client}", ""),
    ("DELETE", "client.api/contact/{contact}", ""),
    (
        "POST",
        "client.api/addrelationship",
        (
            "<Relationship><ClientUUID>{client}</ClientUUID><RelatedClientUUID>{other}</RelatedClientUUID>"
            "<Type>T{a}</Type></Relationship>"
        ),
    ),
    (
        "PUT",
        "client.api/updaterelationship",
        "<Relationship><UUID>{relationship}</UUID><Type>U{a}</Type></Relationship>",
    ),
    (
        "POST",
        "client.api/deleterelationship",
        "<Relationship><UUID>{relationship}</UUID></Relationship>",
    ),
]
STEPS = st.lists(st.tuples(st.sampled_from(WRITES), PLACES, PLACES), min_size=1, max_size=12)


def named(xpm: Caller, a: int, b: int) -> dict[str, str | int]:
    """Return a row of each kind that two numbers choose, and the first of the numbers."""
    state = xpm.state()

    def row(table: str, number: int) -> str:
        there = [str(one["uuid"]) for one in state[table] if one["tenant_id"] == TENANT]
        return there[number % len(there)] if there else NOBODY

    tables = {"staff": "staff", "group": "groups", "contact": "contacts", "relationship": "relationships"}
    chosen = {name: row(table, a) for name, table in tables.items()}
    return {**chosen, "client": row("clients", a), "other": row("clients", b), "a": a}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_warm_lists_tell_what_their_clients_tell_whatever_was_written(
    shared_app: Flask, steps: list[tuple[tuple[str, str, str], int, int]]
) -> None:
    load(shared_app)
    xpm = Caller(shared_app, TENANT)
    for (verb, path, body), a, b in [(WRITES[-3], 1, 0), *steps]:
        chosen = named(xpm, a, b)
        assert xpm.send(verb, path.format(**chosen), body.format(**chosen)).status_code == 200
        assert warm(xpm) == one_by_one(xpm)


@pytest.mark.parametrize("path", LISTS)
def test_warm_lists_of_3_0_and_json_follow_a_write_too(xpm: Caller, path: str) -> None:
    old = Caller(xpm.app, TENANT, "/practicemanager/3.0/")
    relate(ACME, BAKER)(xpm)
    assert old.get(path).count("Jane Doe") == str(xpm.json(path)).count("Jane Doe") == 1
    xpm.put(f"client.api/contact/{JANE}", "<Contact><Name>Jane Other</Name></Contact>")
    assert old.get(path).count("Jane Other") == str(xpm.json(path)).count("Jane Other") == 1
