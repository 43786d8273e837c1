"""Waiting at the redirect URI for the browser to come back from a consent page."""

import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from syncer.connect import Attempt
from syncer.errors import ConfigError, RefusedError

CONSENT_SECONDS = 300
SILENT_SECONDS = 10
"""How long a browser may keep a connection open without asking for anything."""
PAGE = "<!doctype html><meta charset=utf-8><title>{title}</title><p>{text}"
AGREED = ("Connected", "You can close this page and go back to the terminal.")
DENIED = ("Not connected", "Consent was not given. You can close this page and go back to the terminal.")
ANOTHER = ("Not connected", "This answer belongs to another attempt. Open the link that the terminal shows.")
NOTHING = ("Nothing here", "syncer connect waits here for an answer to its consent page.")


def listen(attempt: Attempt, ready: Callable[[], None] = lambda: None) -> str:
    """Wait at the redirect URI for the browser to come back, and return the URL it came with.

    `ready` is called once somebody listens: only then is it of use to show a person the link.
    What else comes to that port – a browser asks for an icon, an old tab is loaded again – is answered and
    does not count. Raises ConfigError where the port is taken, RefusedError when nobody comes.
    """
    uri = urlsplit(attempt.app.redirect_uri)
    came: list[str] = []
    is_there = threading.Event()

    class Receiver(BaseHTTPRequestHandler):
        timeout = SILENT_SECONDS

        def do_GET(self) -> None:
            status, page = judge(attempt, self.path)
            self._answer(status, *page)
            if status is HTTPStatus.OK and not came:
                came.append(f"{uri.scheme}://{uri.netloc}{self.path}")
                is_there.set()

        def do_POST(self) -> None:
            self._answer(HTTPStatus.METHOD_NOT_ALLOWED, *NOTHING)

        def _answer(self, status: HTTPStatus, title: str, text: str) -> None:
            body = PAGE.format(title=title, text=text).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Write nothing: the path holds the code."""

    try:
        server = Server((uri.hostname or "127.0.0.1", uri.port or 80), Receiver)
    except OSError as error:
        raise ConfigError(f"cannot listen at {attempt.app.redirect_uri}: {error.strerror}") from error
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        ready()
        try:
            is_there.wait(CONSENT_SECONDS)
        finally:
            server.shutdown()
    if not came:
        raise RefusedError(attempt.app.title, "authorize", f"no answer came within {CONSENT_SECONDS} s")
    return came[0]


def judge(attempt: Attempt, target: str) -> tuple[HTTPStatus, tuple[str, str]]:
    """Return what a request is answered: 200 where it is the answer that is waited for, a refusal too."""
    path, _, query = target.partition("?")
    if path != (urlsplit(attempt.app.redirect_uri).path or "/"):
        return HTTPStatus.NOT_FOUND, NOTHING
    answer = parse_qs(query)
    if answer.get("state") != [attempt.state]:
        return HTTPStatus.BAD_REQUEST, ANOTHER
    return HTTPStatus.OK, AGREED if "code" in answer else DENIED


class Server(ThreadingHTTPServer):
    """A thread for each connection: a browser opens some that it asks nothing by."""

    daemon_threads = True

    def handle_error(self, *_args: object) -> None:
        """Say nothing of a browser that went away."""
