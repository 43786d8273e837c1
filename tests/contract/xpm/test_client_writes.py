"""Writes to clients and contacts: their bytes, what another method shows, what they touch."""

from collections.abc import Callable

import pytest

from tests.contract.xpm.caller import Caller, first
from tests.contract.xpm.small import (
    ACME,
    ANN,
    BAKER,
    BEN,
    CLOSED,
    FAMILY,
    JANE,
    NO_DETAILS,
    SHARED,
    error,
    ok,
    plain_client,
    shared_xml,
)

Restarted = Callable[[Callable[[Caller], None]], Caller]

FULL_CLIENT = f"""<?xml version="1.0" encoding="utf-8"?>
<Client>
  <Name>New &amp; Shiny</Name>
  <Email>a@b.example</Email>
  <Phone>123</Phone>
  <WebSite>https://new.example</WebSite>
  <AccountManagerUUID>{ANN.upper()}</AccountManagerUUID>
  <JobManagerUUID>{BEN}</JobManagerUUID>
  <GSTRegistered>Yes</GSTRegistered>
  <TaxNumber>123 456 789</TaxNumber>
  <Unknown><Deep>1</Deep></Unknown>
  <Contacts type="array">
    <Contact><Name>One</Name><IsPrimary>Yes</IsPrimary><Email>one@new.example</Email></Contact>
    <Contact><Name>Two</Name><IsPrimary>Yes</IsPrimary><Position>Boss</Position></Contact>
  </Contacts>
</Client>"""


def contact_xml(uuid: str, name: str, *, email: str = "", primary: str = "No", position: str = "") -> str:
    return (
        f"<Contact><UUID>{uuid}</UUID><Name>{name}</Name><Salutation></Salutation><Addressee></Addressee>"
        f"<Mobile></Mobile><Email>{email}</Email><Phone></Phone><IsDeleted>No</IsDeleted>"
        f"<IsPrimary>{primary}</IsPrimary><Position>{position}</Position></Contact>"
    )


def test_an_added_client_is_answered_in_full_and_the_last_primary_wins(xpm: Caller) -> None:
    answer = xpm.post("client.api/add", FULL_CLIENT)
    uuid = first(answer, "UUID")
    one, two = (part.partition("</UUID>")[0] for part in answer.split("<Contact><UUID>")[1:])
    client = plain_client(
        uuid,
        "New &amp; Shiny",
        email="<Email>a@b.example</Email>",
        phone="123",
        website="https://new.example",
        account_manager=f"<AccountManager><UUID>{ANN}</UUID><Name>Ann Partner</Name></AccountManager>",
        job_manager=f"<JobManager><UUID>{BEN}</UUID><Name>Ben Boss</Name></JobManager>",
        gst="Yes",
        contacts="<Contacts>"
        + contact_xml(one, "One", email="one@new.example")
        + contact_xml(two, "Two", primary="Yes", position="Boss")
        + "</Contacts>",
        tail=NO_DETAILS,
    )
    assert answer == ok("Add", client)
    assert client in xpm.get(f"client.api/get/{uuid}")
    assert client in xpm.get("client.api/list?detailed=true&modifiedsince=2026-07-01T09:30:00")
    assert [row["tax_number"] for row in xpm.state()["clients"] if row["uuid"] == uuid] == ["123 456 789"]


def test_an_email_that_was_never_set_is_absent_and_a_cleared_one_is_empty(xpm: Caller) -> None:
    uuid = first(xpm.post("client.api/add", "<Client><Name>No mail</Name></Client>"), "UUID")
    assert xpm.get("client.api/search?query=no%20mail") == ok(
        "Search", f"<Clients>{plain_client(uuid, 'No mail')}</Clients>"
    )
    xpm.put("client.api/update", f"<Client><UUID>{uuid}</UUID><Email>x@y.example</Email></Client>")
    assert "<Email>x@y.example</Email>" in xpm.get(f"client.api/get/{uuid}")
    xpm.put("client.api/update", f"<Client><UUID>{uuid}</UUID><Email></Email></Client>")
    assert "<Name>No mail</Name><Email></Email>" in xpm.get(f"client.api/get/{uuid}")


