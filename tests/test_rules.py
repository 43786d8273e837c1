"""Which tests prove which rule: `python tests/test_rules.py` lists them; a rule without a test fails.

A test proves a rule when its name begins with the number (`test_e23_…`, several as in `test_r9_r11_…`), or
when the first line of its docstring names it.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
RULES = tuple(
    re.findall(r"^\| ([RE]\d+) \|", (TESTS.parent / "docs" / "rules.md").read_text("utf-8"), re.MULTILINE)
)
IN_NAME = re.compile(r"test((?:_[re]\d+)+)_")
IN_WORDS = re.compile(r"\b[RE]\d+\b")


def proofs(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the rules that tests of a file prove, each with the test's name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            named = IN_NAME.match(node.name)
            rules = {part.upper() for part in named[1].split("_")[1:]} if named else set()
            rules |= set(IN_WORDS.findall((ast.get_docstring(node) or "").partition("\n")[0]))
            yield from ((rule, f"{path.relative_to(TESTS)}::{node.name}") for rule in sorted(rules))


@cache
def proven() -> dict[str, list[str]]:
    """Return for each rule the tests that prove it."""
    found: dict[str, list[str]] = {rule: [] for rule in RULES}
    for path in sorted(TESTS.rglob("test_*.py")):
        for rule, test in proofs(path):
            found.setdefault(rule, []).append(test)
    return found


def test_the_rules_are_those_of_the_page() -> None:
    wanted = [f"R{number}" for number in range(1, 14)] + [f"E{number}" for number in range(1, 25)]
    assert sorted(RULES) == sorted(wanted)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_a_test(rule: str) -> None:
    assert proven()[rule], f"no test is named after {rule}: test_{rule.lower()}_…"


def test_no_test_names_a_rule_that_there_is_not() -> None:
    assert sorted(proven().keys() - set(RULES)) == []


if __name__ == "__main__":
    for rule, tests in proven().items():
        print(rule, *tests or ["(none)"], sep="\n  ")  # noqa: T201  # what it is run for
