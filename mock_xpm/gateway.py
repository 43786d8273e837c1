"""The way into every method: token, practice, body, transaction; and every error's way out."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from mock_kit.ids import uuid_of
from mock_kit.kit import call, kit, transaction
from mock_kit.store import Row
from mock_xpm.answers import Answer, Ask, envelope, refusal
from mock_xpm.auth import check_tenant
from mock_xpm.errors import ApiError, BusinessError, not_built
from mock_xpm.wire import Record
from mock_xpm.xml_in import parse

XML = "text/xml; charset=utf-8"
STRICT = "practice-strict-content-type"

Handler = Callable[[Ask], Answer]


@dataclass(frozen=True)
class Method:
    """A method of the API: a row of the route table."""

    verb: str
    path: str
    """The resource and the method, as in `client.api/contact/<key>`."""
    api_method: str = ""
    handler: Handler | None = None
    """None: not built yet."""
    body: Record | None = None
    """The record that the body of a write holds."""

    @property
    def operation(self) -> str:
        """Return the method's name in the journal: its path without the identifiers."""
        return "/".join(part for part in self.path.split("/") if not part.startswith("<"))

    def view(self, key: str = "") -> Response:
        """Answer a call of this method."""
        call().operation = self.operation
        with transaction() as tx:
            call().tenant_id = tenant_id = check_tenant(tx)
            if self.handler is None:
                raise not_built(f"{self.verb} {self.operation}")
            if wants_json():
                raise not_built(f"the JSON form of {self.operation} (asked for by Accept and Xero-Features)")
            try:
                answer = self.handler(Ask(tx, tenant_id, self._key(key), request.args, self._body()))
            except BusinessError as error:
                raise Refused(self.api_method, error.description) from error
        # Written outside the transaction: other calls need not wait for it.
        return Response(envelope(self.api_method, answer), content_type=XML)

    def _key(self, key: str) -> str:
        """Return the path's identifier; UUIDs are compared without regard to case."""
        return key if "<number>" in self.path else key.strip().lower()

    def _body(self) -> Row:
        # The raw bytes: the Content-Type of a body is not to be trusted.
        return self.body.read_root(parse(request.get_data(cache=True))) if self.body else {}


class Refused(Exception):  # noqa: N818  # a refusal, answered with a 200
    """A business error on its way out of the transaction, which it undoes."""

    def __init__(self, api_method: str, description: str) -> None:
        super().__init__(description)
        self.text = refusal(api_method, description)


def wants_json() -> bool:
    """Tell whether the request has both headers that JSON takes."""
    features = {part.strip().lower() for part in request.headers.get("Xero-Features", "").split(",")}
    return "application/json" in request.headers.get("Accept", "") and STRICT in features


def add_error_handlers(app: Flask) -> None:
    """Let the app answer its own errors and the server's in the API's form."""

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return Response(error.text, content_type=XML)

    @app.errorhandler(ApiError)
    def outside(error: ApiError) -> Response:
        told = (request.method, request.path, kit().now(), error.status, error.detail)
        return error.response(uuid_of("correlation", kit().ids.seed, *told))

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> Response:
        return outside(ApiError(error.code or 500, error.name, error.description or error.name))
