"""What was expected and what was found, with the lines marked in which they differ."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a value as it is shown; `is_other`: the other value has no such line there."""

    text: str
    is_other: bool


def compare(expected: object, found: object) -> tuple[list[Part], list[Part]]:
    """Return the lines of both values, those marked that the other one has not there."""
    one, other = shown(expected, indent=1).split("\n"), shown(found, indent=1).split("\n")
    # A comma says only that another member follows: it makes no difference.
    mine, theirs = [line.rstrip(",") for line in one], [line.rstrip(",") for line in other]
    same = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    return _marked(one, [(at.a, at.size) for at in same]), _marked(other, [(at.b, at.size) for at in same])


def shown(value: object, indent: int | None = None) -> str:
    """Return a value as it is shown: JSON, a set by its sorted members, anything else as text."""
    return json.dumps(value, ensure_ascii=False, default=_plain, indent=indent)


def _marked(lines: Sequence[str], same: Sequence[tuple[int, int]]) -> list[Part]:
    alike = {at for start, size in same for at in range(start, start + size)}
    return [Part(text, at not in alike) for at, text in enumerate(lines)]


def _plain(value: object) -> object:
    return sorted(value, key=_order) if isinstance(value, set | frozenset) else str(value)


def _order(member: object) -> tuple[str, str]:
    """Order members of any kinds: 1 and "1" are the same text, and have one order all the same."""
    return str(member), type(member).__name__
