"""Bodies that nobody should send, and texts that anybody may."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_xpm.wire.kinds import element, escape
from mock_xpm.wire.xml_in import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, parse
from tests.contract.xpm.caller import Caller, first
from tests.contract.xpm.small import ACME, BAKER

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DTD = "Invalid XML: a document type is not allowed"
BROKEN = "Invalid XML: not well-formed at line"
HOSTILE = [
    (b"", "Invalid XML: the body is empty"),
    (b" \n ", "Invalid XML: the body is empty"),
    (b"junk", BROKEN),
    (b'{"name":"json"}', BROKEN),
    (b"\x00\x01\x02\xff\xfe", BROKEN),
    (b"<Client>", BROKEN),
    (b"<Client></Job>", BROKEN),
    (b"<Client/><Client/>", BROKEN),
    (b"<Client><Name>\xff</Name></Client>", BROKEN),
    (b"<Client><Name>&#0;</Name></Client>", BROKEN),
    (b"<Client><Name>&nothing;</Name></Client>", BROKEN),
    (b"<Client a='1' a='2'/>", BROKEN),
    (b"<?xml version='1.0' encoding='no-such'?><Client/>", BROKEN),
    (b"<!DOCTYPE Client><Client><Name>x</Name></Client>", DTD),
    (b"<!DOCTYPE Client SYSTEM 'http://127.0.0.1:9/x.dtd'><Client/>", DTD),
    (b"<!DOCTYPE c [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><Client><Name>&f;</Name></Client>", DTD),
    (f'<!DOCTYPE c [<!ENTITY l0 "ha">{LAUGHS}]><Client><Name>&l9;</Name></Client>'.encode(), DTD),
    (b"<Client>" * 5000, f"Invalid XML: elements are nested deeper than {MAX_DEPTH}"),
    (
        b"<Client>" + b"<a/>" * MAX_ELEMENTS + b"</Client>",
        f"Invalid XML: there are more than {MAX_ELEMENTS} elements",
    ),
    (
        b"<Client><Name>" + b"x" * MAX_BYTES + b"</Name></Client>",
        f"Invalid XML: the body is larger than {MAX_BYTES} bytes",
    ),
]


@pytest.mark.parametrize(("body", "description"), HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_body_is_refused_in_the_envelope_and_changes_nothing(
    xpm: Caller, body: bytes, description: str
) -> None:
    before = xpm.digest()
    answer = xpm.send("POST", "client.api/add", body)
    assert answer.status_code == 200
    head = '<Response api-method="Add"><Status>ERROR</Status><ErrorDescription>'
    assert answer.text.startswith(head + description)
    assert xpm.digest() == before


def test_a_body_past_the_limit_of_the_server_is_a_413(xpm: Caller) -> None:
    answer = xpm.send("POST", "client.api/add", b"x" * (32 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert answer.get_json()["Title"] == "Request Entity Too Large"


@settings(
    derandomize=True,
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=st.sampled_from(["client.api/add", "job.api/add", "staff.api/add", "client.api/contact"]),
    body=st.one_of(
        st.binary(max_size=200),
        st.text("<>&/;!?[]='\" \nClientJobStaffNamexUID-", max_size=200).map(str.encode),
    ),
)
def test_no_bytes_at_all_make_the_server_fail(xpm: Caller, path: str, body: bytes) -> None:
    answer = xpm.send("POST", path, body)
    assert answer.status_code == 200
    assert "<Status>ERROR</Status>" in answer.text


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
        lambda character: character >= " " or character in "\t\n\r"
    ),
    max_size=60,
)


@settings(
    derandomize=True,
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=TEXTS)
def test_every_text_comes_back_as_it_was_written(xpm: Caller, text: str) -> None:
    body = f"<Client><UUID>{ACME}</UUID>{element('Address', text)}</Client>"
    xpm.put("client.api/update", body)
    shown = parse(xpm.send("GET", f"client.api/get/{ACME}").data)
    client = next(node for node in shown if node.tag == "Client")
    assert [node.text for node in client if node.tag == "Address"] == [text]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("O'Brien &amp; Söhne &lt;Ltd&gt;", "O'Brien &amp; Söhne &lt;Ltd&gt;"),
        ("<![CDATA[O'Brien & Söhne <Ltd>]]>", "O'Brien &amp; Söhne &lt;Ltd&gt;"),
        ("emoji 😀 &#128512;", "emoji 😀 😀"),
        ("one\ntwo\r\nthree&#13;&#10;four", "one\ntwo\nthree&#13;\nfour"),
        ("<!-- not --> me <?nor this?>", " me "),
        ("]]&gt;", "]]&gt;"),
        ('"quotes"', '"quotes"'),
    ],
)
def test_a_text_is_shown_escaped(xpm: Caller, sent: str, shown: str) -> None:
    answer = xpm.post("client.api/add", f"<Client><Name>N{sent}</Name></Client>")
    assert first(answer, "Name") == f"N{shown}"
    assert f"<Name>N{shown}</Name>" in xpm.get("client.api/list")


@pytest.mark.parametrize(
    "content_type", ["text/xml", "application/json", "text/plain", "multipart/form-data", ""]
)
def test_the_content_type_of_a_body_is_not_trusted(xpm: Caller, content_type: str) -> None:
    body = f"<Client><UUID>{BAKER}</UUID><Fax>a=b&amp;c=d</Fax></Client>"
    answer = xpm.send("PUT", "client.api/update", body, **{"Content-Type": content_type})
    assert "<Fax>a=b&amp;c=d</Fax>" in answer.text
    assert "<Fax>a=b&amp;c=d</Fax>" in xpm.get(f"client.api/get/{BAKER}")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_body_may_come_in_any_encoding_that_it_declares(xpm: Caller, encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{name}"?>\n<Client><Name>Söhne</Name></Client>'
    assert "<Name>Söhne</Name>" in xpm.send("POST", "client.api/add", text.encode(encoding)).text


def test_a_default_namespace_is_cut_off(xpm: Caller) -> None:
    answer = xpm.post("client.api/add", '<Client xmlns="urn:x"><Name>Spaced</Name></Client>')
    assert "<Name>Spaced</Name>" in answer


def test_a_text_without_special_characters_is_not_touched() -> None:
    assert escape("plain ü 'text' \"") == "plain ü 'text' \""
