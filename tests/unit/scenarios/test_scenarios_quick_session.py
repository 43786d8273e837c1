"""The quick session says what `requests` says, byte for byte; only faster."""

from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from scenarios.quick_session import QuickSession

URL = "http://127.0.0.1:1/a"


class Wire(BaseAdapter):
    """Keeps what is sent, and answers 200; to /moved it answers 302 to /a."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_args: Any, **_how: Any) -> requests.Response:
        self.sent.append(request)
        answer = requests.Response()
        moved = str(request.url).endswith("/moved")
        answer.status_code, answer.request, answer.url = 302 if moved else 200, request, str(request.url)
        answer.headers["Location"] = URL if moved else ""
        vars(answer).update(_content=b"", _content_consumed=True)
        return answer

    def close(self) -> None:
        """Nothing to close."""


def wired(session: requests.Session) -> Wire:
    wire = Wire()
    session.trust_env = False
    session.mount("http://", wire)
    return wire


CALLS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a read": ("GET", URL, {}),
    "parameters": ("get", URL, {"params": {"a": "1 2", "b": "ü&=", "c": None, "d": ["x", "y"]}}),
    "parameters behind others": ("GET", f"{URL}?z=1", {"params": {"a": "1"}}),
    "no parameters": ("GET", URL, {"params": {}}),
    "JSON": ("POST", URL, {"json": {"name": "Ngāti", "n": [1, None, True]}}),
    "empty JSON": ("POST", URL, {"json": {}}),
    "bytes": ("PUT", URL, {"data": b"<a>\xc4\x81</a>", "headers": {"Content-Type": "application/xml"}}),
    "text": ("POST", URL, {"data": "<a/>"}),
    "a form and a login": ("POST", URL, {"data": {"grant_type": "x", "code": "a+b"}, "auth": ("id", "s:é")}),
    "headers": ("GET", URL, {"headers": {"Authorization": "Bearer x", "If-Match": '"1"', "Accept": None}}),
    "nothing to post": ("POST", URL, {}),
    "a removal": ("DELETE", URL, {"headers": {"If-Match": '"1"'}}),
}


@pytest.mark.parametrize("case", CALLS)
def test_a_call_is_sent_as_requests_sends_it(case: str) -> None:
    method, url, how = CALLS[case]
    usual, quick = requests.Session(), QuickSession()
    wires = wired(usual), wired(quick)
    for session in (usual, quick):
        session.request(method, url, timeout=3, **how)
    (one,), (other,) = (wire.sent for wire in wires)
    body = one.body.encode() if isinstance(one.body, str) else one.body
    assert (other.method, other.url, other.body or None) == (one.method, one.url, body or None)
    assert dict(other.headers) == dict(one.headers)


def test_a_redirect_is_followed_once_and_left_alone_when_asked_to() -> None:
    session = QuickSession()
    wire = wired(session)
    assert session.get("http://127.0.0.1:1/moved", timeout=3).status_code == 200
    assert [one.url for one in wire.sent] == ["http://127.0.0.1:1/moved", URL]
    assert session.post("http://127.0.0.1:1/moved", allow_redirects=False, timeout=3).status_code == 302
    assert len(wire.sent) == 3


def test_whoever_listens_to_answers_hears_of_them() -> None:
    session, heard = QuickSession(), list[int]()
    wired(session)
    session.hooks["response"].append(lambda answer, *_args, **_how: heard.append(answer.status_code))
    session.get(URL, timeout=3)
    assert heard == [200]
