"""Access and identity tokens as Xero writes them: JWTs under RS256, with a key that lasts.

The fake itself trusts its store, not the signature; the key is there for programs that check
it against `/.well-known/openid-configuration/jwks`.
"""

import json
import secrets
import warnings
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import RSAKey
from sqlalchemy import select

from mock_kit.ids import uuid_of
from mock_kit.oauth_policy import TokenClaims
from mock_kit.store import Row, Store, Tx
from mock_kit.store_file import damaged
from mock_xpm.tables.base import SIGNING_KEYS

ISSUER = "https://identity.xero.com"
AUDIENCE = "https://identity.xero.com/resources"
KEY_BITS = 2048


@cache
def process_key(bits: int) -> RSAKey:
    """Return a key of this process, made at its first use: making one takes a tenth of a second."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", SecurityWarning
        )  # a short one is asked for by who trusts no signature
        return RSAKey.generate_key(bits, auto_kid=True)


class Signer:
    """Writes the tokens of one fake. A store in a file keeps its key; one in memory has the process's.

    `bits` is how long a new key is: signing with half of them takes a fifth of the time.
    """

    def __init__(self, store: Store, bits: int = KEY_BITS) -> None:
        self._path = store.path
        self._bits = bits
        self._key: RSAKey | None = None
        if self._path is not None:
            with store.begin() as tx:
                self.keep_key(tx)

    def keep_key(self, tx: Tx) -> None:
        """Read the store's key, or put one there: called at the start, and when a world replaced all rows.

        Raises StoreError for a key that cannot be read.
        """
        if self._path is None:
            return
        row = tx.first(select(SIGNING_KEYS).order_by(SIGNING_KEYS.c.key_id))
        if row:
            try:
                self._key = RSAKey.import_key(json.loads(row["private_key"]))
            except (ValueError, TypeError, KeyError, JoseError) as error:
                raise damaged(self._path) from error
        else:
            private = json.dumps(self.key.as_dict(private=True), sort_keys=True)
            tx.insert(SIGNING_KEYS, {"key_id": self.key.kid, "private_key": private})

    @property
    def key(self) -> RSAKey:
        """Return the key that signs."""
        return self._key or process_key(self._bits)

    def public_keys(self) -> dict[str, Any]:
        """Return the JSON Web Key Set that tokens can be checked with."""
        return {"keys": [{**self.key.as_dict(private=False), "use": "sig", "alg": "RS256"}]}

    def access_token(self, claims: TokenClaims) -> str:
        """Write an access token. Two tokens of one moment still differ, by `jti`."""
        return self._sign(
            {
                **_times(claims),
                "iss": ISSUER,
                "aud": AUDIENCE,
                "client_id": claims.client_id,
                "sub": _subject(claims),
                "auth_time": int(claims.authorized_at.timestamp()),
                "xero_userid": claims.user_id,
                "global_session_id": _session(claims),
                "jti": secrets.token_hex(16),
                "scope": list(claims.scopes),
            }
        )

    def further(self, claims: TokenClaims) -> Row:
        """Return the `id_token` of a token answer, when `openid` was agreed to."""
        if "openid" not in claims.scopes:
            return {}
        said: Row = {
            **_times(claims),
            "iss": ISSUER,
            "aud": claims.client_id,
            "iat": int(claims.issued_at.timestamp()),
            "sub": _subject(claims),
            "auth_time": int(claims.authorized_at.timestamp()),
            "xero_userid": claims.user_id,
            "global_session_id": _session(claims),
        }
        if claims.nonce is not None:
            said["nonce"] = claims.nonce
        if "profile" in claims.scopes:
            said |= {"given_name": "Practice", "family_name": "Administrator"}
        if "email" in claims.scopes:
            said["email"] = "administrator@practice.example"
        return {"id_token": self._sign(said)}

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, "typ": "JWT"}, claims, self.key)


def _times(claims: TokenClaims) -> dict[str, int]:
    return {"nbf": int(claims.issued_at.timestamp()), "exp": int(claims.expires_at.timestamp())}


def _subject(claims: TokenClaims) -> str:
    return uuid_of("subject", claims.user_id).replace("-", "")


def _session(claims: TokenClaims) -> str:
    return uuid_of("session", claims.grant_id).replace("-", "")
