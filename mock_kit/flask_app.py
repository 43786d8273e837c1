"""Flask without what no fake has, and every call would pay for: sessions, and views that are coroutines."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import Headers
from werkzeug.routing import MapAdapter

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

OK = 200


class NoSession(dict[str, Any], SessionMixin):
    """The session of a caller who has none."""


NO_SESSION = NoSession()


class NoSessions(SessionInterface):
    """Gives everybody the same empty session, and sends no cookie."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:  # noqa: ARG002  # Flask's signature
        """Return the empty session."""
        return NO_SESSION

    def is_null_session(self, obj: object) -> bool:
        """Tell that there is nothing to save."""
        return obj is NO_SESSION

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Save nothing."""


class PlainResponse(Response):
    """An answer whose headers are sent as they were set."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """Return the headers; only what redirects or has no body needs Werkzeug's care."""
        if self.status_code == OK and "Content-Length" in self.headers:
            return self.headers
        return super().get_wsgi_headers(environ)


class FakeApp(Flask):
    """The Flask app of a fake."""

    response_class = PlainResponse
    session_interface: SessionInterface = NoSessions()

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds a request's view: by its path and method alone, whatever host was called."""
        if request is None:
            return None
        return MapAdapter(self.url_map, "localhost", "/", "", "http", request.path, request.method)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view as it is: none is a coroutine."""
        return func
