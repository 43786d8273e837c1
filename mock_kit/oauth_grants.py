"""The grant types of the authorization server: Authlib's, on the fake's store and clock."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint

from mock_kit.clock import iso, parse_iso
from mock_kit.hashing import hash_secret, same_secret
from mock_kit.store import Row

if TYPE_CHECKING:
    from mock_kit.oauth import OAuth


CODE_SECONDS = 300
"""How long an authorization code lives; RFC 6749 allows ten minutes, Xero gives five."""


@dataclass(frozen=True)
class ApprovedBy:
    """The person who agreed, and the grant that came of it."""

    user_id: str
    grant_id: str
    nonce: str | None = None
    """What the app wants to have back in the identity token."""


class App(ClientMixin):  # type: ignore[misc]  # Authlib is untyped
    """A registered app, as Authlib wants to see it. Without a secret it is a public client."""

    def __init__(self, row: Row, scopes: tuple[str, ...]) -> None:
        self.row = row
        self.name = row["name"]
        self.scopes = scopes

    def get_client_id(self) -> str:
        """Return the app's id."""
        return str(self.row["client_id"])

    def get_default_redirect_uri(self) -> str | None:
        """Return None: an authorization request must name its redirect URI."""
        return None

    def get_allowed_scope(self, scope: str | None) -> str:
        """Return the scopes of a request that this server knows, in the order asked."""
        return " ".join(part for part in (scope or "").split() if part in self.scopes)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Tell whether the app registered this URI."""
        return redirect_uri in json.loads(self.row["redirect_uris"])

    def check_client_secret(self, client_secret: str) -> bool:
        """Tell whether this is the app's secret."""
        return same_secret(client_secret, self.row["secret_hash"])

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002  # Authlib's signature
        """Tell whether the app may authenticate so: `none` is for apps without a secret."""
        return (method == "none") == (self.row["secret_hash"] is None)

    def check_response_type(self, response_type: str) -> bool:
        """Tell whether the app may ask for this: codes only."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Tell whether the app may use this grant."""
        return grant_type in {"authorization_code", "refresh_token"}


class Code(AuthorizationCodeMixin):  # type: ignore[misc]  # Authlib is untyped
    """An authorization code, as Authlib wants to see it."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.code_challenge = row["code_challenge"]
        self.code_challenge_method = row["code_challenge_method"]

    def get_redirect_uri(self) -> str:
        """Return the URI the code was sent to."""
        return str(self.row["redirect_uri"])

    def get_scope(self) -> str:
        """Return the scopes agreed to."""
        return str(self.row["scope"])


class Refresh(TokenMixin):  # type: ignore[misc]  # Authlib is untyped
    """A live refresh token, as Authlib wants to see it."""

    def __init__(self, row: Row, grant: Row) -> None:
        self.row = row
        self.client_id: str = grant["client_id"]
        self.approver = ApprovedBy(grant["user_id"], grant["grant_id"])

    def check_client(self, client: App) -> bool:
        """Tell whether the token was given to this app."""
        return self.client_id == client.get_client_id()

    def get_scope(self) -> str:
        """Return the scopes agreed to."""
        return str(self.row["scope"])


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib is untyped
    """Authorization code, with or without PKCE. A code used twice ends the grant it gave."""

    oauth: ClassVar["OAuth"]

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Keep a code that was just given."""
        data = request.payload.data
        self.oauth.tx.insert(
            self.oauth.tables.codes,
            {
                "code_hash": hash_secret(code),
                "client_id": request.client.get_client_id(),
                "grant_id": request.user.grant_id,
                "redirect_uri": request.payload.redirect_uri,
                "scope": request.client.get_allowed_scope(request.payload.scope),
                "expires_at": iso(self.oauth.clock.now() + timedelta(seconds=CODE_SECONDS)),
                "nonce": data.get("nonce") or None,
                "code_challenge": data.get("code_challenge"),
                "code_challenge_method": data.get("code_challenge_method"),
                "used_at": None,
            },
        )

    def query_authorization_code(self, code: str, client: App) -> Code | None:
        """Return a code that may still be used; one used before ends its grant (RFC 6749, 4.1.2)."""
        row = self.oauth.tx.get(self.oauth.tables.codes, hash_secret(code))
        if row is None or row["client_id"] != client.get_client_id():
            return None
        if row["used_at"]:
            self.oauth.end_grant(self.oauth.tx, row["grant_id"])
            return None
        return Code(row) if self.oauth.clock.now() < parse_iso(row["expires_at"]) else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Note that a code has been used; it is kept, so that a second use is seen."""
        used = {"used_at": iso(self.oauth.clock.now())}
        self.oauth.tx.update(self.oauth.tables.codes, (authorization_code.row["code_hash"],), used)

    def authenticate_user(self, authorization_code: Code) -> ApprovedBy:
        """Return who agreed to the code."""
        row = authorization_code.row
        return replace(self.oauth.approver(row["grant_id"]), nonce=row["nonce"])


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]  # Authlib is untyped
    """Refresh with rotation; how long the old token may be repeated is the policy's."""

    oauth: ClassVar["OAuth"]

    def authenticate_refresh_token(self, refresh_token: str) -> Refresh | None:
        """Return a refresh token that is still good."""
        oauth = self.oauth
        row = oauth.tx.get(oauth.tables.tokens, hash_secret(refresh_token))
        if row is None or row["kind"] != "refresh":
            return None
        grant = oauth.tx.get(oauth.tables.grants, row["grant_id"])
        if grant is None or grant["revoked_at"]:
            return None
        alive = oauth.clock.now() < parse_iso(row["expires_at"])
        return Refresh(row, grant) if alive else None

    def authenticate_user(self, refresh_token: Refresh) -> ApprovedBy:
        """Return who agreed to the grant."""
        return refresh_token.approver

    def revoke_old_credential(self, refresh_token: Refresh) -> None:
        """Note that a refresh token has a successor, and ends with its grace; a repeat does not lengthen it."""
        if not refresh_token.row["superseded_at"]:
            now = self.oauth.clock.now()
            ends = now + timedelta(seconds=self.oauth.policy.grace_seconds)
            noted = {"superseded_at": iso(now), "expires_at": iso(ends)}
            self.oauth.tx.update(self.oauth.tables.tokens, (refresh_token.row["token_hash"],), noted)


class Revocation(RevocationEndpoint):  # type: ignore[misc]  # Authlib is untyped
    """RFC 7009: revoking either token ends its grant."""

    oauth: ClassVar["OAuth"]

    def query_token(self, token_string: str, _token_type_hint: str | None) -> Refresh | None:
        """Return the token to revoke, if it is known."""
        row = self.oauth.tx.get(self.oauth.tables.tokens, hash_secret(token_string))
        grant = self.oauth.tx.get(self.oauth.tables.grants, row["grant_id"]) if row else None
        return Refresh(row, grant) if row and grant else None

    def revoke_token(self, token: Refresh, _request: Any) -> None:
        """End the grant of a token."""
        self.oauth.end_grant(self.oauth.tx, token.row["grant_id"])
