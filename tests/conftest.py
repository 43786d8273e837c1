"""What holds for every test."""

import gc

from hypothesis import settings

# A machine that is busy is no failure: no example has a deadline, and none depends on chance.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")

# What is loaded for the tests stays to the end: to look for garbage among it is half of the time that loading
# takes. What tests themselves make is looked through as ever.
gc.disable()


def pytest_collection_finish() -> None:
    gc.enable()
    gc.freeze()
