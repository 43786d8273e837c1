"""What was worked out from some tables, kept until one of them is written to."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from mock_kit.store import Store, Tx

Key = TypeVar("Key")
Thing = TypeVar("Thing")
CAPACITY = 10_000


class Memory(Generic[Key, Thing]):
    """A bounded dictionary that forgets everything when one of its tables changes.

    A transaction that has written, or that looks at an earlier state, must not ask it: it knows what
    is committed.
    """

    def __init__(self, store: Store, tables: Iterable[str]) -> None:
        self._tables = frozenset(tables)
        self._things: dict[Key, Thing] = {}
        store.listen(self._heard)

    def get(self, key: Key) -> Thing | None:
        """Return what is known, or None."""
        return self._things.get(key)

    def keep(self, key: Key, thing: Thing) -> Thing:
        """Remember a thing, and return it."""
        if len(self._things) >= CAPACITY:
            self._things.clear()
        self._things[key] = thing
        return thing

    def _heard(self, tx: Tx) -> None:
        if tx.swept or not self._tables.isdisjoint(tx.touched):
            self._things.clear()