def test_any_number_of_clients_may_have_one_name_and_each_has_its_own_uuid(xpm: Caller) -> None:
    body = "<Client><Name>Acme Ltd</Name></Client>"
    uuids = {first(xpm.post("client.api/add", body), "UUID") for _ in range(3)}
    assert len(uuids) == 3
    assert xpm.get("client.api/search?query=acme%20ltd").count("<Name>Acme Ltd</Name>") == 4


def test_an_update_leaves_what_is_absent_and_clears_what_is_empty(xpm: Caller) -> None:
    before = xpm.get(f"client.api/get/{ACME}")
    body = (
        f"<Client><UUID>{ACME.upper()}</UUID><Fax></Fax><AccountManagerUUID/><DateOfBirth></DateOfBirth>"
        f"<City>Hobart</City><BillingClientUUID>{BAKER}</BillingClientUUID></Client>"
    )
    answer = xpm.put("client.api/update", body)
    account_manager = f"<AccountManager><UUID>{ANN}</UUID><Name>Ann Partner</Name></AccountManager>"
    billing = f"<BillingClient><UUID>{BAKER}</UUID><Name>Baker &amp; Sons</Name></BillingClient>"
    expected = (
        before.replace("<Fax>02 8888</Fax>", "<Fax></Fax>")
        .replace(account_manager, billing)
        .replace("<City>Sydney</City>", "<City>Hobart</City>")
        .replace("<DateOfBirth>1970-11-26</DateOfBirth>", "<DateOfBirth></DateOfBirth>")
    )
    assert xpm.get(f"client.api/get/{ACME}") == expected
    web_url = expected.index("<WebUrl>")
    assert answer == expected[:web_url].replace("Get", "Update", 1) + "</Response>"


def test_both_spellings_of_the_website_are_read(xpm: Caller) -> None:
    for spelling in ("WebSite", "Website"):
        body = f"<Client><UUID>{BAKER}</UUID><{spelling}>{spelling}.example</{spelling}></Client>"
        xpm.put("client.api/update", body)
        assert f"<Website>{spelling}.example</Website>" in xpm.get(f"client.api/get/{BAKER}")


def test_contacts_in_an_update_are_passed_over(xpm: Caller) -> None:
    before = xpm.get(f"client.api/get/{BAKER}")
    contacts = "<Contacts><Contact><Name>Sneaky</Name></Contact></Contacts>"
    xpm.put("client.api/update", f"<Client><UUID>{BAKER}</UUID>{contacts}</Client>")
    assert xpm.get(f"client.api/get/{BAKER}") == before


def test_an_archived_client_stays_in_the_list_and_in_the_search(xpm: Caller) -> None:
    assert xpm.put("client.api/archive", f"<Client><UUID>{ACME}</UUID></Client>") == ok("Archive")
    assert "<IsArchived>Yes</IsArchived>" in xpm.get(f"client.api/get/{ACME}")
    assert "<Name>Acme Ltd</Name>" in xpm.get("client.api/search?query=acme%20ltd")


def test_a_deleted_client_stays_in_the_list_and_leaves_the_search(xpm: Caller) -> None:
    assert xpm.post("client.api/delete", f"<Client><UUID>{CLOSED}</UUID></Client>") == ok("Delete")
    assert "<IsDeleted>Yes</IsDeleted>" in xpm.get(f"client.api/get/{CLOSED}")
    assert xpm.get("client.api/search?query=closed") == ok("Search", "<Clients />")
    assert CLOSED in xpm.get("client.api/list")
    again = xpm.post("client.api/delete", f"<Client><UUID>{CLOSED}</UUID></Client>")
    assert again == error("Delete", "Invalid client identifier")


def test_a_posted_contact_comes_last_and_a_new_primary_takes_over(xpm: Caller) -> None:
    body = (
        f"<Contact><Client><UUID>{ACME}</UUID></Client><Name>New</Name><IsPrimary>Yes</IsPrimary></Contact>"
    )
    answer = xpm.post("client.api/contact", body)
    contact = contact_xml(first(answer, "UUID"), "New", primary="Yes")
    assert answer == ok("Contact", contact)
    shown = xpm.get(f"client.api/get/{ACME}")
    assert f"{shared_xml('Adviser')}{contact}</Contacts>" in shown
    assert shown.count("<IsPrimary>Yes</IsPrimary>") == 1


