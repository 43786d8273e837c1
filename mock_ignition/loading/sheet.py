"""What the loaders of a world's records share: one practice's rows, and checks of the document."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from mock_ignition.numbers import Sequence
from mock_ignition.world import Practice
from mock_kit.kit import Kit
from mock_kit.store import Row, Tx
from mock_kit.world import Record, WorldError


@dataclass(frozen=True)
class Sheet:
    """One practice of the document, and where its rows go."""

    parts: Kit
    tx: Tx
    practice: Practice
    now: str

    def born(self) -> Row:
        """Return the columns that every new record has."""
        times = {"created_at": self.now, "updated_at": self.now, "version": 1}
        return {"tenant_id": self.practice.tenant_id, **times}

    def number(self, sequence: Sequence, given: str | None) -> str:
        """Return the number that the document gives, else the sequence's next."""
        return given or sequence.take(self.parts, self.tx, self.practice.tenant_id)

    def row(self, record: Record, *without: str) -> Row:
        """Return a record's members as columns."""
        return {**record.model_dump(exclude=set(without)), **self.born()}


def unique(what: str, values: Iterable[str]) -> set[str]:
    """Return the values, none of which may occur twice. Raises WorldError."""
    count = Counter(values)
    twice = [value for value, times in count.items() if times > 1]
    if twice:
        raise WorldError(f"the {what} {twice[0]} occurs twice")
    return set(count)


def known(owner: str, field: str, slug: str | None, there: Iterable[str]) -> None:
    """Refuse a record that names another one which the practice does not have. Raises WorldError."""
    if slug is not None and slug not in there:
        raise WorldError(f"{owner}: {field} names {slug}, which is not in the document")
