"""How the command line shows things: tables and sentences for people, one JSON object for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.table import Table

from syncer.errors import ConfigError, OutputError, SyncerError
from syncer.report import DONE, Report
from syncer.words import counted, plain, plain_json


class Screen:
    """Where output goes. With `as_json`, standard output holds one JSON value and nothing else."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.out = Console(highlight=False, soft_wrap=True, markup=False)
        self.notes = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)

    def say(self, text: str) -> None:
        """Print a line of the result."""
        self._print(plain(text))

    def note(self, text: str) -> None:
        """Print what is no result to standard error."""
        self.notes.print("\n".join(map(plain, text.split("\n"))))

    def failure(self, error: SyncerError, who: str = "syncer") -> None:
        """Say why something was not done. The mistakes of a configuration are a line each."""
        text = f"{who}: {error}"
        self.note(text if isinstance(error, ConfigError) else plain(text))

    def value(self, value: Any) -> None:
        """Print a value for programs."""
        self._print(plain_json(json.dumps(value, ensure_ascii=False, indent=2)))

    def _print(self, what: str | Table) -> None:
        """Print to standard output. Raises OutputError where it cannot take it, a full disk for one."""
        try:
            self.out.print(what)
        except OSError as error:
            raise OutputError(
                f"cannot write the output: {error.strerror}; `syncer runs` tells what was done"
            ) from error

    def table(self, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
        """Print rows for people, or a sentence when there are none."""
        table = Table(title=title, title_justify="left", title_style="bold")
        for head in heads:
            table.add_column(head, overflow="fold")
        for row in rows:
            table.add_row(
                *("\n".join(map(plain, str("" if cell is None else cell).split("\n"))) for cell in row)
            )
        if table.row_count:
            self._print(table)
        else:
            self.say(empty)

    def reports(
        self,
        reports: Sequence[Report],
        failed: Mapping[str, SyncerError] = MappingProxyType({}),
        *,
        planned: bool = False,
    ) -> int:
        """Print what runs did, or would do, and return the exit code for all of them together.

        Of the practices that failed, by name, programs get a value each.
        """
        if self.as_json:
            failures = [{"practice": name, "error": str(error)} for name, error in failed.items()]
            self.value([*(report.as_json() for report in reports), *failures])
        else:
            for report in reports:
                self.report(report, planned=planned)
        return max((report.exit_code for report in reports), default=DONE)

    def report(self, report: Report, *, planned: bool = False) -> None:
        """Print what a run did, or would do."""
        if not report.lines:
            what = (
                "nothing to write" if planned or not report.writes else "nothing to write to a client or job"
            )
            step = "" if report.attention or report.problems or report.stopped else "both sides are in step, "
            self.say(f"{report.practice}: {step}{what}")
        for line in report.lines:
            self.say(("would: " if planned and not line.startswith(" ") else "") + line)
        for line in report.warnings:
            self.say(f"note: {line}")
        for line in report.attention:
            self.say(f"needs attention: {line}")
        for problem in report.problems:
            self.say(f"problem: {problem.say()}")
        if report.stopped is not None:
            left = [counted(report.left, "action")]
            left += [counted(report.left_proposals, "proposal")] if report.left_proposals else []
            self.say(f"stopped: {report.stopped}; {' and '.join(left)} left, the next sync goes on there")
        if report.window_seconds is not None:
            self.say(f"XPM was looked at {report.window_seconds:.1f} s before the last write to it (E23)")
        costs = ", ".join(
            f"{name} {counted(meter.calls, 'call')} ({counted(meter.writes, 'write')}, "
            f"{meter.bytes_received + meter.bytes_sent:,} bytes)"
            for name, meter in sorted(report.meters.items())
        )
        self.say(f"{report.practice}: {costs}")