def test_a_shared_contact_changes_for_all_its_clients_and_its_place_for_one(xpm: Caller) -> None:
    body = (
        f"<Contact><Client><UUID>{BAKER}</UUID></Client><Position>Owner</Position><IsPrimary>Yes</IsPrimary>"
        "<Email>new@shared.example</Email></Contact>"
    )
    at_baker = shared_xml("Owner", primary="Yes").replace("sam@", "new@")
    assert xpm.put(f"client.api/contact/{SHARED}", body) == ok("Contact", at_baker)
    assert at_baker in xpm.get(f"client.api/get/{BAKER}")
    assert shared_xml("Adviser").replace("sam@", "new@") in xpm.get(f"client.api/get/{ACME}")
    assert xpm.get("client.api/list?modifiedsince=2026-07-01T09:30:00").count("<Client>") == 2


def test_a_place_is_changed_without_a_client_in_the_body_when_the_query_names_it(xpm: Caller) -> None:
    xpm.put(f"client.api/contact/{SHARED}?clientUuid={ACME}", "<Contact><Position>CFO</Position></Contact>")
    assert shared_xml("CFO") in xpm.get(f"client.api/get/{ACME}")
    assert shared_xml("") in xpm.get(f"client.api/get/{BAKER}")


def test_a_new_primary_by_put_takes_over_from_the_old_one(xpm: Caller) -> None:
    body = f"<Contact><Client><UUID>{ACME}</UUID></Client><IsPrimary>Yes</IsPrimary></Contact>"
    xpm.put(f"client.api/contact/{SHARED}", body)
    shown = xpm.get(f"client.api/get/{ACME}")
    assert shown.count("<IsPrimary>Yes</IsPrimary>") == 1
    assert shared_xml("Adviser", primary="Yes") in shown


def test_when_the_primary_contact_goes_the_oldest_left_takes_its_place(xpm: Caller) -> None:
    answer = xpm.delete(f"client.api/contact/{JANE}")
    assert "<Name>Jane Doe</Name>" in answer
    assert "<IsDeleted>Yes</IsDeleted><IsPrimary>No</IsPrimary><Position></Position>" in answer
    expected = f"<Contacts>{shared_xml('Adviser', primary='Yes')}</Contacts>"
    assert expected in xpm.get(f"client.api/get/{ACME}")
    assert xpm.get(f"client.api/contact/{JANE}") == answer
    assert ACME in xpm.get("client.api/list?modifiedsince=2026-07-01T09:30:00")


def test_a_shared_contact_is_deleted_once_its_last_client_lets_it_go(xpm: Caller) -> None:
    assert xpm.delete(f"client.api/contact/{SHARED}?clientUuid={ACME}") == ok("Contact", shared_xml(""))
    assert SHARED not in xpm.get(f"client.api/get/{ACME}")
    assert SHARED in xpm.get(f"client.api/get/{BAKER}")
    last = xpm.delete(f"client.api/contact/{SHARED}?clientUuid={BAKER}")
    assert last == ok("Contact", shared_xml("", deleted="Yes"))
    assert "<Contacts />" in xpm.get(f"client.api/get/{BAKER}")


def test_a_write_that_changes_nothing_modifies_nobody(xpm: Caller) -> None:
    before = xpm.digest()
    xpm.put(
        "client.api/update", f"<Client><UUID>{ACME}</UUID><Name>Acme Ltd</Name><Fax>02 8888</Fax></Client>"
    )
    client = f"<Client><UUID>{ACME}</UUID></Client>"
    xpm.put(
        f"client.api/contact/{JANE}",
        f"<Contact>{client}<Name>Jane Doe</Name><IsPrimary>Yes</IsPrimary></Contact>",
    )
    xpm.put("client.api/archive", f"<Client><UUID>{CLOSED}</UUID></Client>")
    assert xpm.digest() == before


def _group(verb: str) -> Callable[[Caller], None]:
    def do(xpm: Caller) -> None:
        xpm.put("clientgroup.api/members", f'<Group><UUID>{FAMILY}</UUID><{verb} uuid="{ACME}"/></Group>')

    return do


