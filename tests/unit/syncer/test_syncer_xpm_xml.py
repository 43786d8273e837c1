import pytest
from lxml import etree
from syncer_answers import BARE, CLIENT, JOB, STAFF, TEMPLATES

from syncer import xpm_xml as xml
from syncer.errors import MalformedError, RefusedError
from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS
from syncer.model import UNKNOWN, Job, MaybeValue, Staff, Standing, Template


def read_client(body: bytes) -> object:
    (found,) = [xml.read_client(one) for one in xml.records("client.api/list", [body], "Client")]
    return found


def tags(body: bytes, tag: str = "Client") -> list[str]:
    return [str(one.tag) for one in xml.records("client.api/list", [body], tag)]


def test_a_client_is_read_with_every_field_of_the_table() -> None:
    (client,) = [xml.read_client(one) for one in xml.records("client.api/list", [CLIENT], "Client")]
    assert client.id == "2f8d2a2e-0000-4000-8000-000000000001"
    assert client.standing is Standing.LIVE
    assert client.values == {
        "name": "Smith & Co",
        "address": ("1 High St", "Leeds", "", "LS1 1AA", "United Kingdom"),
        "postal_address": ("PO Box 9", "York", "Yorkshire", "YO1", "United Kingdom"),
        "phone": "0113 496 0000",
        "fax": "",
        "partner": "s-ann",
        "manager": "s-bob",
        "groups": ("Farms", "Trusts"),
        "website": "https://smith.test",
        "tax_registered": True,
        "company_structure": "Trust",
    }


def test_contacts_are_read_and_deleted_ones_are_none() -> None:
    (client,) = [xml.read_client(one) for one in xml.records("client.api/list", [CLIENT], "Client")]
    assert client.contacts is not None
    assert [(one.id, one.values) for one in client.contacts] == [
        (
            "c-1",
            {
                "name": "Al Smith",
                "email": "al@smith.test",
                "phone": "",
                "mobile": "0770",
                "salutation": "Al",
                "is_primary": True,
            },
        )
    ]


def test_an_optional_element_that_is_missing_is_empty() -> None:
    (client,) = [xml.read_client(one) for one in xml.records("client.api/list", [BARE], "Client")]
    assert (client.values["partner"], client.values["manager"], client.values["company_structure"]) == (
        None,
        None,
        "",
    )
    assert (client.standing, client.contacts) == (Standing.ARCHIVED, ())
    assert client.values["groups"] == ()


@pytest.mark.parametrize(
    ("cut", "field"),
    [
        (b"<Phone></Phone>", "phone"),
        (b"<PostalRegion></PostalRegion>", "postal_address"),
        (b"<GSTRegistered>No</GSTRegistered>", "tax_registered"),
        (b"<Groups />", "groups"),
        (b"<Website></Website>", "website"),
    ],
)
def test_another_element_that_is_missing_is_unknown(cut: bytes, field: str) -> None:
    body = BARE.replace(cut, b"")
    assert body != BARE
    (client,) = [xml.read_client(one) for one in xml.records("client.api/list", [body], "Client")]
    assert client.values[field] is UNKNOWN
    assert [name for name, value in client.values.items() if value is UNKNOWN] == [field]


def test_contacts_that_a_list_does_not_carry_are_unknown() -> None:
    body = BARE.replace(b"<Contacts />", b"")
    (client,) = [xml.read_client(one) for one in xml.records("client.api/list", [body], "Client")]
    assert client.contacts is None


def test_a_deleted_client_is_deleted_even_when_it_is_archived_too() -> None:
    body = BARE.replace(b"<IsDeleted>No", b"<IsDeleted>Yes")
    (client,) = [xml.read_client(one) for one in xml.records("client.api/list", [body], "Client")]
    assert client.standing is Standing.DELETED


@pytest.mark.parametrize(("cut", "tag"), [(b"<UUID>x2</UUID>", "UUID"), (b"<Name>Jones</Name>", "Name")])
def test_a_client_without_an_id_or_a_name_is_malformed(cut: bytes, tag: str) -> None:
    with pytest.raises(MalformedError, match=f"XPM, Client: a record without {tag}"):
        read_client(BARE.replace(cut, b""))


def test_a_job_staff_and_a_template_are_read() -> None:
    assert [xml.read_job(one) for one in xml.records("job.api/add", [JOB], "Job")] == [
        Job("J000031", "Tax return", "x1", "PROP-1042", "2026-07-01", "Planned")
    ]
    assert [xml.read_staff(one) for one in xml.records("staff.api/list", [STAFF], "Staff")] == [
        Staff("s-ann", "Ann", "ann@practice.test"),
        Staff("s-bob", "Bob", ""),
    ]
    assert [xml.read_template(one) for one in xml.records("template.api/list", [TEMPLATES], "Template")] == [
        Template("t-1", "Tax")
    ]


def test_only_records_of_the_kind_asked_for_are_read_and_not_those_inside_others() -> None:
    assert tags(CLIENT, "Contact") == []
    assert tags(b'<Response api-method="List"><Status>OK</Status><Clients /></Response>') == []


