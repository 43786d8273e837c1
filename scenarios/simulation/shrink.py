"""Makes a failing script small: items are left out as long as the same invariant still breaks."""

import re
from collections.abc import Callable, Sequence

from scenarios.simulation.script import Script

NONE = "none"
"""What is written where a script fails without any item."""
NUMBERS = re.compile("([0-9]{1,18})(?:-([0-9]{1,18}))?")


def shrink(script: Script, fails: Callable[[Script], bool], tries: int = 200) -> Script:
    """Return a script of fewer items that still fails, by delta debugging; at most `tries` runs."""
    numbers = [one.number for one in script.items]
    left = tries
    size = max(1, len(numbers) // 2)
    while left > 0:
        for part in _parts(numbers, size):
            rest = [number for number in numbers if number not in part]
            left -= 1
            if fails(script.only(rest)):
                numbers = rest
                break
            if left <= 0:
                break
        else:
            if size == 1:
                break
            size = max(1, size // 2)
    return script.only(numbers)


def _parts(numbers: Sequence[int], size: int) -> list[set[int]]:
    return [set(numbers[start : start + size]) for start in range(0, len(numbers), size)]


def ranges(numbers: Sequence[int]) -> str:
    """Write numbers as `1-3,7`, and none of them as `none`."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(f"{first}-{last}" if last > first else f"{first}" for first, last in found) or NONE


def numbers_in(text: str, there: range) -> list[int]:
    """Read what `ranges` writes. Raises ValueError, in a sentence for people, for what is not `there`."""
    if text.strip() == NONE:
        return []
    found: list[int] = []
    for part in text.split(","):
        written = NUMBERS.fullmatch(part.strip())
        if not written:
            raise ValueError(f"give numbers of items, such as 1-3,7, or {NONE} for no item at all")
        first, last = int(written[1]), int(written[2] or written[1])
        if last < first:
            raise ValueError(f"{first}-{last} runs backwards; write {last}-{first}")
        if first not in there or last not in there:
            raise ValueError(
                f"there is no item {first if first not in there else last}; give numbers from {there.start} to {there.stop - 1}"
            )
        found += range(first, last + 1)
    return found
