"""The report in a real browser: nothing sticks out at any width, colours are what they mean, folds open on paper."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from e2e_browser import browser, measured, sheets
from e2e_told import failed, passed

from scenarios.report import page
from scenarios.report.changes import Change, Field
from scenarios.runner import Result

__all__ = ["browser"]
RED, GREEN = "rgb(179, 38, 30)", "rgb(20, 113, 61)"


@cache
def crowded() -> Result:
    """A run whose steps changed many records, with values that are long and have no blanks."""
    long = Field("description", "", "https://example.com/" + "a" * 3000)
    edited = [
        Change(
            "XPM",
            "Books",
            "client",
            f"c{number}",
            "N" * 120,
            "",
            "changed",
            (long, replace(long, before="x" * 700)),
        )
        for number in range(40)
    ]
    made = [
        Change("Ignition", "Books", "proposal service", f"p{number}", "Tax", "Ngata", "created", (long,))
        for number in range(300)
    ]
    told = passed()
    steps = [replace(step, changes=(*edited, *made)) for step in told.steps[:2]]
    return replace(told, steps=steps)


@pytest.mark.parametrize("width", [1280, 700])
def test_nothing_of_the_page_sticks_out_in_a_browser(browser: list[str], tmp_path: Path, width: int) -> None:
    written = page.write(failed(), tmp_path)
    asked = "one.querySelectorAll('.call').length, getComputedStyle(one.querySelector('.verdict')).backgroundColor"
    scroll, wide, calls, colour = measured(browser, written, width, asked)
    assert (scroll, wide) == (width, 0)
    assert calls > 20
    assert colour == RED


def test_on_a_phone_each_conflict_and_warning_is_read_without_scrolling(
    browser: list[str], tmp_path: Path
) -> None:
    """A cell that sticks out of its table's frame is one that has to be scrolled to."""
    written = page.write(failed(), tmp_path)
    cells = "[...one.querySelectorAll('.stack td')]"
    asked = f"{cells}.length, {cells}.filter(it => it.getBoundingClientRect().right > 390).length"
    heads = "getComputedStyle(one.querySelector('.conflicts td'), '::before').content"
    scroll, wide, many, out, head = measured(browser, written, 390, f"{asked}, {heads}")
    assert (scroll, wide, out) == (390, 0, 0)
    assert many > 8
    assert head == '"no."'


def test_the_lanes_are_named_by_a_head_that_each_sheet_of_paper_repeats(
    browser: list[str], tmp_path: Path
) -> None:
    """What browsers repeat when a table goes on to another sheet is its header group, over rows that may part."""
    written = page.write(failed(), tmp_path)
    asked = (
        "getComputedStyle(one.querySelector('.picture thead')).display, "
        "[...one.querySelectorAll('.picture thead .head')].map(it => it.textContent), "
        "one.querySelectorAll('.picture tbody > tr').length, one.querySelectorAll('svg.picture').length"
    )
    _scroll, _wide, shown, lanes, rows, pictures = measured(browser, written, 1280, asked)
    assert (shown, lanes) == ("table-header-group", ["People", "Ignition", "syncer", "XPM"])
    assert rows == pictures - 1 == len(failed().steps)


@pytest.mark.parametrize("width", [1280, 700])
def test_what_a_step_changed_stands_in_it_in_colours_that_say_which_is_new(
    browser: list[str], tmp_path: Path, width: int
) -> None:
    """The third step of the story types three values: three rows are seen there, and the old ones are red."""
    written = page.write(failed(), tmp_path)
    rows = "[...one.querySelectorAll('#step-3 .changes tbody tr')].filter(it => it.checkVisibility())"
    asked = f"{rows}.map(it => it.innerText), ink('#step-3 del'), ink('#step-3 ins')"
    scroll, wide, seen, old, new = measured(browser, written, width, asked)
    assert (scroll, wide, old, new) == (width, 0, RED, GREEN)
    assert [" ".join(one.split()).split("Söhne ")[1] for one in seen] == [
        "phone: 1 → 2",
        "phone: 1 → 3 website: https://old.example → https://mine.example",
    ]


def test_many_records_and_long_values_stay_in_their_table(browser: list[str], tmp_path: Path) -> None:
    """With every fold open: values are cut or broken, and no more records are shown than can be read."""
    written = page.write(crowded(), tmp_path)
    written.write_text(written.read_text("utf-8").replace("<details", "<details open"), "utf-8")
    asked = "one.querySelectorAll('#step-1 .changes tbody tr').length, one.querySelector('#step-1').innerText.includes('and 140 that are not shown')"
    assert measured(browser, written, 1280, asked) == [1280, 0, page.MOST_CHANGES, True]


def test_the_page_prints_with_its_folds_open(browser: list[str], tmp_path: Path) -> None:
    """What nobody can unfold on paper is printed, but for quiet calls, clients and new records: as many sheets as with those folds opened by hand."""
    written = page.write(passed(), tmp_path)
    html = written.read_text("utf-8")
    opened, closed = tmp_path / "opened.html", tmp_path / "closed.html"
    opened.write_text(re.sub('<details(?! class="quiet")', "<details open", html), "utf-8")
    closed.write_text(html.replace("::details-content", "::nothing"), "utf-8")
    printed = sheets(browser, written)
    assert printed == sheets(browser, opened)
    assert sheets(browser, closed) < printed <= 30
