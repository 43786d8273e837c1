"""The one way in: token, scope, transaction, idempotency, the body, the answer, the journal's names.

A resource module lists its `Endpoint`s; handlers take an `Ask` (and a body, when the endpoint
names one) and return an `Answer`, or raise ApiError, which rolls everything back.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import BaseConverter

from mock_ignition import idempotency
from mock_ignition.bodies import Body, read_body
from mock_ignition.errors import CODES, ApiError, bad_request, stale
from mock_ignition.replies import Reply
from mock_ignition.tables.base import OUTBOX_TABLES
from mock_ignition.tables.practice import PRACTICES
from mock_kit.delivery import Happening, Outbox
from mock_kit.flask_app import PlainResponse
from mock_kit.kit import Kit, call, kit, transaction
from mock_kit.oauth_policy import TokenRefusedError
from mock_kit.store import Row, Tx

BASE = "/external/api/v1"
OUTBOX = Outbox(OUTBOX_TABLES, header="X-Ignition-Signature")
MAX_BODY = 5_000_000
"""How many bytes a body may have: a batch of 100 clients with all their contacts takes a tenth of it. Ours."""


@dataclass
class Ask:
    """One call, as a handler sees it."""

    tx: Tx
    parts: Kit
    tenant_id: str
    now: str
    if_match: str | None = None
    happenings: list[Happening] = field(default_factory=list)

    def currency(self) -> str:
        """Return the practice's currency."""
        row = self.tx.get(PRACTICES, self.tenant_id)
        return str(row["currency"]) if row else ""

    def slug(self, prefix: str, key: str) -> str:
        """Return a new slug for a record of this natural key."""
        return self.parts.ids.slug(self.tx, self.tenant_id, prefix, key)

    def tell(self, kind: str, subject: Row, **data: str) -> None:
        """Announce an event about a record, once its change is committed."""
        self.happenings.append(Happening(kind, data, subject["slug"], subject["version"]))


@dataclass(frozen=True)
class Answer:
    """What a call is answered: a JSON body (None: none at all), or its text, and the row's ETag."""

    status: int
    body: Row | None = None
    etag: str | None = None
    text: bytes | None = None

    def written(self) -> bytes:
        """Return the body's bytes; none at all when there is no body."""
        if self.text is not None:
            return self.text
        return b"" if self.body is None else json_of(self.body)


@dataclass(frozen=True)
class Endpoint:
    """A line of the routing table. `path` is below the base; its name in the journal follows it."""

    method: str
    path: str
    handler: Callable[..., Answer]
    reply: Reply
    body: type[Body] | None = None
    scope: str = "practice"
    secret: bool = False
    """The body holds a secret: neither it nor its hash is noted."""
    matches: bool = False
    """Heeds an If-Match. A write that does not refuses one: it makes a new record, or is of many."""
    conflicts: bool = False
    """May be refused for the record's state; a POST may always, for its key's sake."""

    @property
    def operation(self) -> str:
        """The journal's name: `POST /clients/batch`, or `reporting/clients`."""
        path = self.path.replace("<", "{").replace(">", "}")
        return path.removeprefix("/") if self.scope == "reporting" else f"{self.method} {path}"


def one(row: Row, *, status: int = 200) -> Answer:
    """Answer with one row; its member `etag` goes into the header as well."""
    return Answer(status, {"data": row}, row.get("etag"))


def json_of(value: Any) -> bytes:
    """Write a value as JSON: UTF-8, no white space, members in their order."""
    return orjson.dumps(value)


def with_etag(row: Row, version: int = 0) -> Row:
    """Return a row with its `etag`: a strong one, of all the row shows and of its version."""
    told = b"%d%b" % (version, json_of(row))
    return {**row, "etag": f'"{hashlib.sha256(told).hexdigest()[:20]}"'}


def check_match(if_match: str | None, row: Row, name: str) -> None:
    """Refuse a write whose If-Match names another version. Raises ApiError (412).

    `row` carries its present `etag`. The header may hold several tags, or `*`; a weak tag matches
    nothing (RFC 9110, 13.1.1). Quotes may be left out.
    """
    if if_match is None or if_match.strip() == "*":
        return
    wanted = row["etag"].strip('"')
    if not any(tag.strip().strip('"') == wanted for tag in if_match.split(",")):
        raise stale(name)


def register(app: Flask, endpoints: Sequence[Endpoint], *, first: Callable[[Ask], None]) -> None:
    """Serve endpoints below the base, and answer every error in the API's form.

    `first` is done before each of them: what time has done to the practice's records by then.
    """
    app.url_map.converters["slug"] = _slugs({endpoint.path for endpoint in endpoints})
    for endpoint in endpoints:
        path = BASE + endpoint.path.replace("<slug>", "<slug:slug>")
        # No blueprint: Flask asks one several times in each call what it wants done.
        app.add_url_rule(path, f"{endpoint.method} {path}", _view(endpoint, first), methods=[endpoint.method])
    app.register_error_handler(ApiError, lambda error: _refusal(error.status, error.error))
    app.register_error_handler(HTTPException, _foreign)


