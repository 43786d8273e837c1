"""What a fake is made of: its clock, store, ids, journal and authorization server, in one place."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from flask import Flask, Request, Response, current_app, g, request
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from mock_kit.calls import Call, call, record
from mock_kit.clock import Clock, ClockError, iso, parse_iso
from mock_kit.faults import Plan
from mock_kit.ids import Ids
from mock_kit.journal import Journal
from mock_kit.oauth import OAuth, Policy
from mock_kit.oauth_tables import OAuthTables
from mock_kit.passage import Passage
from mock_kit.refusal import Refuse, StoppedError, plain_refusal
from mock_kit.store import Row, Store, Tx
from mock_kit.throttle import Limit, Throttle
from mock_kit.world import WorldError

__all__ = ["Call", "Config", "Kit", "Product", "call", "install", "kit", "make_kit", "transaction"]

MAX_BODY = 32 * 1024 * 1024
LANDED = "late: landed"
"""What the journal calls a late write when it is done."""


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
    limits: Mapping[str, int | None] = field(default_factory=dict)
    """Rate limits by name, other than the product's own; None switches one off."""


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
    limits: tuple[Limit, ...] = ()
    refuse: Refuse = plain_refusal
    """Writes the answer of a call that a limit or a fault stops, in the product's form."""


@dataclass
class Kit:
    """One running fake's parts. Handlers reach it with `kit()`."""

    product: Product
    config: Config
    store: Store
    tables: dict[str, Any]
    oauth: OAuth
    ids: Ids
    passage: Passage
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
        self.passage.restart()

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
        self.passage.restart()
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
    """Put a fake's parts together. Raises LimitsError for limits that the product does not have."""
    oauth = OAuth(product.policy, store, oauth_tables, config.clock, product.tenants)
    throttle = Throttle(product.limits, config.clock, config.limits)
    passage = Passage(throttle, Plan(config.seed), store, oauth, config.clock, product.refuse)
    ids = Ids(kit_tables["counters"], config.seed)
    return Kit(product, config, store, kit_tables, oauth, ids, passage)


def kit() -> Kit:
    """Return the kit of the app that is answering."""
    found: Kit = current_app.extensions["kit"]
    return found


@contextmanager
def transaction() -> Iterator[Tx]:
    """Open a transaction for the call being answered; what it changes goes to the journal."""
    with kit().store.begin() as tx:
        yield tx
    if tx.changes:
        call().changes += tx.changes


def install(app: Flask, parts: Kit) -> None:
    """Give an app its kit, and keep a journal of its calls (the control plane's own excepted)."""
    app.extensions["kit"] = parts
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY

    passage = parts.passage

    @app.before_request
    def begin() -> None:
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's own way
        landing = passage.begin(app, asked.environ)
        g.call = Call(asked, parts.clock.stopwatch(), landing=landing, fault=LANDED if landing else None)

    @app.after_request
    def note(response: Response) -> Response:
        noted = call()
        if noted.passed is not None:
            response = passage.leave(noted, response)
        if not noted.request.path.startswith("/_control/"):
            service_ms = parts.clock.elapsed_ms(noted.started)
            record(parts.journal, noted, parts.clock.now(), service_ms, response)
        return response

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        if error is not None and "call" in g:  # there may be no answer
            passage.end(call())

    @app.errorhandler(StoppedError)
    def stopped(error: StoppedError) -> Response:
        return error.response
