"""Profiles and knobs: what a world is asked for is in it, to the whole record, and drawn from the seed alone."""

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mock_ignition.world import IgnitionWorld
from mock_xpm.world import XpmWorld
from scenarios import cli as program
from scenarios.knobs import Knobs, near, refuse_nonsense
from scenarios.profiles import BY_NAME, PROFILES, Profile, make
from scenarios.stage import raised
from scenarios.world import Worlds, build
from scenarios.world_summary import summary

Json = dict[str, Any]
PLAIN = Profile("plain", "Nothing is turned.", 200, 5, Knobs())


def clients(worlds: Worlds) -> list[Json]:
    found: list[Json] = worlds.tenant()["clients"]
    return found


def here(worlds: Worlds) -> list[Json]:
    found: list[Json] = worlds.practice().get("clients", [])
    return found


def turned(**knobs: float) -> Worlds:
    return make(PLAIN, 7, **knobs)


def test_without_a_knob_a_world_is_as_the_seed_draws_it() -> None:
    plain = build(7, clients=200, staff=5)
    assert (turned().xpm, turned().ignition) == (plain.xpm, plain.ignition)


def test_the_profiles_have_the_sizes_that_they_say() -> None:
    assert [(one.name, one.clients, one.staff) for one in PROFILES] == [
        ("sole-trader", 12, 1), ("small", 80, 4), ("medium", 400, 12), ("large", 2_500, 40), ("firm", 15_000, 120),
        ("messy", 150, 6),
    ]  # fmt: skip


@pytest.mark.parametrize("name", [one.name for one in PROFILES if one.clients < 1000])
def test_the_documents_of_a_profile_are_taken_by_both_fakes(name: str) -> None:
    profile = BY_NAME[name]
    worlds = make(profile, 7, practices=2)
    XpmWorld.model_validate_json(json.dumps(worlds.xpm))
    IgnitionWorld.model_validate_json(json.dumps(worlds.ignition))
    for number in range(2):
        assert len(worlds.tenant(number)["clients"]) == profile.clients
        assert len(worlds.tenant(number)["staff"]) == profile.staff


def test_the_same_seed_gives_the_same_bytes_and_another_count_of_practices_changes_none() -> None:
    one, again, more = (make(BY_NAME["messy"], 7, practices=count) for count in (1, 1, 3))
    assert json.dumps([one.xpm, one.ignition]) == json.dumps([again.xpm, again.ignition])
    assert (more.tenant(), more.practice()) == (one.tenant(), one.practice())
    assert make(BY_NAME["messy"], 8).tenant() != one.tenant()


def test_duplicates_have_exactly_the_name_of_another_client() -> None:
    names = Counter(one["name"] for one in clients(turned(duplicates=0.1)))
    assert sorted(count for count in names.values() if count > 1) == [2] * 20
    assert len({one["uuid"] for one in clients(turned(duplicates=0.1))}) == 200


def test_near_misses_are_nearly_another_name_and_never_the_same() -> None:
    plain_names = [one["name"] for one in clients(turned())]
    found = clients(turned(near_misses=0.15))
    assert [one["name"] for one in found[:170]] == plain_names[:170]
    misses = [one["name"] for one in found[170:]]
    assert not set(misses) & set(plain_names[:170])
    assert len(misses) == 30

    def folded(name: str) -> str:
        text = (
            unicodedata.normalize("NFC", name)
            .upper()
            .replace(" AND ", " & ")
            .replace("\N{NO-BREAK SPACE}", " ")
        )
        words = " ".join(text.split()).removesuffix(".").removesuffix("PTY LTD").removesuffix("PTY. LTD")
        return words.removesuffix("LIMITED").removesuffix("LTD").removesuffix("PTY ").strip()

    known = {folded(name) for name in plain_names[:170]}
    assert [name for name in misses if folded(name) not in known] == []


@pytest.mark.parametrize(
    ("nth", "name"),
    [
        (0, "KEA & SONS PTY LTD"),
        (1, "Kea  & Sons Pty Ltd"),
        (2, "Kea\N{NO-BREAK SPACE}& Sons Pty Ltd"),
        (3, "Kea and Sons Pty Ltd"),
        (4, "Kea and Sons Pty Ltd"),
        (5, "Kea & Sons Pty. Ltd."),
        (6, "KEA & SONS PTY LTD"),
    ],
)
def test_a_near_name_comes_by_turns_and_skips_what_changes_nothing(nth: int, name: str) -> None:
    assert near("Kea & Sons Pty Ltd", nth) == name
    assert near("TŪĪ", 3) == unicodedata.normalize("NFD", "TŪĪ")
    assert near("KEA", 0) == "KEA."


