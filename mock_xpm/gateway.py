"""The way into every method: token, practice, body, transaction; and every error's way out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException

from mock_kit.flask_app import PlainResponse
from mock_kit.kit import call, kit, transaction
from mock_kit.store import Row, Tx
from mock_xpm import identity
from mock_xpm.auth import check_tenant
from mock_xpm.errors import ApiError, BusinessError
from mock_xpm.limits import correlation
from mock_xpm.wire.answers import Answer, Ask, envelope, refusal
from mock_xpm.wire.forms import Form, Version, version_of
from mock_xpm.wire.record import Reading, Record
from mock_xpm.wire.xml_in import parse

XML = "text/xml; charset=utf-8"
JSON = "application/json; charset=utf-8"
STRICT = "practice-strict-content-type"
ONE_PIECE = 256 * 1024
"""Answers of up to so many bytes are sent in one piece, longer ones in pieces of about that size."""

Handler = Callable[[Ask], Answer]


@dataclass(frozen=True)
class Method:
    """A method of the API, in both of its versions: a row of the route table."""

    verb: str
    path: str
    """The resource and the method, as in `client.api/contact/<key>`."""
    api_method: str
    handler: Handler
    body: Record | None = None
    """The record that the body of a write holds."""
    of: str = ""
    """The table of the row that the path's identifier names."""

    @cached_property
    def operation(self) -> str:
        """Return the method's name in the journal: its path without the identifiers."""
        return "/".join(part for part in self.path.split("/") if not part.startswith("<"))

    def view(self, version: Version, key: str = "") -> Response:
        """Answer a call of this method."""
        noted = call()
        noted.operation = self.operation
        form = _form(version, noted.request)
        with transaction() as tx:
            client_id, tenant_id = check_tenant(tx)
            kit().passage.enter(tx, client_id, tenant_id)
            try:
                answer = self.handler(self._ask(tx, tenant_id, form, key))
            except BusinessError as error:
                raise Refused(refusal(form, self.api_method, error.description), form) from error
        # Written outside the transaction: other calls need not wait for it.
        return _response(envelope(form, self.api_method, answer), form)

    def _ask(self, tx: Tx, tenant_id: str, form: Form, key: str) -> Ask:
        body: Row = {}
        if key or self.body:
            reading = Reading(
                version_of(form), lambda table, text: identity.uuid_of(tx, tenant_id, table, text)
            )
            body = self._body(reading)
            key = key.strip() if "<number>" in self.path else reading.identifier(self.of, key) or ""
        # A plain dictionary: a parameter that is not there costs an exception in the request's own.
        asked = call().request
        query = asked.args.to_dict() if asked.query_string else {}
        return Ask(tx, tenant_id, form, key, query, body)

    def _body(self, reading: Reading) -> Row:
        # The raw bytes: the Content-Type of a body is not to be trusted.
        return self.body.read_root(parse(request.get_data(cache=True)), reading) if self.body else {}


class Refused(Exception):  # noqa: N818  # a refusal, answered with a 200
    """A business error on its way out of the transaction, which it undoes."""

    def __init__(self, text: str, form: Form) -> None:
        super().__init__(text)
        self.text = text
        self.form = form


def _form(version: Version, asked: Request) -> Form:
    """Return how the call is to be answered: JSON only in 3.1, and only with both headers."""
    if version == "3.1" and "HTTP_XERO_FEATURES" in asked.environ:
        features = {part.strip().lower() for part in asked.headers["Xero-Features"].split(",")}
        if STRICT in features and any(map(_is_json, asked.accept_mimetypes)):
            return "json"
    return version


def _is_json(accepted: tuple[str, float]) -> bool:
    """Tell whether a media type of `Accept`, with its quality, asks for JSON by name."""
    media_type, quality = accepted
    return media_type.partition(";")[0].strip().lower() == "application/json" and quality > 0


def _response(pieces: list[bytes], form: Form) -> Response:
    content_type = JSON if form == "json" else XML
    length = sum(map(len, pieces))
    if length <= ONE_PIECE:
        return PlainResponse(b"".join(pieces), content_type=content_type)
    return PlainResponse(_bundles(pieces), headers={"Content-Length": str(length)}, content_type=content_type)


def _bundles(pieces: list[bytes]) -> Iterator[bytes]:
    """Join small pieces to larger ones, so that few of them are sent."""
    bundle: list[bytes] = []
    length = 0
    for piece in pieces:
        bundle.append(piece)
        length += len(piece)
        if length >= ONE_PIECE:
            yield b"".join(bundle)
            bundle, length = [], 0
    yield b"".join(bundle)


def add_error_handlers(app: Flask) -> None:
    """Let the app answer its own errors and the server's in the API's form."""

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return _response([error.text.encode()], error.form)

    @app.errorhandler(ApiError)
    def outside(error: ApiError) -> Response:
        return error.response(correlation(error.status, error.detail))

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> Response:
        return outside(ApiError(error.code or 500, error.name, error.description or error.name))
