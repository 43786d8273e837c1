"""Flask without what no fake has, and every call would pay for: sessions, and views that are coroutines."""

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, request
from flask.ctx import RequestContext
from flask.globals import request_ctx
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import Headers
from werkzeug.routing import MapAdapter, Rule

from mock_kit.masking import masked_path

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

OK = 200
STATUSES = {one.value: f"{one.value} {one.phrase}" for one in HTTPStatus}
KNOWN_VIEWS = 1000
"""For how many paths it is known who answers."""
NOWHERE = "\0"
"""A path that no rule has: what begins with two slashes is looked up as this, as the map would take off both."""


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


class _Body:
    """The pieces of an answer that are all there, and what is to be done when they are sent."""

    __slots__ = ("_pieces", "close")

    def __init__(self, pieces: list[bytes], close: Callable[[], None]) -> None:
        self._pieces = pieces
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)


class PlainResponse(Response):
    """An answer whose headers are sent as they were set, and whose status has the phrase of its standard."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """Return the headers; only what redirects or has no body needs Werkzeug's care."""
        if self.status_code == OK and "Content-Length" in self.headers:
            return self.headers
        return super().get_wsgi_headers(environ)

    def get_app_iter(self, environ: "WSGIEnvironment") -> Iterable[bytes]:
        """Return the body; one that is all there needs no generators around it."""
        pieces = self.response
        if type(pieces) is list and self.status_code == OK and environ["REQUEST_METHOD"] != "HEAD":
            return _Body(pieces, self.close)
        return super().get_app_iter(environ)

    def get_wsgi_response(
        self, environ: "WSGIEnvironment"
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Return body, status and headers; Werkzeug would write `429 TOO MANY REQUESTS`."""
        body, status, headers = super().get_wsgi_response(environ)
        return body, STATUSES.get(self.status_code, status), headers


class PlainRequest(Request):
    """A request whose path is what was sent: Werkzeug takes all slashes at its beginning for one."""

    def __init__(self, environ: "WSGIEnvironment", *args: Any, **named: Any) -> None:
        super().__init__(environ, *args, **named)
        if environ["PATH_INFO"].startswith("//"):
            self.path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")


class FakeContext(RequestContext):
    """What a call is answered in. Its path is looked up once: the same few come again and again."""

    def __init__(self, app: "FakeApp", environ: "WSGIEnvironment") -> None:
        super().__init__(app, environ)
        self._known = app.known_views
        self.in_blueprint = False
        """Whether the call's view is a blueprint's."""

    def match_request(self) -> None:
        """Find the call's view."""
        asked, known = self.request, self._known
        found = known.get((asked.path, asked.method))
        if found is not None:
            asked.url_rule, asked.view_args = found[0], dict(found[1])
            self.in_blueprint = "." in found[0].endpoint
            return
        super().match_request()
        if asked.url_rule is not None:
            self.in_blueprint = "." in asked.url_rule.endpoint
            if len(known) >= KNOWN_VIEWS:
                known.clear()
            known[asked.path, asked.method] = asked.url_rule, dict(asked.view_args or {})


class FakeApp(Flask):
    """The Flask app of a fake.

    Flask asks for each call whether its blueprint has functions of its own, whether a view is a coroutine,
    whether there is a session to save; here the answer is known for all but the control plane's calls.
    """

    request_class = PlainRequest
    response_class = PlainResponse
    session_interface: SessionInterface = NoSessions()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.known_views: dict[tuple[str, str], tuple[Rule, dict[str, Any]]] = {}
        """By path and method, the rule that was found for it, and what it takes from the path."""
        self.longest_bodies: dict[str, int] = {}
        """How many bytes a body may have at the paths where it may have more than elsewhere."""
        # A doubled slash is another path: sending its caller elsewhere would hide a wrong base URL.
        self.url_map.merge_slashes = False

    def longest_body(self, path: str) -> int:
        """Return how many bytes of a body are read at a path: for the server, which must keep them somewhere."""
        longest: int = self.longest_bodies.get(path, self.config["MAX_CONTENT_LENGTH"])
        return longest

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds a request's view: by its path and method alone, whatever host was called."""
        if request is None:
            return None
        path = request.path
        if path.startswith("//"):
            path = NOWHERE
        return MapAdapter(self.url_map, "localhost", "/", "", "http", path, request.method)

    def log_exception(self, exc_info: Any) -> None:
        """Tell of an error that no handler expected, and of the call it came up in, but for its secrets."""
        path = masked_path(request.path)
        self.logger.error("Exception on %s [%s]", path, request.method, exc_info=exc_info)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view as it is: none is a coroutine."""
        return func

    def make_response(self, rv: Any) -> Response:
        """Return an answer as it is; what is none yet is made one."""
        return rv if type(rv) is PlainResponse else super().make_response(rv)

    def request_context(self, environ: "WSGIEnvironment") -> RequestContext:
        """Return what a call is answered in."""
        return FakeContext(self, environ)

    def full_dispatch_request(self) -> Response:
        """Answer a call whose view is found. Flask would also give signals, which nobody hears."""
        if _in_blueprint():
            return super().full_dispatch_request()
        self._got_first_request = True
        given: Any
        try:
            for before in self.before_request_funcs[None]:
                before()
            given = self.dispatch_request()
        except Exception as error:  # noqa: BLE001  # Flask's own way: what no handler expects is raised again
            given = self.handle_user_exception(error)
        return self.process_response(self.make_response(given))

    def process_response(self, response: Response) -> Response:
        """Run what is to be done with an answer."""
        if _in_blueprint():
            return super().process_response(response)
        for after in reversed(self.after_request_funcs[None]):
            response = after(response)
        return response

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Run what is to be done at the end of a call."""
        if _in_blueprint():
            super().do_teardown_request(exc)
        else:
            for teardown in reversed(self.teardown_request_funcs[None]):
                teardown(exc)


def _in_blueprint() -> bool:
    """Tell whether the call that is answered is a blueprint's."""
    answering: FakeContext = request_ctx._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's own way
    return answering.in_blueprint
