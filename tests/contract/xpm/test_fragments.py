"""What is kept of clients as text: how much of it, and of whom it is forgotten first."""

from collections.abc import Sequence
from typing import Any

import pytest

from mock_kit.store import Store
from mock_xpm.client_api import fragments
from mock_xpm.tables.base import METADATA

NAMES_NOBODY = {
    "account_manager": None,
    "job_manager": None,
    "billing_client": None,
    "contacts": [],
    "groups": [],
    "relationships": [],
}


class Lists:
    """Lists of one client for each practice, with room for 100 bytes; it counts what it has to render."""

    def __init__(self) -> None:
        self.kept = fragments.Fragments(Store(METADATA))
        self.rendered: list[str] = []

    def fragment(self, tenant_id: str, size: int) -> bytes:
        def fetch(uuids: Sequence[str]) -> list[dict[str, Any]]:
            return [{**NAMES_NOBODY, "uuid": uuid} for uuid in uuids]

        def render(_row: dict[str, Any]) -> bytes:
            self.rendered.append(tenant_id)
            return b"x" * size

        (written,) = self.kept.write(tenant_id, ("3.1", False), [f"client of {tenant_id}"], fetch, render)
        return written

    def whole(self, tenant_id: str, size: int) -> list[bytes]:
        return self.kept.whole(tenant_id, ("3.1", False), lambda: [self.fragment(tenant_id, size)])


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> Lists:
    monkeypatch.setattr(fragments, "CAPACITY", 100)
    return Lists()


def test_a_client_is_rendered_once(lists: Lists) -> None:
    assert lists.fragment("a", 10) == lists.fragment("a", 10) == b"x" * 10
    assert lists.rendered == ["a"]


def test_the_practice_asked_for_longest_ago_is_forgotten_when_there_is_no_more_room(lists: Lists) -> None:
    for tenant_id in ("a", "b", "a", "c"):
        lists.fragment(tenant_id, 40)
    assert lists.rendered == ["a", "b", "c"]
    lists.fragment("a", 40)
    assert lists.rendered == ["a", "b", "c"]
    lists.fragment("b", 40)
    assert lists.rendered == ["a", "b", "c", "b"]


def test_whole_lists_take_room_as_well(lists: Lists) -> None:
    lists.whole("a", 40)
    lists.fragment("b", 40)
    lists.whole("a", 40)
    assert lists.rendered == ["a", "b", "a"]


def test_a_practice_that_takes_all_the_room_is_kept_as_long_as_it_is_asked_for(lists: Lists) -> None:
    assert lists.whole("a", 1000) == lists.whole("a", 1000)
    assert lists.rendered == ["a"]
