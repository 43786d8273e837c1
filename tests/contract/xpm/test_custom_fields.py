"""Custom fields and what clients have in them, in both versions of the API."""

import pytest
from flask import Flask

from tests.contract.xpm.busy import ODD_XML
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.paperwork import HEADS, JOB_CODE, MOTTO, RATE, SINCE, VIP, load_paperwork
from tests.contract.xpm.small import ACME, BAKER, DROPPED, NOBODY, OTHER, TENANT, error, ok
from tests.contract.xpm.speaker import Speaker


@pytest.fixture(params=["3.1", "3.0"])
def xpm(shared_app: Flask, request: pytest.FixtureRequest) -> Speaker:
    load_paperwork(shared_app)
    return Speaker(shared_app, request.param)


def definition(xpm: Speaker, uuid: str, name: str, kind: str, uses: str = "true false false") -> str:
    client, contact, job = uses.split()
    return (
        f"<CustomFieldDefinition>{xpm.ident('custom_fields', uuid)}<Name>{name}</Name><Type>{kind}</Type>"
        f"<UseClient>{client}</UseClient><UseContact>{contact}</UseContact><UseJob>{job}</UseJob>"
        "</CustomFieldDefinition>"
    )


def field(xpm: Speaker, uuid: str, name: str, value: str) -> str:
    return f"<CustomField>{xpm.ident('custom_fields', uuid)}<Name>{name}</Name>{value}</CustomField>"


def held(xpm: Speaker, client: str) -> str:
    return xpm.get(f"client.api/get/{xpm.name('clients', client)}/customfield")


def fill(xpm: Speaker, client: str, *given: tuple[str, str]) -> str:
    fields = "".join(
        f"<CustomField>{xpm.ident('custom_fields', uuid)}{value}</CustomField>" for uuid, value in given
    )
    path = f"client.api/update/{xpm.name('clients', client)}/customfield"
    return xpm.put(path, f'<CustomFields type="array">{fields}</CustomFields>')


def fields(method: str, *each: str) -> str:
    return ok(method, f"<CustomFields>{''.join(each)}</CustomFields>" if each else "<CustomFields />")


def since(xpm: Speaker, day: str = "2019-05-01") -> str:
    return field(xpm, SINCE, "Client since", f"<Date>{day}T00:00:00</Date>")


def heads(xpm: Speaker, count: str = "12") -> str:
    return field(xpm, HEADS, "Employees", f"<Number>{count}</Number>")


def vip(xpm: Speaker, value: str = "false") -> str:
    return field(xpm, VIP, "VIP", f"<Boolean>{value}</Boolean>")


def test_the_definitions_come_by_name(xpm: Speaker) -> None:
    listed = [
        definition(xpm, SINCE, "Client since", "Date"),
        definition(xpm, JOB_CODE, "Code of the job", "Text", "false false true"),
        definition(xpm, HEADS, "Employees", "Number", "true false true"),
        definition(xpm, MOTTO, "Motto", "Text", "true true false"),
        definition(xpm, RATE, "Rate", "Decimal"),
        definition(xpm, VIP, "VIP", "Boolean"),
    ]
    expected = f"<CustomFieldDefinitions>{''.join(listed)}</CustomFieldDefinitions>"
    assert xpm.get("customfield.api/definition") == ok("Definition", expected)
    assert xpm.get(f"customfield.api/get/{xpm.name('custom_fields', MOTTO)}") == ok("Get", listed[3])


def test_an_added_definition_is_for_clients_unless_it_says_otherwise(xpm: Speaker) -> None:
    body = f"<CustomFieldDefinition><Name>{ODD_XML}</Name><Type>Text</Type>%s</CustomFieldDefinition>"
    known = {row["uuid"] for row in xpm.state()["custom_fields"]}
    answer = xpm.post("customfield.api/add", body % "")
    (new,) = (row["uuid"] for row in xpm.state()["custom_fields"] if row["uuid"] not in known)
    assert answer == ok("Add", definition(xpm, new, ODD_XML, "Text"))
    assert xpm.get(f"customfield.api/get/{xpm.name('custom_fields', new)}") == answer.replace(
        '"Add"', '"Get"'
    )
    for_jobs = xpm.post("customfield.api/add", body % "<UseJob>Yes</UseJob>")
    assert "<UseClient>false</UseClient><UseContact>false</UseContact><UseJob>true</UseJob>" in for_jobs


