"""Connecting a practice: consent in the browser at both systems, tokens into the ledger (E24)."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from syncer import ledger_tables as t
from syncer import memory
from syncer.config import Config
from syncer.errors import ConfigError, MalformedError, NotConnectedError, RefusedError, translate
from syncer.ledger import Ledger, PracticeLedger
from syncer.pauses import end_pauses
from syncer.practice import Practice, ignition_app, open_practice, show_connected, tenant_before, xpm_app
from syncer.runtime import Runtime, iso
from syncer.their_clock import TheirClock
from syncer.tokens import App, ask_for_tokens

WEBHOOK_TYPES = ("proposal.accepted",)
ASKED_FOR = 5
"""How many linked clients a connection is known by."""
WEBHOOK_SECRET = "webhook"  # noqa: S105  # the name of a ledger entry, not a secret


@dataclass(frozen=True)
class Attempt:
    """A consent that was asked for: what the person opens, and what the answer must fit."""

    app: App
    url: str
    state: str
    verifier: str


def begin(app: App) -> Attempt:
    """Return where a person gives consent; state and PKCE are fresh for each attempt."""
    state, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": app.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return Attempt(app, f"{app.authorize_url}?{urlencode(query)}", state, verifier)


def code_from(attempt: Attempt, redirected_to: str) -> str:
    """Return the code in the URL that the person was sent back to. Raises RefusedError without one."""
    answer = {name: values[0] for name, values in parse_qs(urlsplit(redirected_to).query).items()}
    if answer.get("state") != attempt.state:
        raise RefusedError(
            attempt.app.title, "authorize", "the answer belongs to another attempt; start again"
        )
    if "code" not in answer:
        why = answer.get("error_description") or answer.get("error") or "no code came back"
        raise RefusedError(attempt.app.title, "authorize", f"consent was not given ({why})")
    return answer["code"]


Consent = Callable[[Attempt], str]
"""Shows a person where to consent, and returns the URL they were sent back to."""


def connect(
    config: Config,
    ledger: Ledger,
    runtime: Runtime,
    name: str | None,
    consent: Consent,
    tenant: str | None = None,
    *,
    force: bool = False,
) -> str:
    """Connect a practice to both systems and return a sentence on it.

    Nothing is kept before both systems have agreed. `tenant` chooses among several XPM practices,
    by name or id. A connection to another tenant than before is refused, and so it is after a
    disconnection where anything was linked: the links would be wrong. So is one to an Ignition that has
    none of the linked clients, unless `force` says that it is the one all the same (they may have gone); that
    side is then not connected any more.
    So is one to a tenant that the ledger has under another name: each would do the other's work again.
    A ledger knows of itself only: who uses several sees to it that no practice is in two of them.
    """
    ledger.vault.require()
    section = config.practice(name)
    own = ledger.of(section.name)
    session = runtime.session()
    xpm, ignition = xpm_app(config), ignition_app(config)
    xpm_tokens = _tokens(xpm, session, runtime, consent)
    found = _tenant(config, session, xpm_tokens["access_token"], tenant)
    before = tenant_before(own)
    if before and before["tenant_id"] != found["tenantId"]:
        raise ConfigError(
            f"practice “{section.name}” was connected to “{before['tenant_name']}”, not to “{found['tenantName']}”: "
            "give the other practice a name of its own in the configuration"
        )
    other = ledger.connected_as(found["tenantId"]) - {section.name}
    if other:
        raise ConfigError(
            f"XPM practice “{found['tenantName']}” is connected as “{min(other)}” already: under a second name its "
            f"jobs would be made twice; to use “{section.name}” instead, disconnect “{min(other)}” first"
        )
    clock = TheirClock()
    ignition_tokens = _tokens(ignition, session, runtime, consent, clock)
    own.save_connection("xpm", xpm_tokens, tenant_id=found["tenantId"], tenant_name=found["tenantName"])
    own.save_connection("ignition", ignition_tokens, tenant_id=None, tenant_name=None)
    end_pauses(own)
    if own.cursor("connected_at") is None:
        # What was accepted since is told by Ignition's clock (E12).
        own.put(t.cursors, {"name": "connected_at", "value": iso(clock.now(runtime.now()))})
    practice = open_practice(config, ledger, runtime, section.name)
    if not force and is_anothers(practice):
        own.remove(t.connections, system="ignition")
        raise ConfigError(
            f"practice “{section.name}” was connected to an Ignition practice that has its clients, and this one has "
            "none of them: connect again and pick that one, or give the other practice a name of its own in the "
            "configuration; where it is the one and those clients are gone, `syncer connect --force` goes on"
        )
    show_connected(practice)
    return f"practice “{section.name}” is connected to XPM practice “{found['tenantName']}” and to Ignition"


def is_anothers(practice: Practice) -> bool:
    """Tell whether Ignition is another practice's than before: it has none of the clients that are linked first.

    Ignition does not say which practice it is. A client that is archived there is there all the same.
    """
    links = memory.links(practice.ledger)[:ASKED_FOR]
    return bool(links) and not any(practice.ignition.has_client(link.ignition_id) for link in links)


def subscribe(config: Config, ledger: Ledger, runtime: Runtime, name: str) -> bool:
    """Subscribe to Ignition's webhooks once; returns whether that was needed."""
    practice = open_practice(config, ledger, runtime, name)
    url = config.webhook_url(name)
    known = webhook_secret(practice.ledger)
    if known and any(row.get("url") == url for row in practice.ignition.webhooks()):
        return False
    secret = secrets.token_urlsafe(32)
    practice.ledger.save_connection(WEBHOOK_SECRET, {"secret": secret}, tenant_id=None, tenant_name=None)
    key = hashlib.sha256(f"{url}/{secret}".encode()).hexdigest()
    practice.ignition.subscribe(url, WEBHOOK_TYPES, secret, key)
    return True


