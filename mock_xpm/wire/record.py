"""How a record is written and read: one declaration drives XML out, JSON out and XML in.

A `Record` is an element and the items in it, in the order of version 3.1's answers. Each item names
its element, the column of the row it stands for, how its value is written and read, and where it is
used. `old` says in which order, and whether at all, version 3.0 answers them.

Reading gives only what the body holds: an absent element is an absent key, an empty one is an empty
value. Unknown elements are passed over, as is `type="array"`. What version 3.0 identifies by a whole
number comes out as the UUID of the same row: behind the wire there is one kind of identifier.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, Protocol

from mock_kit.store import Row
from mock_xpm.errors import BusinessError, invalid
from mock_xpm.wire.forms import FORMS, VERSIONS, Form, Version
from mock_xpm.wire.kinds import TEXT, Kind, camel, texts_writer
from mock_xpm.wire.xml_in import Node

Use = Literal["both", "answer", "request"]
When = Literal["always", "set", "filled"]
"""When an answer holds an item: always, when it is not None, or when it is not empty."""
Writer = Callable[[Row], str]
"""Writes an item of a row: an element, or a member of a JSON object; nothing when it is absent."""


@dataclass(frozen=True)
class Reading:
    """What it takes to read a body: its version, and the UUID of the row that an integer ID names."""

    version: Version
    uuid_of: Callable[[str, str], str]
    """Called with the table's name and the integer's text; answers what no row has for one unknown."""

    def identifier(self, table: str, text: str) -> str | None:
        """Return the UUID that a body's identifier stands for; None for an empty one."""
        if self.version == "3.0" and text.strip():
            return self.uuid_of(table, text)
        return text.strip().lower() or None


class Item(Protocol):
    """A part of a record."""

    @property
    def use(self) -> Use:
        """Return where the item is used."""

    def writer(self, form: Form) -> Writer | None:
        """Return the function that writes this item; None when the form does not have it."""

    def names(self, version: Version) -> Iterable[str]:
        """Return the elements of a request that this item reads; the first is the answer's."""

    def read(self, node: Node, into: Row, reading: Reading) -> None:
        """Put what an element of a request says into a row."""


def _around(name: str, form: Form) -> tuple[str, str]:
    """Return what stands before and after the value of an element, or of a JSON member."""
    return (f'"{camel(name)}":', "") if form == "json" else (f"<{name}>", f"</{name}>")


@dataclass(frozen=True)
class Value:
    """An element with a text: a column of the row."""

    element: str
    column: str
    kind: Kind = TEXT
    use: Use = "both"
    when: When = "always"
    also: tuple[str, ...] = ()
    """Further spellings that requests may use."""

    def writer(self, form: Form) -> Writer:
        """Return the function that writes this element of a row."""
        opening, closing = _around(self.element, form)
        column, write = self.column, self.kind.json if form == "json" else self.kind.xml

        def always(row: Row) -> str:
            return opening + write(row[column]) + closing

        def when_set(row: Row) -> str:
            return "" if row[column] is None else always(row)

        def when_filled(row: Row) -> str:
            return always(row) if row[column] else ""

        return {"always": always, "set": when_set, "filled": when_filled}[self.when]

    def names(self, _version: Version) -> Iterable[str]:
        """Return the element's spellings."""
        return (self.element, *self.also)

    def read(self, node: Node, into: Row, _reading: Reading) -> None:
        """Read the text. Raises BusinessError when it is not of the value's kind."""
        try:
            if node.children:
                raise ValueError(node.tag)  # noqa: TRY301  # one way out for both
            into[self.column] = self.kind.read(node.text)
        except ValueError as error:
            raise invalid(self.element) from error


@dataclass(frozen=True)
class Together:
    """Elements that an answer holds all of as soon as one of them is not empty."""

    values: tuple[Value, ...]
    use: Use = "both"

    def writer(self, form: Form) -> Writer:
        """Return the function that writes all of the elements, or nothing."""
        writers = [value.writer(form) for value in self.values]
        columns = [value.column for value in self.values]
        between = "," if form == "json" else ""

        def write(row: Row) -> str:
            return between.join(one(row) for one in writers) if any(row[column] for column in columns) else ""

        return write

    def names(self, version: Version) -> Iterable[str]:
        """Return the spellings of all elements."""
        return (name for value in self.values for name in value.names(version))

    def read(self, node: Node, into: Row, reading: Reading) -> None:
        """Read the one of the elements that this node is."""
        value = next(value for value in self.values if node.tag in value.names(reading.version))
        value.read(node, into, reading)


