"""Lets `requests` talk to WSGI apps in this process, one call after the other, without a socket."""

import io
from collections.abc import Callable, Iterable
from functools import lru_cache
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ProtocolError
from urllib3.response import HTTPResponse

from mock_kit.effects import KEY, Effects
from scenarios.quick_session import QuickSession, headers_of

WsgiApp = Callable[..., Iterable[bytes]]
# By names of their own, as what a function within another one is said to take is worked out at each call.
Headers = list[tuple[str, str]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | None
Write = Callable[[bytes], object]
NO_COOKIES = RequestsCookieJar()


class WsgiAdapter(BaseAdapter):
    """A transport adapter that hands each request to a WSGI app, and does what its faults ask for.

    No real time passes: an answer that is later than the caller waits is a time-out at once, and any
    other is there at once, unless `wait` lets time pass.
    """

    def __init__(self, app: WsgiApp, wait: Callable[[float], object] = lambda _seconds: None) -> None:
        super().__init__()
        self._app = app
        self._wait = wait
        """Called with how long the caller waits for its answer, in a simulation where that takes time."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002  # requests' own signature
        timeout: Any = None,
        verify: Any = True,  # noqa: ARG002, FBT002
        cert: Any = None,  # noqa: ARG002
        proxies: Any = None,  # noqa: ARG002
    ) -> requests.Response:
        """Call the app with a prepared request and return what it answered.

        Raises what requests raises over a socket: ConnectionError for a reset, ReadTimeout for an answer
        that is too late, ChunkedEncodingError when a body is read that was cut short.
        """
        effects = Effects()
        started: list[Any] = []

        def start_response(status: str, headers: Headers, exc_info: ExcInfo = None) -> Write:
            if exc_info:
                raise exc_info[1]
            started[:] = [status, headers]
            return _refuse_write

        chunks = self._app({**_environ(request), KEY: effects}, start_response)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close:
                close()
        self._hold_back(effects, timeout)
        _raise_if_unanswered(effects, timeout, request)
        return _response(request, started[0], started[1], body[: effects.cut_after], stream=stream)

    def close(self) -> None:
        """Do nothing: there is no connection."""

    def _hold_back(self, effects: Effects, timeout: Any) -> None:
        """Let the time pass that the caller waits for the answer."""
        late, patience = max(effects.delay, effects.hang), _patience(timeout)
        if late:
            self._wait(late if patience is None else min(late, patience))


class InProcess:
    """Makes sessions in which given base URLs are apps of this process, and nothing else is reachable."""

    def __init__(self) -> None:
        self._apps: dict[str, WsgiApp] = {}

    def mount(self, base_url: str, app: WsgiApp) -> None:
        """Let `base_url` stand for an app, in sessions already made as well."""
        self._apps[base_url] = app

    def session(self) -> requests.Session:
        """Return a new session."""
        session = QuickSession()
        session.trust_env = False
        session.adapters.clear()
        session.mount("http://", WsgiAdapter(self.dispatch))
        session.mount("https://", WsgiAdapter(self.dispatch))
        return session

    def dispatch(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Be all the apps as one: the call's host says which. Raises ConnectionError where nobody is."""
        origin = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}"
        app = self._apps.get(origin)
        if app is None:
            raise requests.ConnectionError(f"nothing answers at {origin} in this process")
        return app(environ, start_response)


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    url = urlsplit(request.url or "")
    given: Any = request.body or b""
    if isinstance(given, str):
        given = given.encode()
    body: bytes = given if isinstance(given, bytes) else b"".join(given)
    name, port = _server(url.scheme, url.netloc)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(url.path or "/", "latin-1"),
        "QUERY_STRING": url.query,
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.netloc,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.lower_items():
        environ[_key(name)] = str(value)
    return environ


@lru_cache
def _server(scheme: str, netloc: str) -> tuple[str, str]:
    """Return the name and the port of the server that a URL names."""
    url = urlsplit(f"{scheme}://{netloc}")
    return url.hostname or "", str(url.port or (443 if scheme == "https" else 80))


@lru_cache
def _key(header: str) -> str:
    """Return what a header is called in an environ."""
    key = header.upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"


class _Response(requests.Response):
    """A response without a jar of its own for cookies, which nobody sends here: one takes longer than all the rest."""

    def __init__(self) -> None:
        nothing = {"_content": False, "_content_consumed": False, "_next": None, "raw": None}
        vars(self).update(nothing, history=[], cookies=NO_COOKIES)


@lru_cache
def _encoding(content_type: str | None) -> str | None:
    """Return the encoding that a content type names, or that it has unless it names one."""
    headers = CaseInsensitiveDict({} if content_type is None else {"Content-Type": content_type})
    return requests.utils.get_encoding_from_headers(headers)


def _response(
    request: requests.PreparedRequest,
    status: str,
    headers: Headers,
    body: bytes,
    *,
    stream: bool,
) -> requests.Response:
    code, _, reason = status.partition(" ")
    response = _Response()
    response.status_code = int(code)
    response.reason = reason
    response.headers = headers_of(headers)
    response.url = request.url or ""
    response.request = request
    response.encoding = _encoding(response.headers.get("Content-Type"))
    whole = response.headers.get("Content-Length") == str(len(body))
    if whole and "Content-Encoding" not in response.headers:
        # Nothing is left to be read or unpacked: what follows would take longer than many an answer.
        vars(response).update(_content=body, _content_consumed=True)
        return response
    response.raw = HTTPResponse(
        io.BytesIO(body),
        headers=dict(headers),
        status=int(code),
        preload_content=False,
        decode_content=False,
        request_method=request.method,
    )
    if not stream:
        _ = response.content
    return response


def _patience(timeout: Any) -> float | None:
    """Return how long the caller waits for the answer, in seconds; None: for ever."""
    patience = timeout[1] if isinstance(timeout, tuple) else timeout
    return None if patience is None else float(patience)


def _raise_if_unanswered(effects: Effects, timeout: Any, request: requests.PreparedRequest) -> None:
    patience = _patience(timeout)
    late = max(effects.delay, effects.hang)
    if patience is not None and late > patience:
        raise requests.ReadTimeout(f"no answer within {patience} seconds", request=request)
    if effects.reset or effects.hang:
        broken = ProtocolError("Connection aborted.", ConnectionResetError(104, "Connection reset by peer"))
        raise requests.ConnectionError(broken, request=request)


def _refuse_write(_data: bytes) -> object:
    raise NotImplementedError("the write callable of WSGI is not supported")