def webhook_secret(ledger: PracticeLedger) -> str | None:
    """Return the secret that Ignition signs this practice's webhooks with."""
    kept = ledger.tokens(WEBHOOK_SECRET)
    return str(kept["secret"]) if kept else None


def _tokens(
    app: App, session: requests.Session, runtime: Runtime, consent: Consent, clock: TheirClock | None = None
) -> dict[str, Any]:
    attempt = begin(app)
    code = code_from(attempt, consent(attempt))
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": app.redirect_uri}
    try:
        return ask_for_tokens(app, session, runtime, {**form, "code_verifier": attempt.verifier}, clock)
    except NotConnectedError as error:
        raise RefusedError(app.title, "token", str(error)) from error


def _tenant(config: Config, session: requests.Session, token: str, wanted: str | None) -> dict[str, str]:
    operation = "GET /connections"
    headers = {"Authorization": f"Bearer {token}"}
    try:
        answer = session.get(
            f"{config.xpm.api_url}/connections", headers=headers, timeout=30, allow_redirects=False
        )
        rows = [row for row in answer.json() if row["tenantType"] == "PRACTICEMANAGER"]
    except requests.exceptions.JSONDecodeError as error:
        raise MalformedError("XPM", operation, f"status {answer.status_code}, no JSON") from error
    except requests.RequestException as error:
        raise translate(error, "XPM", operation) from error
    except (KeyError, TypeError) as error:
        raise MalformedError(
            "XPM", operation, f"status {answer.status_code}, no list of connections"
        ) from error
    fitting = [row for row in rows if wanted in (None, row["tenantId"], row["tenantName"])]
    if len(fitting) == 1:
        found: dict[str, str] = fitting[0]
        return found
    names = ", ".join(f"“{row['tenantName']}” ({row['tenantId']})" for row in rows) or "none"
    raise ConfigError(f"choose the XPM practice with --tenant; connected are: {names}")
