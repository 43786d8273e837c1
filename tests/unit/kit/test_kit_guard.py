from collections.abc import Iterator

import pytest
import tiny_fake
from control_steps import refusal
from flask.testing import FlaskClient

from mock_kit.kit import Config


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_steer_the_fake(client: FlaskClient, address: str) -> None:
    answer = client.get("/_control/health", environ_overrides={"REMOTE_ADDR": address})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "address", ["10.0.0.7", "192.168.1.4", "2001:db8::1", "::ffff:10.0.0.7", "", "unknown"]
)
@pytest.mark.parametrize(("method", "path"), [("GET", "state"), ("POST", "tokens"), ("GET", "limits")])
def test_another_machine_may_not(client: FlaskClient, address: str, method: str, path: str) -> None:
    answer = client.open(
        f"/_control/{path}",
        method=method,
        environ_overrides={"REMOTE_ADDR": address},
        headers={"X-Forwarded-For": "127.0.0.1"},
    )
    assert "only this machine" in refusal(answer, 403, "LOOPBACK_ONLY")


@pytest.fixture(scope="module")
def guarded() -> Iterator[FlaskClient]:
    app = tiny_fake.create_app(Config(control_token="open sesame"))
    yield app.test_client()
    app.extensions["kit"].store.close()


@pytest.mark.parametrize("header", ["Bearer open sesame", "bearer  open sesame"])
def test_with_the_control_token_any_address_may_steer(guarded: FlaskClient, header: str) -> None:
    answer = guarded.get(
        "/_control/health",
        headers={"Authorization": header},
        environ_overrides={"REMOTE_ADDR": "10.0.0.7"},
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer wrong", "open sesame", "Basic open sesame", "Bearer é"]
)
def test_without_the_control_token_nobody_may(guarded: FlaskClient, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    refusal(guarded.get("/_control/state", headers=headers), 401, "CONTROL_TOKEN")


@pytest.mark.parametrize("host", ["localhost:18001", "127.0.0.1", "[::1]:18001", "xpm.test", "a.localhost"])
def test_names_of_this_machine_may_be_called(client: FlaskClient, host: str) -> None:
    assert client.get("/_control/health", headers={"Host": host}).status_code == 200
    origin = {"Host": host, "Origin": f"http://{host}"}
    assert client.get("/_control/health", headers=origin).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.nip.io", "localhost.evil.com", "10.0.0.7:18001"])
def test_a_page_of_another_host_may_not_steer_through_a_browser(client: FlaskClient, host: str) -> None:
    answer = client.post("/_control/reset", headers={"Host": host})
    assert "is no name of this machine" in refusal(answer, 403, "LOOPBACK_ONLY")
    answer = client.post("/_control/reset", headers={"Origin": f"http://{host}"}, data='{"to": "empty"}')
    assert "is no name of this machine" in refusal(answer, 403, "LOOPBACK_ONLY")
    assert client.get("/_control/tenants").get_json() != []


def test_a_page_of_no_origin_may_not_either(client: FlaskClient) -> None:
    refusal(client.post("/_control/reset", headers={"Origin": "null"}), 403, "LOOPBACK_ONLY")


@pytest.mark.parametrize(
    "origin",
    [
        "http://[::1", "http://[x]", "[::1", "http://]", "//", "http://localhost@evil.example",
        "http://evil.example@localhost", "http://localhost:99999", "http://localhost:-1", "http://localhost:x",
        "http://localhost:0", "http://localhost/x", "http://localhost?x", "http://localhost#x",
    ],
)  # fmt: skip
def test_an_origin_that_is_no_url_is_refused_like_any_other(client: FlaskClient, origin: str) -> None:
    answer = client.post("/_control/reset", headers={"Origin": origin}, data='{"to": "empty"}')
    assert "is no name of this machine" in refusal(answer, 403, "LOOPBACK_ONLY")
    assert client.get("/_control/tenants").get_json() != []


@pytest.mark.parametrize("host", ["[::1", "[x]:1", "]", "localhost:99999", "localhost:x", "x@localhost"])
def test_a_host_that_is_no_name_is_refused_like_any_other(client: FlaskClient, host: str) -> None:
    answer = client.get("/_control/tenants", headers={"Host": host})
    assert "is no name of this machine" in refusal(answer, 403, "LOOPBACK_ONLY")


# What is no call of the control plane


@pytest.mark.parametrize("path", ["clocks", "health", "a/b/c", "", "limits"])
@pytest.mark.parametrize("method", ["PATCH", "TRACE", "PROPFIND", "CONNECT", "BREW"])
def test_another_method_is_refused_as_json_wherever_it_comes(
    client: FlaskClient, method: str, path: str
) -> None:
    answer = client.open(f"/_control/{path}", method=method)
    assert refusal(answer, 404, "NO_CALL") == f"no such control call: {method} /_control/{path}"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH"])
def test_the_control_planes_own_path_is_refused_as_json_and_is_no_call_of_the_api(
    client: FlaskClient, method: str
) -> None:
    answer = client.open("/_control", method=method)
    assert refusal(answer, 404, "NO_CALL") == f"no such control call: {method} /_control"
    assert client.get("/_control/journal").get_json()["entries"] == []


def test_who_may_not_steer_is_told_that_and_not_what_there_is(guarded: FlaskClient) -> None:
    refusal(guarded.patch("/_control"), 401, "CONTROL_TOKEN")
    refusal(guarded.open("/_control/health", method="TRACE"), 401, "CONTROL_TOKEN")


@pytest.mark.parametrize(
    "path", ["//_control/health", "///_control/state", "/_control//health", "//_control"]
)
def test_a_doubled_slash_is_another_path(client: FlaskClient, path: str) -> None:
    # Werkzeug's client would take what follows two slashes for a host.
    answer = client.get("/", environ_overrides={"PATH_INFO": path})
    assert answer.status_code == 404


def test_a_path_with_a_doubled_slash_is_told_as_it_was_sent(client: FlaskClient) -> None:
    client.get("/", environ_overrides={"PATH_INFO": "//_control/h\xc3\xa9alth"})
    (entry,) = client.get("/_control/journal").get_json()["entries"]
    assert (entry["path"], entry["status"]) == ("//_control/héalth", 404)