def test_long_and_odd_names_are_as_many_as_asked_for() -> None:
    found = clients(turned(long_names=0.05, odd_names=0.1))
    assert sum(len(one["name"]) > 100 for one in found) == 10
    assert sum("株式会社" in one["name"] for one in found) == 20


def test_archived_and_deleted_are_as_many_as_asked_for_and_apart() -> None:
    found = clients(turned(archived=0.2, deleted=0.1))
    assert Counter((one["is_archived"], bool(one.get("is_deleted"))) for one in found) == {
        (False, False): 140, (True, False): 40, (False, True): 20,
    }  # fmt: skip
    # Only deleted ones asked for: the archived ones that the seed draws, 4 %, stay as many.
    assert sum(one["is_archived"] for one in clients(turned(deleted=0.1))) == 8


def test_gaps_are_as_many_as_asked_for_and_nowhere_else() -> None:
    found = clients(turned(no_email=0.25, no_phone=0.5))
    contacts = [one for client in found for one in client["contacts"]]
    assert sum(one["email"] == "" for one in contacts) == round(0.25 * len(contacts)) > 50
    assert sum(one["phone"] == "" for one in found) == 100
    assert all(
        one["email"]
        for one in (contact for client in clients(turned(no_email=0)) for contact in client["contacts"])
    )


def test_shared_contacts_are_one_person_at_several_clients() -> None:
    plain_count = sum(len(one["contacts"]) for one in clients(turned()))
    found = clients(turned(shared_contacts=0.2))
    contacts = [one for client in found for one in client["contacts"]]
    assert len(contacts) == plain_count + 40
    assert len({one["uuid"] for one in contacts}) == plain_count
    for client in found:
        assert len({one["uuid"] for one in client["contacts"]}) == len(client["contacts"])
        assert sum(one["is_primary"] for one in client["contacts"]) <= 1


def test_what_ignition_has_already_is_named_as_in_xpm_and_some_of_it_differs() -> None:
    worlds = turned(in_ignition=0.5, differing=0.25, engaged=0.5)
    live = [one for one in clients(worlds) if not one["is_archived"]]
    assert len(here(worlds)) == round(len(live) / 2)
    phones = {one["name"]: one["phone"] for one in live}
    assert {one["name"] for one in here(worlds)} <= phones.keys()
    assert sum(one["phone"] != phones[one["name"]] for one in here(worlds)) == round(len(here(worlds)) / 4)
    states = Counter(one["state"] for one in here(worlds))
    assert states["active"] == round(len(here(worlds)) / 2) == len(worlds.practice()["proposals"])
    assert set(states) == {"active", "lead"}


def test_leads_of_ignition_alone_have_names_that_xpm_has_not() -> None:
    worlds = turned(leads=0.1)
    assert len(here(worlds)) == 20
    assert not {one["name"] for one in here(worlds)} & {one["name"] for one in clients(worlds)}


