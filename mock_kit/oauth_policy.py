"""What the two authorization servers differ in, and what a token is to the fake behind them."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mock_kit.store import Row


@dataclass(frozen=True)
class Access:
    """What a live access token lets its bearer do."""

    grant_id: str
    client_id: str
    scopes: frozenset[str]
    tenant_ids: frozenset[str]


class TokenRefusedError(Exception):
    """The request's access token is missing, unknown or expired (`expired_at` says when)."""

    def __init__(self, reason: str, expired_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.expired_at = expired_at


@dataclass(frozen=True)
class TokenClaims:
    """What an access token says of itself, for a fake that writes tokens one can read."""

    grant_id: str
    client_id: str
    user_id: str
    scopes: Sequence[str]
    authorized_at: datetime
    issued_at: datetime
    expires_at: datetime
    nonce: str | None = None
    """What the authorization request asked to have back (OpenID); only tokens for its code have it."""


def opaque_token(_claims: TokenClaims) -> str:
    """Write an access token that says nothing."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Policy:
    """How one product's authorization server differs from another's. Times are in seconds."""

    title: str
    scopes: tuple[str, ...]
    access_seconds: int
    refresh_idle_seconds: int
    grace_seconds: int = 0
    """How long a superseded refresh token may be repeated; 0: it is dead at once."""
    offline_scope: str | None = None
    """The scope without which no refresh token is given; None: every grant has one."""
    auth_methods: tuple[str, ...] = ("client_secret_post",)
    several_tenants: bool = False
    """One grant may be for several practices, and a person's grants to an app add up: a token of any of them
    reaches what was connected by any."""
    write_access: Callable[[TokenClaims], str] = opaque_token
    further: Callable[[TokenClaims], Row] = field(default=lambda _claims: {})
    """Further members of a token answer, such as `id_token`."""
