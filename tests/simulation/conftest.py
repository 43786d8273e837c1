import pytest

from scenarios.simulation.yard import Yard


@pytest.fixture(scope="session")
def yard() -> Yard:
    return Yard()
