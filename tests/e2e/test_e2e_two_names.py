"""E11 and E21: one XPM practice has one name in a ledger, or each name would do the other's work again."""

from dataclasses import replace

import pytest
from conftest import Raise
from e2e_bench import Bench, small_world

from scenarios.builders import client
from scenarios.stage import agreeing
from syncer import connect as connecting
from syncer import ledger_tables as t
from syncer.disconnect import disconnect
from syncer.errors import ConfigError, NotConnectedError


def connect_second_as_first(bench: Bench) -> str:
    """Have the first practice's people connect it, and pick the second one's XPM practice."""
    return bench.one.consent(bench.stage.worlds.practices[1])


def connect_first_as(bench: Bench, name: str) -> str:
    """Have the people of the first practice connect it under a name of the configuration."""
    stage = bench.stage
    agree = agreeing(stage.session, stage.worlds.practices[0])
    return connecting.connect(stage.config, stage.ledger, stage.runtime, name, agree)


def test_e11_e21_an_xpm_practice_that_has_a_name_already_is_refused_under_another(raise_bench: Raise) -> None:
    with raise_bench(small_world(practices=2)) as bench:
        xpm = bench.one.known.name
        with pytest.raises(ConfigError) as refused:
            connect_first_as(bench, "practice-2")
        assert str(refused.value) == (
            f"XPM practice “{xpm}” is connected as “practice-1” already: under a second name its jobs would be made "
            "twice; to use “practice-2” instead, disconnect “practice-1” first"
        )
        assert bench.stage.ledger.of("practice-2").rows(t.connections) == []


def test_e21_the_same_name_may_connect_again_and_another_after_a_disconnection(raise_bench: Raise) -> None:
    with raise_bench(small_world(practices=2)) as bench:
        stage = bench.stage
        connect_first_as(bench, "practice-1")
        disconnect(stage.config, stage.ledger, stage.runtime, "practice-1")
        told = connect_first_as(bench, "practice-2")
        assert (
            told
            == f"practice “practice-2” is connected to XPM practice “{bench.one.known.name}” and to Ignition"
        )


def test_e21_a_practice_with_links_is_not_connected_to_another_tenant_after_a_disconnection(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([client("Kea Cafés Limited")], practices=2)) as bench:
        bench.one.sync()
        bench.one.disconnect()
        mine, other = (known.name for known in bench.stage.worlds.practices)
        with pytest.raises(ConfigError) as refused:
            connect_second_as_first(bench)
        assert str(refused.value) == (
            f"practice “practice-1” was connected to “{mine}”, not to “{other}”: "
            "give the other practice a name of its own in the configuration"
        )
        assert bench.stage.ledger.of("practice-1").rows(t.connections) == []
        bench.one.connect()
        assert bench.one.sync().writes == 0


def test_e21_a_practice_with_links_is_not_connected_to_another_practices_ignition(raise_bench: Raise) -> None:
    with raise_bench(small_world([client("Kea Cafés Limited")], practices=2)) as bench:
        bench.one.sync()
        (here,) = bench.one.ignition.clients()
        bench.one.ignition.archive_client(here["slug"])
        other = bench.stage.worlds.practices[1].ignition_tenant_id
        with pytest.raises(ConfigError) as refused:
            bench.one.consent(replace(bench.one.known, ignition_tenant_id=other))
        assert str(refused.value) == (
            "practice “practice-1” was connected to an Ignition practice that has its clients, and this one has none "
            "of them: connect again and pick that one, or give the other practice a name of its own in the "
            "configuration; where it is the one and those clients are gone, `syncer connect --force` goes on"
        )
        assert [row["system"] for row in bench.stage.ledger.of("practice-1").rows(t.connections)] == [
            "webhook",
            "xpm",
        ]
        with pytest.raises(NotConnectedError, match="not connected to Ignition"):
            bench.one.sync()
        bench.one.consent()
        assert bench.one.sync().did["links marked"] == 1


def test_e21_a_practice_without_links_may_be_connected_to_another_tenant_after_a_disconnection(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world(practices=2)) as bench:
        bench.one.disconnect()
        other = bench.stage.worlds.practices[1].name
        assert f"is connected to XPM practice “{other}”" in connect_second_as_first(bench)


def test_e21_two_xpm_practices_have_two_names(raise_bench: Raise) -> None:
    with raise_bench(small_world(practices=2)) as bench:
        bench.stage.practice(1).connect()
        tenants = {
            bench.stage.ledger.of(f"practice-{number}").row(t.connections, system="xpm")["tenant_id"]
            for number in (1, 2)
        }  # type: ignore[index]
        assert len(tenants) == 2
