"""`syncer plan` foresees what a sync then does with accepted proposals, and writes to neither side (R9 to R12, E10)."""

from typing import Any

import pytest
from conftest import Raise
from e2e_bench import Bench, broken, ignition_client, known, lead, signatory, small_world

from syncer.report import Report

KEA, MOA = "Kea Cafés Limited", "Moa Holdings Pty Ltd"


def accept(bench: Bench, name: str = KEA, **how: Any) -> str:
    (here,) = bench.one.ignition.named(name)
    return str(bench.accepted(here["slug"], **how)["slug"])


def planned(bench: Bench) -> Report:
    """Plan, and see that nothing is written, and nothing read but the lists that a sync reads."""
    before = len(bench.faults.calls)
    report = bench.one.plan()
    made = [one for one in bench.faults.calls[before:] if "/token" not in one]
    assert [one for one in made if not one.startswith("GET")] == []
    assert len(made) == 8
    return report


def rows(report: Report, does: str) -> list[dict[str, Any]]:
    return [row for row in report.planned if row["does"] == does]


def test_r9_a_linked_client_gets_its_job(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        accept(bench)
        report = planned(bench)
        assert (
            f"XPM: proposal PROP-1001 (“{KEA}”) goes to client “{KEA}”: the stored link (E10)" in report.lines
        )
        (job,) = rows(report, "job")
        (uuid,) = [row["UUID"] for row in bench.one.xpm.named(KEA)]
        assert rows(report, "use client")[0]["xpm_id"] == uuid
        assert report.exit_code == 0
        bench.one.sync()
        (made,) = bench.jobs(KEA)
        assert (job["job"], job["start"], job["due"]) == (
            made["Name"], made["StartDate"][:10], made["DueDate"][:10],
        )  # fmt: skip
        assert bench.one.plan().lines == []


def test_r11_a_lead_is_made_in_xpm_with_its_fields_and_contacts(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(KEA, phone="04 555 0100")])) as bench:
        bench.one.sync()
        accept(bench)
        report = planned(bench)
        at = report.lines.index(
            f"XPM: new client “{KEA}” with 1 contact for proposal PROP-1001 (“{KEA}”): "
            "no XPM client has exactly this name (R11)"
        )
        assert report.lines[at + 1].startswith(f"  Phone “04 555 0100”; contact “Signer of {KEA}”")
        (row,) = rows(report, "create client")
        assert (row["rule"], row["side"], row["new"]["phone"]) == ("R11", "xpm", "04 555 0100")
        assert bench.one.xpm.clients() == []
        bench.one.sync()
        (made,) = bench.one.xpm.clients()
        assert (made["Name"], made["Phone"], len(made["Contacts"])) == (KEA, "04 555 0100", 1)


def test_r11_two_proposals_of_one_lead_make_one_client(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(KEA)])) as bench:
        bench.one.sync()
        (here,) = bench.one.ignition.named(KEA)
        for name in ("First", "Second"):
            bench.accepted(here["slug"], name=name)
        report = planned(bench)
        assert len(rows(report, "create client")) == 1
        assert [row["xpm_id"] for row in rows(report, "use client")] == [None]
        assert len(rows(report, "job")) == 2
        bench.one.sync()
        assert len(bench.one.xpm.clients()) == 1
        assert len(bench.jobs(KEA)) == 2


def test_r12_a_sole_exact_name_is_used(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)], [lead(KEA)])) as bench:
        accept(bench)
        report = planned(bench)
        assert f"link “{KEA}” by exact name (E1)" in report.lines
        assert rows(report, "create client") == []
        assert rows(report, "use client")[0]["why"] == "the stored link"
        bench.one.sync()
        assert len(bench.one.xpm.clients()) == 1
        assert len(bench.jobs(KEA)) == 1


def test_e10_a_near_name_is_warned_of(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA.upper())], [lead(KEA)])) as bench:
        bench.one.sync()
        accept(bench)
        report = planned(bench)
        assert (
            f"“{KEA}” would be created; XPM also has “{KEA.upper()}”, which is near (E10)" in report.warnings
        )
        assert len(rows(report, "create client")) == 1
        bench.one.sync()
        assert len(bench.jobs(KEA)) == 1


