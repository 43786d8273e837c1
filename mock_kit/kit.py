"""What a fake is made of: its clock, store, ids, journal and authorization server, in one place."""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from flask import Flask, Response, current_app, g, request
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from mock_kit.clock import Clock, ClockError, iso, parse_iso
from mock_kit.ids import Ids
from mock_kit.journal import Journal
from mock_kit.oauth import OAuth, Policy
from mock_kit.oauth_tables import OAuthTables
from mock_kit.store import Row, Store, Tx
from mock_kit.world import WorldError

MAX_BODY = 32 * 1024 * 1024
SECRET_MEMBER = re.compile(
    r"(?<![^&])(code|code_verifier|client_secret|client_assertion|password"
    r"|token|access_token|refresh_token|id_token)=[^&]*"
)


@dataclass(frozen=True)
class Config:
    """How one instance of a fake is started."""

    path: Path | None = None
    """The SQLite file to keep the state in; None: memory."""
    clock: Clock = field(default_factory=Clock)
    seed: int = 0
    http: Callable[[], requests.Session] = requests.Session
    """Makes the session for calls to others (webhooks); runs in one process pass their own."""
    control_token: str | None = None
    """When set, the control plane asks for it as a bearer token, and may be reached from elsewhere."""


@dataclass(frozen=True)
class Product:
    """What a fake tells mock_kit about itself."""

    name: str
    """`mock_xpm` or `mock_ignition`."""
    world: type[BaseModel]
    """The shape of its world document; must have `now`, `seed` and `apps`."""
    load: Callable[["Kit", Tx, Any], None]
    """Writes a valid world document's records into an empty store."""
    tenants: Callable[[Tx], list[Row]]
    """Returns the practices: `tenant_id` and `name`."""
    policy: Policy
    default_scopes: tuple[str, ...]
    """The scopes of a token set made by the control plane, when the caller names none."""


@dataclass
class Kit:
    """One running fake's parts. Handlers reach it with `kit()`."""

    product: Product
    config: Config
    store: Store
    tables: dict[str, Any]
    oauth: OAuth
    ids: Ids
    journal: Journal = field(default_factory=Journal)

    @property
    def clock(self) -> Clock:
        """The fake's clock."""
        return self.config.clock

    def now(self) -> str:
        """Return the present moment in the form that is stored."""
        return iso(self.clock.now())

    def load_world(self, document: BaseModel) -> None:
        """Replace all state by a world document. A frozen clock goes to the document's `now`.

        Raises WorldError, and changes nothing, when the document's records contradict each other.
        """
        with self.store.begin() as tx:
            self.store.clear(tx)
            # Without the apps: a reset leaves them as they are, and their secrets are kept as hashes only.
            kept = document.model_dump_json(exclude={"apps"})
            tx.insert(self.tables["world"], {"id": 1, "document": kept})
            self._fill(tx, document, apps=True)
        self.journal.clear()

    def reset(self, *, empty: bool = False) -> bool:
        """Go back to the loaded world; with `empty`, or without one, to nothing at all.

        Back to the world leaves apps and tokens as they are, so that a connected program stays
        connected. Returns whether there was a world to go back to.
        """
        with self.store.begin() as tx:
            row = None if empty else tx.get(self.tables["world"], 1)
            self.store.clear(tx, keep_lasting=row is not None)
            if row is not None:
                self._fill(tx, self.product.world.model_validate_json(row["document"]), apps=False)
        self.journal.clear()
        return row is not None

    def _fill(self, tx: Tx, document: Any, *, apps: bool) -> None:
        before = self.clock.now()
        try:
            # The loader may ask for the time: the clock goes first, and back when the rest fails.
            if self.clock.mode == "frozen":
                self.clock.set(parse_iso(document.now))
            if apps:
                self.oauth.register_apps(tx, [app.model_dump() for app in document.apps])
            self.product.load(self, tx, document)
        except Exception as error:
            if self.clock.mode == "frozen":
                self.clock.set(before)
            if isinstance(error, IntegrityError | ClockError):
                reason = error.orig if isinstance(error, IntegrityError) else error
                raise WorldError(f"the world's records contradict each other: {reason}") from error
            raise


def make_kit(
    product: Product, config: Config, store: Store, kit_tables: dict[str, Any], oauth_tables: OAuthTables
) -> Kit:
    """Put a fake's parts together."""
    oauth = OAuth(product.policy, store, oauth_tables, config.clock, product.tenants)
    return Kit(product, config, store, kit_tables, oauth, Ids(kit_tables["counters"], config.seed))


def kit() -> Kit:
    """Return the kit of the app that is answering."""
    found: Kit = current_app.extensions["kit"]
    return found


@dataclass
class Call:
    """What is noted of the call being answered, for the journal."""

    started: float | None
    operation: str = ""
    tenant_id: str | None = None
    fault: str | None = None
    changes: list[Row] = field(default_factory=list)
    private: bool = False
    """The query and the body hold secrets: neither is noted."""


def call() -> Call:
    """Return the notes on the call being answered."""
    found: Call = g.call
    return found


@contextmanager
def transaction() -> Iterator[Tx]:
    """Open a transaction for the call being answered; what it changes goes to the journal."""
    with kit().store.begin() as tx:
        yield tx
    call().changes += [change.as_json() for change in tx.changes]


def install(app: Flask, parts: Kit) -> None:
    """Give an app its kit, and keep a journal of its calls (the control plane's own excepted)."""
    app.extensions["kit"] = parts
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY

    @app.before_request
    def begin() -> None:
        g.call = Call(parts.clock.stopwatch())

    @app.after_request
    def note(response: Response) -> Response:
        if not request.path.startswith("/_control/"):
            _record(parts, call(), response)
        return response


def _record(parts: Kit, noted: Call, response: Response) -> None:
    body = b"" if noted.private else _body()
    parts.journal.record(
        at=parts.now(),
        tenant_id=noted.tenant_id,
        operation=noted.operation or f"{request.method} {request.path}",
        method=request.method,
        path=request.path,
        query="" if noted.private else _query(),
        body_sha256=hashlib.sha256(body).hexdigest() if body else None,
        status=response.status_code,
        request_bytes=request.content_length or len(body),
        response_bytes=response.content_length or 0,
        service_ms=parts.clock.elapsed_ms(noted.started),
        fault=noted.fault,
        changes=noted.changes,
    )


def _body() -> bytes:
    try:
        return request.get_data(cache=True)
    except HTTPException:
        return b""  # too large, or the caller hung up: the call was answered with that error already


def _query() -> str:
    """Return the query string, without the values of members that are secrets wherever they turn up.

    The OAuth endpoints are private as a whole; this is for what is sent to a wrong path or method.
    """
    text = request.query_string.decode("utf-8", "replace")
    return SECRET_MEMBER.sub(r"\1=(secret)", text)