def test_an_error_inside_a_200_is_a_refusal_with_its_words() -> None:
    body = (
        b'<Response api-method="ApplyTemplate"><Status>ERROR</Status>'
        b"<ErrorDescription>Invalid job template identifier</ErrorDescription></Response>"
    )
    with pytest.raises(RefusedError) as refused:
        tags(body, "Job")
    assert str(refused.value) == "XPM, client.api/list: Invalid job template identifier"


def test_an_error_without_words_says_that() -> None:
    with pytest.raises(RefusedError, match="no reason given"):
        tags(b"<Response><Status>ERROR</Status><ErrorDescription></ErrorDescription></Response>")


@pytest.mark.parametrize("end", [1, 20, 60, 400, -12, -1])
def test_an_answer_cut_short_is_malformed(end: int) -> None:
    with pytest.raises(MalformedError, match="the answer is no XML"):
        tags(CLIENT[:end])


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "the answer is no XML"),
        (b"not xml", "the answer is no XML"),
        (
            b"<html><body>Down for maintenance</body></html>",
            "the answer begins with 'html', not with Response",
        ),
        (b"<Clients><Client /></Clients>", "the answer begins with 'Clients', not with Response"),
        (b"<Response><Clients /></Response>", "the answer's status is None, not 'OK'"),
        (b"<Response><Status></Status></Response>", "the answer's status is None, not 'OK'"),
        (b"<Response><Status>MAYBE</Status></Response>", "the answer's status is 'MAYBE', not 'OK'"),
        (b"<Response><Status>OK</Status></Response><Response/>", "the answer is no XML"),
        (b"<!DOCTYPE html><html></html>", "the answer has a DTD"),
        (
            b'<!DOCTYPE Response [<!ENTITY x "boo">]><Response><Status>OK</Status><Client>&x;</Client></Response>',
            "the answer has a DTD",
        ),
        (
            b'<!DOCTYPE Response SYSTEM "file:///etc/passwd"><Response><Status>OK</Status></Response>',
            "the answer has a DTD",
        ),
        (b"<Response><Status>OK</Status><Client>&x;</Client></Response>", "the answer is no XML"),
    ],
)
def test_an_answer_that_is_no_envelope_is_malformed(body: bytes, what: str) -> None:
    with pytest.raises(MalformedError, match=what):
        tags(body)


def written(fields: object, values: dict[str, MaybeValue]) -> bytes:
    made = xml.element("Client", {"UUID": "x1"})
    xml.write_fields(made, fields, values)  # type: ignore[arg-type]  # either table
    return xml.to_bytes(made)


def test_a_client_is_written_in_the_contracts_names() -> None:
    values: dict[str, MaybeValue] = {
        "name": "Smith & Co",
        "address": ("1 High St", "Leeds", "", "LS1 1AA", "UK"),
        "phone": "0113",
        "partner": "s-ann",
        "manager": None,
        "website": "https://smith.test",
        "tax_registered": True,
    }
    assert written(CLIENT_FIELDS, values) == (
        b"<Client><UUID>x1</UUID><Name>Smith &amp; Co</Name><Address>1 High St</Address><City>Leeds</City>"
        b"<Region></Region><PostCode>LS1 1AA</PostCode><Country>UK</Country><Phone>0113</Phone>"
        b"<AccountManagerUUID>s-ann</AccountManagerUUID><JobManagerUUID></JobManagerUUID>"
        b"<WebSite>https://smith.test</WebSite><GSTRegistered>Yes</GSTRegistered></Client>"
    )


def test_a_contact_is_written_in_the_contracts_names() -> None:
    values: dict[str, MaybeValue] = {"name": "Al", "email": "", "is_primary": False}
    assert written(CONTACT_FIELDS, values) == (
        b"<Client><UUID>x1</UUID><Name>Al</Name><Email></Email><IsPrimary>No</IsPrimary></Client>"
    )


def test_what_is_not_given_is_not_written_and_what_is_empty_clears() -> None:
    assert written(CLIENT_FIELDS, {}) == b"<Client><UUID>x1</UUID></Client>"
    assert written(CLIENT_FIELDS, {"fax": ""}) == b"<Client><UUID>x1</UUID><Fax></Fax></Client>"


def test_what_is_unknown_or_a_list_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="phone is unknown and cannot be written"):
        written(CLIENT_FIELDS, {"phone": UNKNOWN})
    with pytest.raises(TypeError, match=r"groups is a list, and XPM takes none from here \(R7\)"):
        written(CLIENT_FIELDS, {"groups": ("Farms",)})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a\x00b", "U+0000"),
        ("a\x01b", "U+0001"),
        ("\x0b", "U+000B"),
        ("\ud800", "U+D800"),
        ("\ufffe", "U+FFFE"),
    ],
)
def test_e20_a_character_that_xml_cannot_carry_is_refused_by_name_and_never_left_out(
    text: str, named: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        xml.element("Client", {"Name": text})
    assert f"Name holds the character {named}" in str(refused.value)


@pytest.mark.parametrize("text", ["\t\n\r", "\x85\u2028", "\ufffd", "🥝", "O'Brien & Söhne <Ltd>"])
def test_every_other_character_arrives(text: str) -> None:
    body = xml.to_bytes(xml.element("Client", {"Name": text}))
    assert etree.fromstring(body).findtext("Name") == text
