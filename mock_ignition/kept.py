"""Rows and pages as they were last written: each is rendered once per change, not once per read.

A row's text is kept with the version of its record, and is good as long as the record has that version
and no other record that it shows has changed. A page is good as long as nothing in its tables has
changed. What is committed alone is kept here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from mock_ignition.lists import Place
from mock_kit.kit import kit
from mock_kit.memory import Memory
from mock_kit.shelves import Shelves
from mock_kit.store import Store, Tx

CAPACITY = 128 * 1024 * 1024
"""How many bytes are kept; beyond them the practice that was asked for longest ago is forgotten."""
PAGES = 4 * 1024 * 1024
"""How many bytes of one practice's pages are kept: there are as many as ways to ask for one."""
Render = Callable[[list[str]], Iterable[tuple[str, int, bytes]]]
"""Looks records up by their keys, and tells of each its key, its version and its text."""


@dataclass
class _Shelf:
    """The texts of one practice, by kind, then by slug."""

    kinds: dict[str, dict[str, tuple[int, bytes]]] = field(default_factory=dict)
    pages: dict[frozenset[str], dict[str, bytes]] = field(default_factory=dict)
    """The pages, by the tables they tell of, then by what was asked."""
    paged: int = 0
    """How many bytes of `size` the pages take."""
    size: int = 0

    def forget_pages(self, tables: frozenset[str]) -> None:
        """Forget the pages that tell of these tables."""
        size = sum(map(len, self.pages.pop(tables).values()))
        self.paged -= size
        self.size -= size


class Texts:
    """The rows of one fake's store as text. `shows` names, for a kind, the other tables its rows tell of."""

    def __init__(self, store: Store, shows: dict[str, frozenset[str]]) -> None:
        self._shelves = Shelves(_Shelf, CAPACITY)
        self._shown_in: dict[str, list[str]] = {}
        for kind, tables in shows.items():
            for table in sorted(tables):
                self._shown_in.setdefault(table, []).append(kind)
        store.listen(self._heard)

    def of(self, tenant_id: str, kind: str, places: Sequence[Place], render: Render) -> list[bytes]:
        """Return the texts of records at these places of their list; unknown ones are rendered."""
        shelf = self._shelves.of(tenant_id)
        known = shelf.kinds.setdefault(kind, {})
        texts: list[bytes] = []
        missing: list[str] = []
        for _moment, key, version in places:
            found = known.get(key)
            if found is None or found[0] != version:
                missing.append(key)
            else:
                texts.append(found[1])
        if not missing:
            return texts
        before = shelf.size
        for key, version, text in render(missing):
            shelf.size += len(text) - len(known.get(key, (0, b""))[1])
            known[key] = (version, text)
        self._shelves.grew(shelf.size - before)
        return [known[key][1] for _moment, key, _version in places]

    def page(self, tenant_id: str, tables: frozenset[str], asked: str, write: Callable[[], bytes]) -> bytes:
        """Return a page that tells of these tables as it was last put together; `write` does it anew."""
        shelf = self._shelves.of(tenant_id)
        known = shelf.pages.get(tables, {}).get(asked)
        if known is not None:
            return known
        text = write()
        before = shelf.size
        if shelf.paged + len(text) > PAGES:
            for full in list(shelf.pages):
                shelf.forget_pages(full)
        shelf.pages.setdefault(tables, {})[asked] = text
        shelf.paged += len(text)
        shelf.size += len(text)
        self._shelves.grew(shelf.size - before)
        return text

    def _heard(self, tx: Tx) -> None:
        if tx.swept:
            self._shelves.clear()
            return
        for tenant_id, table in dict.fromkeys((undo.key[0], undo.table.name) for undo in tx.undo):
            shelf = self._shelves.known(tenant_id)
            if shelf is not None:
                self._forget(shelf, table)

    def _forget(self, shelf: _Shelf, table: str) -> None:
        before = shelf.size
        for tables in [tables for tables in shelf.pages if table in tables]:
            shelf.forget_pages(tables)
        for kind in self._shown_in.get(table, ()):
            shelf.size -= sum(len(text) for _version, text in shelf.kinds.pop(kind, {}).values())
        self._shelves.grew(shelf.size - before)


class Kept:
    """What one fake keeps in memory beside its store, so that it need not be worked out for each call."""

    def __init__(self, store: Store, shows: dict[str, frozenset[str]]) -> None:
        self.texts = Texts(store, shows)
        self.endings: Memory[str, str] = Memory(store, {"proposals"})
        """The day on which the first of a practice's accepted proposals ends."""


def kept() -> Kept:
    """Return what the app that is answering keeps."""
    found: Kept = kit().own
    return found
