"""How much memory a process has, as Linux tells it."""

from pathlib import Path

KB_A_MB = 1024


def resident_mb(process: int | str, *, most: bool = False) -> float:
    """Return how much memory a process (its id, or `self`) has at the moment, or had at most, in MiB.

    `getrusage` would not do for the most: what it tells begins with what the process had that started this one.
    An `OSError` says that the machine does not tell.
    """
    wanted = "VmHWM:" if most else "VmRSS:"
    for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
        if line.startswith(wanted):
            return int(line.split()[1]) / KB_A_MB
    raise OSError(f"process {process} does not say how much memory it has")
