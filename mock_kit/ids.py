"""Seeded ids: hashes of practice, kind, natural key, and how many of that key there were before.

Two runs that do the same things to a practice give the same ids, whatever other practices do
beside it and in whatever order calls of different keys arrive.
"""

import hashlib
import uuid
from dataclasses import dataclass
from json import JSONEncoder
from json.encoder import encode_basestring

from sqlalchemy import Table

from mock_kit.store import Tx

SLUG_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [low + high for high in SLUG_ALPHABET for low in SLUG_ALPHABET]
"""Each ten bits of a slug's number, as two characters."""
_written = JSONEncoder(ensure_ascii=False).encode


def hash_of(*parts: object) -> bytes:
    """Return 32 bytes that depend on the parts alone: the hash of a JSON list of them."""
    # Put together by hand: a batch of a hundred clients takes 400 hashes, nearly all of them of short texts.
    pieces = [
        encode_basestring(part) if type(part) is str else str(part) if type(part) is int else _written(part)
        for part in parts
    ]
    text = f"[{', '.join(pieces)}]"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def uuid_of(*parts: object) -> str:
    """Return a UUID in its usual lower-case form, made from the parts."""
    return str(uuid.UUID(bytes=hash_of(*parts)[:16], version=4))


def slug_of(prefix: str, *parts: object) -> str:
    """Return a slug such as `cli_7h2k…`: the prefix and 16 characters made from the parts."""
    number = int.from_bytes(hash_of(*parts)[:10], "big")
    return f"{prefix}_" + "".join([_PAIRS[(number >> shift) & 1023] for shift in range(0, 80, 10)])


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

    def numbers(self, tx: Tx, tenant_id: str, kind: str, many: int, *, first: int = 0) -> range:
        """Return so many numbers of a sequence as `number` would give them out, one after the other."""
        begin = tx.count(self.counters, (tenant_id, kind, ""), "count", first, many)
        return range(begin, begin + many)
