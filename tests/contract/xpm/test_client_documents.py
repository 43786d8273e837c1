"""Documents of clients, in both versions of the API."""

import pytest
from flask import Flask

from tests.contract.xpm.busy import ODD_XML
from tests.contract.xpm.caller import Caller
from tests.contract.xpm.paperwork import load_paperwork
from tests.contract.xpm.small import ACME, BAKER, DROPPED, NOBODY, OTHER, TENANT, error, ok
from tests.contract.xpm.speaker import Speaker

DEED = (
    "<Document><Title>Deed</Title><Text></Text><Folder>Trust</Folder><Public>false</Public>"
    "<FileName>deed.txt</FileName><Content>ZGVlZA==</Content></Document>"
)
LONG = "é" * 4000


@pytest.fixture(params=["3.1", "3.0"])
def xpm(shared_app: Flask, request: pytest.FixtureRequest) -> Speaker:
    load_paperwork(shared_app)
    return Speaker(shared_app, request.param)


def documents(xpm: Speaker, client: str) -> str:
    return xpm.get(f"client.api/documents/{xpm.name('clients', client)}")


def test_a_clients_documents_are_answered_with_their_content(xpm: Speaker) -> None:
    assert documents(xpm, ACME) == ok("Documents", f"<Documents>{DEED}</Documents>")
    assert documents(xpm, BAKER) == ok("Documents", "<Documents />")


def test_a_posted_document_is_answered_and_comes_last(xpm: Speaker) -> None:
    body = (
        f"<Document>{xpm.ident('clients', ACME, 'Client')}<Title>{ODD_XML}</Title><Text>{LONG}</Text>"
        "<Public>Yes</Public><FileName>a.pdf</FileName><Content>\n AAEC\n/w==\n</Content></Document>"
    )
    made = (
        f"<Document><Title>{ODD_XML}</Title><Text>{LONG}</Text><Folder></Folder><Public>true</Public>"
        "<FileName>a.pdf</FileName><Content>AAEC/w==</Content></Document>"
    )
    assert xpm.post("client.api/document", body) == ok("Document", made)
    assert documents(xpm, ACME) == ok("Documents", f"<Documents>{DEED}{made}</Documents>")
    assert xpm.get("client.api/list?modifiedsince=2026-07-01T09:30:00") == ok("List", "<Clients />")


PARTS = {"Title": "T", "FileName": "F", "Content": "AAA="}


@pytest.mark.parametrize(
    ("client", "changes", "description"),
    [
        (NOBODY, {}, "Invalid client identifier"),
        (DROPPED, {}, "Invalid client identifier"),
        (ACME, {"Title": " "}, "Title is required"),
        (ACME, {"FileName": ""}, "FileName is required"),
        (ACME, {"Content": ""}, "Content is required"),
        (ACME, {"Content": "no base64!"}, "Invalid Content"),
        (ACME, {"Public": "perhaps"}, "Invalid Public"),
    ],
)
def test_a_document_that_cannot_be_is_refused(
    xpm: Speaker, client: str, changes: dict[str, str], description: str
) -> None:
    before = xpm.digest()
    parts = "".join(f"<{name}>{text}</{name}>" for name, text in {**PARTS, **changes}.items())
    body = f"<Document>{xpm.ident('clients', client, 'Client')}{parts}</Document>"
    assert xpm.post("client.api/document", body) == error("Document", description)
    assert xpm.digest() == before


def test_documents_of_nobody_are_refused_and_those_of_a_deleted_client_answered(xpm: Speaker) -> None:
    assert documents(xpm, NOBODY) == error("Documents", "Invalid client identifier")
    assert documents(xpm, DROPPED) == ok("Documents", "<Documents />")


def test_a_document_as_json(shared_app: Flask) -> None:
    load_paperwork(shared_app)
    assert Caller(shared_app, TENANT).json(f"client.api/documents/{ACME}") == {
        "documents": [
            {
                "title": "Deed",
                "text": "",
                "folder": "Trust",
                "public": False,
                "fileName": "deed.txt",
                "content": "ZGVlZA==",
            }
        ],
        "status": "OK",
    }


def test_another_practice_has_no_part_in_documents(xpm: Speaker) -> None:
    other = Caller(xpm.app, OTHER)
    assert other.get(f"client.api/documents/{ACME}") == error("Documents", "Invalid client identifier")
    body = f"<Document><ClientUUID>{ACME}</ClientUUID><Title>T</Title></Document>"
    assert other.post("client.api/document", body) == error("Document", "Invalid client identifier")
