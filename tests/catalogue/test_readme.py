"""The README's table of scenarios is the catalogue's."""

from pathlib import Path

from scenarios.catalogue import CATALOGUE


def test_the_readme_lists_every_scenario_with_its_purpose_and_its_rules() -> None:
    lines = Path("README.md").read_text("utf-8").splitlines()
    start = lines.index("| scenario | what it shows | rules it proves |") + 2
    told = lines[start : start + len(CATALOGUE) + 1]
    assert told == [*(f"| `{one.name}` | {one.purpose} | {' '.join(one.rules)} |" for one in CATALOGUE), ""]
