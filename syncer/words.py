"""How values are said to people."""

from collections.abc import Mapping
from typing import Any

LONGEST = 60
"""How many characters of a value a sentence shows."""


def say_value(value: Any, names: Mapping[str, str]) -> str:
    """Say a value given as JSON has it; staff by their names."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text}" for name, text in value.items() if text not in ("", None, False))
    if isinstance(value, list):
        return ", ".join(str(part) for part in value if part) or "(empty)"
    known: dict[Any, str] = {None: "(nothing)", "": "(empty)", True: "yes", False: "no", **names}
    return str(known.get(value, value))


def quote(value: Any, names: Mapping[str, str]) -> str:
    """Say a value in a sentence: shortened, and in quotes where it is text."""
    said = shorten(say_value(value, names))
    is_text = any(value) if isinstance(value, list) else isinstance(value, str) and value != ""
    return f"“{said}”" if is_text else said


def shorten(text: str, longest: int = LONGEST) -> str:
    """Return a text, or its beginning where it is longer than that."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
