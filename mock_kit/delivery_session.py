"""Sessions in which a receiver has so long to begin its answer, however slowly it talks.

requests and urllib3 time each read by itself, so that a receiver which sends a byte now and then would
never be cut. Here the timeout of a call is that of the whole head of its answer.
"""

import http.client
import io
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from mock_kit.clock import countdown

Left = Callable[[], float]
"""Tells how many seconds are left."""


class _Timed(io.RawIOBase):
    """What comes over a socket, as long as there is time left. Reads raise TimeoutError after that."""

    def __init__(self, sock: socket.socket, left: Left) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        seconds = self._left()
        if seconds <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(seconds)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *given: Any, left: Left, **options: Any) -> None:
        super().__init__(sock, *given, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Timed(sock, left))


class _Connection(HTTPConnection):
    _left: Left

    def putrequest(self, *given: Any, **options: Any) -> None:
        self._left = countdown(self.timeout or 0.0)
        super().putrequest(*given, **options)

    def getresponse(self) -> Any:
        timed: Any = partial(_Response, left=self._left)  # http.client asks for a class, and calls it
        self.response_class = timed
        return super().getresponse()


class _TlsConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *given: Any, **options: Any) -> None:
        super().init_poolmanager(*given, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


def delivery_session() -> requests.Session:
    """Return a session in which the timeout of a call, which each must have, is that of its whole head."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
    return session
