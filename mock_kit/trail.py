"""Which rows were written since each of several marks; a write is noted once, however many marks there are."""

from collections.abc import Iterable

from mock_kit.transactions import RowKey

MANY = 10_000
"""From how many rows on nobody looks at them one by one."""
Rows = set[RowKey] | None
"""Rows that were written; None: any may have been."""


class Trail:
    """The rows written since the oldest mark, cut into stretches: a new one begins at each mark.

    Its callers see to it that one thread alone is in it.
    """

    def __init__(self) -> None:
        self._stretches: list[Rows] = []
        self._marks: dict[str, int] = {}
        """By mark, the first stretch after it."""

    @property
    def marked(self) -> bool:
        """Tell whether there is a mark, so that a write is worth noting."""
        return bool(self._marks)

    def mark(self, name: str) -> None:
        """Put a mark here; one of the same name is taken from where it was."""
        self.drop(name)
        self._marks[name] = len(self._stretches)
        self._stretches.append(set())

    def drop(self, name: str) -> None:
        """Take a mark away, if it is there; what lies before the first one that is left is forgotten."""
        self._marks.pop(name, None)
        begins = {place: place for place in self._marks.values()}
        joined: list[Rows] = []
        for place, rows in enumerate(self._stretches):
            if place in begins:
                begins[place] = len(joined)
                joined.append(rows)
            elif joined:
                joined[-1] = _joined(joined[-1], rows)
        self._stretches = joined
        self._marks = {mark: begins[place] for mark, place in self._marks.items()}

    def write(self, rows: Iterable[RowKey] | None) -> None:
        """Note rows that were written; None: any may have been."""
        if self._stretches:
            self._stretches[-1] = _joined(self._stretches[-1], rows)

    def since(self, name: str) -> Rows:
        """Return the rows written since a mark; None: any may have been, as when there is no such mark."""
        if name not in self._marks:
            return None
        found: Rows = set()
        for rows in self._stretches[self._marks[name] :]:
            found = _joined(found, rows)
        return found


def _joined(known: Rows, more: Iterable[RowKey] | None) -> Rows:
    """Return what is known with more rows, which are added to it."""
    if known is None or more is None:
        return None
    known.update(more)
    return known if len(known) <= MANY else None
