"""Disconnecting: nothing of the connection is left in Ignition, and what is others' stays."""

from conftest import Raise
from e2e_bench import Bench, small_world

from scenarios.house import SYNCER_URL
from syncer.disconnect import disconnect

OTHERS = "https://elsewhere.test/hook"


def leave(bench: Bench) -> str:
    stage = bench.stage
    return disconnect(stage.config, stage.ledger, stage.runtime, "practice-1")


def subscriptions(bench: Bench) -> list[str]:
    return [row["url"] for row in bench.one.ignition._list("webhooks")]


def test_disconnecting_ends_the_webhooks_that_come_here_and_no_others(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        body = {"url": OTHERS, "types": ["proposal.accepted"], "secret": "s" * 32}
        bench.one.ignition.call("POST", "webhooks", body)
        assert sorted(subscriptions(bench)) == [f"{SYNCER_URL}/webhooks/ignition/practice-1", OTHERS]
        assert leave(bench) == (
            "practice-1 is disconnected; links, conflicts and deployments stay for a next `syncer connect`"
        )
        assert subscriptions(bench) == [OTHERS]


def test_webhooks_that_cannot_be_ended_are_told_of_and_the_rest_is_done(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        refused = bench.faults.on("DELETE http://127.0.0.1:18002/external/api/v1/webhooks", status=403)
        assert leave(bench).endswith("; Ignition may still send webhooks, which are refused")
        assert refused.hit == 1
        assert bench.one.ignition.integration()["status"] == "not_connected"


def test_connecting_again_brings_the_webhooks_back(raise_bench: Raise) -> None:
    with raise_bench(small_world()) as bench:
        leave(bench)
        bench.one.connect()
        assert subscriptions(bench) == [f"{SYNCER_URL}/webhooks/ignition/practice-1"]
