"""`python -m tests.bench`: measures, and prints the table."""

import json
import sys
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from tests.bench import ignition_rows, rows, simulation_rows, sync_rows, world_rows
from tests.bench.client import LoadError
from tests.bench.rows import Measured, Row

ROWS = (*rows.ROWS, *ignition_rows.ROWS, *sync_rows.ROWS, *simulation_rows.ROWS, *world_rows.ROWS)


@click.command(help="Measure the fakes' speed and print a table. Exit 1 when a row could not be measured.")
@click.option("--only", default="", help="Measure only the rows whose name has this in it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def main(*, only: str, as_json: bool) -> None:
    """Measure row after row; one that fails does not keep the others from being measured."""
    chosen = [row for row in ROWS if only.lower() in row.name.lower()]
    if not chosen:
        names = "".join(f"\n  {row.name}" for row in ROWS)
        raise click.ClickException(f"no row has “{only}” in its name; there are:{names}")
    measured: list[tuple[Row, Measured | str]] = []
    for row in chosen:
        click.echo(f"measuring {row.name}", err=True)
        try:
            measured.append((row, row.measure()))
        except (LoadError, OSError) as error:
            measured.append((row, str(error)))
    if as_json:
        click.echo(json.dumps([as_document(row, found) for row, found in measured], ensure_ascii=False))
    else:
        Console(width=None if sys.stdout.isatty() else 160).print(as_table(measured))
    sys.exit(any(isinstance(found, str) for _, found in measured))


def as_document(row: Row, found: Measured | str) -> dict[str, object]:
    """Return a row of `--json`."""
    head: dict[str, object] = {"name": row.name, "wanted": row.wanted, "unit": row.unit, "peers": row.peers}
    if isinstance(found, str):
        return {**head, "error": found}
    return {**head, **asdict(found), "holds": row.holds(found)}


def as_table(measured: list[tuple[Row, Measured | str]]) -> Table:
    """Return the table: a figure that is not what is wanted is marked."""
    table = Table()
    for title in ("what", "measured", "wanted", "p50 ms", "p99 ms", "peers, as they state it", "note"):
        table.add_column(
            title, justify="right" if title in {"measured", "wanted", "p50 ms", "p99 ms"} else "left"
        )
    for row, found in measured:
        shown = ",.2f" if row.unit == "x" else ",.0f"
        wanted = f"{'≥' if row.at_least else '≤'} {row.wanted:{shown}} {row.unit}"
        if isinstance(found, str):
            table.add_row(row.name, "[red]failed[/]", wanted, "", "", row.peers, found)
            continue
        colour = "green" if row.holds(found) else "red"
        mark = "" if row.holds(found) else " (!)"
        figure = f"[{colour}]{found.figure:{shown}}{mark}[/]"
        times = (f"{found.p50_ms:.2f}", f"{found.p99_ms:.2f}") if found.p50_ms else ("", "")
        table.add_row(row.name, figure, wanted, *times, row.peers, found.note)
    return table


if __name__ == "__main__":
    main()
