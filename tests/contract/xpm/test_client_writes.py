"""Writes to clients, in both versions of the API: their bytes, and what another method shows."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.contract.xpm import told
from tests.contract.xpm.caller import Caller, first
from tests.contract.xpm.small import ACME, ANN, BAKER, BEN, CLOSED, GONE, JANE, NO_DETAILS, SHARED, error, ok
from tests.contract.xpm.speaker import Speaker

Restarted = Callable[[Callable[[Caller], None]], Caller]

FULL_CLIENT = f"""<?xml version="1.0" encoding="utf-8"?>
<Client>
  <Name>New &amp; Shiny</Name>
  <Email>a@b.example</Email>
  <Phone>123</Phone>
  <WebSite>https://new.example</WebSite>
  <AccountManager#staff {ANN}/>
  <JobManager#staff {BEN}/>
  <GSTRegistered>Yes</GSTRegistered>
  <TaxNumber>123 456 789</TaxNumber>
  <Unknown><Deep>1</Deep></Unknown>
  <Contacts type="array">
    <Contact><Name>One</Name><IsPrimary>Yes</IsPrimary><Email>one@new.example</Email></Contact>
    <Contact><Name>Two</Name><IsPrimary>Yes</IsPrimary><Position>Boss</Position></Contact>
  </Contacts>
