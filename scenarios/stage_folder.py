"""Where a stage keeps its ledger."""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  # only a folder of an unguessable name is made there
ROOM = 1 << 30
"""How many bytes must be free there: the ledger of the largest practice, many times over."""


def in_memory() -> Path | None:
    """Return a file system in memory with room for a ledger, if there is one.

    A ledger waits for the disk at each commit, and a stage's need not outlive a loss of power.
    """
    has = os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    return MEMORY if has else None
