"""An app on a port, under waitress: a production WSGI server that stops when it is told."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from waitress.server import create_server

LOOPBACK = "127.0.0.1"
THREADS = 8


class PortError(Exception):
    """The port cannot be had; the message says which, and the way out."""


def bind(app: Callable[..., Any], host: str = LOOPBACK, port: int = 0, threads: int = THREADS) -> Any:
    """Return a waitress server on a port (0: any free one). Raises PortError when it is taken."""
    try:
        return create_server(
            app, host=host, port=port, threads=threads, ident=None, clear_untrusted_proxy_headers=True
        )
    except OSError as error:
        raise PortError(f"cannot listen on {host}:{port}: {error.strerror}; choose another port") from error


@contextmanager
def running(app: Callable[..., Any], host: str = LOOPBACK, port: int = 0) -> Iterator[str]:
    """Serve an app from a thread while the block runs; yields its base URL."""
    server = bind(app, host, port)
    thread = threading.Thread(target=server.run, name=f"serving :{server.effective_port}", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        stop(server)
        thread.join(timeout=10)


def serve_until_signal(server: Any) -> None:
    """Serve from this thread until SIGINT or SIGTERM; calls under way are finished."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        server.run()
    finally:
        stop(server)


def stop(server: Any) -> None:
    """Stop taking calls, and end the worker threads once they are done."""
    server.close()
    server.task_dispatcher.shutdown()
