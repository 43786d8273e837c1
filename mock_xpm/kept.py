"""What one fake keeps in memory beside its store, so that it need not be worked out for each call."""

from mock_kit.kit import kit
from mock_kit.memory import Memory
from mock_kit.store import Store
from mock_xpm.client_api.fragments import Fragments


class Kept:
    """The practices that are known to be there, and the clients as they were last written."""

    def __init__(self, store: Store) -> None:
        self.practices: Memory[str, bool] = Memory(store, {"tenants"})
        self.clients = Fragments(store)


def kept() -> Kept:
    """Return what the app that is answering keeps."""
    found: Kept = kit().own
    return found
