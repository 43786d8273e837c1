"""How values are said to people."""

import re
from collections.abc import Mapping
from typing import Any

LONGEST = 60
"""How many characters of a value a sentence shows."""
LONGEST_NAME = 80
"""How many characters of a name a sentence shows."""
UNSEEN = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""What would move a terminal's cursor, break its lines or turn its text around, and halves of characters."""
_UNSEEN = re.compile(f"[{UNSEEN}]")
_UNSEEN_IN_JSON = re.compile(f"(?!\n)[{UNSEEN}]")
_LONG_NAME = re.compile(f"“([^”]{{{LONGEST_NAME + 1},}})”")


def say_value(value: Any, names: Mapping[str, str]) -> str:
    """Say a value given as JSON has it; staff by their names."""
    if isinstance(value, dict):
        told = {name.replace("_", " "): text for name, text in value.items() if text not in ("", None, False)}
        return ", ".join(f"{name}: {'yes' if text is True else text}" for name, text in told.items())
    if isinstance(value, list):
        return ", ".join(str(part) for part in value if part) or "(empty)"
    known: dict[Any, str] = {None: "(nothing)", "": "(empty)", True: "yes", False: "no", **names}
    return str(known.get(value, value))


def quote(value: Any, names: Mapping[str, str]) -> str:
    """Say a value in a sentence: shortened, and in quotes where it is text."""
    said = shorten(say_value(value, names))
    is_text = any(value) if isinstance(value, list) else isinstance(value, str) and value != ""
    return f"“{said}”" if is_text else said


def counted(number: int, what: str) -> str:
    """Say how many there are of something."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def shorten(text: str, longest: int = LONGEST) -> str:
    """Return a text, or its beginning where it is longer than that."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def plain(text: str) -> str:
    """Return a line as a terminal may show it: what is not to be seen as its code, long names shortened."""
    shown = _LONG_NAME.sub(lambda found: f"“{shorten(found[1], LONGEST_NAME)}”", text)
    return _UNSEEN.sub(_escaped, shown)


def plain_json(text: str) -> str:
    """Return a JSON text that means the same, and that a terminal may show."""
    return _UNSEEN_IN_JSON.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
