"""The items of a record that differ between the versions: identifiers, orders, what 3.0 alone has."""

from collections.abc import Iterable
from dataclasses import dataclass

from mock_kit.store import Row
from mock_xpm.errors import invalid
from mock_xpm.wire.forms import Form, Version, version_of
from mock_xpm.wire.kinds import UUID
from mock_xpm.wire.record import Item, Reading, Use, Value, Writer
from mock_xpm.wire.xml_in import Node


@dataclass(frozen=True)
class Ident:
    """An identifier of a row of a table: `<UUID>` in 3.1, the integer `<ID>` in 3.0.

    With a prefix it names another row, `<ClientUUID>` and `<ClientID>`; its columns have the prefix
    too, `client_uuid` and `client_id`. Read, it is a UUID in either version.
    """

    table: str
    prefix: str = ""
    use: Use = "both"

    def element(self, version: Version) -> str:
        """Return the name of the element."""
        return self.prefix + ("ID" if version == "3.0" else "UUID")

    def column(self, version: Version) -> str:
        """Return the column that is written: of the UUID, or of the integer."""
        before = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in self.prefix)
        return f"{before}_".lstrip("_") + ("id" if version == "3.0" else "uuid")

    def writer(self, form: Form) -> Writer:
        """Return the function that writes the identifier."""
        version = version_of(form)
        return Value(self.element(version), self.column(version), UUID).writer(form)

    def names(self, version: Version) -> Iterable[str]:
        """Return the element's name in a version."""
        return (self.element(version),)

    def read(self, node: Node, into: Row, reading: Reading) -> None:
        """Read the identifier as a UUID. Raises BusinessError when it holds elements."""
        if node.children:
            raise invalid(self.element(reading.version))
        into[self.column("3.1")] = reading.identifier(self.table, node.text)


@dataclass(frozen=True)
class Orders:
    """Empty elements with attributes that say what to do, kept in the order they were written.

    The column gets a list of `(element, attributes)`. The attributes that name rows are `uuid` and
    `task-uuid`, in 3.0 `id` and `task-id`; read, they have the first names.
    """

    column: str
    elements: tuple[str, ...]
    table: str
    """The table of the rows that `uuid` names."""
    use: Use = "request"

    def writer(self, _form: Form) -> None:
        """Return None: orders are not answered."""

    def names(self, _version: Version) -> Iterable[str]:
        """Return the elements that are orders."""
        return self.elements

    def read(self, node: Node, into: Row, reading: Reading) -> None:
        """Add one order."""
        ending = "id" if reading.version == "3.0" else "uuid"
        tables = {"uuid": (ending, self.table), "task-uuid": (f"task-{ending}", "job_tasks")}
        said = {
            name: reading.identifier(table, node.attributes[written]) or ""
            for name, (written, table) in tables.items()
            if written in node.attributes
        }
        into.setdefault(self.column, []).append((node.tag, said))


@dataclass(frozen=True)
class Old:
    """An item that only version 3.0 answers."""

    item: Item
    use: Use = "answer"

    def writer(self, form: Form) -> Writer | None:
        """Return the item's writer in 3.0, and none otherwise."""
        return self.item.writer(form) if form == "3.0" else None

    def names(self, version: Version) -> Iterable[str]:
        """Return the item's names."""
        return self.item.names(version)

    def read(self, node: Node, into: Row, reading: Reading) -> None:
        """Read nothing: the item is answered only."""
