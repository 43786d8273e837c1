"""From the bytes of a connection to whole requests. The parsing is httptools' (the parser of Node.js)."""

import logging
from collections.abc import Callable

from httptools import HttpParserCallbackError, HttpParserError, HttpParserUpgrade, HttpRequestParser

from mock_kit.http_request import BAD_REQUEST, HEAD_TOO_LARGE, MAX_HEAD, Environ, LongestBody, Request

FAILED = "500 Internal Server Error"
log = logging.getLogger("mock_kit.server")
SLICE = 16 * 1024
"""How many bytes are parsed at a time; a head is measured to within so many."""


class Reader:
    """Reads one connection's requests; `arrived` gets each when it is whole, or has been refused."""

    def __init__(
        self,
        base: Environ,
        arrived: Callable[[Request], None],
        leave: Callable[[], None],
        longest_body: LongestBody | None,
    ) -> None:
        self.deaf = False
        """No request can follow: what still comes is thrown away."""
        self._base = base
        self._arrived = arrived
        self._leave = leave
        """Called when a caller waits for leave to send its body."""
        self._longest_body = longest_body
        self._parser = HttpRequestParser(self)
        self._request: Request | None = None
        self._in_head = False
        self._shared = False
        self._head_seen = 0

    @property
    def wants_continue(self) -> bool:
        """Whether a caller waits for leave to send its body."""
        return self._request is not None and self._request.wants_continue

    def feed(self, data: bytes) -> None:
        """Take what arrived."""
        for start in range(0, len(data), SLICE):
            rest = data[start : start + SLICE]
            while rest and not self.deaf:
                rest = self._feed(rest)

    def _feed(self, data: bytes) -> bytes:
        """Take some bytes; returns those that the parser left, for the one that goes on."""
        self._shared = False
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self._go_on_without_upgrade()
            return data[upgrade.args[0] :]
        except HttpParserCallbackError:
            log.exception("a request could not be read")
            self._refuse(FAILED)
        except HttpParserError:
            self._refuse(BAD_REQUEST)
        # Of a slice in which another request ended, most may be that one's.
        if self._in_head and not self._shared:
            self._head_seen += len(data)
            if self._head_seen > MAX_HEAD:
                self._refuse(HEAD_TOO_LARGE)
        return b""

    def close(self) -> None:
        """Throw away the request that is arriving."""
        self.deaf = True
        if self._request is not None:
            self._request.close()
            self._request = None

    def _refuse(self, status: str) -> None:
        if self.deaf:  # what follows the last request is nobody's
            return
        request = self._request or Request(self._base, self._longest_body)
        request.refused = request.refused or status
        self._arrives(request)

    def _arrives(self, request: Request) -> None:
        self._request, self._in_head, self._shared = None, False, True
        self.deaf = request.is_cut_short or not request.keep_alive
        self._arrived(request)

    def _go_on_without_upgrade(self) -> None:
        """Read on as HTTP/1.1, which a server that knows no other protocol may (RFC 9110, 7.8).

        The parser takes the body for the other protocol: another one is told that a body follows.
        """
        self._parser = HttpRequestParser(self)
        if self._request is not None:
            self._parser.feed_data(b"POST / HTTP/1.1\r\n" + self._request.framing() + b"\r\n\r\n")

    # What the parser calls

    def on_message_begin(self) -> None:
        """Begin a request."""
        if self._request is None and not self.deaf:
            self._request, self._in_head, self._head_seen = Request(self._base, self._longest_body), True, 0

    def on_url(self, piece: bytes) -> None:
        """Take a piece of the target."""
        if self._in_head and self._request is not None:
            self._request.target_piece(piece)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer, after the body, is left out."""
        if self._in_head and self._request is not None:
            self._request.header(name, value)

    def on_headers_complete(self) -> None:
        """Judge the head."""
        request = self._request
        if not self._in_head or request is None:
            return
        self._in_head = False
        request.keep_alive = self._parser.should_keep_alive()
        request.head_ends(self._parser.get_method().decode("ascii"), self._parser.get_http_version())
        if request.is_cut_short:
            self._arrives(request)
        elif request.wants_continue:
            self._leave()

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the body."""
        request = self._request
        if request is not None:
            request.body_piece(piece)
            if request.is_cut_short:
                self._arrives(request)

    def on_message_complete(self) -> None:
        """Hand on a whole request."""
        request = self._request
        if request is None or (request.has_body and self._parser.should_upgrade()):
            return
        request.body_ends()
        self._arrives(request)
