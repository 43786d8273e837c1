"""How the values in the XML are written and read: texts, dates, flags, identifiers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}


def escape(text: str) -> str:
    """Write a text between tags. A carriage return is written as a reference, or parsers drop it."""
    if "&" in text or "<" in text or ">" in text or "\r" in text:
        return text.translate(_ESCAPES)
    return text


def element(name: str, text: str) -> str:
    """Write an element that holds a text; an empty one has an open and a close tag."""
    return f"<{name}>{escape(text)}</{name}>"


@dataclass(frozen=True)
class Kind:
    """How a value is written, already escaped, and how it is read (ValueError: not that kind)."""

    write: Callable[[Any], str]
    read: Callable[[str], Any]


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


def _write_moment(value: str | None) -> str:
    return f"{value[:10]}T{value[11:19] or '00:00:00'}" if value else ""


def _write_plain(value: Any) -> str:
    return "" if value is None else escape(str(value))


TEXT = Kind(escape, str)
YES_NO = Kind(lambda value: "Yes" if value else "No", _read_boolean)
TRUE_FALSE = Kind(lambda value: "true" if value else "false", _read_boolean)
INTEGER = Kind(str, lambda text: int(text) if text.strip() else 0)
MOMENT = Kind(_write_moment, _read_date)
"""A date or a moment: `YYYYMMDD` in requests, `YYYY-MM-DDTHH:mm:ss` in answers."""
BIRTH_DATE = Kind(_write_plain, _read_date)
"""A date that is answered as `YYYY-MM-DD`."""
HIDDEN = Kind(lambda _value: "", str)
"""A text that integrations may write, and always read back empty."""
UUID = Kind(_write_plain, lambda text: text.strip().lower() or None)
"""The identifier of another record, or None; identifiers are compared without regard to case."""
