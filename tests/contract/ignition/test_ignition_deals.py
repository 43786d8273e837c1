"""Deals: proposals as sales see them, and the stages that they go through."""

from typing import Any

import pytest
from ignition_support import NOW, Fake, world

LATER = "2026-07-01T09:31:00Z"
STAGE_OF = {
    "draft": ("In progress", False),
    "awaiting_acceptance": ("Awaiting acceptance", False),
    "accepted": ("Won", True),
    "completed": ("Won", True),
    "lost": ("Lost", True),
    "revoked": ("Lost", True),
    "archived": ("Archived", True),
}


def deal(fake: Fake, proposal: str = "prop_one") -> dict[str, Any]:
    return next(row for row in fake.reported("deals") if row["proposal_slug"] == proposal)


def test_a_practice_has_five_stages(fake: Fake) -> None:
    rows = sorted(fake.reported("deal_stages"), key=lambda row: row["position"])
    assert [(row["name"], row["is_closed"]) for row in rows] == [
        ("In progress", False),
        ("Awaiting acceptance", False),
        ("Won", True),
        ("Lost", True),
        ("Archived", True),
    ]
    assert list(rows[1].items()) == [
        ("slug", rows[1]["slug"]),
        ("name", "Awaiting acceptance"),
        ("position", 2),
        ("is_closed", False),
        ("created_at", NOW),
        ("updated_at", NOW),
    ]
    assert all(row["slug"].startswith("dst_") for row in rows)
    theirs = fake.connect("prc_tui").reported("deal_stages")
    assert not {row["slug"] for row in rows} & {row["slug"] for row in theirs}


def test_a_deal_row_has_the_agreed_fields_in_their_order(fake: Fake) -> None:
    row = deal(fake)
    assert row["slug"].startswith("psd_")
    stages = {stage["name"]: stage["slug"] for stage in fake.reported("deal_stages")}
    assert list(row.items()) == [
        ("slug", row["slug"]),
        ("name", "Tax 2027"),
        ("deal_stage", {"slug": stages["In progress"], "name": "In progress"}),
        ("client_slug", "cli_acme"),
        ("proposal_slug", "prop_one"),
        ("value", {"amount": 482.0, "currency": "NZD"}),
        ("expected_close_date", None),
        ("closed_at", None),
        ("link", f"https://go.ignition.example/deals/{row['slug']}"),
        ("created_at", NOW),
        ("updated_at", NOW),
    ]


@pytest.mark.parametrize("state", STAGE_OF)
def test_the_stage_of_a_deal_follows_the_state_of_its_proposal(fake: Fake, state: str) -> None:
    document = world()
    document["practices"][0]["proposals"][0]["state"] = state
    fake.control("POST", "/world", document)
    there = fake.connect()
    assert there.row("/proposals/prop_one")["state"] == state
    row = deal(there)
    name, closed = STAGE_OF[state]
    assert row["deal_stage"]["name"] == name
    assert row["closed_at"] == (NOW if closed else None)
    stages = {stage["slug"]: stage["name"] for stage in there.reported("deal_stages")}
    assert stages[row["deal_stage"]["slug"]] == name


def test_a_deal_of_the_world_was_won_when_its_proposal_was_accepted(fake: Fake) -> None:
    document = world()
    times = {"state": "accepted", "accepted_at": "2026-05-04T12:00:00+10:00"}
    document["practices"][0]["proposals"][0] |= times
    fake.control("POST", "/world", document)
    assert deal(fake.connect())["closed_at"] == "2026-05-04T02:00:00Z"


@pytest.mark.parametrize(
    ("acts", "stage", "closed"),
    [
        (["send"], "Awaiting acceptance", None),
        (["send", "accept"], "Won", NOW),
        (["send", "lose"], "Lost", NOW),
        (["send", "revoke"], "Lost", NOW),
        (["archive"], "Archived", NOW),
        (["send", "accept", "later", "archive"], "Archived", NOW),
        (["send", "lose", "later", "archive"], "Archived", NOW),
        (["send", "accept", "later", "revoke"], "Lost", LATER),
        (["send", "later", "archive"], "Archived", LATER),
    ],
)
def test_a_deal_goes_along_with_what_is_done_to_its_proposal(
    fake: Fake, acts: list[str], stage: str, closed: str | None
) -> None:
    for act in acts:
        if act == "later":
            fake.advance(60)
        else:
            fake.do("POST", f"/proposals/prop_one/{act}")
    row = deal(fake)
    assert (row["deal_stage"]["name"], row["closed_at"]) == (stage, closed)
    assert row["updated_at"] == fake.row("/proposals/prop_one")["updated_at"]


def test_a_deal_that_is_won_stays_so_once_the_contract_has_ended(fake: Fake) -> None:
    fake.do("PATCH", "/proposals/prop_one", {"contract_term": 1})
    for act in ("send", "accept"):
        fake.do("POST", f"/proposals/prop_one/{act}")
    fake.advance(40 * 86400)
    there = fake.connect()
    assert there.row("/proposals/prop_one")["state"] == "completed"
    row = deal(there)
    assert (row["deal_stage"]["name"], row["closed_at"]) == ("Won", NOW)


def test_the_value_and_the_dates_of_a_deal_are_its_proposal_s(fake: Fake) -> None:
    slug = deal(fake)["slug"]
    body = {"name": "Renamed", "contract_term": 3, "proposal_start_date": "2026-10-01"}
    fake.do("PATCH", "/proposals/prop_one", body)
    row = deal(fake)
    assert (row["slug"], row["name"]) == (slug, "Renamed")
    assert row["value"] == {"amount": 120.5, "currency": "NZD"}
    assert row["expected_close_date"] == "2026-10-01"
    fake.do("PATCH", "/proposals/prop_one", {"proposal_start_date": None})
    for act in ("send", "accept"):
        fake.do("POST", f"/proposals/prop_one/{act}")
    assert fake.row("/proposals/prop_one")["proposal_start_date"] == "2026-07-01"
    assert deal(fake)["expected_close_date"] is None


def test_a_deal_counts_only_what_the_client_took(fake: Fake) -> None:
    extra = fake.row("/proposals/prop_one")["services"][1]["slug"]
    fake.do("POST", "/proposals/prop_one/send")
    assert deal(fake)["value"]["amount"] == 482.0
    fake.do("POST", "/proposals/prop_one/accept", {"add_on_slugs": [extra]})
    assert deal(fake)["value"]["amount"] == 782.0


def test_each_proposal_has_one_deal_which_keeps_its_slug(fake: Fake) -> None:
    before = {row["proposal_slug"]: row["slug"] for row in fake.reported("deals")}
    assert set(before) == {"prop_one", "prop_bare"}
    assert len(set(before.values())) == 2
    fake.do("POST", "/proposals/prop_one/send")
    assert {row["proposal_slug"]: row["slug"] for row in fake.reported("deals")} == before
    assert fake.connect("prc_tui").reported("deals") == []
