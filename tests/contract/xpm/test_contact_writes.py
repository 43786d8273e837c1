"""Writes to contacts, in both versions of the API: their bytes, and what their clients show."""

import pytest
from flask import Flask

from tests.contract.xpm import told
from tests.contract.xpm.caller import first
from tests.contract.xpm.small import ACME, BAKER, JANE, SHARED, ok
from tests.contract.xpm.speaker import Speaker


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    return Speaker(app, request.param)


def at(xpm: Speaker, client: str) -> str:
    """Return the parameter that names a client."""
    return f"{'client_id' if xpm.version == '3.0' else 'clientUuid'}={xpm.name('clients', client)}"


def put(xpm: Speaker, contact: str, body: str, query: str = "") -> str:
    path = xpm.say(f"client.api/contact/[contacts {contact}]")
    return xpm.put(f"{path}?{query}" if query else path, xpm.say(f"<Contact>{body}</Contact>"))


def delete(xpm: Speaker, contact: str, query: str = "") -> str:
    path = xpm.say(f"client.api/contact/[contacts {contact}]")
    return xpm.delete(f"{path}?{query}" if query else path)


def people(xpm: Speaker, client: str) -> str:
    """Return the contacts that a client shows."""
    answer = xpm.get(xpm.say(f"client.api/get/[clients {client}]"))
    return answer[answer.index("<Contacts") : answer.index("<Notes")]


def contacts(*each: str) -> str:
    return f"<Contacts>{''.join(each)}</Contacts>"


def test_a_posted_contact_comes_last_and_a_new_primary_takes_over(xpm: Speaker) -> None:
    body = f"<Contact><Client><#clients {ACME}/></Client><Name>New</Name><IsPrimary>Yes</IsPrimary></Contact>"
    answer = xpm.post("client.api/contact", xpm.say(body))
    new = told.contact(xpm, xpm.uuid("contacts", first(answer, xpm.tag)), "New", primary="Yes")
    assert answer == ok("Contact", new)
    assert people(xpm, ACME) == contacts(told.jane(xpm, primary="No"), told.shared(xpm, "Adviser"), new)


def test_each_field_of_a_posted_contact_is_kept(xpm: Speaker) -> None:
    fields = {
        "salutation": "Dear K",
        "addressee": "K & Co".replace("&", "&amp;"),
        "mobile": "04 9",
        "email": "k@new.example",
        "phone": "02 9",
        "position": "Chair",
    }
    said = "".join(f"<{name.capitalize()}>{text}</{name.capitalize()}>" for name, text in fields.items())
    body = f"<Contact><Client><#clients {BAKER}/></Client><Name>Kea</Name>{said}</Contact>"
    answer = xpm.post("client.api/contact", xpm.say(body))
    kea = told.contact(xpm, xpm.uuid("contacts", first(answer, xpm.tag)), "Kea", **fields)
    assert answer == ok("Contact", kea)
    assert people(xpm, BAKER) == contacts(told.shared(xpm, ""), kea)


def test_a_shared_contact_changes_for_all_its_clients_and_its_place_for_one(xpm: Speaker) -> None:
    body = (
        f"<Client><#clients {BAKER}/></Client><Position>Owner</Position><IsPrimary>Yes</IsPrimary>"
        "<Email>new@shared.example</Email>"
    )
    at_baker = told.shared(xpm, "Owner", primary="Yes").replace("sam@", "new@")
    assert put(xpm, SHARED, body) == ok("Contact", at_baker)
    assert people(xpm, BAKER) == contacts(at_baker)
    assert told.shared(xpm, "Adviser").replace("sam@", "new@") in people(xpm, ACME)
    assert xpm.get("client.api/list?modifiedsince=2026-07-01T09:30:00").count("<Client>") == 2


def test_a_place_is_changed_without_a_client_in_the_body_when_the_query_names_it(xpm: Speaker) -> None:
    put(xpm, SHARED, "<Position>CFO</Position>", at(xpm, ACME))
    assert told.shared(xpm, "CFO") in people(xpm, ACME)
    assert people(xpm, BAKER) == contacts(told.shared(xpm, ""))


def test_a_new_primary_by_put_takes_over_from_the_old_one(xpm: Speaker) -> None:
    put(xpm, SHARED, f"<Client><#clients {ACME}/></Client><IsPrimary>Yes</IsPrimary>")
    expected = contacts(told.jane(xpm, primary="No"), told.shared(xpm, "Adviser", primary="Yes"))
    assert people(xpm, ACME) == expected


def test_a_primary_that_is_one_no_longer_leaves_its_client_without_one(xpm: Speaker) -> None:
    put(xpm, JANE, f"<Client><#clients {ACME}/></Client><IsPrimary>No</IsPrimary>")
    assert people(xpm, ACME) == contacts(told.jane(xpm, primary="No"), told.shared(xpm, "Adviser"))


def test_when_the_primary_contact_goes_the_oldest_left_takes_its_place(xpm: Speaker) -> None:
    answer = delete(xpm, JANE)
    gone = told.jane(xpm, position="", primary="No").replace("<IsDeleted>No", "<IsDeleted>Yes")
    assert answer == ok("Contact", gone)
    assert people(xpm, ACME) == contacts(told.shared(xpm, "Adviser", primary="Yes"))
    assert xpm.get(xpm.say(f"client.api/contact/[contacts {JANE}]")) == answer


def test_a_shared_contact_is_deleted_once_its_last_client_lets_it_go(xpm: Speaker) -> None:
    assert delete(xpm, SHARED, at(xpm, ACME)) == ok("Contact", told.shared(xpm, ""))
    assert people(xpm, ACME) == contacts(told.jane(xpm))
    assert people(xpm, BAKER) == contacts(told.shared(xpm, ""))
    last = delete(xpm, SHARED, at(xpm, BAKER))
    assert last == ok("Contact", told.shared(xpm, "", deleted="Yes"))
    assert people(xpm, BAKER) == "<Contacts />"
    assert [row["is_deleted"] for row in xpm.state()["contacts"] if row["uuid"] == SHARED] == [True]


def test_without_a_client_a_contact_is_taken_from_all_of_them(xpm: Speaker) -> None:
    assert delete(xpm, SHARED) == ok("Contact", told.shared(xpm, "", deleted="Yes"))
    assert people(xpm, ACME) == contacts(told.jane(xpm))
    assert people(xpm, BAKER) == "<Contacts />"
