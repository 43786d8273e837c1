"""What the syncer's unit tests share: a clock that `sleep` moves, records by hand, an API that answers a script."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from syncer.ledger import Ledger, PracticeLedger
from syncer.limits import Budget
from syncer.model import Client, Contact, Link, MaybeValue, Staff, Standing, Template
from syncer.plan import Plan, View, fingerprint, make_plan
from syncer.tokens import App, Tokens
from syncer.transport import Transport
from syncer.vault import Vault

START = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER_KEY = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
NOBODY = ("", "", "", "", "")
STAFF = (Staff("s-ann", "Ann", "ann@practice.test"),)
TEMPLATES = (Template("t-tax", "Tax return"),)


class FakeRuntime:
    """A machine whose clock stands still until somebody sleeps."""

    def __init__(self, adapter: BaseAdapter | None = None) -> None:
        self.clock = START
        self.slept: list[float] = []
        self._adapter = adapter

    def now(self) -> datetime:
        return self.clock

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.clock += timedelta(seconds=seconds)

    def gather(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        return [call() for call in calls]

    def identity(self) -> str:
        return "test/1"

    def is_gone(self, holder: str) -> bool:
        return holder.startswith("gone/")

    def session(self) -> requests.Session:
        made = requests.Session()
        made.trust_env = False
        made.adapters.clear()
        made.mount("http://", self._adapter or Script([]))
        made.mount("https://", self._adapter or Script([]))
        return made


def answer(
    status: int = 200, body: bytes | str | object = b"", headers: Mapping[str, str] | None = None
) -> requests.Response:
    """Return an answer; a body that is neither bytes nor text is written as JSON."""
    made = requests.Response()
    made.status_code = status
    made.headers = CaseInsensitiveDict(headers or {})
    raw = (
        body
        if isinstance(body, bytes)
        else body.encode()
        if isinstance(body, str)
        else json.dumps(body).encode()
    )
    made._content = raw
    made._content_consumed = True
    return made


def thrice(body: bytes | str | object) -> list[requests.Response]:
    """Return an answer that cannot be understood, as often as a read is asked for."""
    return [answer(200, body) for _ in range(3)]


Step = requests.Response | BaseException


class Script(BaseAdapter):
    """An API that gives the answers of a list, one a call, and keeps what it was asked."""

    def __init__(self, steps: Iterable[Step]) -> None:
        super().__init__()
        self.steps = list(steps)
        self.asked: list[requests.PreparedRequest] = []
        self.options: list[dict[str, Any]] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        self.asked.append(request)
        self.options.append(options)
        step = self.steps.pop(0)
        if isinstance(step, BaseException):
            raise step
        step.request = request
        step.url = request.url or ""
        return step

    def close(self) -> None:
        """Nothing is open."""


APP = App(
    system="xpm",
    title="XPM",
    authorize_url="http://xpm.test/authorize",
    token_url="http://xpm.test/connect/token",
    client_id="the-client",
    client_secret="the-app-secret",
    redirect_uri="http://127.0.0.1:18080/callback",
    scope="practicemanager",
)
PAIR = {
    "access_token": "access-1",
    "refresh_token": "refresh-1",
    "expires_at": "2026-07-01T10:00:00Z",
    "scope": "practicemanager",
}


def ledger(path: Path | None = None, key: str | None = KEY) -> Ledger:
    return Ledger(path, Vault(key))


def connected(path: Path | None = None, pair: Mapping[str, Any] = PAIR) -> PracticeLedger:
    """Return the ledger of practice `north`, connected to XPM."""
    own = ledger(path).of("north")
    own.save_connection("xpm", dict(pair), tenant_id="tenant-north", tenant_name="North")
    return own


def transport(
    steps: Iterable[Step], own: PracticeLedger | None = None, title: str = "XPM"
) -> tuple[Transport, Script, FakeRuntime]:
    """Return a way to a scripted API, with tokens good for half an hour."""
    script = Script(steps)
    runtime = FakeRuntime(script)
    session = runtime.session()
    tokens = Tokens(APP, own or connected(), runtime, session, {"xero-tenant-id": "tenant-north"})
    return Transport(title, runtime, session, tokens, Budget(None, 60, runtime)), script, runtime


def xpm_client(
    uuid: str, name: str, *contacts: Contact, standing: Standing = Standing.LIVE, **values: Any
) -> Client:
    """Return an XPM client; what is not given is empty."""
    return Client(uuid, client_values(name, **{"tax_registered": False, **values}), standing, tuple(contacts))


def ignition_client(
    slug: str,
    name: str,
    *contacts: Contact,
    standing: Standing = Standing.LIVE,
    lead: bool = False,
    xpm_uuid: str | None = None,
    **values: Any,
) -> Client:
    """Return an Ignition client; what is not given is empty."""
    read = client_values(name, **{"tax_registered": False, **values})
    return Client(slug, read, standing, tuple(contacts), lead, xpm_uuid)


def client_values(name: str, **values: Any) -> dict[str, MaybeValue]:
    empty: dict[str, MaybeValue] = {
        "name": name,
        "address": NOBODY,
        "postal_address": NOBODY,
        "phone": "",
        "fax": "",
        "partner": None,
        "manager": None,
        "groups": (),
        "website": "",
        "tax_registered": None,
        "company_structure": "",
    }
    return {**empty, **values}


def contact(one: str, name: str, **values: Any) -> Contact:
    return Contact(one, contact_values(name, **values))


def contact_values(name: str, **values: Any) -> dict[str, MaybeValue]:
    empty: dict[str, MaybeValue] = {
        "name": name,
        "email": "",
        "phone": "",
        "mobile": "",
        "salutation": "",
        "is_primary": False,
    }
    return {**empty, **values}


def view(xpm: list[Client], ignition: list[Client], *links: Link, **given: Any) -> View:
    """Return a view in which everything is news, and lists were pushed already."""
    basis: dict[str, Any] = {
        "news_xpm": frozenset(one.id for one in xpm),
        "news_ignition": frozenset(one.id for one in ignition),
        "staff": STAFF,
        "users": (),
        "user_links": (),
        "templates": TEMPLATES,
        "pushed_templates": fingerprint(TEMPLATES),
        "pushed_candidates": fingerprint(STAFF),
    }
    there, here = {one.id: one for one in xpm}, {one.id: one for one in ignition}
    return View(xpm=there, ignition=here, links=links, **{**basis, **given})


def plan(xpm: list[Client], ignition: list[Client], *links: Link, **given: Any) -> Plan:
    return make_plan(view(xpm, ignition, *links, **given))
