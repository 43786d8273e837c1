"""A process's memory is its own, whoever started it."""

import os
import subprocess
import sys

import pytest

from tests.bench.memory import resident_mb

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process's memory in /proc"
)

BIG = 200 * 1024 * 1024


def test_the_most_a_process_had_is_not_what_the_one_had_that_started_it() -> None:
    big = b"x" * BIG
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "from tests.bench.memory import resident_mb; print(resident_mb('self', most=True))",
        ],
        stdout=subprocess.PIPE,
        check=True,
    )
    assert resident_mb(os.getpid()) > len(big) / 1024 / 1024
    assert 1 < float(told.stdout) < 100


def test_the_most_is_remembered_when_the_memory_is_given_back() -> None:
    big = b"x" * BIG
    with_it = resident_mb("self")
    del big
    assert resident_mb("self") < with_it - 150
    assert resident_mb("self", most=True) > with_it - 10
