"""Mutants of functions, by mutmut, which knows by itself which tests reach which function."""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

from tests.mutants.tables import ALONE
from tests.mutants.verdicts import Change, Fate, Mutant

ROOM = Path("mutants")
"""Where mutmut works; it has no other."""
FATES = {"killed": Fate.KILLED, "timeout": Fate.TIMED_OUT}
"""Whatever else is said of a mutant (no tests, suspicious, …), nobody noticed it."""


def run_mutmut(workers: int, until: float, tell: Callable[[int, int], None]) -> None:
    """Try all mutants anew. RuntimeError when mutmut fails, TimeoutError after the moment `until`."""
    shutil.rmtree(ROOM, ignore_errors=True)
    command = [str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", str(workers)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=os.environ | ALONE,
    )
    assert process.stdout is not None
    pipe, said = process.stdout.fileno(), ""
    try:
        while True:
            if time.monotonic() > until:
                raise TimeoutError
            if not select.select([pipe], [], [], 1.0)[0]:
                continue
            piece = os.read(pipe, 4096)
            if not piece:
                break
            said = (said + piece.decode("utf-8", "replace"))[-20_000:]
            for done, count in re.findall(r"(\d+)/(\d+) ", said)[-1:]:
                tell(int(done), int(count))
        if process.wait() != 0:
            raise RuntimeError(f"mutmut failed:\n{said[-4000:]}")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def verdicts(files: list[str]) -> Iterator[Mutant]:
    """Yield what mutmut found of the mutants in some files."""
    for file in files:
        data = SourceFileMutationData(path=Path(file))
        data.load()
        for name, code in data.exit_code_by_key.items():
            fate = FATES.get(status_by_exit_code[code], Fate.SURVIVED)
            # Only who lives is named: a diff of each would take longer than the run.
            change = Change(file, name, "") if fate is Fate.KILLED else _change(file, name)
            yield Mutant(change, fate)


def _change(file: str, name: str) -> Change:
    lines = get_diff_for_mutant(name, path=file).splitlines()[2:]
    was, became = ("\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return Change(file, was, became)
