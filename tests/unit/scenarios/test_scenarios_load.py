"""The pure parts of the load test: the list of work, who has it, what is lost, and the digest."""

from scenarios.load.digest import hash_of_state, ledger_digest, timeless
from scenarios.load.lead import Lead
from scenarios.load.plan import LoadPlan
from scenarios.load.pool import Pool
from scenarios.load.schedule import Item, deal, items_of, ramp_starts

PLAN = LoadPlan("http://127.0.0.1:1", "http://127.0.0.1:2", 7, 3, 6, 2, "var", span=8.0)


def test_practices_are_dealt_without_overlap() -> None:
    assert deal(5, 2) == [[0, 2, 4], [1, 3]]


def test_the_time_zones_of_a_night_come_to_their_hour_one_after_the_other() -> None:
    syncs = [next(one.due for one in items_of(PLAN, number, 3) if one.kind == "sync") for number in range(3)]
    assert syncs == [8 / 3, 0.0, 16 / 3]


def test_a_ramp_grows_by_half_at_each_step() -> None:
    starts = ramp_starts(PLAN)
    assert [sum(step <= one < step + 1 for one in starts) for step in range(4)] == [3, 4, 7, 10]


def test_a_practice_is_in_the_hands_of_one_user_and_what_failed_does_no_more() -> None:
    pool = Pool(lambda: 10.0)
    pool.serve("sync", 1)
    pool.deal([4])
    assert pool.open(0, {4: (Item("sync", "a"), Item("sync", "b"))}) == []
    turn = pool.take("sync")
    assert turn is not None
    assert (turn.practice, turn.item.what, turn.intended) == (4, "a", 10.0)
    assert pool.take("sync") is None
    assert pool.give_back(turn, failed=True)
    assert pool.open(1, {4: (Item("sync", "c"),)}) == [4]


def test_what_a_worker_that_died_had_to_do_is_lost_and_the_run_is_partial() -> None:
    lead = Lead(PLAN, lambda: 0.0)
    assert lead.deal_to(["a", "b"]) == {"a": [0, 2], "b": [1]}
    assert lead.next_phase() == 0
    lead.miss(["a"])
    assert lead.waiting == {0, 2}
    assert lead.why_partial == "worker b died; practices [1] are lost"


def test_the_digest_knows_no_moments() -> None:
    row = {"name": "Kea", "at": "2026-07-01T00:00:00Z", "etag": "x"}
    assert timeless({"clients": [row], "events": [row]}) == {"clients": [{"at": "(a moment)", "name": "Kea"}]}
    assert hash_of_state({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_a_ledger_that_learned_of_a_record_later_hashes_the_same_and_one_that_holds_another_does_not() -> (
    None
):
    row = {"id": "cli_1", "record": "{}", "overwritten": "[]", "version": 1}
    digest = ledger_digest({"mirror": [row], "links": []})
    assert ledger_digest({"mirror": [{**row, "overwritten": '["a"]', "version": 2}], "links": []}) == digest
    assert ledger_digest({"mirror": [{**row, "record": '{"phone":"1"}'}], "links": []}) != digest
