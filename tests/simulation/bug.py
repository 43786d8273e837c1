"""What a bug is that is planted in the syncer, for the simulator to find."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Bug:
    """A bug: its name, how it is planted, and within how many seeds, from which one on, it must be found."""

    name: str
    plant: Callable[[Patch], None]
    seeds: int = 20
    first: int = 1
