"""A small hand-made world of two practices, and a handle on a fake that serves it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from openapi_document import broken
from werkzeug.test import TestResponse

from mock_ignition.app import create_app
from mock_kit.clock import Clock
from mock_kit.kit import Config

NOW = "2026-07-01T09:30:00Z"
BASE = "/external/api/v1"
SECRET = "whsec-of-the-tests"
SALES = ("clients", "contacts", "deal_stages", "deals", "services", "proposals")
RESOURCES = (*SALES, "invoices", "payments", "collections")
HOOK = "http://receiver.test/hooks"


def world() -> dict[str, Any]:
    """Return the world document: `prc_kea` in full, and `prc_tui`, which uses some of the same slugs."""
    return {
        "now": NOW,
        "seed": 7,
        "apps": [
            {
                "client_id": "syncer",
                "client_secret": "app-secret",
                "name": "The syncer",
                "redirect_uris": ["http://127.0.0.1:18080/callback"],
            }
        ],
        "practices": [kea(), tui()],
    }


def kea() -> dict[str, Any]:
    return {
        "tenant_id": "prc_kea",
        "name": "Kea & Partners",
        "currency": "NZD",
        "users": [
            {"slug": "usr_ana", "name": "Ana Kea", "email": "ana@example.com"},
            {"slug": "usr_bo", "name": "Bo Reed", "email": "bo@example.com", "xpm_staff_uuid": "staff-bo"},
        ],
        "job_templates": [
            {"slug": "jtpl_gst", "name": "GST return", "xpm_template_uuid": "tpl-gst"},
            {"slug": "jtpl_annual", "name": "Annual accounts", "xpm_template_uuid": "tpl-annual"},
        ],
        "services": [
            {
                "slug": "svc_gst",
                "name": "GST returns",
                "description": "Six a year",
                "price": 120.5,
                "cadence": "quarterly",
                "service_group": "Tax",
                "job_template_slug": "jtpl_gst",
            },
            {"slug": "svc_setup", "name": "Set-up", "price": 300},
            {"slug": "svc_old", "name": "Old service", "state": "archived"},
        ],
        "clients": [
            {
                "slug": "cli_acme",
                "name": "Acme Pty Ltd",
                "email": "office@example.com",
                "phone": "+64 9 555 0101",
                "fax": "+64 9 555 0102",
                "website": "https://acme.example",
                "salutation": "Acme team",
                "address": {
                    "line": "1 Queen St",
                    "city": "Auckland",
                    "region": "Auckland",
                    "postcode": "1010",
                    "country": "New Zealand",
                },
                "company_structure": "Company",
                "tax_registered": True,
                "external_client_id": "E-1",
                "manager_slug": "usr_ana",
                "partner_slug": "usr_bo",
                "tags": ["vip"],
                "groups": ["Retail", "Auckland"],
                "contacts": [
                    {
                        "slug": "con_jo",
                        "name": "Jo Ngata",
                        "email": "jo@example.com",
                        "phone": "09 555 0103",
                        "mobile": "021 555 0104",
                        "position": "Director",
                        "salutation": "Jo",
                        "addressee": "Ms J Ngata",
                        "is_primary": True,
                        "is_signatory": True,
                    },
                    {"slug": "con_sam", "name": "Sam Lee"},
                ],
            },
            {"slug": "cli_bare", "name": "Bare & Söhne"},
        ],
        "proposals": [
            {
                "slug": "prop_one",
                "name": "Tax 2027",
                "client_slug": "cli_acme",
                "reference_number": "PROP-1002",
                "services": [
                    {"service_slug": "svc_gst"},
                    {"service_slug": "svc_setup", "is_add_on": True, "is_selected_for_acceptance": False},
                ],
            },
            {"slug": "prop_bare", "name": "For Bare", "client_slug": "cli_bare"},
        ],
    }


def tui() -> dict[str, Any]:
    return {
        "tenant_id": "prc_tui",
        "name": "Tui",
        "users": [{"slug": "usr_tui", "name": "Tui One", "email": "tui@example.com"}],
        "clients": [
            {"slug": "cli_acme", "name": "Another Acme", "contacts": [{"slug": "con_tui", "name": "T"}]}
        ],
    }


@dataclass
class Fake:
    """One app and a token of one practice."""

    app: Flask
    token: str = ""
    tenant_id: str = "prc_kea"

    def connect(self, tenant_id: str = "prc_kea", scopes: list[str] | None = None) -> "Fake":
        body = {"tenant_ids": [tenant_id], **({"scopes": scopes} if scopes is not None else {})}
        answer = self.control("POST", "/tokens", body)
        return Fake(self.app, answer["access_token"], tenant_id)

    def call(
        self, method: str, path: str, body: Any = None, raw: bytes | None = None, **headers: str
    ) -> TestResponse:
        """Make a call; `If_Match="…"` becomes the header If-Match. Each answer must be as the document says."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            given.setdefault("Authorization", f"Bearer {self.token}")
        data = json.dumps(body).encode() if body is not None else raw
        answer = self.app.test_client().open(
            BASE + path, method=method, data=data, headers=given, content_type="application/json"
        )
        if not self.app.extensions["kit"].passage.plan.armed:  # what a fault does is in no document
            assert broken(method, path, answer) == []
        return answer

    def row(self, path: str) -> dict[str, Any]:
        """Return the row at a path."""
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()["data"]

    def do(self, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        """Make a call that must be answered with a status, and return its data."""
        answer = self.call(method, path, body, **headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()["data"] if answer.data else None

    def reported(self, resource: str) -> list[dict[str, Any]]:
        """Return all rows of a resource of the Reporting API, up to a hundred."""
        answer = self.call("GET", f"/reporting/{resource}?limit=100")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()["data"]

    def sent(self, lines: list[dict[str, Any]], **members: Any) -> dict[str, Any]:
        """Make a proposal of these lines for Acme, send it, and return its row."""
        body = {"name": "Sold", "client_slug": "cli_acme", "services": lines, **members}
        slug = self.do("POST", "/proposals", body, 201)["slug"]
        return self.do("POST", f"/proposals/{slug}/send")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.app.test_client().open(f"/_control{path}", method=method, json=body)
        assert answer.status_code < 300, answer.get_data(as_text=True)
        return answer.get_json() if answer.data else None

    def advance(self, seconds: float) -> None:
        self.control("POST", "/clock/advance", {"seconds": seconds})

    def digest(self) -> str:
        return str(self.control("GET", "/digest")["sha256"])

    def state(self) -> dict[str, list[dict[str, Any]]]:
        return self.control("GET", "/state")

    def events(self) -> list[tuple[str, dict[str, str]]]:
        """Return type and data of all events, sorted."""
        rows = self.state()["events"]
        return sorted(((row["type"], row["data"]) for row in rows), key=str)

    def last_entry(self) -> dict[str, Any]:
        return self.control("GET", "/journal")["entries"][-1]


@dataclass
class Receiver:
    """A webhook receiver: a WSGI app that answers as it is told, and keeps what it got."""

    statuses: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    during: Callable[[], None] = lambda: None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        headers = {name: value for name, value in environ.items() if isinstance(value, str)}
        self.got.append((headers, body))
        self.during()
        status = self.statuses.pop(0) if self.statuses else 200
        start_response(f"{status} Some reason", [("Content-Type", "text/plain")])
        return [b"noted"]


def reopen(made: list[Fake]) -> Fake:
    """Stop the fake on its file, start another one there, at the same moment and with the same token."""
    old = made[-1].app.extensions["kit"]
    old.store.close()
    app = create_app(Config(old.config.path, Clock(old.clock.now())))
    made.append(Fake(app, made[-1].token, made[-1].tenant_id))
    return made[-1]
