"""The clients as they were last written: each is rendered once per change, not once per read.

A fragment is one client in one form. It is forgotten when the client changes, or anything whose name
it tells: a member of staff, a contact, another client. What is committed alone is kept here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from mock_kit.shelves import Shelves
from mock_kit.store import Row, Store, Tx
from mock_kit.transactions import Undo
from mock_xpm.wire.forms import Form

TABLES = frozenset(
    {
        "clients",
        "client_contacts",
        "client_groups",
        "client_notes",
        "contacts",
        "relationships",
        "staff",
    }
)
"""The tables that a client is told from."""
OWNERS = ("client_uuid", "related_client_uuid")
"""The columns of those tables that say whose a row is."""
CAPACITY = 128 * 1024 * 1024
"""How many bytes of text are kept; beyond them the practice that was asked for longest ago is forgotten.

Who names whom, and the order of the lists, come on top: about a tenth of it.
"""
SHORT = 256 * 1024
"""Up to how many bytes a whole list is kept beside its fragments."""
BATCH = 200
"""How many clients are looked up together, so that few rows are in memory at a time."""
Kind = tuple[Form, bool]
"""The form of a fragment, and whether it is detailed."""
Fetch = Callable[[Sequence[str]], list[Row]]


@dataclass
class _Shelf:
    """What is kept of one practice."""

    written: dict[Kind, dict[str, bytes]] = field(default_factory=dict)
    told: dict[str, str | set[str]] = field(default_factory=dict)
    """For the UUID of anything that clients name: which clients do. Most are named by one: no set of it."""
    joined: dict[Kind, bytes] = field(default_factory=dict)
    """All fragments in the order of the lists, as one piece, where that is short."""
    order: list[str] | None = None
    size: int = 0
    """How many bytes the fragments and the whole lists have."""

    def tell(self, named: str, client: str) -> None:
        """Note that a client names what has this UUID."""
        there = self.told.setdefault(named, client)
        if isinstance(there, set):
            there.add(client)
        elif there != client:
            self.told[named] = {there, client}

    def join(self, kind: Kind, pieces: list[bytes]) -> None:
        """Keep a whole list."""
        self.joined[kind] = b"".join(pieces)
        self.size += len(self.joined[kind])

    def part(self) -> None:
        """Forget the whole lists."""
        self.size -= sum(map(len, self.joined.values()))
        self.joined.clear()

    def forget(self, uuid: str) -> None:
        """Forget a client, and all that name what has this UUID."""
        self.part()
        naming = self.told.pop(uuid, ())
        for client in (uuid, *([naming] if isinstance(naming, str) else naming)):
            for known in self.written.values():
                self.size -= len(known.pop(client, b""))


class Fragments:
    """The fragments of one fake's store."""

    def __init__(self, store: Store) -> None:
        self._shelves = Shelves(_Shelf, CAPACITY)
        store.listen(self._heard)

    def order(self, tenant_id: str, ask: Callable[[], list[str]]) -> list[str]:
        """Return the UUIDs of all clients, in the order of the lists; `ask` looks them up."""
        shelf = self._shelves.of(tenant_id)
        if shelf.order is None:
            shelf.order = ask()
        return shelf.order

    def write(
        self, tenant_id: str, kind: Kind, uuids: Sequence[str], fetch: Fetch, render: Callable[[Row], bytes]
    ) -> list[bytes]:
        """Return the fragments of some clients; those not known are looked up and rendered."""
        shelf = self._shelves.of(tenant_id)
        known = shelf.written.setdefault(kind, {})
        # By itself: a row's own text is another copy, and there may be 15,000 of them.
        missing = {uuid: uuid for uuid in uuids if uuid not in known}
        before = shelf.size
        asked = list(missing)
        for start in range(0, len(asked), BATCH):
            for row in fetch(asked[start : start + BATCH]):
                uuid = missing[row["uuid"]]
                known[uuid] = render(row)
                shelf.size += len(known[uuid])
                for named in _named(row):
                    shelf.tell(named, uuid)
        self._shelves.grew(shelf.size - before)
        return [known[uuid] for uuid in uuids]

    def whole(self, tenant_id: str, kind: Kind, write: Callable[[], list[bytes]]) -> list[bytes]:
        """Return a list of all clients as it was last put together; `write` does it anew."""
        shelf = self._shelves.of(tenant_id)
        known = shelf.joined.get(kind)
        if known is not None:
            return [known]
        pieces = write()
        if sum(map(len, pieces)) <= SHORT:
            before = shelf.size
            shelf.join(kind, pieces)
            self._shelves.grew(shelf.size - before)
        return pieces

    def _heard(self, tx: Tx) -> None:
        if tx.swept:
            self._shelves.clear()
        elif not TABLES.isdisjoint(tx.touched):
            for undo in tx.undo:
                shelf = self._shelves.known(undo.key[0])
                if shelf and undo.table.name in TABLES:
                    before = shelf.size
                    _forget(shelf, undo)
                    self._shelves.grew(shelf.size - before)


def _forget(shelf: _Shelf, undo: Undo) -> None:
    if undo.table.name == "clients" and ("name" in undo.values or not undo.values):
        shelf.order = None
        shelf.part()
    rows = (undo.values, undo.before or {})
    for uuid in (undo.key[1], *(row[column] for row in rows for column in OWNERS if row.get(column))):
        shelf.forget(uuid)


def _named(row: Row) -> Iterator[str]:
    """Return the UUIDs of all that a client's fragment names, and that may have another name tomorrow.

    A group keeps its name, and when it goes its clients leave it first.
    """
    for one in ("account_manager", "job_manager", "billing_client"):
        if row[one]:
            yield row[one]["uuid"]
    for contact in row["contacts"]:
        yield contact["uuid"]
    for relationship in row["relationships"]:
        yield relationship["related_client"]["uuid"]
