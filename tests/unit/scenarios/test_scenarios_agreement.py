"""Whom the outside check counts as a client that XPM has."""

import pytest

from scenarios.agreement import is_live


@pytest.mark.parametrize(
    ("archived", "deleted", "live"),
    [("No", "No", True), ("Yes", "No", False), ("No", "Yes", False), ("Yes", "Yes", False)],
)
def test_a_client_is_live_that_is_neither_archived_nor_deleted(
    archived: str, deleted: str, *, live: bool
) -> None:
    assert is_live({"IsArchived": archived, "IsDeleted": deleted}) is live
