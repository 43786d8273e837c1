"""The README's table of what syncs where is the table of fields."""

from pathlib import Path

from syncer.field_table import as_markdown

README = Path(__file__).parents[3] / "README.md"


def test_the_readme_shows_the_table_of_fields() -> None:
    told = README.read_text("utf-8")
    assert as_markdown() in told, "run `python -m syncer.field_table` and put its table into the README"


def test_the_table_says_where_a_field_is_and_which_way_it_goes() -> None:
    rows = as_markdown().splitlines()
    assert "| Fax | `Fax` | `fax` | two-way | every sync | R5 |" in rows
    assert "| Website | `Website` | `website` | XPM → Ignition | every sync | R7 |" in rows
    assert "| Contact e-mail | `Email` | `contacts.email` | two-way | every sync | R5 |" in rows
