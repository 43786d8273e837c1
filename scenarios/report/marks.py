"""What the whole run changed, as marks on the records that stand side by side at the end; and changes in short."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from scenarios.report.changes import CHANGED, CREATED, DELETED, NO, ORDER, Change, Field

NEW = "new"


@dataclass(frozen=True, slots=True)
class Beyond:
    """Something of a client that no line shows any more; None: this side said of it what it says now."""

    what: str
    xpm: Field | None
    ignition: Field | None


class Marks:
    """Says of what is on a side at the end whether the run made it so."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self._by: dict[tuple[str, str, str], Change] = {}
        self._contacts: dict[tuple[str, str], list[Change]] = {}
        for one in changes:
            self._by[one.practice, one.side, one.key] = one
            if one.kind == "proposal":
                self._by[one.practice, one.kind, one.label.split(" ", 1)[0]] = one
            for owner in one.owners if one.kind == "contact" else ():
                self._contacts.setdefault((one.side, owner), []).append(one)

    def tag(self, practice: str, side: str, key: str | None) -> str:
        """Return whether a record is new or changed; empty: it is as it was."""
        change = self._by.get((practice, side, str(key)))
        return "" if change is None else NEW if change.what == CREATED else change.what

    def was(self, practice: str, side: str, key: str | None, line: tuple[str, str]) -> str:
        """Return what a client's line was at first, by what it is about and what it says now; empty: the same."""
        what, text = line
        if what == "contact":
            return self._contact(side, str(key), text)
        change = self._by.get((practice, side, str(key)))
        fields = change.fields if change and change.what == CHANGED else ()
        return next((f"was {one.before or 'empty'}" for one in fields if one.name == what), "")

    def beyond(
        self, practice: str, xpm_key: str | None, ignition_key: str | None, shown: Collection[str]
    ) -> list[Beyond]:
        """Return what the run changed of a client that no line of it shows: cleared fields, and contacts that went."""
        keys = {"XPM": str(xpm_key), "Ignition": str(ignition_key)}
        rows: dict[str, dict[str, Field]] = {}
        for side, key in keys.items():
            change = self._by.get((practice, side, key))
            for one in change.fields if change and change.what == CHANGED else ():
                if one.name not in shown:
                    rows.setdefault(one.name, {})[side] = one
        found = [Beyond(name, told.get("XPM"), told.get("Ignition")) for name, told in rows.items()]
        for side, key in keys.items():
            for went in self._contacts.get((side, key), ()):
                if went.what == DELETED:
                    gone = Field("contact", went.label, "")
                    found.append(Beyond("contact", *((gone, None) if side == "XPM" else (None, gone))))
        return found

    def _contact(self, side: str, key: str, text: str) -> str:
        alike = (
            one
            for one in self._contacts.get((side, key), ())
            if one.what != DELETED and (text == one.label or text.startswith(f"{one.label}, "))
        )
        change = next(alike, None)
        if change is None:
            return ""
        return NEW if change.what == CREATED else "; ".join(_before(one) for one in change.fields)


def _before(field: Field) -> str:
    return f"{field.name} was {field.before or 'empty'}"


def plain(change: Change) -> tuple[Field, ...]:
    """Return what there is to tell of a record that is new or gone: without its name, and whose it is."""
    said = {NO, change.owner, change.label, *change.label.split(" ", 1)}
    return tuple(one for one in change.fields if (one.after or one.before) not in said)


def opened(changes: Sequence[Change], most: int) -> int:
    """Return how many changes of a list stand open: all if they are few, else the first that are no new records."""
    if len(changes) <= most:
        return len(changes)
    return min(most, sum(one.what != CREATED for one in changes))


def summed(changes: Iterable[Change]) -> list[str]:
    """Return changes in a sentence for each system: how many records of which kind became what."""
    counts = Counter((one.side, one.what, one.kind) for one in changes)
    found: dict[str, list[str]] = {}
    for (side, what, kind), count in sorted(
        counts.items(), key=lambda one: (one[0][0] != "XPM", ORDER.index(one[0][1]), one[0][2])
    ):
        found.setdefault(side, []).append(f"{count} {kind if count == 1 else plural(kind)} {what}")
    return [f"{side}: {', '.join(parts)}" for side, parts in found.items()]


def plural(kind: str) -> str:
    """Return the word for several records of a kind."""
    if kind.endswith("y"):
        return f"{kind[:-1]}ies"
    return kind.replace("link", "links") if kind.startswith("link ") else f"{kind}s"


def cut(text: str, longest: int) -> str:
    """Return a text, or so much of it as is shown."""
    return text if len(text) <= longest else f"{text[:longest].rstrip()} … ({len(text)} characters)"
