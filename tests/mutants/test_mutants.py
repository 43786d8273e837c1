import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.__main__ import EXPECTED
from tests.mutants.tables import change_between, variants
from tests.mutants.verdicts import Change, Expected, Fate, Mutant, Row, judge, read_expected

ONE, OTHER = Change("a.py", "x = 1", "x = 2"), Change("b.py", "y = 1", "y = 2")
KILLED = [Mutant(Change("a.py", f"name_{number}", ""), Fate.KILLED) for number in range(19)]


def test_the_table_counts_each_file_and_the_whole() -> None:
    found = judge([*KILLED, Mutant(ONE, Fate.SURVIVED), Mutant(OTHER, Fate.KILLED)], [Expected(ONE, "alike")])
    assert found.rows == (Row("a.py", 20, 1), Row("b.py", 1, 0), Row("all", 21, 1))
    assert [(row.killed, row.share) for row in found.rows[:2]] == [(19, 0.95), (1, 1.0)]
    assert (found.failures, found.notes) == ((), ())


def test_a_survivor_that_is_not_listed_fails() -> None:
    found = judge([*KILLED, Mutant(ONE, Fate.SURVIVED)], [Expected(OTHER, "alike")])
    assert found.failures == ("survived, and is not listed: a.py\n  - x = 1\n  + x = 2",)


def test_a_share_under_what_is_wanted_fails_though_every_survivor_is_listed() -> None:
    found = judge([*KILLED[:18], Mutant(ONE, Fate.SURVIVED)], [Expected(ONE, "alike")])
    assert found.failures == ("a.py: 94.7% killed, 95% wanted", "all: 94.7% killed, 95% wanted")


def test_a_listed_survivor_that_is_killed_by_now_is_told_and_fails_nothing() -> None:
    found = judge([*KILLED, Mutant(ONE, Fate.KILLED)], [Expected(ONE, "alike")])
    assert found.failures == ()
    assert found.notes == (
        "is listed, and is killed by now or no mutant any more: a.py\n  - x = 1\n  + x = 2",
    )


def test_what_timed_out_is_killed_only_where_it_is_listed_as_endless() -> None:
    late = [*KILLED, Mutant(ONE, Fate.TIMED_OUT)]
    endless = judge(late, [Expected(ONE, "counts for ever", endless=True)])
    assert (endless.rows[-1], endless.failures, endless.notes) == (Row("all", 20, 0), (), ())
    slow = judge(late, [])
    assert slow.rows[-1] == Row("all", 20, 1)
    assert slow.failures == ("timed out, and is not listed: a.py\n  - x = 1\n  + x = 2",)


def test_the_list_of_survivors_has_a_reason_for_each(tmp_path: Path) -> None:
    assert all(one.reason for one in read_expected(EXPECTED))
    bare = tmp_path / "survivors.toml"
    bare.write_text("[[survivor]]\nfile = 'a.py'\nwas = ' x = 1'\nbecame = 'x = 2'\nreason = ' '\n")
    with pytest.raises(ValueError, match=r"survivors\.toml: a survivor without a reason: a\.py"):
        read_expected(bare)
    bare.write_text(bare.read_text().replace("reason = ' '", "reason = 'alike'"))
    assert read_expected(bare) == (Expected(ONE, "alike"),)


CODE = """\
from enum import Enum, auto
__all__ = ["KEYS", "Colour"]
KEYS = ("a", 1)
class Colour(Enum):
    RED = auto()
    BLUE = "blue"
TABLE = {KEYS: Colour.RED, 2: Colour.BLUE}
def double(x):
    return x * 2
class Box:
    size: int = 3
    @property
    def area(self):
        return self.size * 4
"""


def test_mutants_of_tables_change_rows_values_members_defaults_and_properties_and_no_function() -> None:
    found = {(one.change.was, one.change.became) for one in variants(Path("pack/colours.py"), CODE)}
    keys, table = 'KEYS = ("a", 1)', "TABLE = {KEYS: Colour.RED, 2: Colour.BLUE}"
    assert found == {
        (keys, "KEYS = None"),
        (keys, 'KEYS = ("XXaXX", 1)'),
        (keys, 'KEYS = ("a", 2)'),
        (keys, 'KEYS = ("a",)'),
        (keys, "KEYS = (1,)"),
        ('BLUE = "blue"', "BLUE = None"),
        ('BLUE = "blue"', 'BLUE = "XXblueXX"'),
        (table, "TABLE = None"),
        (table, "TABLE = {KEYS: Colour.BLUE, 2: Colour.BLUE}"),
        (table, "TABLE = {KEYS: Colour.RED, 2: Colour.RED}"),
        (table, "TABLE = {KEYS: Colour.RED, 3: Colour.BLUE}"),
        (table, "TABLE = {2: Colour.BLUE}"),
        (table, "TABLE = {KEYS: Colour.RED, }"),
        ("size: int = 3", "size: int = None"),
        ("size: int = 3", "size: int = 4"),
        ("return self.size * 4", "return self.size / 4"),
        ("return self.size * 4", "return self.size * 5"),
    }
    assert {one.module for one in variants(Path("pack/colours.py"), CODE)} == {"pack.colours"}


def test_a_change_is_named_by_its_lines() -> None:
    assert change_between("a.py", "z = 0\n  x = 1\n", "z = 0\n  x = 2\n") == ONE


TRIAL = """
import sys, time
from tests.mutants import tables
from tests.mutants.verdicts import Change
sys.path.insert(0, {folder!r})
tables.PRELOADED = ()
def outcome(source, *options):
    one = tables.Variant("painted", source, Change("painted.py", source, ""))
    tests = tables.Tests(({folder!r} + "/test_painted.py",), ("-c", "/dev/null", "-p", "no:cacheprovider", *options))
    try:
        return [mutant.fate.value for mutant in tables.try_all([one], tests, 1, time.monotonic() + 60, print)]
    except RuntimeError as error:
        return [str(error).partition(", exit")[0]]
print(outcome("RED = 1"), outcome("RED = 2"), outcome("RED = 1 / 0"), outcome("GREEN = 1"), outcome("RED = 1", "--nope"))
"""


def test_a_mutant_is_killed_by_a_test_alone_and_tests_that_cannot_run_kill_nothing(tmp_path: Path) -> None:
    (tmp_path / "painted.py").write_text("RED = 1")
    (tmp_path / "test_painted.py").write_text(
        "from painted import RED\ndef test_red():\n    assert RED == 1\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", TRIAL.format(folder=str(tmp_path))],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == (
        "['survived'] ['killed'] [] ['killed'] ['the tests could not be run']"
    )
