from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import requests
from syncer_answers import BARE, CLIENT, JOB, JOBS, STAFF, TEMPLATES
from syncer_desk import answer, contact_values, thrice
from syncer_xpm_desk import PLANNED, ROOT, api, sent

from syncer.errors import MalformedError, OutcomeUnknownError, RefusedError
from syncer.xpm import Xpm

CONTACT = (
    b'<Response api-method="Contact"><Status>OK</Status><Contact><UUID>c-9</UUID><Name>Al</Name><Salutation></Salutation>'
    b"<Addressee></Addressee><Mobile></Mobile><Email></Email><Phone></Phone><IsDeleted>No</IsDeleted>"
    b"<IsPrimary>No</IsPrimary><Position></Position></Contact></Response>"
)
REFUSED = b"<Response><Status>ERROR</Status><ErrorDescription>Invalid client identifier</ErrorDescription></Response>"


def test_clients_are_asked_for_in_detail() -> None:
    xpm, script = api(answer(200, CLIENT))
    assert [one.name for one in xpm.clients()] == ["Smith & Co"]
    assert sent(script) == ("GET", "client.api/list?detailed=true", None)
    assert script.asked[0].headers["Accept"] == "text/xml"


def test_modified_clients_are_asked_for_by_the_second_in_utc() -> None:
    xpm, script = api(answer(200, BARE))
    xpm.clients(datetime(2026, 7, 1, 9, 30, 15, tzinfo=UTC))
    assert sent(script)[1] == "client.api/list?detailed=true&modifiedsince=2026-07-01T09%3A30%3A15"


def test_staff_templates_and_jobs_are_read() -> None:
    xpm, script = api(answer(200, STAFF), answer(200, TEMPLATES), answer(200, JOBS))
    assert [one.name for one in xpm.staff()] == ["Ann", "Bob"]
    assert [one.name for one in xpm.templates()] == ["Tax"]
    assert [one.number for one in xpm.jobs_of("x1")] == ["J000031"]
    assert [str(one.url).removeprefix(ROOT) for one in script.asked] == [
        "staff.api/list", "template.api/list", "job.api/client/x1",
    ]  # fmt: skip


def test_a_client_is_added_with_its_contacts() -> None:
    xpm, script = api(answer(200, CLIENT.replace(b"List", b"Add", 1)))
    made = xpm.add_client(
        {"name": "Smith & Co", "phone": "1"},
        [{"name": "Al", "is_primary": True}, {"name": "Bo", "is_primary": False}],
    )
    assert made.name == "Smith & Co"
    assert sent(script) == (
        "POST",
        "client.api/add",
        (
            b"<Client><Name>Smith &amp; Co</Name><Phone>1</Phone><Contacts>"
            b"<Contact><Name>Al</Name><IsPrimary>Yes</IsPrimary></Contact>"
            b"<Contact><Name>Bo</Name><IsPrimary>No</IsPrimary></Contact></Contacts></Client>"
        ),
    )
    assert script.asked[0].headers["Content-Type"] == "text/xml; charset=utf-8"


def test_a_clients_fields_are_updated() -> None:
    xpm, script = api(answer(200, CLIENT))
    xpm.update_client("x1", {"fax": ""})
    assert sent(script) == ("PUT", "client.api/update", b"<Client><UUID>x1</UUID><Fax></Fax></Client>")


def test_a_contact_is_added_and_updated() -> None:
    xpm, script = api(answer(200, CONTACT))
    assert xpm.add_contact("x1", {"name": "Al"}).id == "c-9"
    assert sent(script) == (
        "POST", "client.api/contact", b"<Contact><Client><UUID>x1</UUID></Client><Name>Al</Name></Contact>",
    )  # fmt: skip
    xpm, script = api(answer(200, CONTACT))
    xpm.update_contact("c-9", "x1", {"phone": "2"})
    assert sent(script) == (
        "PUT", "client.api/contact/c-9", b"<Contact><Client><UUID>x1</UUID></Client><Phone>2</Phone></Contact>",
    )  # fmt: skip