PARKING: dict[str, tuple[Any, Any, str, int]] = {
    "two namesakes": ([known(KEA), known(KEA, nth=1)], [lead(KEA)], "2 XPM clients have exactly this name", 2),
    "an engaged client": (
        [], [ignition_client(KEA, state="active", contacts=[signatory("Ed")])], "the client is no lead", 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PARKING)
def test_e10_what_parks_needs_attention_before_and_after_the_sync_that_parks_it(
    raise_bench: Raise, case: str
) -> None:
    there, here, why, candidates = PARKING[case]
    with raise_bench(small_world(there, here)) as bench:
        bench.one.sync()
        slug = accept(bench)
        for _ in range(2):
            report = planned(bench)
            (row,) = rows(report, "park")
            assert row["why"].startswith(why)
            assert len(row["candidates"]) == candidates
            assert any(line.startswith(f"proposal PROP-1001 (“{KEA}”): {why}") for line in report.attention)
            assert rows(report, "job") == []
            assert report.exit_code == 3
            bench.one.sync()
            assert bench.shown(slug)["status"] == "needs_attention"
        assert bench.jobs(KEA) == []


@pytest.mark.parametrize(
    ("side", "why"),
    [
        ("xpm", "the linked XPM client is archived"),
        ("ignition", "the client is archived in Ignition: it takes no more jobs (E7)"),
    ],
)
def test_e7_a_client_archived_on_either_side_parks(raise_bench: Raise, side: str, why: str) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        slug = accept(bench)
        if side == "xpm":
            bench.one.xpm.archive_client(bench.one.xpm.named(KEA)[0]["UUID"])
        else:
            bench.one.ignition.call("POST", f"clients/{bench.one.ignition.named(KEA)[0]['slug']}/archive")
        report = planned(bench)
        assert [row["why"] for row in rows(report, "park")] == [why]
        bench.one.sync()
        assert bench.shown(slug)["message"].startswith(why)


def test_e10_a_name_that_a_lead_imported_by_the_same_sync_takes_parks(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        other = bench.one.ignition.add_lead(MOA, "Olive Other")
        slug = str(bench.accepted(other["slug"])["slug"])
        # XPM's change of name reaches Ignition in the same sync that deploys.
        bench.one.xpm.update_client(bench.one.xpm.named(KEA)[0]["UUID"], Name=MOA)
        report = planned(bench)
        assert len(rows(report, "park")) == 1
        bench.one.sync()
        assert bench.shown(slug)["status"] == "needs_attention"


def test_e10_a_name_that_the_same_sync_writes_to_xpm_is_looked_at(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        (linked,) = bench.one.ignition.named(KEA)
        bench.one.ignition.update_client(linked["slug"], name=MOA)
        other = bench.one.ignition.add_lead(KEA, "Olive Other")
        bench.accepted(other["slug"])
        assert len(rows(planned(bench), "create client")) == 1
        bench.one.sync()
        assert len(bench.one.xpm.named(KEA)) == 1
        assert len(bench.one.xpm.named(MOA)) == 1
        assert len(bench.jobs(KEA)) == 1


def test_e11_a_client_begun_before_is_said_to_be_looked_up_first(raise_bench: Raise) -> None:
    with raise_bench(small_world(here=[lead(KEA)])) as bench:
        bench.one.sync()
        accept(bench)
        bench.faults.on("client.api/add", error=broken)
        with pytest.raises(SystemExit):
            crash_after_the_call(bench)
        report = bench.one.plan()
        assert any(line.startswith(f"XPM: see what came of making “{KEA}” before") for line in report.lines)
        bench.one.sync()
        assert len(bench.one.xpm.clients()) == 1


def crash_after_the_call(bench: Bench) -> None:
    """Have the syncer end while it waits for what may come late."""

    def end(seconds: float) -> None:
        if seconds >= 20:
            raise SystemExit(1)

    bench.stage.runtime.slept.append(end)
    try:
        bench.one.sync()
    finally:
        bench.stage.runtime.slept.remove(end)


def test_e15_a_revoked_proposal_that_waited_is_said_to_plan_no_more(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA), known(KEA, nth=1)], [lead(KEA)])) as bench:
        bench.one.sync()
        slug = accept(bench)
        bench.one.sync()
        bench.one.ignition.call("POST", f"proposals/{slug}/revoke")
        report = planned(bench)
        assert f"proposal PROP-1001 (“{KEA}”) is revoked: no more jobs are made (E15)" in report.lines
        assert not any(line.startswith("proposal") for line in report.attention)
        bench.one.sync()
        assert bench.shown(slug)["status"] != "needs_attention"
