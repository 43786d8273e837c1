"""The report's cards: names that can be told apart, what is permitted and what was cleared, and what is amiss."""

import re
from dataclasses import replace

from e2e_told import HOSTILE, failed

from scenarios.report import page
from scenarios.report.changes import CHANGED, Change, Field
from scenarios.report.records import Card, Line, Practice
from scenarios.runner import Result
from scenarios.story import Step

TWO_SPACES, NO_BREAK, LOOSE = "Café  Rata", "Café\u00a0Rata", "Cafe\u0301 Rata"
BOTH = ("x-1", "cli_1")


def shown(*cards: Card, changes: tuple[Change, ...] = ()) -> str:
    """Return the page of a run that left these clients."""
    looked = failed().looked
    assert looked
    left = replace(looked, practices=[Practice("Books", cards, 0, ())], conflicts=[], changes=changes)
    return page.render(
        replace(failed(), looked=left, steps=[Step(f"“{TWO_SPACES}” and “{NO_BREAK}” accept")])
    )


def test_names_that_look_the_same_are_told_apart_wherever_they_stand() -> None:
    """In titles, on cards and in their cells; a picture, which has no tooltips within a text, has codes."""
    cards = [
        Card(name, *BOTH, (Line("name", "R5", name, name),)) for name in (TWO_SPACES, NO_BREAK, LOOSE, "Café Rata")
    ]  # fmt: skip
    html = shown(*cards)
    space = '<abbr class="unseen" title="space, U+0020">␣</abbr>'
    other = '<abbr class="unseen" title="no-break space, U+00A0">U+00A0</abbr>'
    assert f"<strong>1. “Café{space}{space}Rata” and “Café{other}Rata” accept</strong>" in html
    for name in (f"Café{space}{space}Rata", f"Café{other}Rata"):
        assert f"<summary>{name}\n" in html
        assert f"</td><td>{name}</td><td>{name}</td>" in html
    assert re.search(r"<summary>Cafe\u0301<abbr [^>]*accent, U\+0301[^>]*>U\+0301</abbr> Rata\n", html)
    assert "<summary>Café Rata\n" in html
    assert '">1. “Café  Rata” and “Café\\u00a0Rata” accept</text>' in html


def test_a_difference_that_is_permitted_has_its_cells_marked_mildly() -> None:
    lines = (
        Line("partner", "R6", "Ana", "Ben", "no linked user: not synced"),
        Line("phone", "R5", "1", "2"),
        Line("fax", "R5", "3", "3"),
    )
    html = shown(Card("Rata", *BOTH, lines))
    assert re.findall(r"<tr( class=.*?)?><td>(partner|phone|fax) ", html) == [
        (' class="may"', "partner"),
        (' class="differs"', "phone"),
        ("", "fax"),
    ]


def test_a_value_that_is_empty_is_said_in_one_way() -> None:
    """A field that one side cleared, and the other never had; and one that the other side has nothing to do with."""
    fields = (Field("fax", "1", ""), Field("structure", "Trust", "Company"))
    change = Change("XPM", "Books", "client", "x-1", "Rata", "", CHANGED, fields)
    html = shown(Card("Rata", *BOTH, ()), changes=(change,))
    assert '<tr><td>fax</td><td>–<div class="was">was 1</div></td><td>–</td></tr>' in html
    assert (
        '<td>Company<div class="was">was Trust</div></td><td><span class="soft">no change</span></td>' in html
    )


def test_the_card_of_whom_a_failure_names_says_so_and_of_an_open_conflict() -> None:
    html = page.render(failed())
    tags = html.partition(f"<summary>{page.whole(HOSTILE)}\n")[2].partition("</summary>")[0]
    assert '<a class="tag bad" href="#step-4">failed in step 4</a>' in tags
    assert '<a class="tag warn" href="#notices">open conflict 1</a>' in tags


def test_a_client_that_agrees_is_not_just_green_where_a_conflict_is_open() -> None:
    looked = failed().looked
    assert looked
    (_, conflict, names) = looked.conflicts[0]
    ids = (conflict.row["xpm_id"], conflict.row["ignition_id"])
    agreeing = Practice("Books", (Card("Rata", *ids, ()),), 0, ())
    left = replace(looked, practices=[agreeing], conflicts=[("Books", conflict, names)])
    result: Result = replace(failed(), looked=left, steps=[])
    assert (
        '<span class="tag">agree</span><a class="tag warn" href="#notices">open conflict 1</a>'
        in page.render(result)
    )


def test_a_long_title_is_whole_in_the_picture() -> None:
    title = " ".join(f"word{number}" for number in range(60))
    html = page.render(replace(failed(), steps=[Step(title)]))
    picture = html.partition('id="picture"')[2]
    assert "".join(re.findall(r'<text class="band-text"[^>]*>([^<]*)</text>', picture)) == f"1. {title}"
    assert "…" not in picture
