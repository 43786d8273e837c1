"""Who may steer a fake: whoever has its control token or, when it has none, programs on this machine."""

import hmac
import ipaddress
from urllib.parse import urlsplit

from flask import request

from mock_kit.control_errors import ControlError
from mock_kit.kit import kit

LOCAL_NAMES = (".localhost", ".test")
"""Names that no name server gives out (RFC 6761)."""


def guard() -> None:
    """Refuse who may not steer the fake. Raises ControlError."""
    token = kit().config.control_token
    if token is not None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        same = hmac.compare_digest(given.strip().encode(), token.encode())
        if scheme.lower() != "bearer" or not same:
            raise ControlError(401, "CONTROL_TOKEN", "send the control token: Authorization: Bearer <token>")
    elif not _is_loopback(request.remote_addr):
        raise ControlError(
            403, "LOOPBACK_ONLY", "without a control token only this machine may steer the fake"
        )
    else:
        _refuse_web_pages()


def _refuse_web_pages() -> None:
    """Refuse what a page from elsewhere makes a browser on this machine send, under whatever name."""
    origin = request.headers.get("Origin")
    for url in [f"//{request.host}"] if origin is None else [f"//{request.host}", origin]:
        host = _host(url)
        if not (host == "localhost" or host.endswith(LOCAL_NAMES) or _is_loopback(host)):
            name = url.partition("//")[2] or url
            raise ControlError(
                403,
                "LOOPBACK_ONLY",
                f"{name!r} is no name of this machine: call the fake as localhost, or set a control token",
            )


def _host(url: str) -> str:
    """Return the name in a URL; none when it is no origin's URL, as a browser would never send it."""
    try:
        parts = urlsplit(url)
        possible = parts.port != 0 and "@" not in parts.netloc and parts[2:] == ("", "", "")
        return (parts.hostname or "").lower() if possible else ""
    except ValueError:  # among others for a port that none can be
        return ""


def _is_loopback(text: str | None) -> bool:
    try:
        address = ipaddress.ip_address(text or "")
    except ValueError:
        return False
    # A server on both families sees IPv4 callers as ::ffff:127.0.0.1.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
