"""Makes a failing script small: items are left out as long as the same invariant still breaks."""

from collections.abc import Callable, Sequence

from scenarios.simulation.script import Script


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
    """Write numbers as `1-3,7`."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(f"{first}-{last}" if last > first else f"{first}" for first, last in found)


def numbers_in(text: str) -> list[int]:
    """Read what `ranges` writes. Raises ValueError."""
    found: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found
