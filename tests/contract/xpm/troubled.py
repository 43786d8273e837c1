"""Programs that meet limits and faults: the same calls in this process and over a socket."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from flask import Flask
from werkzeug.test import TestResponse

from mock_kit.server import running
from scenarios.inprocess import InProcess
from tests.contract.xpm.caller import ROOT, Caller
from tests.contract.xpm.small import TENANT

WAYS = ("process", "sockets")
PATIENCE = 0.2
"""How many seconds a program waits that is to be left hanging."""
LIMITS = {"concurrent": 5, "minute": 60, "day": 5000, "app_minute": 10000}
"""As documented."""
REMAINING = ("X-MinLimit-Remaining", "X-DayLimit-Remaining", "X-AppMinLimit-Remaining")
TURNS = 2000
ORIGIN = "http://xpm.test"


class Prompt(Caller):
    """A program in this process that has read each answer to its end before it goes on."""

    def send(self, verb: str, path: str, body: str | bytes = "", **headers: str) -> TestResponse:
        answer = super().send(verb, path, body, **headers)
        answer.get_data()
        answer.close()
        return answer


class Troubles:
    """The limits and the fault plan of an app, by its control plane."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.http = app.test_client()

    def plan(self, *faults: dict[str, Any]) -> None:
        """Add faults to the plan."""
        answer = self.http.post("/_control/faults", json={"faults": list(faults)})
        assert answer.status_code == 200, answer.text

    def clear(self) -> None:
        assert self.http.delete("/_control/faults").status_code == 204

    def limits(self, **values: int | None) -> None:
        """Put the limits to what is documented, but for these."""
        answer = self.http.put("/_control/limits", json={**LIMITS, **values})
        assert answer.get_json() == {**LIMITS, **values}

    def advance(self, seconds: float) -> None:
        assert self.http.post("/_control/clock/advance", json={"seconds": seconds}).status_code == 200

    def reset(self) -> None:
        assert self.http.post("/_control/reset", json={}).status_code == 200

    def under_way(self) -> dict[tuple[str, str], int]:
        counts: dict[tuple[str, str], int] = self.app.extensions["kit"].passage.throttle._under_way
        return counts

    def settle(self) -> None:
        """Wait until the server has done with every answer that its callers have read already."""
        for _ in range(TURNS):
            if not self.under_way():
                return
            self.http.get("/_control/limits")
        raise AssertionError(f"still under way: {self.under_way()}")


class Program:
    """A program of others, with a token for one practice; it sees exceptions as `requests` raises them."""

    def __init__(
        self, app: Flask, net: tuple[requests.Session, str], tenant_id: str = TENANT, root: str = ROOT
    ) -> None:
        self.session, self.origin = net
        self.root = root
        self.patience = 10.0
        """How many seconds it waits for an answer."""
        self.control = Caller(app, tenant_id, client_id="ignition")

    def send(self, verb: str, path: str, body: str = "", **headers: str) -> requests.Response:
        sent = {**self.control.headers, **headers}
        return self.session.request(
            verb, self.origin + self.root + path, data=body.encode(), headers=sent, timeout=self.patience
        )

    def get(self, path: str, **headers: str) -> str:
        answer = self.send("GET", path, **headers)
        assert answer.status_code == 200, answer.text
        return answer.content.decode()

    def add(self, name: str) -> requests.Response:
        return self.send("POST", "client.api/add", f"<Client><Name>{name}</Name></Client>")

    def gives_up_adding(self, name: str) -> None:
        """Add a client, and stop waiting for the answer that does not come."""
        self.patience, patient = PATIENCE, self.patience
        with pytest.raises(requests.ReadTimeout):
            self.add(name)
        self.patience = patient

    def names(self, **headers: str) -> list[str]:
        """Return the names of all clients, as another method tells them."""
        return names(self.get("client.api/list", **headers))

    def noted(self) -> tuple[str, int, str | None, int]:
        """Return of the journal's last call: operation, status, fault, and how many rows it changed."""
        last = self.control.journal()[-1]
        return last["operation"], last["status"], last["fault"], len(last["changes"])


@contextmanager
def reached(app: Flask, way: str) -> Iterator[tuple[requests.Session, str]]:
    """Yield a session and the origin at which it reaches the app: in this process, or over sockets."""
    if way == "process":
        net = InProcess()
        net.mount(ORIGIN, app)
        yield net.session(), ORIGIN
        return
    with running(app) as url, requests.Session() as session:
        session.trust_env = False
        yield session, url


def names(listed: str) -> list[str]:
    """Return the names of the clients of a list, without those of what belongs to them."""
    return re.findall(r"<Client><UUID>[^<]*</UUID><Name>([^<]*)</Name>", listed)


def budget(answer: Any) -> tuple[int, list[str | None]]:
    """Return an answer's status, and what its headers tell of the limits."""
    return answer.status_code, [answer.headers.get(name) for name in REMAINING]


@contextmanager
def reset_of() -> Iterator[None]:
    """Expect a connection that is reset."""
    with pytest.raises(requests.ConnectionError) as caught:
        yield
    broken = caught.value.args[0].args[1]
    assert isinstance(broken, ConnectionResetError)
    assert broken.errno == errno.ECONNRESET
