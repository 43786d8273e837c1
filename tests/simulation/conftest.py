import pytest

from scenarios.simulation.run import Yard


@pytest.fixture(scope="session")
def yard() -> Yard:
    return Yard()
