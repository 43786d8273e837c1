"""What a WSGI app answers (PEP 3333), and the bytes of HTTP/1 that say it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from types import TracebackType
from typing import Any, NamedTuple

from mock_kit.effects import KEY, Effects
from mock_kit.http_request import Environ, Request

Headers = list[tuple[str, str]]
App = Callable[[Environ, Any], Iterable[bytes]]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

BODILESS = ("1", "204", "304")
"""How the status of an answer without a body begins."""
NO_EFFECTS = Effects()
LAST_CHUNK = b"0\r\n\r\n"


class AppError(Exception):
    """The app broke the rules of WSGI; the message says which."""


class Answer:
    """An app's answer: status, headers, the pieces of the body, and what a fault asks of the transport."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: Headers = []
        self.effects = Effects()
        self.first = b""
        """The first piece; the head is not known before the app has made it."""
        self.rest: Iterator[bytes] = iter(())
        self._written: list[bytes] = []
        self._iterable: Iterable[bytes] = ()

    def start(
        self, status: str, headers: Headers, exc_info: ExcInfo | None = None
    ) -> Callable[[bytes], object]:
        """Be the app's `start_response`."""
        if self.status and exc_info is None:
            raise AppError("the app called start_response twice")
        self.status, self.headers = status, headers
        return self._written.append

    def take(self, iterable: Iterable[bytes]) -> None:
        """Take the app's pieces, and ask for the first one that is not empty."""
        self._iterable = iterable
        self.rest = iter(iterable)
        for piece in self.rest:
            if piece:
                self.first = piece
                break
        if self._written:
            self.first = b"".join(self._written) + self.first
        if not self.status:
            raise AppError("the app answered without a call of start_response")

    def is_ready(self, length: int) -> bool:
        """Return whether so many bytes can be sent at once: they are there, and no fault has its orders."""
        return len(self.first) >= length and self.effects == NO_EFFECTS

    def close(self) -> None:
        """Tell the app that its answer was sent, or that nobody is there to read it."""
        close = getattr(self._iterable, "close", None)
        self._iterable = ()
        if close is not None:
            close()


def ask(app: App, request: Request) -> Answer:
    """Put a request to the app. Raises whatever the app raises; its answer is closed then."""
    answer = Answer()
    request.environ[KEY] = answer.effects
    try:
        answer.take(app(request.environ, answer.start))
    except BaseException:
        answer.close()
        raise
    return answer


class Frame(NamedTuple):
    """How an answer goes over the wire."""

    head: bytes
    length: int | None
    """How many bytes of body are sent; None: as many as there are."""
    chunked: bool
    keep_alive: bool


def frame(request: Request, answer: Answer, *, keep_alive: bool) -> Frame:
    """Return the head of an answer, and how its body is delimited."""
    length: int | None = None
    lines = ["HTTP/1.1 " + answer.status]
    for name, value in answer.headers:
        known = name.lower()
        if known == "connection":  # the connection is the server's; an app may end it
            keep_alive = keep_alive and value.lower() != "close"
        elif known != "transfer-encoding":
            if known == "content-length":
                length = int(value)
            lines.append(name + ": " + value)
    chunked = False
    if request.environ.get("REQUEST_METHOD") == "HEAD" or answer.status.startswith(BODILESS):
        length = 0
    elif length is None and request.version == "1.1":
        chunked = True
        lines.append("Transfer-Encoding: chunked")
    elif length is None:
        keep_alive = False  # its end is the connection's
    if not keep_alive:
        lines.append("Connection: close")
    elif request.version == "1.0":
        lines.append("Connection: keep-alive")
    lines.append("\r\n")
    return Frame("\r\n".join(lines).encode("latin-1"), length, chunked, keep_alive)


def blocks(answer: Answer, limit: int | None, size: int) -> Iterator[bytes]:
    """Return the body in blocks of about `size` bytes, the first piece by itself; `limit` ends it early.

    The app makes the pieces as they are asked for, so that an answer of any length takes little memory.
    """
    left = limit
    gathered: list[bytes] = []
    length = 0
    for number, whole in enumerate(chain((answer.first,), answer.rest)):
        piece = whole if left is None else whole[:left]
        if left is not None:
            left -= len(piece)
        gathered.append(piece)
        length += len(piece)
        if length and (length >= size or not number):
            yield b"".join(gathered)
            gathered, length = [], 0
        if left == 0:
            break
    if length:
        yield b"".join(gathered)


def chunk(piece: bytes) -> bytes:
    """Return a piece of a body whose length was not promised."""
    return b"%x\r\n%b\r\n" % (len(piece), piece)


def plain(status: str) -> bytes:
    """Return the server's own answer to what no app was asked; the connection ends after it."""
    text = f"{status}\n".encode("latin-1")
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n"
    return (head + "Connection: close\r\n\r\n").encode("latin-1") + text
