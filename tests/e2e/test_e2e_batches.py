"""Writes to Ignition go a hundred at a time, under the tags of what was seen, and each answers for itself."""

import json
from typing import Any

import pytest
import requests
from conftest import Raise
from e2e_bench import DAY, Bench, known, refused_connection, say, small_world

from scenarios.builders import ignition_client, signatory

NAMES = [f"Client {number:03}" for number in range(130)]
Json = dict[str, Any]


def settled(bench: Bench) -> None:
    """Both sides are in step, and have been seen so."""
    bench.one.sync()
    bench.stage.pass_time(3 * DAY)
    bench.one.sync()
    bench.stage.pass_time(DAY)


def change_all(bench: Bench) -> dict[str, str]:
    """Somebody gives every client in XPM another phone; returns the phones by name."""
    phones = {name: f"09 555 {number:04}" for number, name in enumerate(NAMES)}
    uuids = bench.one.xpm.uuids()
    for name, phone in phones.items():
        bench.one.xpm.update_client(uuids[name], Phone=phone)
    return phones


def phones_here(bench: Bench) -> dict[str, str]:
    return {row["name"]: row["phone"] for row in bench.one.ignition.clients()}


def slug_of(bench: Bench) -> str:
    """Return who the eighth of them is in Ignition."""
    (row,) = bench.one.ignition.named(NAMES[7])
    return str(row["slug"])


def edited_meanwhile(bench: Bench, slug: str) -> None:
    """Let somebody edit a client just before the next batch arrives."""

    def edited_first(request: requests.PreparedRequest) -> requests.Response:
        bench.one.ignition.update_client(slug, fax="09 555 9999")
        return bench.faults.real(request)

    bench.faults.on("POST http://127.0.0.1:18002/external/api/v1/clients/batch", rewrite=edited_first)


def in_step(bench: Bench) -> None:
    """A restart later a further sync writes nothing (E4)."""
    bench.restart()
    assert bench.one.sync().writes == 0


def test_e4_a_hundred_changed_clients_are_one_call_and_no_look(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(name) for name in NAMES])) as bench:
        settled(bench)
        phones = change_all(bench)
        calls = len(bench.faults.calls)
        report = bench.one.sync()
        made = bench.faults.calls[calls:]
        assert [one for one in made if "clients" in one and not one.startswith("GET")] == [
            "POST http://127.0.0.1:18002/external/api/v1/clients/batch"
        ] * 2
        assert not [one for one in made if "/v1/clients" in one and one.startswith("GET")]
        assert report.did["clients written to Ignition"] == 130
        assert phones_here(bench) == phones
        in_step(bench)


def test_e23_many_clients_that_were_seen_anew_are_looked_at_in_one_list(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(name) for name in NAMES])) as bench:
        bench.one.sync()
        bench.stage.pass_time(DAY)  # Ignition's list now shows all that the first sync made
        phones = change_all(bench)
        calls = len(bench.faults.calls)
        bench.one.sync()
        looks = [one for one in bench.faults.calls[calls:] if one.startswith("GET") and "/v1/clients" in one]
        assert len(looks) == 2
        assert all("/v1/clients?" in one for one in looks)
        assert phones_here(bench) == phones
        in_step(bench)


def test_e23_one_client_that_somebody_edits_meanwhile_is_looked_at_anew_and_the_others_are_written(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(name) for name in NAMES])) as bench:
        settled(bench)
        phones = change_all(bench)
        edited_meanwhile(bench, slug_of(bench))
        report = bench.one.sync()
        assert f"client “{NAMES[7]}”" in say(report)
        assert report.exit_code == 3
        assert phones_here(bench) == {**phones, NAMES[7]: ""}
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert phones_here(bench) == phones
        (there,) = bench.one.xpm.named(NAMES[7])
        assert there["Fax"] == "09 555 9999"
        in_step(bench)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_e20_a_call_refused_for_one_item_is_made_item_by_item(raise_bench: Raise, status: int) -> None:
    with raise_bench(small_world([known(name) for name in NAMES])) as bench:
        settled(bench)
        phones = change_all(bench)
        slug = slug_of(bench)

        def refused_with_it(request: requests.PreparedRequest) -> requests.Response:
            items = json.loads(request.body or b"")["items"]
            if slug not in {one.get("slug") for one in items}:
                return bench.faults.real(request)
            answer = requests.Response()
            answer.status_code, answer.request, answer.url = status, request, request.url or ""
            answer._content = b'{"error":{"code":"INVALID","message":"no"}}'
            return answer

        bench.faults.on("clients/batch", rewrite=refused_with_it, times=999)
        report = bench.one.sync()
        assert report.exit_code == 3
        assert len(report.problems) == 1
        assert phones_here(bench) == {**phones, NAMES[7]: ""}
        bench.faults.plan.clear()
        bench.stage.pass_time(DAY)
        bench.one.sync()
        assert phones_here(bench) == phones
        in_step(bench)


def test_e11_what_was_done_of_a_batch_is_noted_though_the_run_ends_before_the_rest(
    raise_bench: Raise,
) -> None:
    with raise_bench(small_world([known(name) for name in NAMES])) as bench:
        settled(bench)
        phones = change_all(bench)
        slug = slug_of(bench)
        edited_meanwhile(bench, slug)
        bench.faults.on(
            f"GET http://127.0.0.1:18002/external/api/v1/clients/{slug}", error=refused_connection, times=9
        )
        with pytest.raises(Exception, match="no connection"):
            bench.one.sync()
        known_now = {row["ignition_id"]: row["base"] for row in bench.stage.ledger.dump()["links"]}
        assert sum("09 555" in base for base in known_now.values()) == 99
        bench.faults.plan.clear()
        bench.restart()
        bench.one.sync()
        assert phones_here(bench) == phones
        in_step(bench)


def test_e23_where_the_list_cannot_be_had_each_client_is_looked_at_for_itself(raise_bench: Raise) -> None:
    with raise_bench(small_world([known(name) for name in NAMES[:12]])) as bench:
        bench.one.sync()
        bench.stage.pass_time(DAY)
        uuids = bench.one.xpm.uuids()
        for name in NAMES[:12]:
            bench.one.xpm.update_client(uuids[name], Phone="09 555 0001")
        bench.faults.on(
            "GET http://127.0.0.1:18002/external/api/v1/clients?", status=200, body=b"[]", times=99
        )
        calls = len(bench.faults.calls)
        bench.one.sync()
        made = bench.faults.calls[calls:]
        assert len([one for one in made if one.startswith("GET") and "/v1/clients/cli_" in one]) == 12
        assert len([one for one in made if "clients/batch" in one]) == 1
        assert set(phones_here(bench).values()) == {"09 555 0001"}
        bench.faults.plan.clear()
        in_step(bench)


def test_clients_of_which_something_is_agreed_on_besides_are_written_together(raise_bench: Raise) -> None:
    there = [known(name, phone="09 555 0001", fax="2") for name in NAMES[:12]]
    here = [ignition_client(name, contacts=[signatory(f"Signer of {name}")], fax="2") for name in NAMES[:12]]
    with raise_bench(small_world(there, here)) as bench:
        bench.one.sync()
        assert len(bench.faults.named("clients/batch")) == 1
        assert set(phones_here(bench).values()) == {"09 555 0001"}
        in_step(bench)
