"""What a fault asks of the transport: things that an answer alone cannot do.

A server, or the adapter that plays one in a process, puts fresh `Effects` into the WSGI environ
under `KEY`; the app fills them in, and the server does them when the app has answered.
"""

from dataclasses import dataclass

KEY = "mock_kit.effects"


@dataclass(slots=True)
class Effects:
    """The transport's orders for one call. Times are real seconds, not the fake's clock's."""

    delay: float = 0.0
    """How long to wait before the first byte of the answer."""
    reset: bool = False
    """Send no byte of the answer; reset the connection."""
    cut_after: int | None = None
    """End the connection after this many bytes of the body; the headers still promise all of it."""
    hang: float = 0.0
    """Hold the connection open for this long without a byte, then reset it."""
