"""What holds for every test."""

from hypothesis import settings

# A machine that is busy is no failure: no example has a deadline, and none depends on chance.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")
