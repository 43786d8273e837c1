"""What a load run has to keep, from a TOML file in the summary's own shape."""

import tomllib
from collections.abc import Iterator, Mapping
from math import isnan
from pathlib import Path
from typing import Any

from scenarios.load.fakes import LoadRefusal

DEFAULT = Path(__file__).with_name("thresholds.toml")
BOUNDS = ("most", "least")
Threshold = tuple[str, tuple[str, ...], float]
"""A bound (`most`, `least`), where the summary has the figure, and the figure it is held to."""


def thresholds_of(path: Path, shape: Mapping[str, Any]) -> list[Threshold]:
    """Return a file's thresholds. `shape` is any summary. Raises LoadRefusal that names every mistake at once."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise LoadRefusal(
            f"{path} has no thresholds ({error}); {DEFAULT} shows what a file of them looks like"
        ) from error
    mistakes = [f"[{name}] is neither [most] nor [least]" for name in document if name not in BOUNDS]
    found = [
        (bound, place, wanted) for bound in BOUNDS for place, wanted in _flat(document.get(bound, {}), ())
    ]
    for bound, place, wanted in found:
        name = f"{bound}.{'.'.join(place)}"
        if not place:
            mistakes.append(f"{bound} = {wanted!r} is no table, as in {DEFAULT}")
        elif not isinstance(wanted, int | float) or isinstance(wanted, bool) or isnan(wanted):
            mistakes.append(f"{name} = {wanted!r} is no number")
        elif not _is_there(shape, place):
            mistakes.append(f"{name}: a summary has no such figure")
    if mistakes:
        raise LoadRefusal(f"{path}: " + "; ".join(mistakes))
    return found


def verdicts(found: list[Threshold], summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Hold a summary to thresholds: a row each, `met` None where the run did not measure it."""
    rows = []
    for bound, place, wanted in found:
        measured: Any = summary
        for part in place:
            measured = measured[part]
        if isinstance(measured, list):
            measured = len(measured)
        met = None
        if measured is not None:
            met = measured <= wanted if bound == "most" else measured >= wanted
        rows.append(
            {"what": ".".join(place), "bound": bound, "wanted": wanted, "measured": measured, "met": met}
        )
    return rows


def _flat(table: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(table, dict):
        yield place, table
        return
    for name, part in table.items():
        yield from _flat(part, (*place, name))


def _is_there(shape: Any, place: tuple[str, ...]) -> bool:
    for part in place:
        if not isinstance(shape, Mapping) or part not in shape:
            return False
        shape = shape[part]
    return shape is None or isinstance(shape, int | float | list)
