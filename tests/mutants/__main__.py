"""`python -m tests.mutants`: tries every mutant of what plans a sync, and prints the table."""

import os
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from tests.mutants.functions import run_mutmut, verdicts
from tests.mutants.tables import Tests, try_all, unchanged, variants
from tests.mutants.verdicts import Fate, Judgement, Mutant, judge, read_expected

EXPECTED = Path(__file__).with_name("survivors.toml")


@click.command(
    help="Try every mutant of what plans a sync on its unit tests, and print the table. Exit 1 when too few are "
    "killed, or one survives that is not listed in tests/mutants/survivors.toml."
)
@click.option("--workers", default="auto", help="How many at a time; auto: one for each core.")
@click.option("--minutes", default=30.0, help="Give up after so long.")
@click.option("--only", default="", help="Only files whose name has this in it, and of them only the tables.")
def main(*, workers: str, minutes: float, only: str) -> None:
    """Try functions, then tables; then hold all of it against the list."""
    count = (os.cpu_count() or 1) if workers == "auto" else int(workers)
    settings = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    files = [one for one in settings["only_mutate"] if only in one]
    until = time.monotonic() + 60 * minutes
    mutants: list[Mutant] = []
    try:
        if not only:
            run_mutmut(count, until, progress("functions"))
            mutants += verdicts(files)
        tests = Tests(
            tuple(settings["pytest_add_cli_args_test_selection"]), tuple(settings["pytest_add_cli_args"])
        )
        mutants += of_tables(files, tests, count, until)
    except TimeoutError:
        raise click.ClickException(f"not done within {minutes:g} minutes (--minutes)") from None
    except RuntimeError as error:
        raise click.ClickException(str(error)) from None
    judged = judge(mutants, [one for one in read_expected(EXPECTED) if only in one.change.file])
    show(judged)
    sys.exit(bool(judged.failures))


def of_tables(files: list[str], tests: Tests, workers: int, until: float) -> Iterator[Mutant]:
    """Yield what became of the mutants of tables. RuntimeError where the tests fail without any."""
    codes = {Path(file): Path(file).read_text("utf-8") for file in files}
    originals = [unchanged(path, code) for path, code in codes.items()]
    for one in try_all(originals, tests, workers, until, progress("nothing, to see the tests pass")):
        if one.fate is not Fate.SURVIVED:
            raise RuntimeError(f"the tests fail on {one.change.file} as it is")
    found = [one for path, code in codes.items() for one in variants(path, code)]
    yield from try_all(found, tests, workers, until, progress("tables"))


def progress(what: str) -> Callable[[int, int], None]:
    """Return what tells how far it is: a line in place on a terminal, else one for each twentieth."""
    told = -1

    def tell(done: int, count: int) -> None:
        nonlocal told
        step = done if sys.stderr.isatty() else done * 20 // max(count, 1)
        if step == told:
            return
        told = step
        line = f"mutants of {what}: {done} of {count}"
        click.echo(
            f"\r{line}" if sys.stderr.isatty() else line,
            err=True,
            nl=not sys.stderr.isatty() or done == count,
        )

    return tell


def show(judged: Judgement) -> None:
    """Print the table, then what is amiss."""
    table = Table()
    table.add_column("file")
    for title in ("mutants", "killed", "survived", "share"):
        table.add_column(title, justify="right")
    for row in judged.rows:
        table.add_row(row.file, str(row.mutants), str(row.killed), str(row.survived), f"{row.share:.1%}")
    Console(width=None if sys.stdout.isatty() else 100).print(table)
    for line in judged.notes:
        click.echo(f"note: {line}")
    for line in judged.failures:
        click.echo(f"failed: {line}", err=True)


if __name__ == "__main__":
    main()
