"""What a fake is made of: its clock, store, ids, journal and authorization server, in one place."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from wsgiref.handlers import format_date_time

import requests
from flask import Flask, Request, Response, request
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from mock_kit import is_control
from mock_kit.calls import CURRENT, Call, call, record
from mock_kit.clock import Clock, ClockError, Mode, iso, parse_iso
from mock_kit.delivery_session import delivery_session
from mock_kit.faults import Plan
from mock_kit.ids import Ids
from mock_kit.journal import Journal
from mock_kit.oauth import OAuth
from mock_kit.oauth_policy import Policy
from mock_kit.oauth_tables import OAuthTables
from mock_kit.passage import Passage
from mock_kit.refusal import Refuse, StoppedError, plain_refusal
from mock_kit.snapshots import Snapshot, Snapshots
from mock_kit.store import Begun, Row, Store, Tx
from mock_kit.store_file import damaged
from mock_kit.throttle import Limit, Throttle
from mock_kit.world import WorldError

__all__ = ["Call", "Config", "Kit", "Product", "call", "install", "kit", "landing", "make_kit", "transaction"]

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
    http: Callable[[], requests.Session] = delivery_session
    """Makes the session for calls to others (webhooks); runs in one process pass their own."""
    clock_mode: Mode | None = None
    """Whether the clock runs or is frozen; None: as a store in a file left it, else as `clock` is."""
    snapshots: Path | None = None
    """The directory for snapshots; None: beside the store's file, or one that ends with the process."""
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
    events: tuple[str, ...] = ()
    """The types of the webhooks it sends, which faults of the plan may meet."""


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
    snapshots: Snapshots
    journal: Journal = field(default_factory=Journal)
    own: Any = None
    """What the product keeps in memory for itself."""

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
        # Without the apps: a reset leaves them as they are, and their secrets are kept as hashes only.
        kept = document.model_dump_json(exclude={"apps"})
        with self._replacing():
            with self.store.begin() as tx:
                self.store.clear(tx)
                tx.insert(self.tables["world"], {"id": 1, "document": kept})
                self._fill(tx, document, apps=True)
            self._begin_anew()

    def reset(self, *, empty: bool = False) -> bool:
        """Go back to the loaded world; with `empty`, or without one, to nothing at all.

        Back to the world leaves apps and tokens as they are, so that a connected program stays
        connected. Returns whether there was a world to go back to.
        """
        with self._replacing():
            with self.store.begin() as tx:
                row = None if empty else tx.get(self.tables["world"], 1)
                self.store.clear(tx, keep_lasting=row is not None)
                if row is None:
                    self._keep_clock(tx)
                else:
                    self._fill(tx, self.product.world.model_validate_json(row["document"]), apps=False)
            self._begin_anew()
        return row is not None

    def take_snapshot(self, name: str, tenant_id: str | None, *, connections: bool = False) -> Snapshot:
        """Write the state, or a practice's part of it, to a file. Raises SnapshotError."""
        with self.store.held():  # its moment is that of the state: no world comes between the two
            return self.snapshots.take(name, tenant_id, self.clock.now(), connections=connections)

    def restore(self, name: str) -> Snapshot:
        """Go back to a snapshot; late writes of before are dropped.

        One of all practices puts a frozen clock back, and begins the journal anew. Raises SnapshotError.
        """
        with self._replacing():
            snapshot = self.snapshots.restore(name)
            if snapshot.tenant_id is not None:
                self.passage.late.clear(snapshot.tenant_id)
                return snapshot
            if self.clock.mode == "frozen":
                self.clock.set(snapshot.taken_at)
            self.keep_clock()
            self._begin_anew()
            return snapshot

    def keep_clock(self) -> None:
        """Write down where the clock is, so that a store in a file goes on from there."""
        if self.store.path is not None:
            with self.store.begin() as tx:
                self._keep_clock(tx)

    def resume_clock(self) -> None:
        """Go on from where a store in a file left the clock; the mode is the config's, if it names one.

        Raises StoreError when what the file says of it cannot be read.
        """
        with self.store.begin() as tx:
            row = tx.get(self.tables["clock"], 1)
        if row is not None:
            try:
                self.clock.resume(row["mode"], row["place"])
            except (ValueError, OverflowError) as error:
                raise damaged(self.store.path) from error
        if self.config.clock_mode is not None:
            self.clock.set(mode=self.config.clock_mode)

    def _keep_clock(self, tx: Tx) -> None:
        tx.delete(self.tables["clock"], 1)
        mode, place = self.clock.told()
        tx.insert(self.tables["clock"], {"id": 1, "mode": mode, "place": place})

    @contextmanager
    def _replacing(self) -> Iterator[None]:
        """Have the state alone until all that tells of the one before is forgotten."""
        with self.passage.replacing(), self.store.held():
            yield

    def _begin_anew(self) -> None:
        self.journal.clear()
        self.passage.restart()

    def _fill(self, tx: Tx, document: Any, *, apps: bool) -> None:
        before = self.clock.now()
        try:
            # The loader may ask for the time: the clock goes first, and back when the rest fails.
            if self.clock.mode == "frozen":
                self.clock.set(parse_iso(document.now))
            if apps:
                self.oauth.register_apps(tx, [app.model_dump() for app in document.apps])
            self.product.load(self, tx, document)
            self._keep_clock(tx)
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
    snapshots = Snapshots(store, product.name, config.snapshots)
    made = Kit(product, config, store, kit_tables, oauth, ids, passage, snapshots)
    made.resume_clock()
    return made


