"""How the values in answers and requests are written and read: texts, dates, flags, identifiers."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

Read = TypeVar("Read")
NEEDS_CARE = re.compile("[&<>\r]")
"""The characters that may not stand between tags as they are."""
_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}


def escape(text: str) -> str:
    """Write a text between tags. A carriage return is written as a reference, or parsers drop it."""
    if NEEDS_CARE.search(text):
        return text.translate(_ESCAPES)
    return text


def element(name: str, text: str) -> str:
    """Write an element that holds a text; an empty one has an open and a close tag."""
    return f"<{name}>{escape(text)}</{name}>"


def texts_writer(named: Sequence[tuple[str, str]]) -> Callable[[Mapping[str, Any]], str]:
    """Return what writes the texts of a row in one go: elements and their columns, in order.

    Most of a client is texts that follow each other; each by itself takes three times as long.
    """
    template = "".join(f"<{name}>%s</{name}>" for name, _column in named)
    columns = [column for _name, column in named]

    def write(row: Mapping[str, Any]) -> str:
        found = [row[column] or "" for column in columns]
        if NEEDS_CARE.search("".join(found)):
            found = [escape(text) for text in found]
        return template % tuple(found)

    return write


def quoted(text: str) -> str:
    """Write a text as a JSON string."""
    return json.dumps(text, ensure_ascii=False)


def camel(name: str) -> str:
    """Return the JSON member for an element: the capitals it begins with become small.

    The last of several stays when a small letter follows it: `UUID` is `uuid`, `IsArchived`
    `isArchived`, `GSTRegistered` `gstRegistered`.
    """
    capitals = len(name) - len(name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    small = capitals if capitals in {1, len(name)} else capitals - 1
    return name[:small].lower() + name[small:]


@dataclass(frozen=True)
class Kind:
    """How a value is written as a text, and how it is read from one (ValueError: not that kind)."""

    text: Callable[[Any], str]
    read: Callable[[str], Any]
    plain: bool = False
    """The text holds nothing that XML must escape."""
    bare: bool = False
    """JSON writes the text without quotes: a number, or `true` and `false`."""

    def xml(self, value: Any) -> str:
        """Write a value between tags."""
        return self.text(value) if self.plain else escape(self.text(value))

    def json(self, value: Any) -> str:
        """Write a value as JSON."""
        return self.text(value) if self.bare else quoted(self.text(value))


def _read_boolean(text: str) -> bool:
    known = {"yes": True, "true": True, "no": False, "false": False, "": False}
    try:
        return known[text.strip().lower()]
    except KeyError:
        raise ValueError(text) from None


def _read_date(text: str) -> str | None:
    digits = text.strip()
    if not digits:
        return None
    if len(digits) != len("YYYYMMDD") or not (digits.isascii() and digits.isdigit()):
        raise ValueError(text)
    return date.fromisoformat(digits).isoformat()


def _read_integer(text: str) -> int:
    digits = text.strip()
    if not digits:
        return 0
    is_number = digits.isascii() and digits.removeprefix("-").isdecimal()
    if len(digits) > LONGEST_INTEGER or not is_number:
        raise ValueError(text)
    return int(digits)


def _read_decimal(text: str) -> str:
    """Read an amount, and keep it as it was written: an amount is no binary fraction."""
    digits = text.strip()
    whole, _, fraction = digits.removeprefix("-").partition(".")
    if len(digits) > LONGEST_DECIMAL:
        raise ValueError(f"an amount has at most {LONGEST_DECIMAL} characters")
    if digits and not (whole.isdecimal() and (fraction or "0").isdecimal() and digits.isascii()):
        raise ValueError(f"{text!r} is no amount; write it as 12.50")
    return digits


def or_none(read: Callable[[str], Read]) -> Callable[[str], Read | None]:
    """Return a reader to which an empty text is no value."""
    return lambda text: read(text) if text.strip() else None


def _write_moment(value: str | None) -> str:
    return f"{value[:10]}T{value[11:19] or '00:00:00'}" if value else ""


def _write_any(value: Any) -> str:
    return "" if value is None else str(value)


LONGEST_INTEGER = 12
"""How many digits a whole number may have: more than any count of minutes or identifier needs."""
LONGEST_DECIMAL = 30
"""How many characters an amount may have. Sums are exact, and those of millions of digits take seconds."""
TEXT = Kind(_write_any, str)
CODE = Kind(_write_any, str.strip)
"""A text that stands for something: a job number, a state code; white space around it means nothing."""
YES_NO = Kind(lambda value: "Yes" if value else "No", _read_boolean, plain=True)
TRUE_FALSE = Kind(lambda value: "true" if value else "false", _read_boolean, plain=True, bare=True)
MAYBE_TRUE = Kind(TRUE_FALSE.text, or_none(TRUE_FALSE.read), plain=True, bare=True)
"""A flag that may be left open: an empty one says neither yes nor no."""
INTEGER = Kind(str, _read_integer, plain=True, bare=True)
DECIMAL = Kind(_write_any, _read_decimal, plain=True)
"""An amount, kept as the text it was written as."""
MOMENT = Kind(_write_moment, _read_date, plain=True)
"""A date or a moment: `YYYYMMDD` in requests, `YYYY-MM-DDTHH:mm:ss` in answers."""
BIRTH_DATE = Kind(_write_any, _read_date, plain=True)
"""A date that is answered as `YYYY-MM-DD`."""
HIDDEN = Kind(lambda _value: "", str, plain=True)
"""A text that integrations may write, and always read back empty."""
UUID = Kind(_write_any, lambda text: text.strip().lower() or None)
"""The identifier of another record, or None; identifiers are compared without regard to case."""
