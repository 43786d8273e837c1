"""XPM's XML: answers into records, records into requests. Entities and DTDs are refused."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from lxml import etree

from syncer.errors import MalformedError, RefusedError
from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS, Field, Kind
from syncer.model import (
    UNKNOWN,
    Client,
    Contact,
    Job,
    MaybeValue,
    Staff,
    Standing,
    Template,
    Unknown,
    Values,
)

XPM = "XPM"
Element = etree._Element  # noqa: SLF001  # lxml's own name for the type of its elements

OPTIONAL = frozenset({"Email", "AccountManager", "JobManager", "BusinessStructure"})
"""Elements that a detailed record leaves out when they are empty (E5)."""

_REQUEST_NAMES = {
    "AccountManager": "AccountManagerUUID",
    "JobManager": "JobManagerUUID",
    "Website": "WebSite",
}


LISTS = {
    "Client": "Clients",
    "Staff": "StaffList",
    "Template": "Templates",
    "Category": "Categories",
    "Job": "Jobs",
    "Cost": "Costs",
}
"""The element that holds a list, by what is in it: it is there, and empty, where the list is empty."""


def records(
    operation: str, pieces: Iterable[bytes], tag: str, within: str | None = None
) -> Iterator[Element]:
    """Yield the elements of one kind from an answer that comes in pieces, each freed after use.

    `within` names the element that must hold them: a list that is not there is unknown, not empty (E5).
    Raises RefusedError for `<Status>ERROR</Status>`, MalformedError for anything that is not a
    whole envelope; what was yielded before that must then not be used.
    """
    status, whole, lists = None, False, 0
    # Without a tag nothing is wanted but the status.
    told = {"Response", "Status", "ErrorDescription"} | {one for one in (tag, within) if one}
    try:
        for event, element in _events(operation, pieces, told):
            depth = len([*element.iterancestors()])
            if event == "start":
                lists += depth == 1 and element.tag == within
                continue
            if depth == 1 and element.tag == "Status":
                status = element.text
            elif depth == 1 and element.tag == "ErrorDescription":
                raise RefusedError(XPM, operation, element.text or "no reason given")
            elif element.tag == tag and depth in (1, 2):
                yield element
                element.clear()
            whole = depth == 0
    except etree.XMLSyntaxError as error:
        raise MalformedError(XPM, operation, f"the answer is no XML: {error.msg}") from error
    if not whole or status != "OK":
        raise MalformedError(XPM, operation, f"the answer's status is {status!r}, not 'OK'")
    if within is not None and lists != 1:
        raise MalformedError(
            XPM, operation, f"the answer has {lists or 'no'} {within}, where one list is due"
        )


def _events(operation: str, pieces: Iterable[bytes], tags: set[str]) -> Iterator[tuple[str, Element]]:
    """Yield where the elements with some tags begin and end. Raises as `_envelope`."""
    parser = etree.XMLPullParser(
        ("start", "end"), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    looked = False
    for piece in pieces:
        parser.feed(piece)
        for event, element in parser.read_events():
            if not looked:
                _envelope(operation, element)
                looked = True
            yield event, element
    root = parser.close()
    if not looked:
        _envelope(operation, root)
    yield from parser.read_events()


def _envelope(operation: str, element: Element) -> None:
    """Raise MalformedError unless an answer begins as one does. A DTD could give texts that nobody sees."""
    tree = element.getroottree()
    root = tree.getroot()
    if tree.docinfo.doctype:
        raise MalformedError(XPM, operation, "the answer has a DTD")
    if root.tag != "Response":
        raise MalformedError(XPM, operation, f"the answer begins with {root.tag!r}, not with Response")


def read_client(element: Element) -> Client:
    """Return a client from a detailed record.

    An optional element that is missing is empty; another one that is missing is unknown (E5).
    Contacts deleted in XPM are no contacts; where one cannot be read, as it has no name, who the
    contacts are is unknown.
    """
    _required(element, "Name")
    deleted, archived = _text(element, "IsDeleted"), _text(element, "IsArchived")
    standing = (
        Standing.DELETED if deleted == "Yes" else Standing.ARCHIVED if archived == "Yes" else Standing.LIVE
    )
    return Client(
        id=_required(element, "UUID"),
        values={field.name: READERS[field.kind](element, field) for field in CLIENT_FIELDS},
        standing=standing,
        contacts=_contacts_or_none(element),
    )


def _contacts_or_none(element: Element) -> tuple[Contact, ...] | None:
    try:
        return _contacts(element)
    except MalformedError:
        return None


def broken_contact(element: Element) -> MalformedError | None:
    """Return why a client's contacts cannot be read, if so."""
    try:
        _contacts(element)
    except MalformedError as error:
        return error
    return None


def _contacts(element: Element) -> tuple[Contact, ...] | None:
    contacts = element.find("Contacts")
    if contacts is None:
        return None
    return tuple(
        read_contact(one) for one in contacts.iterfind("Contact") if _text(one, "IsDeleted") != "Yes"
    )


