"""What nobody sees in a text, made visible: spaces in a row or at an end, no-break spaces, loose accents, controls.

Two names that look the same on a page are told apart by nothing else. A page has a mark with its name as tooltip
(`marked`, `whole`); a terminal and a picture, which have no tooltips, the character's code (`escaped`).
"""

import re
from collections.abc import Iterator
from unicodedata import category, name, normalize

from markupsafe import Markup, escape

SPACE, BREAK = " ", "\n"
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zs", "Zl", "Zp"})
"""The kinds of character of which there is nothing to be seen: controls, formats, what is no character, spaces."""
_IN_A_ROW = re.compile(r"(?<=\S) {2,}(?=\S)")
_AT_AN_END = re.compile(r"^ +| +$|\n+")
MARKS = {SPACE: "␣", BREAK: "↵\n"}


def marked(text: object) -> object:
    """Return a text for a page with what is unseen marked; what is no text, or is marked up already, as it is.

    Spaces at an end and line breaks are left alone: it may be a part of a sentence, or indented.
    """
    return text if hasattr(text, "__html__") or not isinstance(text, str) else _marked(text, _rows(text))


def whole(text: str) -> Markup:
    """Return a name or a value for a page likewise, with spaces at its ends and line breaks marked too."""
    at_ends = {at for found in _AT_AN_END.finditer(text) for at in range(*found.span())}
    return _marked(text, _rows(text) | at_ends)


def escaped(text: str) -> str:
    """Return a text as a terminal may show it: what is unseen as its code, but for plain spaces and line breaks."""
    return "".join(_code(text, at) or one for at, one in enumerate(text))


def _marked(text: str, spaces: set[int]) -> Markup:
    return Markup("").join(_pieces(text, spaces))


def _pieces(text: str, spaces: set[int]) -> Iterator[Markup]:
    """Yield what is seen, as it is, and a mark for each character that is not; a loose accent is there and has one."""
    begun = 0
    for at, one in enumerate(text):
        if not (at in spaces or _code(text, at)):
            continue
        is_accent = category(one) not in _UNSEEN
        yield escape(text[begun : at + is_accent])
        begun = at + 1
        known = f"U+{ord(one):04X}"
        title = f"{'line break' if one == BREAK else name(one, 'a control character').lower()}, {known}"
        title += ": a character of its own, after the letter" if is_accent else ""
        yield Markup('<abbr class="unseen" title="{}">{}</abbr>').format(title, MARKS.get(one, known))
    yield escape(text[begun:])


def _rows(text: str) -> set[int]:
    return {at for found in _IN_A_ROW.finditer(text) for at in range(*found.span())}


def _code(text: str, at: int) -> str:
    """Return the code of a character that is not seen, or that a letter would have swallowed; empty for any other."""
    one = text[at]
    if one.isascii() and (one.isprintable() or one == BREAK):
        return ""
    if category(one) in _UNSEEN or (at and len(normalize("NFC", text[at - 1 : at + 1])) == 1):
        return f"\\u{ord(one):04x}"
    return ""