@pytest.mark.parametrize(
    ("knobs", "why"),
    [
        (Knobs(duplicates=1.5), "duplicates is a share from 0 to 1, not 1.5"),
        (Knobs(no_email=-0.1), "no-email is a share from 0 to 1, not -0.1"),
        (Knobs(duplicates=0.3, near_misses=0.3), "together are at most 0.5 of the clients, not 0.6"),
        (
            Knobs(archived=0.6, deleted=0.6),
            "archived 0.6, deleted 0.6 together are at most 1 of the clients, not 1.2",
        ),
    ],
)
def test_shares_that_are_none_or_too_much_are_refused(knobs: Knobs, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        refuse_nonsense(knobs)


def test_a_messy_world_is_synced_to_rest_and_nobody_is_guessed() -> None:
    worlds = make(BY_NAME["messy"], 7)
    with raised(worlds, 7) as stage:
        practice = stage.practice()
        practice.connect()
        first = practice.sync()
        assert first.problems == []
        assert practice.sync().writes == 0
        names = Counter(
            one["name"] for one in clients(worlds) if not one["is_archived"] and not one.get("is_deleted")
        )
        shown = Counter(one["name"] for one in practice.ignition.clients())
        for name, count in names.items():
            already = sum(one["name"] == name for one in here(worlds))
            # Namesakes come in as they are where Ignition has nobody of the name; else a person decides (E1).
            assert shown[name] == (already or count), name


# The commands.


def scenarios(*words: str) -> Result:
    return CliRunner().invoke(program.cli, list(words))


def test_a_world_is_written_with_what_is_in_it_and_how_to_load_it(tmp_path: Path) -> None:
    out = tmp_path / "world"
    words = (
        "world",
        "--seed",
        "7",
        "--profile",
        "messy",
        "--clients",
        "40",
        "--no-email",
        "0.5",
        "--out",
        str(out),
    )
    done = scenarios(*words, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    (practice,) = told["practices"]
    assert (practice["xpm"]["clients"], practice["xpm"]["archived"], practice["xpm"]["staff"]) == (40, 4, 6)
    xpm = json.loads((out / "xpm.json").read_text("utf-8"))
    assert len(xpm["tenants"][0]["clients"]) == 40
    assert practice["xpm_tenant_id"] == xpm["tenants"][0]["tenant_id"]
    assert json.loads((out / "summary.json").read_text("utf-8")) == told
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    text = scenarios(*words)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert f"--data-binary @{out}/xpm.json" in text.stdout
    assert "XPM: clients 40, archived 4, deleted 2, " in text.stdout


def test_a_summary_counts_long_and_odd_names_as_they_stand_in_the_document() -> None:
    worlds = build(7, clients=3)
    for one, name in zip(
        worlds.tenant()["clients"], ("x" * 101, "Été – ā ’ 株式会社", "y" * 100), strict=True
    ):
        one["name"] = name
    (practice,) = summary(worlds)
    assert practice["xpm"]["names_of_more_than_100_characters"] == 1
    assert practice["xpm"]["names_with_other_scripts_or_pictures"] == 1


def test_a_folder_that_holds_something_else_is_left_alone_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    words = ("world", "--profile", "sole-trader", "--out", str(tmp_path))
    done = scenarios(*words)
    assert done.exit_code == 1
    assert "holds something else (thesis.txt): name another folder with --out, or add --force" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    assert scenarios(*words, "--force").exit_code == 0
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("", "sole-trader-seed5"),
        ("--clients 12 --practices 1 --leads 0.1", "sole-trader-seed5"),
        ("--clients 0", "sole-trader-seed5-clients0"),
        (
            "--near-misses 0.25 --clients 3 --duplicates 0 --leads 1 --practices 2",
            "sole-trader-seed5-practices2-clients3-duplicates0-near-misses0.25-leads1",
        ),
    ],
)
def test_a_folder_is_named_after_what_is_not_the_profiles_so_that_no_world_overwrites_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = scenarios("world", "--profile", "sole-trader", "--seed", "5", *words.split())
    assert done.exit_code == 0, done.output
    assert [path.name for path in Path("var/worlds").iterdir()] == [name]
    assert f"written: var/worlds/{name}/xpm.json" in done.stdout


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--duplicates", "2"), "2.0 is not in the range 0<=x<=1"),
        (("--duplicates", "nan"), "'nan' is no number"),
        (("--leads", "nan"), "'nan' is no number"),
        (("--duplicates", "0.4", "--near-misses", "0.3"), "together are at most 0.5 of the clients"),
        (
            ("--duplicates", "0.5"),
            "duplicates 0.5, near-misses 0.03, long-names 0, odd-names 0 together are at most 0.5",
        ),
        (
            ("--duplicates", "0.5"),
            "not 0.53; the profile's own shares count where none is given (0 takes one out)",
        ),
        (("--profile", "huge"), "'huge' is not one of 'sole-trader'"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(
    tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    done = scenarios("world", "--out", str(tmp_path / "world"), *words)
    assert done.exit_code == 2
    assert why in done.stderr
    assert not (tmp_path / "world").exists()


def test_the_profiles_are_listed_with_their_figures() -> None:
    assert "firm         15,000 clients, 120 staff  A firm's 15,000 clients" in scenarios("profiles").stdout
    assert "     35 services, 30 job templates; duplicates 0.02, " in scenarios("profiles").stdout
    told = json.loads(scenarios("profiles", "--json").stdout)
    assert (told[0]["sells"], told[0]["services"], told[0]["job_templates"]) == ("few", 4, 2)
    assert told[0]["name"] == "sole-trader"
    assert told[-1]["knobs"]["duplicates"] == 0.12
