"""How a record is written as XML and read from it: one declaration drives both.

A `Record` is an element and the items in it, in the order of the answers. Each item names its
element, the column of the row it stands for, how its value is written and read, and where it is
used. Reading gives only what the body holds: an absent element is an absent key, an empty one
is an empty value. Unknown elements are passed over, as is `type="array"`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from mock_kit.store import Row
from mock_xpm.errors import BusinessError, invalid
from mock_xpm.kinds import TEXT, Kind
from mock_xpm.xml_in import Node

Use = Literal["both", "answer", "request"]
When = Literal["always", "set", "filled"]
"""When an answer holds an item: always, when it is not None, or when it is not empty."""
Writer = Callable[[Row], str]


class Item(Protocol):
    """A part of a record."""

    @property
    def use(self) -> Use:
        """Return where the item is used."""

    def writer(self) -> Writer:
        """Return the function that writes this item of a row."""

    def names(self) -> Iterable[str]:
        """Return the elements of a request that this item reads."""

    def read(self, node: Node, into: Row) -> None:
        """Put what an element of a request says into a row."""


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

    def writer(self) -> Writer:
        """Return the function that writes this element of a row."""
        opening, closing, column, write = (
            f"<{self.element}>",
            f"</{self.element}>",
            self.column,
            self.kind.write,
        )

        def always(row: Row) -> str:
            return opening + write(row[column]) + closing

        def when_set(row: Row) -> str:
            return "" if row[column] is None else always(row)

        def when_filled(row: Row) -> str:
            return always(row) if row[column] else ""

        return {"always": always, "set": when_set, "filled": when_filled}[self.when]

    def names(self) -> Iterable[str]:
        """Return the element's spellings."""
        return (self.element, *self.also)

    def read(self, node: Node, into: Row) -> None:
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

    def writer(self) -> Writer:
        """Return the function that writes all of the elements, or nothing."""
        writers = [value.writer() for value in self.values]
        columns = [value.column for value in self.values]

        def write(row: Row) -> str:
            return "".join(one(row) for one in writers) if any(row[column] for column in columns) else ""

        return write

    def names(self) -> Iterable[str]:
        """Return the spellings of all elements."""
        return (name for value in self.values for name in value.names())

    def read(self, node: Node, into: Row) -> None:
        """Read the one of the elements that this node is."""
        next(value for value in self.values if node.tag in value.names()).read(node, into)


@dataclass(frozen=True)
class One:
    """A record inside a record: a row in the row's column, or None when there is none."""

    element: str
    column: str
    record: "Record"
    use: Use = "answer"

    def writer(self) -> Writer:
        """Return the function that writes the inner record, if there is one."""
        opening, closing, column, inner = (
            f"<{self.element}>",
            f"</{self.element}>",
            self.column,
            self.record.inner,
        )

        def write(row: Row) -> str:
            found = row[column]
            return "" if found is None else opening + inner(found) + closing

        return write

    def names(self) -> Iterable[str]:
        """Return the element's name."""
        return (self.element,)

    def read(self, node: Node, into: Row) -> None:
        """Read the inner record."""
        into[self.column] = self.record.read(node)


@dataclass(frozen=True)
class Several:
    """A list of records; an empty one is a self-closed tag, or with `when="filled"` left out."""

    element: str
    column: str
    record: "Record"
    use: Use = "answer"
    when: When = "always"

    def writer(self) -> Writer:
        """Return the function that writes the list."""
        name, column, write_all = self.element, self.column, self.record.write_all
        leave_out = self.when == "filled"

        def write(row: Row) -> str:
            found = row[column]
            return "" if leave_out and not found else write_all(name, found)

        return write

    def names(self) -> Iterable[str]:
        """Return the element's name."""
        return (self.element,)

    def read(self, node: Node, into: Row) -> None:
        """Read the records of the list."""
        into[self.column] = [self.record.read(child) for child in node if child.tag == self.record.element]


@dataclass(frozen=True)
class Orders:
    """Empty elements with attributes that say what to do, kept in the order they were written.

    The column gets a list of `(element, attributes)`.
    """

    column: str
    elements: tuple[str, ...]
    use: Use = "request"

    def writer(self) -> Writer:
        """Return the function that writes nothing: orders are not answered."""
        return lambda _row: ""

    def names(self) -> Iterable[str]:
        """Return the elements that are orders."""
        return self.elements

    def read(self, node: Node, into: Row) -> None:
        """Add one order."""
        into.setdefault(self.column, []).append((node.tag, dict(node.attributes)))


class Record:
    """An element and what it holds, in the order of the answers."""

    def __init__(self, name: str, *items: Item) -> None:
        self.element = name
        self.items = items
        self._writers = [item.writer() for item in items if item.use != "request"]
        self._readers = {name: item for item in items if item.use != "answer" for name in item.names()}

    def without(self, *elements: str) -> "Record":
        """Return the same record with some of its elements left out."""
        return Record(self.element, *(item for item in self.items if not set(item.names()) & set(elements)))

    def inner(self, row: Row) -> str:
        """Write what the element holds."""
        return "".join([write(row) for write in self._writers])

    def write(self, row: Row) -> str:
        """Write the element."""
        return f"<{self.element}>{self.inner(row)}</{self.element}>"

    def write_all(self, around: str, rows: list[Row]) -> str:
        """Write a list of the records in an element of their own."""
        if not rows:
            return f"<{around} />"
        return f"<{around}>{''.join([self.write(row) for row in rows])}</{around}>"

    def read(self, node: Node) -> Row:
        """Return what a request's element holds, by column. Raises BusinessError for a bad value."""
        row: Row = {}
        for child in node:
            reader = self._readers.get(child.tag)
            if reader:
                reader.read(child, row)
        return row

    def read_root(self, root: Node) -> Row:
        """Read a body's root element. Raises BusinessError when it is another record."""
        if root.tag != self.element:
            raise BusinessError(f"{self.element} is required")
        return self.read(root)