def read_contact(element: Element) -> Contact:
    """Return a contact."""
    _required(element, "Name")
    values = {field.name: READERS[field.kind](element, field) for field in CONTACT_FIELDS}
    return Contact(_required(element, "UUID"), values)


def read_staff(element: Element) -> Staff:
    """Return a staff member."""
    return Staff(_required(element, "UUID"), _text(element, "Name"), _text(element, "Email"))


def read_template(element: Element) -> Template:
    """Return a job template."""
    return Template(_required(element, "UUID"), _text(element, "Name"))


def read_uuid(element: Element) -> str:
    """Return a record's UUID, where that is all that matters of it."""
    return _required(element, "UUID")


def read_job(element: Element) -> Job:
    """Return a job."""
    return Job(
        number=_required(element, "ID"),
        name=_text(element, "Name"),
        client_uuid=element.findtext("Client/UUID") or "",
        order_number=_text(element, "ClientOrderNumber"),
        start_date=_text(element, "StartDate")[:10],
        state=_text(element, "State"),
    )


def read_contents(element: Element) -> list[str]:
    """Return the UUIDs of a job's tasks, in its order, and the places of its milestones, which have none."""
    tasks = [task.findtext("UUID") or "" for task in element.iterfind("Tasks/Task")]
    return tasks + [f"milestone {place}" for place, _ in enumerate(element.iterfind("Milestones/Milestone"))]


def write_fields(parent: Element, fields: Iterable[Field], values: Values) -> None:
    """Add elements for those fields that have a value, in the table's order; an empty value clears."""
    for field in fields:
        if field.name in values:
            for tag, text in zip(field.xpm, _texts(field, values[field.name]), strict=True):
                add(parent, _REQUEST_NAMES.get(tag, tag), text)


def element(tag: str, children: Mapping[str, str] | None = None) -> Element:
    """Return a new element with text children."""
    made = etree.Element(tag)
    for child, text in (children or {}).items():
        add(made, child, text)
    return made


def add(parent: Element, tag: str, text: str = "") -> Element:
    """Add a child with a text. Raises RefusedError for characters that XML cannot carry (E20)."""
    odd = next((char for char in text if not _in_xml(char)), None)
    if odd is not None:
        what = f"{tag} holds the character U+{ord(odd):04X}, which XML cannot carry: take it out in Ignition"
        raise RefusedError(XPM, f"<{parent.tag!s}>", what)
    child = etree.SubElement(parent, tag)
    child.text = text
    return child


def to_bytes(made: Element) -> bytes:
    """Return a request's body."""
    return etree.tostring(made, encoding="utf-8")


def _in_xml(char: str) -> bool:
    return char in "\t\n\r" or " " <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"


def _texts(field: Field, value: MaybeValue) -> tuple[str, ...]:
    if value is UNKNOWN:
        raise ValueError(f"{field.name} is unknown and cannot be written")
    if field.kind is Kind.ADDRESS and isinstance(value, tuple):
        return value
    if field.kind is Kind.FLAG:
        return ("Yes" if value else "No",)
    if isinstance(value, tuple):
        raise TypeError(f"{field.name} is a list, and XPM takes none from here (R7)")
    return (str(value or ""),)


def _text(element: Element, tag: str) -> str:
    return element.findtext(tag) or ""


def _maybe(element: Element, tag: str) -> str | Unknown:
    text = element.findtext(tag)
    return text or "" if text is not None or tag in OPTIONAL else UNKNOWN


def _read_text(element: Element, field: Field) -> MaybeValue:
    return _maybe(element, field.xpm[0])


def _read_address(element: Element, field: Field) -> MaybeValue:
    parts = [_maybe(element, tag) for tag in field.xpm]
    known = tuple(part for part in parts if isinstance(part, str))
    return known if len(known) == len(parts) else UNKNOWN


def _read_flag(element: Element, field: Field) -> MaybeValue:
    text = _maybe(element, field.xpm[0])
    return UNKNOWN if text is UNKNOWN else text == "Yes"


def _required(element: Element, tag: str) -> str:
    text = element.findtext(tag)
    if not text:
        raise MalformedError(XPM, str(element.tag), f"a record without {tag}")
    return text


def _read_names(element: Element, field: Field) -> MaybeValue:
    parent = element.find(field.xpm[0])
    if parent is None:
        return UNKNOWN
    return tuple(sorted(one.findtext("Name") or "" for one in parent))


def _read_person(element: Element, field: Field) -> MaybeValue:
    return element.findtext(f"{field.xpm[0]}/UUID") or None


READERS: Mapping[Kind, Callable[[Element, Field], MaybeValue]] = {
    Kind.TEXT: _read_text,
    Kind.ADDRESS: _read_address,
    Kind.FLAG: _read_flag,
    Kind.NAMES: _read_names,
    Kind.PERSON: _read_person,
}
