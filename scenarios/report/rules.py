"""What the rules say in short, as the project's own list of them has it."""

import re
from functools import cache
from pathlib import Path

LIST = Path(__file__).parents[2] / "docs" / "rules.md"
_ROW = re.compile(r"^\| ([RE]\d+) \| (.+?) \| ", re.MULTILINE)


@cache
def meanings() -> dict[str, str]:
    """Return each rule's sentence by its number."""
    return {number: text.replace("`", "") for number, text in _ROW.findall(LIST.read_text("utf-8"))}
