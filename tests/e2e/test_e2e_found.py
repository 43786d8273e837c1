"""What a tester with fresh eyes found, so that it stays mended."""

import pytest
from conftest import Raise
from e2e_bench import ignition_client, known, lead, rewritten, say, signatory, small_world

from scenarios.stage import syncer_key
from syncer.ledger import Ledger
from syncer.vault import Vault

KEA, MOA = "Kea Cafés Limited", "Moa Holdings Pty Ltd"


@pytest.mark.parametrize("by_webhook", [True, False], ids=["by webhook", "by daily sync"])
def test_r11_a_lead_that_accepts_twice_before_it_is_first_seen_is_made_once_with_both_jobs(
    raise_bench: Raise, *, by_webhook: bool
) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        row = bench.one.ignition.add_lead(MOA, "Mo Ana")
        slugs = [str(bench.accepted(row["slug"])["slug"]) for _ in range(2)]
        bench.one.deliver_webhooks() if by_webhook else bench.one.sync()
        assert len(bench.one.xpm.named(MOA)) == 1
        assert len(bench.jobs(MOA)) == 2
        assert [bench.shown(slug)["status"] for slug in slugs] == ["deployed", "deployed"]


def test_e2_after_a_lost_ledger_an_archived_client_is_not_linked_again_and_nobody_comes_twice(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA), known(MOA)])) as bench:
        bench.one.sync()
        (old,) = bench.one.xpm.named(KEA)
        bench.one.xpm.archive_client(old["UUID"])
        new = bench.one.xpm.add_client(KEA)
        bench.stage.restart(Ledger(None, Vault(syncer_key(1))))
        bench.one.connect()
        bench.one.sync()
        assert [row["name"] for row in bench.one.ignition.clients()] == [KEA, MOA]
        for uuid, phone in ((old["UUID"], "of the archived one"), (new["UUID"], "04 555 0100")):
            bench.one.xpm.update_client(uuid, Phone=phone)
        bench.one.sync()
        assert bench.one.ignition.named(KEA)[0]["phone"] == "04 555 0100"


@pytest.mark.parametrize("odd", ["a\x01b", "\ufffe"])
def test_e20_a_character_that_xml_cannot_carry_is_reported_and_what_the_person_typed_stays(
    raise_bench: Raise, odd: str
) -> None:
    with raise_bench(small_world([known(KEA, phone="1"), known(MOA, phone="1")])) as bench:
        bench.one.sync()
        for name, phone in ((KEA, odd), (MOA, "2")):
            (here,) = bench.one.ignition.named(name)
            bench.one.ignition.update_client(here["slug"], phone=phone)
        for _ in range(2):
            report = bench.one.sync()
            assert "which XML cannot carry" in say(report)
            assert len(report.problems) == 1
        assert bench.one.ignition.named(KEA)[0]["phone"] == odd
        assert [bench.one.xpm.named(name)[0]["Phone"] for name in (KEA, MOA)] == ["1", "2"]


def test_e10_a_pick_that_comes_when_the_client_is_linked_already_is_said_to_be_unused(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(KEA), known(KEA, nth=1)], [lead(MOA)])) as bench:
        bench.one.sync()
        (here,) = bench.one.ignition.named(MOA)
        bench.one.xpm.add_client(MOA)
        bench.one.xpm.add_client(MOA)
        first, second = (str(bench.accepted(here["slug"])["slug"]) for _ in range(2))
        bench.one.deliver_webhooks()
        chosen = bench.one.xpm.named(MOA)[0]["UUID"]
        bench.one.resolve(first, chosen)
        report = bench.one.resolve(second, "new")
        assert "was not needed" in say(report)
        assert len(bench.one.xpm.named(MOA)) == 2
        assert len(bench.one.xpm.jobs_of(chosen)) == 2


def test_e10_the_one_free_namesake_is_used_though_another_is_linked_elsewhere(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(KEA)])) as bench:
        bench.one.sync()
        row = bench.one.ignition.add_lead(KEA, "Ke Aroha")
        free = bench.one.xpm.add_client(KEA)
        slug = str(bench.accepted(row["slug"])["slug"])
        bench.one.deliver_webhooks()
        assert bench.shown(slug)["xpm_client_uuid"] == free["UUID"]
        assert len(bench.one.xpm.jobs_of(free["UUID"])) == 1


@pytest.mark.parametrize("by_webhook", [True, False], ids=["by webhook", "by daily sync"])
def test_e10_an_old_list_of_proposals_makes_nobody_who_accepted_a_client_that_never_was_a_lead(
    raise_bench: Raise, *, by_webhook: bool
) -> None:
    with raise_bench(small_world()) as bench:
        bench.one.sync()
        row = bench.one.ignition.add_lead(MOA, "Mo Ana")
        slug = str(bench.accepted(row["slug"])["slug"])
        # A daily sync that reads the list right before the acceptance, and then meets an old answer.
        rewritten(bench, "/proposals?", lambda _rows: [], times=2)
        bench.one.deliver_webhooks() if by_webhook else bench.one.sync()
        assert bench.shown(slug)["status"] == "deployed"
        assert len(bench.jobs(MOA)) == 1


def test_e10_who_was_engaged_before_the_connection_is_no_lead_though_it_is_first_seen_with_its_acceptance(
    raise_bench: Raise,
) -> None:
    engaged = ignition_client(MOA, state="active", contacts=[signatory("Mo Ana")])
    with raise_bench(small_world(here=[engaged]), connected=False) as bench:
        bench.stage.pass_time(60)
        bench.one.connect()
        (row,) = bench.one.ignition.named(MOA)
        slug = str(bench.accepted(row["slug"])["slug"])
        bench.one.deliver_webhooks()
        assert bench.shown(slug)["status"] == "needs_attention"
        assert bench.jobs(MOA) == []
