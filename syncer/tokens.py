"""The tokens of one connection: used, refreshed in time, kept encrypted in the ledger."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests

from syncer import ledger_tables as t
from syncer.errors import (
    LedgerError,
    NotConnectedError,
    OutcomeUnknownError,
    ReconnectNeededError,
    RefusedError,
    UnreachableError,
    translate,
)
from syncer.ledger import PracticeLedger
from syncer.runtime import Runtime, iso
from syncer.their_clock import TheirClock

EARLY = timedelta(seconds=60)
"""Tokens are refreshed this long before they expire."""
TRIES = 3
OTHER_SAVES = 2.0
"""Seconds within which another process that refreshed at the same moment has kept its tokens."""
RECONNECT = "the connection can no longer refresh its tokens; run `syncer connect` again (E24)"
DISCONNECTED = "the practice is no longer connected to this app; run `syncer connect` again (E24)"
BAD_REQUEST, UNAUTHORIZED = 400, 401


@dataclass(frozen=True)
class App:
    """The program's registration at one system, and where that system gives out tokens."""

    system: str
    """`xpm` or `ignition`."""
    title: str
    authorize_url: str
    token_url: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scope: str
    forbids_the_disconnected: bool = False
    """Whether 403 says that the practice is no longer connected to the app."""


def ask_for_tokens(
    app: App,
    session: requests.Session,
    runtime: Runtime,
    form: Mapping[str, str],
    clock: TheirClock | None = None,
) -> dict[str, Any]:
    """Call a token endpoint and return the tokens with the moment they expire; `clock` hears what time it is there.

    Raises ReconnectNeededError when the grant is refused; an answer that got lost is asked for
    again, which a grace period or a fresh start makes good, or turns into a refusal.
    """
    operation = f"token ({form['grant_type']})"
    last: Exception | None = None
    for number in range(TRIES):
        if number:
            runtime.sleep(2.0 * number)
        body = {**form, "client_id": app.client_id, "client_secret": app.client_secret}
        try:
            answer = session.post(app.token_url, data=body, timeout=30, allow_redirects=False)
        except requests.RequestException as error:
            last = translate(error, app.title, operation)
            continue
        if answer.ok:
            if clock is not None:
                clock.hear(answer.headers)
            return _with_expiry(app, operation, answer, runtime.now())
        if answer.status_code in {BAD_REQUEST, UNAUTHORIZED}:
            raise _refusal(app, operation, answer)
        last = OutcomeUnknownError(app.title, operation, f"status {answer.status_code}")
    raise last or OutcomeUnknownError(app.title, operation, "no answer")