@dataclass(frozen=True)
class One:
    """A record inside a record: a row in the row's column, or None when there is none."""

    element: str
    column: str
    record: "Record"
    use: Use = "answer"

    def writer(self, form: Form) -> Writer:
        """Return the function that writes the inner record, if there is one."""
        opening, closing = _around(self.element, form)
        column, inner = self.column, self.record.inner

        def write(row: Row) -> str:
            found = row[column]
            return "" if found is None else opening + inner(form, found) + closing

        return write

    def names(self, _version: Version) -> Iterable[str]:
        """Return the element's name."""
        return (self.element,)

    def read(self, node: Node, into: Row, reading: Reading) -> None:
        """Read the inner record."""
        into[self.column] = self.record.read(node, reading)


@dataclass(frozen=True)
class Several:
    """A list of records; an empty one is a self-closed tag, or with `when="filled"` left out."""

    element: str
    column: str
    record: "Record"
    use: Use = "answer"
    when: When = "always"

    def writer(self, form: Form) -> Writer:
        """Return the function that writes the list."""
        name, column, write_all = self.element, self.column, self.record.write_all
        leave_out = self.when == "filled"

        def write(row: Row) -> str:
            found = row[column]
            return "" if leave_out and not found else write_all(form, name, found)

        return write

    def names(self, _version: Version) -> Iterable[str]:
        """Return the element's name."""
        return (self.element,)

    def read(self, node: Node, into: Row, reading: Reading) -> None:
        """Read the records of the list."""
        inner = [child for child in node if child.tag == self.record.element]
        into[self.column] = [self.record.read(child, reading) for child in inner]


@dataclass(frozen=True)
class Each:
    """Records that a request repeats, without an element of their own around them."""

    element: str
    column: str
    record: "Record"
    use: Use = "request"

    def writer(self, _form: Form) -> None:
        """Return None: only requests have these."""

    def names(self, _version: Version) -> Iterable[str]:
        """Return the element's name."""
        return (self.element,)

    def read(self, node: Node, into: Row, reading: Reading) -> None:
        """Add one record to those that came before."""
        into.setdefault(self.column, []).append(self.record.read(node, reading))


class Record:
    """An element and what it holds, in the order of the answers."""

    def __init__(self, name: str, *items: Item, old: str = "") -> None:
        """Take the items in the order of 3.1.

        `old` names the elements that 3.0 answers, in its order, apart by spaces; without it 3.0
        answers the same ones in the same order.
        """
        self.element = name
        self.items = items
        self.old = old.split()
        self._writers = {form: self._writers_of(form) for form in FORMS}
        self._readers = {
            version: {name: item for item in items if item.use != "answer" for name in item.names(version)}
            for version in VERSIONS
        }

    def without(self, *elements: str) -> "Record":
        """Return the same record with some of its elements left out."""
        left = (item for item in self.items if not set(item.names("3.1")) & set(elements))
        return Record(self.element, *left, old=" ".join(name for name in self.old if name not in elements))

    def inner(self, form: Form, row: Row) -> str:
        """Write what the element holds; as JSON, an object."""
        parts = [write(row) for write in self._writers[form]]
        return "{" + ",".join([part for part in parts if part]) + "}" if form == "json" else "".join(parts)

    def write(self, form: Form, row: Row) -> str:
        """Write the element; as JSON, the object alone, as lists hold it."""
        inner = self.inner(form, row)
        return inner if form == "json" else f"<{self.element}>{inner}</{self.element}>"

    def write_all(self, form: Form, around: str, rows: list[Row]) -> str:
        """Write a list of the records in an element, or a member, of their own."""
        written = [self.write(form, row) for row in rows]
        if form == "json":
            return f'"{camel(around)}":[{",".join(written)}]'
        return f"<{around}>{''.join(written)}</{around}>" if written else f"<{around} />"

    def read(self, node: Node, reading: Reading) -> Row:
        """Return what a request's element holds, by column. Raises BusinessError for a bad value."""
        row: Row = {}
        readers = self._readers[reading.version]
        for child in node:
            reader = readers.get(child.tag)
            if reader:
                reader.read(child, row, reading)
        return row

    def read_root(self, root: Node, reading: Reading) -> Row:
        """Read a body's root element. Raises BusinessError when it is another record."""
        if root.tag != self.element:
            raise BusinessError(f"{self.element} is required")
        return self.read(root, reading)

    def _writers_of(self, form: Form) -> list[Writer]:
        answered = [item for item in self.items if item.use != "request"]
        if form == "3.0" and self.old:
            named = {name: item for item in reversed(answered) for name in item.names("3.0")}
            # A person's title and names come as one item under several names.
            answered = list({id(named[name]): named[name] for name in self.old}.values())
        if form == "json":
            return [writer for item in answered if (writer := item.writer(form))]
        writers: list[Writer | None] = []
        for plain, run in groupby(answered, _is_plain):
            items = list(run)
            writers += [_texts(items)] if plain else [item.writer(form) for item in items]
        return [writer for writer in writers if writer]


def _is_plain(item: Item) -> bool:
    return isinstance(item, Value) and item.kind is TEXT and item.when == "always"


def _texts(items: list[Item]) -> Writer:
    return texts_writer([(item.element, item.column) for item in items if isinstance(item, Value)])
