"""Seeded ids: hashes of practice, kind, natural key, and how many of that key there were before.

Two runs that do the same things to a practice give the same ids, whatever other practices do
beside it and in whatever order calls of different keys arrive.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass

from sqlalchemy import Table

from mock_kit.store import Tx

SLUG_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def hash_of(*parts: object) -> bytes:
    """Return 32 bytes that depend on the parts alone."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).digest()


def uuid_of(*parts: object) -> str:
    """Return a UUID in its usual lower-case form, made from the parts."""
    return str(uuid.UUID(bytes=hash_of(*parts)[:16], version=4))


def slug_of(prefix: str, *parts: object) -> str:
    """Return a slug such as `cli_7h2k…`: the prefix and 16 characters made from the parts."""
    number = int.from_bytes(hash_of(*parts)[:10], "big")
    return f"{prefix}_" + "".join(SLUG_ALPHABET[(number >> shift) & 31] for shift in range(0, 80, 5))


@dataclass(frozen=True)
class Ids:
    """The id source of one fake. The counters live in its store, in the caller's transaction."""

    counters: Table
    seed: int = 0

    def uuid(self, tx: Tx, tenant_id: str, kind: str, key: str) -> str:
        """Return a new UUID for a record of this kind and natural key."""
        return uuid_of(self.seed, tenant_id, kind, key, self.number(tx, tenant_id, kind, key))

    def slug(self, tx: Tx, tenant_id: str, prefix: str, key: str) -> str:
        """Return a new slug for a record of this prefix and natural key."""
        return slug_of(prefix, self.seed, tenant_id, prefix, key, self.number(tx, tenant_id, prefix, key))

    def number(self, tx: Tx, tenant_id: str, kind: str, key: str = "", *, first: int = 0) -> int:
        """Return the next number of a sequence, from `first` on; each is given out once."""
        return tx.count(self.counters, (tenant_id, kind, key), "count", first)