TOUCHING: list[tuple[str, Callable[[Caller], object]]] = [
    (
        "own field",
        lambda xpm: xpm.put("client.api/update", f"<Client><UUID>{ACME}</UUID><Fax>9</Fax></Client>"),
    ),
    (
        "account manager",
        lambda xpm: xpm.put(
            "client.api/update",
            f"<Client><UUID>{ACME}</UUID><AccountManagerUUID>{BEN}</AccountManagerUUID></Client>",
        ),
    ),
    ("archiving", lambda xpm: xpm.put("client.api/archive", f"<Client><UUID>{ACME}</UUID></Client>")),
    (
        "new contact",
        lambda xpm: xpm.post(
            "client.api/contact", f"<Contact><Name>N</Name><Client><UUID>{ACME}</UUID></Client></Contact>"
        ),
    ),
    (
        "changed contact",
        lambda xpm: xpm.put(f"client.api/contact/{JANE}", "<Contact><Phone>5</Phone></Contact>"),
    ),
    ("removed contact", lambda xpm: xpm.delete(f"client.api/contact/{JANE}")),
    ("leaving a group", _group("remove")),
    (
        "end of a group",
        lambda xpm: xpm.post("clientgroup.api/delete", f"<Group><UUID>{FAMILY}</UUID></Group>"),
    ),
]


@pytest.mark.parametrize("touch", [touch for _, touch in TOUCHING], ids=[name for name, _ in TOUCHING])
def test_a_client_counts_as_modified_after(xpm: Caller, touch: Callable[[Caller], object]) -> None:
    assert xpm.get("client.api/list?modifiedsince=2026-07-01T00:00:00") == ok("List", "<Clients />")
    touch(xpm)
    changed = xpm.get("client.api/list?modifiedsince=2026-07-01T09:30:00")
    assert changed.count("<Client>") == 1
    assert ACME in changed


def test_a_renamed_or_deleted_member_of_staff_touches_no_client(xpm: Caller) -> None:
    xpm.put("staff.api/update", f"<Staff><UUID>{ANN}</UUID><Name>Ann Other</Name></Staff>")
    assert f"<AccountManager><UUID>{ANN}</UUID><Name>Ann Other</Name>" in xpm.get(f"client.api/get/{ACME}")
    assert xpm.post("staff.api/delete", f"<Staff><UUID>{ANN}</UUID></Staff>") == ok("Delete")
    assert f"<AccountManager><UUID>{ANN}</UUID><Name>Ann Other</Name>" in xpm.get(f"client.api/get/{ACME}")
    assert xpm.get("client.api/list?modifiedsince=2026-07-01T09:30:00") == ok("List", "<Clients />")


def test_what_was_written_to_clients_survives_a_restart(restarted: Restarted) -> None:
    answers: list[str] = []

    def writes(xpm: Caller) -> None:
        uuid = first(xpm.post("client.api/add", FULL_CLIENT), "UUID")
        xpm.put("client.api/update", f"<Client><UUID>{ACME}</UUID><City>Hobart</City></Client>")
        xpm.put("client.api/archive", f"<Client><UUID>{BAKER}</UUID></Client>")
        xpm.post("client.api/delete", f"<Client><UUID>{CLOSED}</UUID></Client>")
        body = f"<Contact><Client><UUID>{uuid}</UUID></Client><Name>Three</Name></Contact>"
        xpm.post("client.api/contact", body)
        xpm.put(f"client.api/contact/{JANE}", "<Contact><Phone>77</Phone></Contact>")
        xpm.delete(f"client.api/contact/{SHARED}?clientUuid={ACME}")
        answers.append(xpm.get("client.api/list?detailed=true"))

    shown = restarted(writes).get("client.api/list?detailed=true")
    assert shown == answers[0]
    assert "<City>Hobart</City>" in shown
    assert "<Name>Three</Name>" in shown
    assert "<Phone>77</Phone>" in shown


def test_the_ids_of_a_run_are_those_of_any_other_run_that_did_the_same(xpm: Caller) -> None:
    first_run = xpm.post("client.api/add", FULL_CLIENT)
    xpm.http.post("/_control/reset", json={})
    assert xpm.post("client.api/add", FULL_CLIENT) == first_run