def test_e6_a_contact_is_taken_from_one_client_only() -> None:
    xpm, script = api(answer(200, CONTACT))
    xpm.remove_contact("c-9", "x1")
    assert sent(script) == ("DELETE", "client.api/contact/c-9?clientUuid=x1", None)


def test_e6_a_contact_that_is_there_is_linked_to_a_further_client() -> None:
    xpm, script = api(answer(200, CONTACT))
    xpm.share_contact("c-9", "x1")
    body = b"<Client><Contacts><Contact><UUID>c-9</UUID></Contact></Contacts></Client>"
    assert sent(script) == ("POST", "client.api/client/x1/contacts", body)


def test_one_client_is_read_in_detail() -> None:
    xpm, script = api(answer(200, CLIENT))
    assert xpm.client("x1").name == "Smith & Co"
    assert sent(script) == ("GET", "client.api/get/x1", None)


def test_an_answer_without_the_client_that_was_asked_for_is_malformed() -> None:
    xpm, _ = api(*thrice(b"<Response><Status>OK</Status></Response>"))
    with pytest.raises(MalformedError, match="the answer has no Client"):
        xpm.client("x1")


DONE: list[Callable[[Xpm], object]] = [
    lambda xpm: xpm.remove_contact("c-9", "x1"),
    lambda xpm: xpm.share_contact("c-9", "x1"),
]


@pytest.mark.parametrize("change", DONE)
def test_a_change_that_only_says_that_it_is_done_may_happen_twice_and_is_refused_like_any_other(
    change: Callable[[Xpm], object],
) -> None:
    plain = answer(200, b"<Response><Status>OK</Status></Response>")
    xpm, script = api(requests.ReadTimeout("lost"), plain)
    change(xpm)
    assert len(script.asked) == 2
    xpm, _ = api(answer(200, REFUSED))
    with pytest.raises(RefusedError, match="Invalid client identifier"):
        change(xpm)
    xpm, _ = api(answer(200, b"<html></html>"))
    with pytest.raises(OutcomeUnknownError, match="the answer to a write cannot be understood"):
        change(xpm)


READS: list[Callable[[Xpm], object]] = [
    Xpm.clients,
    Xpm.staff,
    Xpm.templates,
    Xpm.categories,
    lambda xpm: xpm.jobs_of("x1"),
    lambda xpm: xpm.jobs_between(date(2026, 7, 1), date(2026, 7, 1)),
]
CREATES: list[Callable[[Xpm], object]] = [
    lambda xpm: xpm.add_client({"name": "A"}, []),
    lambda xpm: xpm.add_contact("x1", contact_values("Al")),
    lambda xpm: xpm.add_job(PLANNED, "x1"),
    lambda xpm: xpm.apply_template("J1", "t-1"),
]
UPDATES: list[Callable[[Xpm], object]] = [
    lambda xpm: xpm.update_client("x1", {"phone": "1"}),
    lambda xpm: xpm.update_contact("c1", "x1", {"phone": "1"}),
    lambda xpm: xpm.assign("J1", manager_uuid="s", partner_uuid=None),
]


@pytest.mark.parametrize("read", READS)
def test_a_read_that_cannot_be_understood_is_malformed(read: Callable[[Xpm], object]) -> None:
    xpm, _ = api(*thrice(b"<html>maintenance</html>"))
    with pytest.raises(MalformedError):
        read(xpm)


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize(
    "body",
    [
        b'<Response api-method="List"><Status>OK</Status></Response>',
        b'<Response api-method="List"><Status>OK</Status><Others /></Response>',
        b"<Response><Status>OK</Status><Page><Clients /><StaffList /><Templates /><Categories /><Jobs /></Page></Response>",
    ],
    ids=["nothing", "another list", "too deep"],
)
def test_e5_an_answer_without_its_list_is_no_empty_list(read: Callable[[Xpm], object], body: bytes) -> None:
    xpm, script = api(*thrice(body))
    with pytest.raises(MalformedError, match=r"the answer has no \w+, where one list is due"):
        read(xpm)
    assert len(script.asked) == 3


