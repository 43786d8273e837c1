"""What nobody sees in a name is marked, so that two names that look the same can be told apart."""

import pytest
from markupsafe import Markup

from scenarios.report.visible import escaped, marked, whole

SPACE = '<abbr class="unseen" title="space, U+0020">␣</abbr>'
NBSP = '<abbr class="unseen" title="no-break space, U+00A0">U+00A0</abbr>'
CONTROL = '<abbr class="unseen" title="a control character, U+0001">U+0001</abbr>'
ACCENT = (
    '<abbr class="unseen" title="combining acute accent, U+0301: a character of its own, after the letter">'
    "U+0301</abbr>"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ngā Rata & Söhne Ltd", "Ngā Rata &amp; Söhne Ltd"),
        ("Café  Rata", f"Café{SPACE}{SPACE}Rata"),
        ("Café\u00a0<b>", f"Café{NBSP}&lt;b&gt;"),
        ("Cafe\u0301 Rata", f"Cafe\u0301{ACCENT} Rata"),
        ("a\x01b", f"a{CONTROL}b"),
        ("a\nb", "a\nb"),
        (" of it, ", " of it, "),
        ('  "indented": 1', "  &#34;indented&#34;: 1"),
        ("नमस्ते", "नमस्ते"),
    ],
)
def test_what_is_unseen_is_marked_and_all_else_is_as_it_is(text: str, expected: str) -> None:
    """Signs that belong to a script are no loose accents; an indent and the end of half a sentence are no names."""
    assert marked(text) == expected


def test_what_is_marked_up_already_or_no_text_is_left_alone() -> None:
    assert marked(Markup("<b>  </b>")) == "<b>  </b>"
    assert marked(3) == 3


def test_a_whole_value_has_the_spaces_at_its_ends_marked_too() -> None:
    assert whole(" Rata ") == f"{SPACE}Rata{SPACE}"
    assert whole("1 High St\nKerikeri") == (
        '1 High St<abbr class="unseen" title="line break, U+000A">↵\n</abbr>Kerikeri'
    )
    assert whole("") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Café  Rata\n", "Café  Rata\n"),
        ("a\x01b\x1b[31m\u00a0", "a\\u0001b\\u001b[31m\\u00a0"),
        ("Cafe\u0301", "Cafe\\u0301"),
    ],
)
def test_a_terminal_gets_codes_for_what_it_would_not_show(text: str, expected: str) -> None:
    assert escaped(text) == expected
