"""One HTTP/1 request while it arrives, and the WSGI environ it becomes (PEP 3333)."""

import io
import sys
import tempfile
from collections.abc import Callable
from functools import lru_cache
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from httptools import HttpParserInvalidURLError, parse_url

Environ = dict[str, Any]
LongestBody = Callable[[str], int]
"""Tells how many bytes of a body an app reads at a path."""

UNTOLD_BODY = 16 * 1024 * 1024
"""How many bytes a body may have where the app does not say."""
BODY_IN_MEMORY = 1024 * 1024
"""From how many bytes on a body goes to a temporary file."""
MAX_HEAD = 64 * 1024
"""How many bytes the request line and the headers may have."""

BAD_REQUEST = "400 Bad Request"
TOO_LARGE = "413 Content Too Large"
HEAD_TOO_LARGE = "431 Request Header Fields Too Large"
UNKNOWN_VERSION = "505 HTTP Version Not Supported"

VERSIONS = ("1.0", "1.1")
BARE = {"CONTENT_TYPE", "CONTENT_LENGTH"}
"""What the environ names without `HTTP_`."""


def base_environ(host: str, port: int, peer: tuple[str, int]) -> Environ:
    """Return what is the same for every request of a connection: nothing in it comes from a header.

    `peer` is the caller's address and port as the system knows them, whatever a proxy's header says.
    """
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": peer[0],
        "REMOTE_PORT": str(peer[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


class Request:
    """One request. `environ` is whole after `head_ends` and `body_ends`."""

    def __init__(self, base: Environ, longest_body: LongestBody | None) -> None:
        self.environ = base.copy()
        self.keep_alive = False
        self.refused: str | None = None
        """The status line it is answered with instead of being put to the app."""
        self.unread = False
        """The body is longer than the app reads, and is thrown away: the app will refuse it in its own way."""
        self.version = "1.1"
        self.wants_continue = False
        """The caller waits for leave to send the body."""
        self.has_body = False
        self._longest_body = longest_body
        self._longest = UNTOLD_BODY
        self._chunked = False
        self._size = 0
        self._body: IO[bytes] | None = None
        self._target = b""

    @property
    def is_cut_short(self) -> bool:
        """Whether it is answered without the rest of it, and is the last one of its connection."""
        return self.unread or self.refused is not None

    def target_piece(self, piece: bytes) -> None:
        """Take a piece of the request line's target."""
        self._target += piece

    def header(self, name: bytes, value: bytes) -> None:
        """Take a header. One that comes twice is joined by a comma, a cookie by a semicolon."""
        key = _environ_name(name)
        if key is None:
            return
        text = value.decode("latin-1")
        before = self.environ.get(key)
        if before is not None:
            text = f"{before}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        self.environ[key] = text

    def head_ends(self, method: str, version: str) -> None:
        """Judge the head: afterwards `refused` may be set."""
        environ = self.environ
        self.version = version
        if version not in VERSIONS:
            self.refused = UNKNOWN_VERSION
            return
        environ["REQUEST_METHOD"] = method
        environ["SERVER_PROTOCOL"] = f"HTTP/{version}"
        self._split_target()
        self._chunked = environ.pop("HTTP_TRANSFER_ENCODING", None) is not None
        promised = int(environ.get("CONTENT_LENGTH", 0))  # the parser has seen that it is a number
        self.has_body = self._chunked or promised > 0
        if not self.has_body:
            return
        if self._longest_body is not None:
            self._longest = self._longest_body(environ["PATH_INFO"])
        if promised > self._longest:
            self._is_too_long(promised)
        elif version == "1.1":
            self.wants_continue = environ.get("HTTP_EXPECT", "").lower() == "100-continue"

    def _split_target(self) -> None:
        target = self._target
        if not target.startswith(b"/") and target != b"*":
            try:
                parts = parse_url(target)
            except HttpParserInvalidURLError:  # `host:port`, as a proxy is asked; the app knows no such path
                target = b"/" + target
            else:
                target = (parts.path or b"/") + (b"?" + parts.query if parts.query else b"")
        path, _, query = target.partition(b"?")
        self.environ["QUERY_STRING"] = query.partition(b"#")[0].decode("latin-1")
        if b"%" in path:
            path = unquote_to_bytes(path)
        self.environ["PATH_INFO"] = path.decode("latin-1")

    def body_piece(self, piece: bytes) -> None:
        """Take a piece of the body; afterwards it may be cut short, when there is too much of it."""
        self._size += len(piece)
        if self._size > self._longest:
            self._is_too_long(self._size)
            return
        if self._body is None:
            self._body = tempfile.SpooledTemporaryFile(max_size=BODY_IN_MEMORY)  # noqa: SIM115  # until `close`
        self._body.write(piece)

    def _is_too_long(self, size: int) -> None:
        self.close()
        self._body = None
        if self._longest_body is None:
            self.refused = TOO_LARGE
            return
        self.unread, self.keep_alive, self._chunked = True, False, False
        self.environ["CONTENT_LENGTH"] = str(size)
        self.body_ends()

    def body_ends(self) -> None:
        """Give the app the body to read, and its true length where chunks left it open."""
        if self._chunked:
            self.environ["CONTENT_LENGTH"] = str(self._size)
        if self._body is None:
            self.environ["wsgi.input"] = io.BytesIO()
        else:
            self._body.seek(0)
            self.environ["wsgi.input"] = self._body

    def framing(self) -> bytes:
        """Return the header that tells how the body is delimited."""
        if self._chunked:
            return b"Transfer-Encoding: chunked"
        return b"Content-Length: %d" % int(self.environ["CONTENT_LENGTH"])

    def close(self) -> None:
        """Let go of the body."""
        if self._body is not None:
            self._body.close()


@lru_cache(maxsize=512)
def _environ_name(name: bytes) -> str | None:
    """Return a header's key in the environ; None for a name that would pass for another one's.

    `X_Real_Name` and `X-Real-Name` would share a key: as elsewhere, the one with underscores is left out.
    """
    if b"_" in name:
        return None
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in BARE else f"HTTP_{key}"
