"""The control calls for webhooks: how far each delivery is, for programs and for people; deliver now."""

import re
from dataclasses import dataclass
from functools import cached_property

from flask import Blueprint, Response, jsonify, render_template_string, request
from sqlalchemy import bindparam, func, or_, select

from mock_kit.control_errors import ControlError, whole_number
from mock_kit.control_tenants import refuse_unknown_tenant
from mock_kit.deliveries_page import PAGE
from mock_kit.delivery import Outbox
from mock_kit.delivery_queue import KEPT
from mock_kit.kit import kit
from mock_kit.statements import Query
from mock_kit.store import Row, Tx

FILTERS = ("tenant", "event", "subscription", "outcome")
LONGEST_FILTER = 200
OUTCOMES = ("waiting", "delivered", "lost", "given up")
ON_A_PAGE = 200
"""How many deliveries the page shows, when the caller does not say."""
ALL = -1
"""SQLite's limit that is none."""
LAST_SEQ = 10**18
SHOWN = (
    "seq", "tenant_id", "event_id", "type", "created_at", "subscription", "outcome", "attempts", "due_at", "last",
    "until", "behind", "history",
)  # fmt: skip
POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Deliveries:
    """The deliveries of one fake, as they are told; never a URL or a secret."""

    outbox: Outbox

    def listing(self, tx: Tx, *, limit: int | None, backwards: bool = False) -> Row:
        """Return `{"data": […], "next": seq}` of those that the request asks for, in the order they were written.

        `next` is where to go on (`since`, or `before` when backwards); None: that is all.
        """
        bounds: Row = {name: _filter(name) for name in FILTERS}
        if bounds["outcome"] not in {None, *OUTCOMES}:
            raise ControlError(
                400, "BAD_QUERY", f"no such outcome: {bounds['outcome']!r}; there are {', '.join(OUTCOMES)}"
            )
        if bounds["tenant"] is not None:
            refuse_unknown_tenant(kit(), tx, bounds["tenant"])
        bounds |= {"since": whole_number("since") or 0, "limit": ALL if limit is None else limit + 1}
        before = whole_number("before")
        bounds |= {"before": LAST_SEQ if before is None else before, "types": _glob(bounds["event"])}
        rows = tx.all(self._newest_first if backwards else self._oldest_first, **bounds)
        shown = [_shown(row) for row in rows[:limit]]
        more = bool(shown) and len(rows) > len(shown)
        return {"data": shown, "next": shown[-1]["seq"] if more else None}

    def counted(self, tx: Tx) -> list[Row]:
        """Return how many deliveries there are of each outcome."""
        return tx.all(self._counted)

    @cached_property
    def _oldest_first(self) -> Query:
        return self._asked(self.outbox.tables.deliveries.c.seq)

    @cached_property
    def _newest_first(self) -> Query:
        return self._asked(self.outbox.tables.deliveries.c.seq.desc())

    @cached_property
    def _counted(self) -> Query:
        outcome = self.outbox.tables.deliveries.c.outcome
        return Query(select(outcome, func.count().label("many")).group_by(outcome).order_by(outcome))

    def _asked(self, order: object) -> Query:
        tables = self.outbox.tables
        columns = tables.deliveries.c
        typed = tables.events.c.type.op("GLOB")(bindparam("types"))
        wanted = {
            "tenant": columns.tenant_id == bindparam("tenant"),
            "event": or_(typed, columns.event_id == bindparam("event")),
            "subscription": columns.subscription == bindparam("subscription"),
            "outcome": columns.outcome == bindparam("outcome"),
        }
        query = self.outbox.queue.queries.with_event_and_target.where(
            columns.seq > bindparam("since"), columns.seq < bindparam("before")
        )
        for name, condition in wanted.items():
            query = query.where(or_(bindparam(name).is_(None), condition))
        return Query(query.order_by(order).limit(bindparam("limit")))


def add_delivery_routes(blueprint: Blueprint, outbox: Outbox) -> None:
    """Add `GET /deliveries` and `POST /deliveries/run` to a control plane."""
    deliveries = Deliveries(outbox)

    def listing() -> Response:
        """Return deliveries: `?tenant=&event=&subscription=&outcome=&since=&before=&limit=`, as JSON or a page."""
        response = _page(deliveries) if _wants_page() else _told(deliveries)
        response.headers["Vary"] = "Accept"
        return response

    def run() -> Response:
        return jsonify({"data": outbox.pump(kit())})

    blueprint.add_url_rule("/deliveries", "GET /deliveries", listing, methods=["GET"])
    blueprint.add_url_rule("/deliveries/run", "POST /deliveries/run", run, methods=["POST"])


def _told(deliveries: Deliveries) -> Response:
    with kit().store.begin() as tx:
        return jsonify(deliveries.listing(tx, limit=whole_number("limit")))


def _page(deliveries: Deliveries) -> Response:
    limit = whole_number("limit")
    with kit().store.begin() as tx:
        found = deliveries.listing(tx, limit=ON_A_PAGE if limit is None else limit, backwards=True)
        counted = deliveries.counted(tx)
    asked = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    older = {**asked, "before": found["next"], **({} if limit is None else {"limit": limit})}
    text = render_template_string(
        PAGE,
        name=kit().product.name,
        now=kit().now(),
        mode=kit().clock.mode,
        rows=found["data"],
        counted=counted,
        asked=asked,
        filters=FILTERS,
        older=older if found["next"] else None,
        kept=KEPT,
    )
    return Response(text, mimetype="text/html", headers={"Content-Security-Policy": POLICY})


def _wants_page() -> bool:
    """Tell whether a browser asks: one that takes HTML before JSON."""
    return request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"


def _shown(row: Row) -> Row:
    ahead = None if row["due_at"] is None else row["attempts"] + 1
    copies = None if row["copies"] is None else row["copies"]["left"]
    return {**{name: row[name] for name in SHOWN}, "next_attempt": ahead, "copies_left": copies}


def _filter(name: str) -> str | None:
    text = request.args.get(name)
    if text is not None and len(text) > LONGEST_FILTER:
        raise ControlError(400, "BAD_QUERY", f"{name} may have {LONGEST_FILTER} characters, not {len(text)}")
    return text or None


def _glob(pattern: str | None) -> str | None:
    """Return a pattern in which `*` alone has a meaning, in SQLite's own writing."""
    return None if pattern is None else re.sub(r"[?\[]", r"[\g<0>]", pattern)
