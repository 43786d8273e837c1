from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from e2e_bench import SEED, Bench, bench

from mock_kit.clock import parse_iso
from scenarios.house import House, opened
from scenarios.world import NOW, Worlds

Raise = Callable[..., AbstractContextManager[Bench]]


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """Both fakes in this process; each test loads a world of its own."""
    with opened(parse_iso(NOW), SEED) as found:
        yield found


@pytest.fixture
def raise_bench(house: House) -> Raise:
    def make(worlds: Worlds, **how: Any) -> AbstractContextManager[Bench]:
        return bench(house, worlds, **how)

    return make