def _slugs(paths: set[str]) -> type[BaseConverter]:
    """Return what a slug in a path is: anything but the name of a path beside it.

    Else `GET /clients/batch` would be a client that is not there, and not a path without this method.
    """
    parts = (path.rpartition("/") for path in paths)
    names = sorted(name for parent, _, name in parts if name != "<slug>" and f"{parent}/<slug>" in paths)
    return type("Slug", (BaseConverter,), {"regex": f"(?!(?:{'|'.join(names)})$)[^/]+"})


def _view(endpoint: Endpoint, first: Callable[[Ask], None]) -> Callable[..., Response]:
    operation, secret, scope = endpoint.operation, endpoint.secret, endpoint.scope
    deaf = endpoint.method != "GET" and not endpoint.matches  # it would be taken for heeded

    def view(**parts: str) -> Response:
        noted = call()
        noted.operation, noted.private = operation, secret
        asked, here = noted.request, kit()
        with transaction() as tx:
            client_id, tenant_id = _authorise(tx, scope)
            here.passage.enter(tx, client_id, tenant_id)
            ask = Ask(tx, here, tenant_id, here.now(), asked.environ.get("HTTP_IF_MATCH"))
            if ask.if_match is not None and deaf:
                raise bad_request(f"{operation} has no one record for If-Match: leave it out", "If-Match")
            first(ask)
            key = asked.environ.get("HTTP_IDEMPOTENCY_KEY") if endpoint.method == "POST" else None
            answer = _once(ask, key, endpoint, parts) if key is not None else _handle(ask, endpoint, parts)
            if isinstance(answer, Response):
                return answer
        return _response(answer.status, answer.written(), answer.etag)

    return view


def _handle(ask: Ask, endpoint: Endpoint, parts: dict[str, str]) -> Answer:
    body = (read_body(endpoint.body, _body()),) if endpoint.body else ()
    answer = endpoint.handler(ask, *body, **parts)
    OUTBOX.publish(ask.parts, ask.tx, ask.tenant_id, ask.happenings)
    return answer


def _body() -> bytes:
    asked = call().request
    asked.max_content_length = MAX_BODY
    return asked.get_data(cache=True)


def _once(ask: Ask, key: str, endpoint: Endpoint, parts: dict[str, str]) -> Answer | Response:
    """Answer a POST that carries a key: the first time by doing it, afterwards as the first time."""
    fingerprint = idempotency.fingerprint(key, request.method, request.path, _body())
    before = idempotency.recall(ask.tx, ask.tenant_id, key, fingerprint, ask.now)
    if before is None:
        answer = _handle(ask, endpoint, parts)
        row = {"fingerprint": fingerprint, "etag": answer.etag, "status": answer.status}
        idempotency.remember(ask.tx, ask.tenant_id, key, {**row, "body": answer.written().decode()}, ask.now)
        return answer
    response = _response(before["status"], before["body"].encode(), before["etag"])
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _authorise(tx: Tx, scope: str) -> tuple[str, str]:
    """Return the app and the practice that the token names. Raises ApiError."""
    try:
        access = kit().oauth.check(tx, call().request.environ.get("HTTP_AUTHORIZATION"))
    except TokenRefusedError as error:
        raise ApiError(401, f"{error}: connect, or refresh the access token") from error
    if scope not in access.scopes:
        has = " ".join(sorted(access.scopes)) or "none"
        raise ApiError(403, f"this needs the scope {scope}; the token has: {has}")
    if len(access.tenant_ids) != 1:
        raise ApiError(403, f"a token must name one practice; this one names {len(access.tenant_ids)}")
    return access.client_id, next(iter(access.tenant_ids))


def _response(status: int, text: bytes, etag: str | None = None) -> Response:
    response = PlainResponse(text, status=status, content_type="application/json" if text else None)
    if not text:
        del response.headers["Content-Type"]
    if etag:
        response.headers["ETag"] = etag
    return response


def _refusal(status: int, error: dict[str, Any]) -> Response:
    response = _response(status, json_of({"error": error}))
    if status == 401:  # noqa: PLR2004  # RFC 6750
        response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response


def _foreign(error: HTTPException) -> Response:
    """Answer what Flask itself refuses: an unknown path or method, a body that is too large."""
    if isinstance(error, RequestEntityTooLarge):  # the contract's table of errors has no 413
        too_large = bad_request(f"the body is longer than {MAX_BODY} bytes: send less at once", "body")
        return _refusal(too_large.status, too_large.error)
    status = error.code or 500
    message = f"{request.method} {request.path}: {(error.name or 'error').lower()}"
    response = _refusal(status, {"code": CODES.get(status, "ERROR"), "message": message, "details": []})
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = ", ".join(sorted(value.split(", ")))
    return response
