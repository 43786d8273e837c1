"""Raw sockets against a server, and the smallest apps to serve."""

import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self

from mock_kit.effects import KEY, Effects
from mock_kit.server import Listener

TIMEOUT = 10
Environ = dict[str, Any]


class Switch:
    """A WSGI app that each test makes into its own; it keeps what it was called with."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.body: Iterable[bytes] = [b"hello"]
        self.status = "200 OK"
        self.headers: list[tuple[str, str]] | None = None
        self.during: Callable[[Environ, Effects], object] = lambda _environ, _effects: None
        self.called: list[Environ] = []
        self.bodies: list[bytes] = []

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        self.called.append(environ)
        self.bodies.append(environ["wsgi.input"].read())
        self.during(environ, environ[KEY])
        body = self.body
        headers = self.headers
        if headers is None:
            length = sum(len(piece) for piece in body) if isinstance(body, list) else None
            headers = [] if length is None else [("Content-Length", str(length))]
        start_response(self.status, headers)
        return body


class Line:
    """One connection to a server, byte by byte."""

    def __init__(self, url: str) -> None:
        host, _, port = url.removeprefix("http://").rpartition(":")
        self.socket = socket.create_connection((host.strip("[]"), int(port)), timeout=TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self.socket.close()

    def send(self, text: bytes) -> "Line":
        self.socket.sendall(text)
        return self

    def reset(self) -> None:
        """Go away without a goodbye."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def all(self) -> bytes:
        """Read until the server ends the connection."""
        got = b""
        while data := self.socket.recv(65_536):
            got += data
        return got

    def until(self, end: bytes) -> bytes:
        """Read until the answer ends with these bytes."""
        got = b""
        while not got.endswith(end):
            data = self.socket.recv(65_536)
            if not data:
                raise EOFError(got)
            got += data
        return got


@contextmanager
def serving(listener: Listener) -> Iterator[threading.Thread]:
    """Run a listener in a thread; the block must stop it."""
    thread = threading.Thread(target=listener.run, name="serving for a test")
    thread.start()
    try:
        yield thread
    finally:
        listener.stop()
        thread.join(10)
        assert not thread.is_alive()


def ask(url: str, text: bytes) -> bytes:
    """Send bytes on a connection of their own, and read until the server ends it."""
    with Line(url) as line:
        return line.send(text).all()


GET = b"GET / HTTP/1.1\r\nHost: fake\r\n\r\n"
LAST_GET = b"GET / HTTP/1.1\r\nHost: fake\r\nConnection: close\r\n\r\n"
CLOSE = b"Host: fake\r\nConnection: close\r\n"
"""Headers of a last request."""