def test_a_definition_is_renamed_and_keeps_what_the_body_leaves_out(xpm: Speaker) -> None:
    own = xpm.ident("custom_fields", HEADS)
    body = f"<CustomFieldDefinition>{own}<Name>People</Name><UseJob>false</UseJob></CustomFieldDefinition>"
    changed = definition(xpm, HEADS, "People", "Number")
    assert xpm.put("customfield.api/update", body) == ok("Update", changed)
    assert changed in xpm.get("customfield.api/definition")
    assert "<Name>People</Name><Number>12</Number>" in held(xpm, ACME)


def test_a_type_may_change_only_while_no_client_has_a_value(xpm: Speaker) -> None:
    body = "<CustomFieldDefinition>{}<Type>Text</Type></CustomFieldDefinition>"
    in_use = body.format(xpm.ident("custom_fields", HEADS))
    refused = error("Update", "Type cannot be changed while there are values")
    assert xpm.put("customfield.api/update", in_use) == refused
    unused = xpm.put("customfield.api/update", body.format(xpm.ident("custom_fields", RATE)))
    assert unused == ok("Update", definition(xpm, RATE, "Rate", "Text"))


def test_a_deleted_definition_takes_its_values_with_it(xpm: Speaker) -> None:
    body = f"<CustomFieldDefinition>{xpm.ident('custom_fields', HEADS)}</CustomFieldDefinition>"
    assert xpm.post("customfield.api/delete", body) == ok("Delete")
    assert "Employees" not in xpm.get("customfield.api/definition")
    assert held(xpm, ACME) == fields("CustomField", since(xpm), vip(xpm))
    assert HEADS not in {row["custom_field_uuid"] for row in xpm.state()["client_custom_values"]}
    assert xpm.post("customfield.api/delete", body) == error("Delete", "Invalid custom field identifier")


def test_a_client_shows_the_fields_that_hold_something(xpm: Speaker) -> None:
    assert held(xpm, ACME) == fields("CustomField", since(xpm), heads(xpm), vip(xpm))
    motto = field(xpm, MOTTO, "Motto", "<Text>Fresh &amp; &lt;warm&gt;</Text>")
    assert held(xpm, BAKER) == fields("CustomField", motto)
    assert held(xpm, DROPPED) == fields("CustomField")


def test_values_are_filled_and_an_empty_one_clears(xpm: Speaker) -> None:
    answer = fill(
        xpm,
        ACME,
        (SINCE, "<Date>20260228</Date>"),
        (HEADS, "<Number/>"),
        (RATE, "<Decimal>007.50</Decimal>"),
        (VIP, "<Boolean>Yes</Boolean>"),
        (MOTTO, f"<Text>{ODD_XML}{'é' * 4000}</Text>"),
    )
    expected = fields(
        "CustomField",
        since(xpm, "2026-02-28"),
        field(xpm, MOTTO, "Motto", f"<Text>{ODD_XML}{'é' * 4000}</Text>"),
        field(xpm, RATE, "Rate", "<Decimal>007.50</Decimal>"),
        vip(xpm, "true"),
    )
    assert answer == expected
    assert held(xpm, ACME) == expected
    cleared = [
        (SINCE, "<Date></Date>"),
        (RATE, "<Decimal/>"),
        (VIP, "<Boolean> </Boolean>"),
        (MOTTO, "<Text/>"),
    ]
    assert fill(xpm, ACME, *cleared) == fields("CustomField")
    assert fill(xpm, ACME, *cleared) == held(xpm, ACME) == fields("CustomField")


