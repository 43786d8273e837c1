"""Programs that a command started, and ends again."""

import subprocess

STOP_SECONDS = 15
Process = subprocess.Popen[bytes]


def end(process: Process) -> None:
    """End a program that still runs: asked first, killed when it does not listen."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