def test_an_empty_list_is_empty() -> None:
    every = b"<Clients /><StaffList /><Templates /><Categories /><Jobs />"
    body = b'<Response api-method="List"><Status>OK</Status>' + every + b"</Response>"
    for read in READS:
        xpm, _ = api(answer(200, body))
        assert not read(xpm)


def test_e20_staff_and_templates_that_cannot_be_read_are_left_out_and_kept_for_the_report() -> None:
    staff = STAFF.replace(b"<UUID>s-bob</UUID>", b"")
    templates = TEMPLATES.replace(b"<UUID>t-1</UUID>", b"<UUID></UUID>")
    xpm, _ = api(answer(200, staff), answer(200, templates))
    assert [one.name for one in xpm.staff()] == ["Ann"]
    assert xpm.templates() == []
    assert [str(one) for one in xpm.left_out] == [
        "XPM, staff “Bob”: a record without UUID",
        "XPM, template “Tax”: a record without UUID",
    ]


def test_e20_a_contact_without_a_name_leaves_its_clients_contacts_unknown_and_is_kept_for_the_report() -> (
    None
):
    body = CLIENT.replace(b"<Name>Al Smith</Name>", b"<Name></Name>")
    xpm, _ = api(answer(200, body), answer(200, body), answer(200, body))
    (client,) = xpm.clients()
    assert (client.name, client.values["fax"], client.contacts) == ("Smith & Co", "", None)
    assert [str(one) for one in xpm.left_out] == [
        "XPM, contact of client “Smith & Co”: a record without Name"
    ]
    assert xpm.client("x1").contacts is None
    assert xpm.update_client("x1", {"fax": ""}).contacts is None
    gone = CLIENT.replace(b"<Name>Gone</Name>", b"<Name></Name>")
    xpm, _ = api(answer(200, gone))
    assert [len(one.contacts or ()) for one in xpm.clients()] == [1]
    assert xpm.left_out == []


def test_a_record_of_a_list_that_is_asked_for_again_is_reported_once() -> None:
    broken = BARE.replace(b"<UUID>x2</UUID>", b"")
    xpm, _ = api(answer(200, broken[:-20]), answer(200, broken))
    assert xpm.clients() == []
    assert [one.operation for one in xpm.left_out] == ["client “Jones”"]


@pytest.mark.parametrize("write", CREATES + UPDATES)
@pytest.mark.parametrize(
    "body", [CLIENT[:300], b"<html></html>", b"<Response><Status>OK</Status></Response>"]
)
def test_a_write_whose_answer_cannot_be_understood_may_have_happened(
    write: Callable[[Xpm], object], body: bytes
) -> None:
    xpm, script = api(answer(200, body))
    with pytest.raises(OutcomeUnknownError, match="the answer to a write cannot be understood"):
        write(xpm)
    assert len(script.asked) == 1


@pytest.mark.parametrize("call", READS + CREATES + UPDATES)
def test_an_error_inside_a_200_is_a_refusal(call: Callable[[Xpm], object]) -> None:
    xpm, _ = api(answer(200, REFUSED))
    with pytest.raises(RefusedError, match="Invalid client identifier"):
        call(xpm)


@pytest.mark.parametrize("create", CREATES)
def test_what_must_not_happen_twice_is_not_repeated(create: Callable[[Xpm], object]) -> None:
    xpm, script = api(requests.ReadTimeout("lost"))
    with pytest.raises(OutcomeUnknownError):
        create(xpm)
    assert len(script.asked) == 1


@pytest.mark.parametrize("update", UPDATES)
def test_what_may_happen_twice_is_repeated(update: Callable[[Xpm], object]) -> None:
    bodies = (CONTACT, CLIENT, JOB)
    whole = b'<Response api-method="x"><Status>OK</Status>' + b"".join(
        body.partition(b"<Status>OK</Status>")[2].removesuffix(b"</Response>") for body in bodies
    )
    xpm, script = api(requests.ReadTimeout("lost"), answer(200, whole + b"</Response>"))
    update(xpm)
    assert len(script.asked) == 2