def test_values_modify_no_client(xpm: Speaker) -> None:
    fill(xpm, ACME, (HEADS, "<Number>13</Number>"))
    assert heads(xpm, "13") in held(xpm, ACME)
    assert xpm.get("client.api/list?modifiedsince=2026-07-01T09:30:00") == ok("List", "<Clients />")


NO_FIELD = "Invalid custom field identifier"


@pytest.mark.parametrize(
    ("client", "uuid", "value", "description"),
    [
        (NOBODY, HEADS, "<Number>1</Number>", "Invalid client identifier"),
        (DROPPED, HEADS, "<Number>1</Number>", "Invalid client identifier"),
        (ACME, NOBODY, "<Number>1</Number>", NO_FIELD),
        (ACME, JOB_CODE, "<Text>x</Text>", NO_FIELD),
        (ACME, HEADS, "<Text>12</Text>", "Number is required"),
        (ACME, HEADS, "<Number>twelve</Number>", "Invalid Number"),
        (ACME, HEADS, "<Number>1.5</Number>", "Invalid Number"),
        (ACME, RATE, "<Decimal>1,5</Decimal>", "Invalid Decimal"),
        (ACME, VIP, "<Boolean>perhaps</Boolean>", "Invalid Boolean"),
        (ACME, SINCE, "<Date>2026-01-01</Date>", "Invalid Date"),
        (ACME, MOTTO, "", "Text is required"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_filled(
    xpm: Speaker, client: str, uuid: str, value: str, description: str
) -> None:
    before = xpm.digest()
    answer = fill(xpm, client, (VIP, "<Boolean>true</Boolean>"), (uuid, value))
    assert answer == error("CustomField", description)
    assert xpm.digest() == before


@pytest.mark.parametrize(
    ("verb", "method", "inner", "description"),
    [
        ("POST", "Add", "<Type>Text</Type>", "Name is required"),
        ("POST", "Add", "<Name>N</Name>", "Invalid custom field type"),
        ("POST", "Add", "<Name>N</Name><Type>text</Type>", "Invalid custom field type"),
        ("PUT", "Update", "<Name>N</Name>", NO_FIELD),
        ("PUT", "Update", "{known}<Name> </Name>", "Name is required"),
        ("PUT", "Update", "{known}<Type>Colour</Type>", "Invalid custom field type"),
        ("POST", "Delete", "<Name>N</Name>", NO_FIELD),
    ],
)
def test_a_definition_that_cannot_be_is_refused(
    xpm: Speaker, verb: str, method: str, inner: str, description: str
) -> None:
    before = xpm.digest()
    inner = inner.replace("{known}", xpm.ident("custom_fields", RATE))
    body = f"<CustomFieldDefinition>{inner}</CustomFieldDefinition>"
    assert xpm.send(verb, f"customfield.api/{method.lower()}", body).text == error(method, description)
    assert xpm.digest() == before


def test_custom_fields_as_json(shared_app: Flask) -> None:
    load_paperwork(shared_app)
    xpm = Caller(shared_app, TENANT)
    assert xpm.json(f"client.api/get/{ACME}/customfield") == {
        "customFields": [
            {"uuid": SINCE, "name": "Client since", "date": "2019-05-01T00:00:00"},
            {"uuid": HEADS, "name": "Employees", "number": 12},
            {"uuid": VIP, "name": "VIP", "boolean": False},
        ],
        "status": "OK",
    }
    assert xpm.json(f"customfield.api/get/{RATE}")["customFieldDefinition"] == {
        "uuid": RATE,
        "name": "Rate",
        "type": "Decimal",
        "useClient": True,
        "useContact": False,
        "useJob": False,
    }


def test_another_practice_has_its_own_custom_fields(xpm: Speaker) -> None:
    other = Caller(xpm.app, OTHER)
    assert other.get("customfield.api/definition") == ok("Definition", "<CustomFieldDefinitions />")
    assert other.get(f"customfield.api/get/{RATE}") == error("Get", NO_FIELD)
    assert other.get(f"client.api/get/{ACME}/customfield") == error(
        "CustomField", "Invalid client identifier"
    )
