"""Disconnecting a practice: the grants are given back, the tokens forgotten, and Ignition shows it."""

from contextlib import suppress

import requests

from syncer import ledger_tables as t
from syncer.config import Config
from syncer.errors import ApiError, NotConnectedError, ReconnectNeededError
from syncer.ledger import Ledger, PracticeLedger
from syncer.practice import Practice, ignition_app, note_tenant, open_practice, xpm_app
from syncer.runtime import Runtime
from syncer.tokens import App

TIMEOUT = 30


def disconnect(config: Config, ledger: Ledger, runtime: Runtime, name: str) -> str:
    """Disconnect, and return a sentence on it: no webhooks come any more, and the grants are given back.

    What a system cannot be told any more is forgotten here all the same.
    """
    own = ledger.of(name)
    if not own.rows(t.connections):
        raise NotConnectedError(f"practice “{name}” is not connected")
    untold: list[str] = []
    with suppress(NotConnectedError):
        practice = open_practice(config, ledger, runtime, name)
        with practice.lease.hold():
            try:
                practice.ignition.remove_integration()
            except (ApiError, ReconnectNeededError):
                untold.append("Ignition may still show the connection")
            try:
                _end_webhooks(practice)
            except (ApiError, ReconnectNeededError):
                untold.append("Ignition may still send webhooks, which are refused")
    for app, url in (
        (xpm_app(config), f"{config.xpm.identity_url}/connect/revocation"),
        (ignition_app(config), f"{config.ignition.url}/oauth2/revoke"),
    ):
        if not _revoked(app, url, own, runtime):
            untold.append(f"{app.title} could not be told: remove the app there by hand")
    note_tenant(own)
    own.remove(t.connections)
    own.remove(t.cursors, name="integration")
    said = f"{name} is disconnected; links, conflicts and deployments stay for a next `syncer connect`"
    return "; ".join([said, *untold])


def _end_webhooks(practice: Practice) -> None:
    """End the subscriptions whose webhooks come to this practice here; others' are left alone."""
    url = practice.config.webhook_url(practice.name)
    for row in practice.ignition.webhooks():
        if row.get("url") == url:
            practice.ignition.unsubscribe(str(row["slug"]))


def _revoked(app: App, url: str, own: PracticeLedger, runtime: Runtime) -> bool:
    """Give a grant back (RFC 7009); tells whether the system took it."""
    tokens = own.tokens(app.system)
    token = (tokens or {}).get("refresh_token") or (tokens or {}).get("access_token")
    if not token:
        return True
    form = {"token": token, "client_id": app.client_id, "client_secret": app.client_secret}
    try:
        return runtime.session().post(url, data=form, timeout=TIMEOUT, allow_redirects=False).ok
    except requests.RequestException:
        return False