class Tokens:
    """A live connection's tokens. One refresh at a time; the new pair is kept before it is used."""

    def __init__(
        self,
        app: App,
        ledger: PracticeLedger,
        runtime: Runtime,
        session: requests.Session,
        headers: Mapping[str, str],
    ) -> None:
        self.headers = headers
        self._app = app
        self._ledger = ledger
        self._runtime = runtime
        self._session = session
        self._lock = threading.Lock()
        self._tokens: dict[str, Any] | None = None
        """None: nobody has asked for them yet."""
        self._sealed: str | None = None
        """The same as the ledger keeps them."""
        self._unkept: dict[str, Any] | None = None
        """A new pair that could not be kept yet: the one before it is worth nothing any more."""

    def access(self) -> str:
        """Return an access token that is good for a while."""
        with self._lock:
            ends = datetime.fromisoformat(self._known()["expires_at"])
            if self._unkept or ends - EARLY <= self._runtime.now():
                self._renew()
            return str(self._known()["access_token"])

    def refresh(self, refused: str) -> None:
        """Get a new pair: the API refused this access token. One that was replaced meanwhile needs no more."""
        with self._lock:
            if self._known()["access_token"] == refused:
                self._renew()

    def turned_away(self) -> None:
        """Hear that the API answered 403. Raises ReconnectNeededError where that is the end of the connection (E24).

        XPM says so when the practice is no longer connected to the app, though the tokens are still good (xpm.md).
        """
        if self._app.forbids_the_disconnected:
            raise self._dead(DISCONNECTED)

    def _renew(self) -> None:
        if self._unkept is None:
            self._unkept = self._new_pair()
        if self._unkept is not None:
            self._keep(self._unkept)

    def _keep(self, pair: dict[str, Any]) -> None:
        """Keep a new pair, and use it. A disk that is full for a moment must not cost the connection (E24)."""
        vault = self._ledger.ledger.vault
        sealed, last = vault.seal(pair), None
        for number in range(TRIES):
            if number:
                self._runtime.sleep(2.0 * number)
            try:
                kept = self._ledger.replace_tokens(self._app.system, sealed, self._sealed)
            except LedgerError as error:
                last = error
                continue
            self._tokens = pair if kept == sealed else vault.open(kept)
            self._sealed, self._unkept = kept, None
            return
        raise last or LedgerError("the new tokens could not be kept")

    def _new_pair(self) -> dict[str, Any] | None:
        """Ask for a new pair; None: another process has kept one already, and that is taken over."""
        if self._renewed_elsewhere():
            return None
        known = self._known()
        if not known.get("refresh_token"):
            raise self._dead()
        form = {"grant_type": "refresh_token", "refresh_token": known["refresh_token"]}
        try:
            fresh = ask_for_tokens(self._app, self._session, self._runtime, form)
        except ReconnectNeededError as error:
            # Of two refreshes at once one is refused: the other's tokens are in the ledger in a moment.
            self._runtime.sleep(OTHER_SAVES)
            if self._renewed_elsewhere():
                return None
            raise self._dead() from error
        except OutcomeUnknownError as error:
            # Without a token the call itself was not made, so nothing of it needs looking up.
            raise UnreachableError(self._app.title, error.operation, error.what) from error
        return {"refresh_token": known["refresh_token"], **fresh}

    def _renewed_elsewhere(self) -> bool:
        """Take over the pair that another process (a sync beside the service) has kept in the ledger."""
        sealed = self._ledger.sealed_tokens(self._app.system)
        if sealed is None or sealed == self._sealed:
            return False
        kept, before = self._ledger.ledger.vault.open(sealed), self._tokens
        self._tokens, self._sealed = kept, sealed
        return kept != before and datetime.fromisoformat(kept["expires_at"]) - EARLY > self._runtime.now()

    def _known(self) -> dict[str, Any]:
        if self._tokens is None:
            self._sealed = sealed = self._ledger.sealed_tokens(self._app.system)
            self._tokens = None if sealed is None else self._ledger.ledger.vault.open(sealed)
        if self._tokens is None:
            raise NotConnectedError(
                f"practice “{self._ledger.practice}” is not connected to {self._app.title}: run `syncer connect`"
            )
        return self._tokens

    def _dead(self, why: str = RECONNECT) -> ReconnectNeededError:
        self._ledger.change(t.connections, {"status": "reconnect_needed"}, system=self._app.system)
        return ReconnectNeededError(f"{self._app.title}, practice “{self._ledger.practice}”: {why}")


def _with_expiry(app: App, operation: str, answer: requests.Response, now: datetime) -> dict[str, Any]:
    try:
        tokens: dict[str, Any] = answer.json()
        kept: dict[str, Any] = {name: tokens[name] for name in ("refresh_token", "scope") if name in tokens}
        kept["access_token"] = tokens["access_token"]
        kept["expires_at"] = iso(now + timedelta(seconds=float(tokens["expires_in"])))
    except (ValueError, KeyError, TypeError) as error:
        raise OutcomeUnknownError(app.title, operation, "the answer holds no tokens") from error
    return kept


def _refusal(app: App, operation: str, answer: requests.Response) -> Exception:
    try:
        code = str(answer.json().get("error"))
    except (ValueError, AttributeError):
        code = "no reason given"
    if code == "invalid_grant":
        return ReconnectNeededError(f"{app.title}: {RECONNECT}")
    hint = ": check client_id and client_secret" if code == "invalid_client" else ""
    return RefusedError(app.title, operation, f"{code}{hint}", answer.status_code)
