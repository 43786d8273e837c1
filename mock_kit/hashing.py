"""How secrets and tokens are kept: as hashes, compared in constant time."""

import hashlib
import hmac


def hash_secret(secret: str) -> str:
    """Return the form in which a secret or token is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same_secret(secret: str, stored: str | None) -> bool:
    """Tell whether a secret is the one that was stored."""
    return stored is not None and hmac.compare_digest(hash_secret(secret), stored)
