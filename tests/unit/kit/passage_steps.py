"""What the tests of limits and faults share: calls of the tiny fake, each answer closed at once."""

from typing import Any

import tiny_fake
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mock_kit.effects import KEY, Effects
from mock_kit.kit import Kit


class Program:
    """A program that calls the tiny fake for one practice, over a transport that can do effects."""

    def __init__(self, app: Flask, tenant_id: str = "t1", **asked: Any) -> None:
        self.http: FlaskClient = app.test_client()
        self.parts: Kit = app.extensions["kit"]
        body = {"tenant_ids": [tenant_id], **asked}
        token = self.http.post("/_control/tokens", json=body).get_json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}
        self.effects = Effects()

    def send(self, method: str, path: str, data: str = "", *, buffered: bool = True) -> TestResponse:
        """Send a call. Unbuffered, it is under way until its answer is closed."""
        self.effects = Effects()
        return self.http.open(
            path,
            method=method,
            data=data,
            headers=self.headers,
            buffered=buffered,
            environ_overrides={KEY: self.effects},
        )

    def names(self, query: str = "") -> Any:
        """Return the names of the practice's things, or the status when there is no list."""
        answer = self.send("GET", f"/things?{query}")
        return answer.get_json() if answer.status_code == 200 else answer.status_code

    def make(self, name: str = "Kea") -> TestResponse:
        return self.send("POST", "/things", name)

    def faults(self, *faults: dict[str, Any]) -> None:
        """Add faults to the plan."""
        answer = self.http.post("/_control/faults", json={"faults": list(faults)})
        assert answer.status_code == 200, answer.text

    def last(self) -> dict[str, Any]:
        """Return the last call of the journal."""
        entries: list[dict[str, Any]] = self.http.get("/_control/journal").get_json()["entries"]
        return entries[-1]

    def noted(self) -> tuple[Any, ...]:
        """Return of the journal's last call: status, fault, and how many rows it changed."""
        last = self.last()
        return last["status"], last["fault"], len(last["changes"])

    def kept(self) -> list[str]:
        """Return the names that the store holds, whatever the API says."""
        return sorted(row["name"] for row in self.parts.store.dump()["things"])


def switch_limits_off(parts: Kit) -> None:
    """Put all limits out of force: they are the subject of few tests, which switch them on."""
    throttle = parts.passage.throttle
    throttle.set(dict.fromkeys(throttle.settings))


def switch_limits_on(parts: Kit) -> None:
    """Put the limits to what the product declares."""
    parts.passage.throttle.set({limit.name: limit.calls for limit in tiny_fake.LIMITS})
