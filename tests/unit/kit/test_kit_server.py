"""A server from its port to its end."""

import http.client
import socket
import threading
from pathlib import Path

import pytest
import requests
from flask import Flask
from server_steps import LAST_GET, Line, Switch, ask, serving

from mock_kit.server import PortError, bind, running

HERE = Path(__file__).parent


def test_an_app_is_served_over_a_socket_until_the_block_ends(app: Flask) -> None:
    with running(app) as url, requests.Session() as session:
        assert session.get(f"{url}/_control/health", timeout=5).json()["name"] == "tiny_fake"
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{url}/_control/health", timeout=5)


def test_several_servers_run_at_once_in_one_process() -> None:
    one, two = Switch(), Switch()
    two.body = [b"two"]
    with running(one) as first, running(two) as second:
        assert ask(first, LAST_GET).endswith(b"hello")
        assert ask(second, LAST_GET).endswith(b"two")
        assert ask(first, LAST_GET).endswith(b"hello")


def test_stopping_does_not_wait_for_a_connection_that_is_kept_alive(app: Flask) -> None:
    with requests.Session() as session:
        with running(app) as url:
            session.get(f"{url}/_control/health", timeout=5)
        assert not [thread for thread in threading.enumerate() if thread.name == f"serving {url}"]


def test_a_server_that_is_stopped_before_it_runs_does_not_begin() -> None:
    listener = bind(Switch())
    listener.stop()
    listener.run()
    with pytest.raises(ConnectionRefusedError):
        Line(listener.url)


def test_stopping_twice_or_after_the_end_does_nothing() -> None:
    listener = bind(Switch())
    with serving(listener):
        listener.stop()
        listener.stop()
    listener.stop()
    listener.close()
    assert listener.connections == {}


def test_a_port_that_was_served_can_be_had_again_at_once(app: Flask) -> None:
    with running(app) as url:
        requests.get(f"{url}/_control/health", timeout=5)
    with running(app, port=int(url.rpartition(":")[2])) as again:
        assert again == url
        assert requests.get(f"{again}/_control/health", timeout=5).status_code == 200


def test_a_port_in_use_is_refused(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(
            PortError,
            match=f"cannot listen on 127.0.0.1:{port}: Address already in use; choose another",
        ):
            bind(app, port=port)


def test_two_servers_never_share_a_port() -> None:
    with running(Switch()) as url, pytest.raises(PortError, match="Address already in use"):
        bind(Switch(), port=int(url.rpartition(":")[2]))


@pytest.mark.parametrize(
    ("host", "port", "reason"),
    [
        ("127.0.0.1", 70_000, "ports go from 0 to 65535"),
        ("127.0.0.1", -1, "ports go from 0 to 65535"),
        ("no such host", 0, "no such host"),
        ("a" * 70, 0, "no such host"),
    ],
)
def test_what_is_no_address_is_refused(app: Flask, host: str, port: int, reason: str) -> None:
    with pytest.raises(PortError, match=f"cannot listen on {host}:{port}: {reason}"):
        bind(app, host, port)


@pytest.mark.parametrize(("host", "start"), [("localhost", "http://127.0.0.1:"), ("::1", "http://[::1]:")])
def test_a_server_knows_its_url(app: Flask, host: str, start: str) -> None:
    try:
        listener = bind(app, host)
    except PortError:
        pytest.skip("this machine has no IPv6")
    listener.close()
    assert listener.url.startswith(start)


def test_an_app_is_served_over_ipv6_and_sees_its_callers_address() -> None:
    app = Switch()
    try:
        listener = bind(app, "::1")
    except PortError:
        pytest.skip("this machine has no IPv6")
    with serving(listener):
        assert ask(listener.url, LAST_GET).endswith(b"hello")
    assert app.called[0]["REMOTE_ADDR"] == "::1"


def test_a_library_of_others_keeps_its_connection() -> None:
    app = Switch()
    with running(app) as url:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
        for _ in range(3):
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"hello"
        connection.close()
    assert len({environ["REMOTE_PORT"] for environ in app.called}) == 1
