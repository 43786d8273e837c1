"""Contacts that come to a further client, in both versions of the API."""

import pytest
from flask import Flask

from tests.contract.xpm.caller import first
from tests.contract.xpm.small import (
    ACME,
    BAKER,
    CLOSED,
    DROPPED,
    JANE,
    JANE_XML,
    NOBODY,
    SHARED,
    error,
    ok,
    shared_xml,
)
from tests.contract.xpm.speaker import Speaker


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    return Speaker(app, request.param)


def link(xpm: Speaker, client: str, *given: tuple[str, str]) -> str:
    contacts = "".join(f"<Contact>{xpm.ident('contacts', uuid)}{rest}</Contact>" for uuid, rest in given)
    body = f'<Client><Contacts type="array">{contacts}</Contacts></Client>'
    return xpm.post(f"client.api/client/{xpm.name('clients', client)}/contacts", body)


def people(answer: str) -> list[tuple[str, str, str]]:
    """Return name, position and primary mark of the contacts of a client."""
    each = answer.partition("</Contacts>")[0].split("<Contact>")[1:]
    return [(first(one, "Name"), first(one, "Position"), first(one, "IsPrimary")) for one in each]


def client(xpm: Speaker, uuid: str) -> str:
    return xpm.get(f"client.api/get/{xpm.name('clients', uuid)}")


def test_a_linked_contact_is_answered_and_shown_by_both_clients(app: Flask) -> None:
    xpm = Speaker(app, "3.1")
    answer = link(xpm, BAKER, (JANE, "<Position>Owner</Position><IsPrimary>Yes</IsPrimary>"))
    jane = JANE_XML.replace("Director", "Owner")
    contacts = f"<Contacts>{shared_xml('')}{jane}</Contacts>"
    assert answer == ok("Contacts", contacts)
    assert contacts in client(xpm, BAKER)
    assert JANE_XML in client(xpm, ACME)
    assert xpm.get(f"client.api/contact/{JANE}?clientUuid={BAKER}") == ok("Contact", jane)
    assert xpm.get("client.api/list?modifiedsince=2026-07-01T09:30:00").count("<Client>") == 1


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("named", ["nobody", "empty", "other version's"])
def test_a_parameter_that_names_no_client_of_the_contact_is_refused(
    xpm: Speaker, verb: str, named: str
) -> None:
    own, others = ("client_id", "clientUuid") if xpm.version == "3.0" else ("clientUuid", "client_id")
    acme = xpm.name("clients", ACME)
    query = {
        "nobody": f"{own}={xpm.name('clients', CLOSED)}",
        "empty": f"{own}=",
        "other version's": f"{others}={acme}",
    }[named]
    before = xpm.digest()
    path = f"client.api/contact/{xpm.name('contacts', SHARED)}?{query}"
    answer = xpm.send(verb, path, "<Contact><Phone>5</Phone></Contact>" if verb == "PUT" else "")
    assert answer.text == error("Contact", "Invalid client identifier")
    assert xpm.digest() == before


def test_contacts_come_in_the_order_of_the_body_and_the_last_primary_wins(xpm: Speaker) -> None:
    primary = "<IsPrimary>Yes</IsPrimary>"
    answer = link(xpm, CLOSED, (SHARED, primary), (JANE, f"<Position>Boss</Position>{primary}"))
    assert people(answer) == [("Sam Shared", "", "No"), ("Jane Doe", "Boss", "Yes")]
    assert people(client(xpm, CLOSED)) == people(answer)


def test_linking_a_contact_of_the_client_changes_its_place(xpm: Speaker) -> None:
    answer = link(xpm, ACME, (SHARED, "<Position>Chair</Position><IsPrimary>Yes</IsPrimary>"), (JANE, ""))
    assert people(answer) == [("Jane Doe", "Director", "No"), ("Sam Shared", "Chair", "Yes")]
    assert people(client(xpm, ACME)) == people(answer)


def test_linking_what_is_linked_changes_nothing(xpm: Speaker) -> None:
    before = xpm.digest()
    link(xpm, ACME, (JANE, "<Position>Director</Position>"), (SHARED, ""))
    assert xpm.digest() == before


def test_ten_contacts_are_the_most(xpm: Speaker) -> None:
    refused = error("Contacts", "No more than 10 contacts can be added at once")
    before = xpm.digest()
    assert link(xpm, CLOSED, *[(JANE, "")] * 11) == refused
    assert xpm.digest() == before
    assert people(link(xpm, CLOSED, *[(JANE, "")] * 10)) == [("Jane Doe", "", "No")]


@pytest.mark.parametrize(
    ("owner", "given", "description"),
    [
        (NOBODY, [(JANE, "")], "Invalid client identifier"),
        (DROPPED, [(JANE, "")], "Invalid client identifier"),
        (BAKER, [], "Contact is required"),
        (BAKER, [(JANE, ""), (NOBODY, "")], "Invalid contact identifier"),
        (BAKER, [(JANE, "<IsPrimary>perhaps</IsPrimary>")], "Invalid IsPrimary"),
    ],
)
def test_a_link_that_cannot_be_is_refused_and_none_is_made(
    xpm: Speaker, owner: str, given: list[tuple[str, str]], description: str
) -> None:
    before = xpm.digest()
    assert link(xpm, owner, *given) == error("Contacts", description)
    assert xpm.digest() == before


def test_a_deleted_contact_and_one_without_an_identifier_are_refused(xpm: Speaker) -> None:
    jane = xpm.name("contacts", JANE)
    xpm.delete(f"client.api/contact/{jane}")
    assert link(xpm, BAKER, (JANE, "")) == error("Contacts", "Invalid contact identifier")
    body = "<Client><Contacts><Contact><Name>New</Name></Contact></Contacts></Client>"
    answer = xpm.post(f"client.api/client/{xpm.name('clients', BAKER)}/contacts", body)
    assert answer == error("Contacts", "Invalid contact identifier")
