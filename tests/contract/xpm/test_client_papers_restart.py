"""What is written about clients is there after a restart, read through another method and in either version."""

from collections.abc import Callable

from tests.contract.xpm.caller import OLD_ROOT, Caller, first
from tests.contract.xpm.small import ACME, BAKER, JANE, TENANT

Restarted = Callable[[Callable[[Caller], None]], Caller]
READS = (
    f"client.api/get/{BAKER}",
    f"client.api/documents/{ACME}",
    "customfield.api/definition",
    f"client.api/get/{ACME}/customfield",
    "client.api/contacts",
    "quote.api/list?from=20260701&to=20260701&detailed=true",
)


def relate(xpm: Caller) -> None:
    """Add two relationships; change one, delete the other."""
    sides = f"<ClientUUID>{ACME}</ClientUUID><RelatedClientUUID>{BAKER}</RelatedClientUUID>"
    body = f"<Relationship>{sides}<Type>%s</Type></Relationship>"
    kept, gone = (first(xpm.post("client.api/addrelationship", body % kind), "UUID") for kind in "AB")
    named = f"<Relationship><UUID>{kept}</UUID><Type>Changed</Type></Relationship>"
    xpm.put("client.api/updaterelationship", named)
    xpm.post("client.api/deleterelationship", f"<Relationship><UUID>{gone}</UUID></Relationship>")


def define(xpm: Caller) -> None:
    """Add two custom fields with a value each; rename one, delete the other."""
    body = "<CustomFieldDefinition><Name>%s</Name><Type>Number</Type></CustomFieldDefinition>"
    kept, gone = (first(xpm.post("customfield.api/add", body % name), "UUID") for name in "AB")
    for uuid in (kept, gone):
        value = f"<CustomField><UUID>{uuid}</UUID><Number>-5</Number></CustomField>"
        xpm.put(f"client.api/update/{ACME}/customfield", f"<CustomFields>{value}</CustomFields>")
    renamed = f"<CustomFieldDefinition><UUID>{kept}</UUID><Name>Renamed</Name></CustomFieldDefinition>"
    xpm.put("customfield.api/update", renamed)
    removed = f"<CustomFieldDefinition><UUID>{gone}</UUID></CustomFieldDefinition>"
    xpm.post("customfield.api/delete", removed)


def test_what_is_written_about_clients_survives_a_restart(restarted: Restarted) -> None:
    before: list[str] = []

    def writes(xpm: Caller) -> None:
        relate(xpm)
        define(xpm)
        parts = "<Title>T</Title><FileName>F</FileName><Content>AAEC</Content>"
        xpm.post("client.api/document", f"<Document><ClientUUID>{ACME}</ClientUUID>{parts}</Document>")
        contact = f"<Contact><UUID>{JANE}</UUID><Position>Owner</Position></Contact>"
        xpm.post(f"client.api/client/{BAKER}/contacts", f"<Client><Contacts>{contact}</Contacts></Client>")
        xpm.post("job.api/createquote/J000001", "")
        before.extend(xpm.get(path) for path in READS)

    xpm = restarted(writes)
    shown = [xpm.get(path) for path in READS]
    assert shown == before
    client, documents, definitions, values, contacts, quotes = shown
    assert (client.count("<Relationship>"), first(client, "Relationships").count("Changed")) == (1, 1)
    assert "<Position>Owner</Position>" in client
    assert "<FileName>F</FileName><Content>AAEC</Content>" in documents
    assert (definitions.count("<CustomFieldDefinition>"), "<Name>Renamed</Name>" in definitions) == (1, True)
    assert "<Name>Renamed</Name><Number>-5</Number></CustomField></CustomFields>" in values
    assert contacts.count("<Client>") == 4
    assert first(quotes, "ID") == "Q000001"
    old = Caller(xpm.app, TENANT, OLD_ROOT)
    related = old.get(f"client.api/get/{old.number('clients', BAKER)}")
    assert "<Type>Changed</Type><RelatedClient><ID>" in related
    assert first(xpm.post("job.api/createestimate/J000001", ""), "ID") == "Q000002"
