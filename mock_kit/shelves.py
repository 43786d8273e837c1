"""What is kept in memory of each practice, up to so many bytes in all."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar


class Sized(Protocol):
    """What is kept of one practice, and how many bytes it takes."""

    size: int


Shelf = TypeVar("Shelf", bound=Sized)


class Shelves(Generic[Shelf]):
    """A shelf for each practice; when all are full, the practice asked for longest ago is forgotten."""

    def __init__(self, make: Callable[[], Shelf], capacity: int) -> None:
        self._make = make
        self._capacity = capacity
        self._shelves: OrderedDict[str, Shelf] = OrderedDict()
        self._size = 0

    def of(self, tenant_id: str) -> Shelf:
        """Return a practice's shelf, which is an empty one at first."""
        shelf = self._shelves.get(tenant_id)
        if shelf is None:
            shelf = self._shelves[tenant_id] = self._make()
        self._shelves.move_to_end(tenant_id)
        return shelf

    def known(self, tenant_id: str) -> Shelf | None:
        """Return a practice's shelf if it has one; it is none the younger for it."""
        return self._shelves.get(tenant_id)

    def grew(self, size: int) -> None:
        """Count bytes that were put on the shelf asked for last, or (below 0) taken from any."""
        self._size += size
        while self._size > self._capacity and len(self._shelves) > 1:
            _tenant_id, forgotten = self._shelves.popitem(last=False)
            self._size -= forgotten.size

    def clear(self) -> None:
        """Forget everything."""
        self._shelves.clear()
        self._size = 0
