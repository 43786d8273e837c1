"""What holds for every test."""

import gc
from pathlib import Path

import pytest
from hypothesis import settings

# A machine that is busy is no failure: no example has a deadline, and none depends on chance.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")

# What is loaded for the tests stays to the end: to look for garbage among it is half of the time that loading
# takes. What tests themselves make is looked through as ever.
gc.disable()


LONGEST_FIRST = ("simulation", "e2e", "catalogue")
"""The folders whose tests take longest: begun last, one of them would keep a worker busy when the others are done."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(_folder(item.path), len(places)))


def _folder(path: Path) -> str:
    return path.relative_to(Path(__file__).parent).parts[0]


def pytest_collection_finish() -> None:
    gc.enable()
    gc.freeze()
