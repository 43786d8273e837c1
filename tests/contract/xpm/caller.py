"""A program that calls the fake: a token, a practice, and XML in and out."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

ROOT = "/practicemanager/3.1/"
OLD_ROOT = "/practicemanager/3.0/"
AS_JSON = {"Accept": "application/json", "Xero-Features": "practice-strict-content-type"}


class Caller:
    def __init__(self, app: Flask, tenant_id: str, root: str = ROOT, **asked: Any) -> None:
        self.app = app
        self.root = root
        self.http = app.test_client()
        self.tenant_id = tenant_id
        answer = self.http.post("/_control/tokens", json={"tenant_ids": [tenant_id], **asked})
        self.tokens: dict[str, Any] = answer.get_json()
        self.headers = {"Authorization": f"Bearer {self.tokens['access_token']}", "xero-tenant-id": tenant_id}

    def send(self, verb: str, path: str, body: str | bytes = "", **headers: str) -> TestResponse:
        data = body.encode() if isinstance(body, str) else body
        sent = {"Content-Type": "application/x-www-form-urlencoded", **self.headers, **headers}
        return self.http.open(self.root + path, method=verb, data=data, headers=sent)

    def get(self, path: str) -> str:
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        return str(answer.text)

    def json(self, path: str) -> dict[str, Any]:
        answer = self.send("GET", path, **AS_JSON)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"].startswith("application/json")
        found: dict[str, Any] = answer.get_json()
        return found

    def number(self, table: str, uuid: str) -> int:
        """Return the integer by which 3.0 names a row."""
        return int(next(row["id"] for row in self.state()[table] if row["uuid"] == uuid))

    def post(self, path: str, body: str) -> str:
        return self._write("POST", path, body)

    def put(self, path: str, body: str) -> str:
        return self._write("PUT", path, body)

    def delete(self, path: str) -> str:
        return self._write("DELETE", path, "")

    def digest(self) -> str:
        return str(self.http.get("/_control/digest").get_json()["sha256"])

    def journal(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.http.get("/_control/journal").get_json()["entries"]
        return entries

    def state(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = self.http.get("/_control/state").get_json()
        return found

    def _write(self, verb: str, path: str, body: str) -> str:
        answer = self.send(verb, path, body)
        assert answer.status_code == 200, answer.text
        return str(answer.text)


def first(xml: str, element: str) -> str:
    """Return the text of the first such element: enough for reading an identifier."""
    found = re.search(f"<{element}>(.*?)</{element}>", xml, re.DOTALL)
    assert found, f"no {element} in {xml}"
    return found.group(1)
