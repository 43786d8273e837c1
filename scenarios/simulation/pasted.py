"""Writes a script as a regression test that can be pasted into a file of its own in tests/simulation/."""

import json
from typing import Any

from scenarios.simulation.script import Item, Script

TOLD = 90
"""So much of what broke is told above the script."""
HOLDS = "    assert play(script, yard).violations == []\n"
ALIKE = (
    "    one, other = (play(script, yard, digested=True) for _ in range(2))\n"
    "    assert (one.trace, one.state) == (other.trace, other.state)\n"
)
"""Of one play nobody can tell whether it does the same again."""


def as_test(script: Script, broken: tuple[str, str], claim: str) -> str:
    """Return the test of a claim; it holds the script itself, as seeds draw another one some day."""
    needed = "Item, Script" if script.items else "Script"
    # Of what broke a comment tells: whatever was typed in there, it ends no literal.
    told = " ".join(broken[1][:TOLD].encode("ascii", "backslashreplace").decode().split())
    return (
        "# This belongs in tests/simulation/, whose fixture `yard` it takes.\n"
        "from scenarios.simulation.explore import play\n"
        f"from scenarios.simulation.script import {needed}\n"
        "from scenarios.simulation.yard import Yard\n"
        "\n\n"
        f"def test_seed_{script.seed}_{broken[0]}(yard: Yard) -> None:\n"
        f"    # {broken[0]}: {told}".rstrip()
        + "\n"
        f"    script = {_script(script)}  # fmt: skip\n"
        f"{claim}"
    )


def _script(script: Script) -> str:
    """Return a script as source, an item a line."""
    values = {name: value for name, value in vars(script).items() if name not in ("kinds", "items")}
    return (
        "Script(\n"
        f"        {', '.join(f'{name}={source(value)}' for name, value in values.items())},\n"
        f"        kinds={source(script.kinds)},\n"
        f"        items=({_items(script.items)}),\n"
        "    )"
    )


def _items(items: tuple[Item, ...]) -> str:
    lines = [
        f"            Item({', '.join(source(value) for value in vars(item).values())}),\n" for item in items
    ]
    return f"\n{''.join(lines)}        " if lines else ""


def source(value: Any) -> str:
    """Return a value as Python source with double quotes, as the formatter wants them."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{source(name)}: {source(one)}" for name, one in value.items()) + "}"
    if isinstance(value, tuple):
        return f"({', '.join(map(source, value))}{',' if len(value) == 1 else ''})"
    return repr(value)