def kit() -> Kit:
    """Return the kit of the app that is answering."""
    found: Kit = call().parts
    return found


def landing(app: Flask) -> AbstractContextManager[None]:
    """Do the late writes of an app when they are due while the block runs, though nobody calls."""
    parts: Kit = app.extensions["kit"]
    return parts.passage.late.landing(app, parts.clock)


class Transaction:
    """A transaction for a call; what it changed goes to the journal once it is committed."""

    __slots__ = ("_begun", "_noted", "_tx")

    def __init__(self, noted: Call) -> None:
        self._noted = noted
        self._begun: Begun = noted.parts.store.begin()

    def __enter__(self) -> Tx:
        self._tx = tx = self._begun.__enter__()
        return tx

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._begun.__exit__(kind, error, trace)
        if kind is None and self._tx.changes:
            self._noted.changes += self._tx.changes


@lru_cache  # many calls are answered within a second
def date_header(seconds: int) -> str:
    """Return a moment, in Unix seconds, as an answer's `Date` tells it."""
    return format_date_time(seconds)


def transaction() -> Transaction:
    """Open a transaction for the call being answered; what it changes goes to the journal."""
    return Transaction(call())


def install(app: Flask, parts: Kit) -> None:
    """Give an app its kit, and keep a journal of its calls (the control plane's own excepted)."""
    app.extensions["kit"] = parts
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY

    passage = parts.passage

    @app.before_request
    def begin() -> None:
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's own way
        landing = passage.begin(app, asked.environ)
        started = parts.clock.stopwatch()
        noted = Call(asked, parts, started, landing=landing, fault=LANDED if landing else None)
        noted.outer = CURRENT.set(noted)

    @app.after_request
    def note(response: Response) -> Response:
        noted = call()
        if noted.passed is not None:
            response = passage.leave(noted, response)
        now = parts.clock.now()
        response.headers["Date"] = date_header(int(now.timestamp()))
        if not is_control(noted.request.path):
            service_ms = parts.clock.elapsed_ms(noted.started)
            record(parts.journal, noted, now, service_ms, response)
        return response

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        noted = CURRENT.get(None)
        asked = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's own way
        if noted is None or noted.request is not asked or noted.outer is None:
            return  # it was never begun
        CURRENT.reset(noted.outer)
        if error is not None:  # there may be no answer
            passage.end(noted)

    @app.errorhandler(StoppedError)
    def stopped(error: StoppedError) -> Response:
        return error.response