</Client>"""


@pytest.fixture(params=["3.1", "3.0"])
def xpm(app: Flask, request: pytest.FixtureRequest) -> Speaker:
    return Speaker(app, request.param)


def added(xpm: Speaker, body: str) -> str:
    """Add a client and return its UUID."""
    return xpm.uuid("clients", first(xpm.post("client.api/add", xpm.say(body)), xpm.tag))


def update(xpm: Speaker, uuid: str, rest: str) -> str:
    return xpm.put("client.api/update", xpm.say(f"<Client><#clients {uuid}/>{rest}</Client>"))


def shown(xpm: Speaker, uuid: str) -> str:
    return xpm.get(xpm.say(f"client.api/get/[clients {uuid}]"))


def test_an_added_client_is_answered_in_full_and_the_last_primary_wins(xpm: Speaker) -> None:
    answer = xpm.post("client.api/add", xpm.say(FULL_CLIENT))
    uuid = xpm.uuid("clients", first(answer, xpm.tag))
    one, two = (
        xpm.uuid("contacts", part.partition("</")[0]) for part in answer.split(f"<Contact><{xpm.tag}>")[1:]
    )
    client = told.plain_client(
        xpm,
        uuid,
        "New &amp; Shiny",
        email="<Email>a@b.example</Email>",
        phone="123",
        website="https://new.example",
        account_manager=told.reference(xpm, "AccountManager", "staff", ANN, "Ann Partner"),
        job_manager=told.reference(xpm, "JobManager", "staff", BEN, "Ben Boss"),
        gst="Yes",
        contacts="<Contacts>"
        + told.contact(xpm, one, "One", email="one@new.example")
        + told.contact(xpm, two, "Two", primary="Yes", position="Boss")
        + "</Contacts>",
        tail=NO_DETAILS,
    )
    assert answer == ok("Add", client)
    assert client in shown(xpm, uuid)
    assert client in xpm.get("client.api/list?detailed=true&modifiedsince=2026-07-01T09:30:00")
    assert [row["tax_number"] for row in xpm.state()["clients"] if row["uuid"] == uuid] == ["123 456 789"]


def test_an_email_that_was_never_set_is_absent_and_a_cleared_one_is_empty(xpm: Speaker) -> None:
    uuid = added(xpm, "<Client><Name>No mail</Name></Client>")
    assert xpm.get("client.api/search?query=no%20mail") == ok(
        "Search", f"<Clients>{told.plain_client(xpm, uuid, 'No mail')}</Clients>"
    )
    update(xpm, uuid, "<Email>x@y.example</Email>")
    assert "<Email>x@y.example</Email>" in shown(xpm, uuid)
    update(xpm, uuid, "<Email></Email>")
    assert "<Name>No mail</Name><Email></Email>" in shown(xpm, uuid)


def test_any_number_of_clients_may_have_one_name_and_each_has_its_own_identifier(xpm: Speaker) -> None:
    uuids = {added(xpm, "<Client><Name>Acme Ltd</Name></Client>") for _ in range(3)}
    assert len(uuids) == 3
    assert xpm.get("client.api/search?query=acme%20ltd").count("<Name>Acme Ltd</Name>") == 4


def test_an_update_leaves_what_is_absent_and_clears_what_is_empty(xpm: Speaker) -> None:
    before = shown(xpm, ACME)
    answer = update(
        xpm,
        ACME,
        f"<Fax></Fax><AccountManager{xpm.tag}/><DateOfBirth></DateOfBirth><City>Hobart</City>"
        f"<BillingClient#clients {BAKER}/>",
    )
    account_manager = told.reference(xpm, "AccountManager", "staff", ANN, "Ann Partner")
    billing = told.reference(xpm, "BillingClient", "clients", BAKER, "Baker &amp; Sons")
    expected = (
        before.replace("<Fax>02 8888</Fax>", "<Fax></Fax>")
        # 3.0 answers neither a billing client nor a day of birth.
        .replace(account_manager, billing if xpm.version == "3.1" else "")
        .replace("<City>Sydney</City>", "<City>Hobart</City>")
        .replace("<DateOfBirth>1970-11-26</DateOfBirth>", "<DateOfBirth></DateOfBirth>")
    )
    assert shown(xpm, ACME) == expected
    web_url = expected.index("<WebUrl>")
    assert answer == expected[:web_url].replace("Get", "Update", 1) + "</Response>"


def test_identifiers_in_a_body_have_no_case(app: Flask) -> None:
    xpm = Speaker(app, "3.1")
    manager = f"<JobManagerUUID> {BEN.upper()}\n</JobManagerUUID>"
    xpm.put("client.api/update", f"<Client><UUID>{ACME.upper()}</UUID>{manager}</Client>")
    assert told.reference(xpm, "JobManager", "staff", BEN, "Ben Boss") in shown(xpm, ACME)


def test_both_spellings_of_the_website_are_read(xpm: Speaker) -> None:
    for spelling in ("WebSite", "Website"):
        update(xpm, BAKER, f"<{spelling}>{spelling}.example</{spelling}>")
        assert f"<Website>{spelling}.example</Website>" in shown(xpm, BAKER)


def test_contacts_in_an_update_are_passed_over(xpm: Speaker) -> None:
    before = shown(xpm, BAKER)
    update(xpm, BAKER, "<Contacts><Contact><Name>Sneaky</Name></Contact></Contacts>")
    assert shown(xpm, BAKER) == before


def test_a_manager_who_has_left_may_be_sent_again_as_they_were_read(xpm: Speaker) -> None:
    assert told.reference(xpm, "JobManager", "staff", GONE, "Gone Gary") in shown(xpm, ACME)
    answer = update(xpm, ACME, f"<Fax>7</Fax><JobManager#staff {GONE}/>")
    assert first(answer, "Fax") == first(shown(xpm, ACME), "Fax") == "7"
    assert update(xpm, BAKER, f"<JobManager#staff {GONE}/>") == error("Update", "Invalid staff identifier")


def test_an_archived_client_stays_in_the_list_and_in_the_search(xpm: Speaker) -> None:
    assert xpm.put("client.api/archive", xpm.say(f"<Client><#clients {ACME}/></Client>")) == ok("Archive")
    assert "<IsArchived>Yes</IsArchived>" in shown(xpm, ACME)
    assert "<Name>Acme Ltd</Name>" in xpm.get("client.api/search?query=acme%20ltd")


def test_a_deleted_client_stays_in_the_list_and_leaves_the_search(xpm: Speaker) -> None:
    body = xpm.say(f"<Client><#clients {CLOSED}/></Client>")
    assert xpm.post("client.api/delete", body) == ok("Delete")
    assert "<IsDeleted>Yes</IsDeleted>" in shown(xpm, CLOSED)
    assert xpm.get("client.api/search?query=closed") == ok("Search", "<Clients />")
    assert xpm.ident("clients", CLOSED) in xpm.get("client.api/list")
    assert xpm.post("client.api/delete", body) == error("Delete", "Invalid client identifier")


def test_what_was_written_to_clients_survives_a_restart(restarted: Restarted) -> None:
    answers: list[str] = []
    made = FULL_CLIENT.replace(f"<AccountManager#staff {ANN}/>", "").replace(f"<JobManager#staff {BEN}/>", "")

    def writes(xpm: Caller) -> None:
        uuid = first(xpm.post("client.api/add", made), "UUID")
        xpm.put("client.api/update", f"<Client><UUID>{ACME}</UUID><City>Hobart</City></Client>")
        xpm.put("client.api/archive", f"<Client><UUID>{BAKER}</UUID></Client>")
        xpm.post("client.api/delete", f"<Client><UUID>{CLOSED}</UUID></Client>")
        body = f"<Contact><Client><UUID>{uuid}</UUID></Client><Name>Three</Name></Contact>"
        xpm.post("client.api/contact", body)
        xpm.put(f"client.api/contact/{JANE}", "<Contact><Phone>77</Phone></Contact>")
        xpm.delete(f"client.api/contact/{SHARED}?clientUuid={ACME}")
        answers.append(xpm.get("client.api/list?detailed=true"))

    after = restarted(writes).get("client.api/list?detailed=true")
    assert after == answers[0]
    assert "<City>Hobart</City>" in after
    assert "<Name>Three</Name>" in after
    assert "<Phone>77</Phone>" in after


def test_the_ids_of_a_run_are_those_of_any_other_run_that_did_the_same(xpm: Speaker) -> None:
    first_run = xpm.post("client.api/add", xpm.say(FULL_CLIENT))
    xpm.http.post("/_control/reset", json={})
    assert xpm.post("client.api/add", xpm.say(FULL_CLIENT)) == first_run
