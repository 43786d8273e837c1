"""What a user gets wrong ends in one clear line and a non-zero exit; nothing is half-written."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

import mock_xpm.cli
from mock_kit.clock import parse_iso
from scenarios import cli as scenarios_cli
from scenarios.house import opened
from scenarios.stage import syncer_config, syncer_key
from scenarios.toml_out import to_toml
from scenarios.world import NOW, build
from syncer import cli as syncer_cli
from syncer import ledger_tables as t
from syncer.ledger import Ledger
from syncer.vault import Vault

DOWN = "http://127.0.0.1:9"
KEY = syncer_key(7)


def expect_one_line(done: Result, *parts: str, code: int | None = None) -> None:
    """A non-zero exit, no traceback, and on standard error all of these words."""
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code != 0
    if code is not None:
        assert done.exit_code == code
    text = done.stderr
    assert "Traceback" not in text + done.stdout
    for part in parts:
        assert part in " ".join(text.split())


# python -m scenarios


def scenario(*words: str) -> Result:
    return CliRunner().invoke(scenarios_cli.cli, list(words))


def test_an_unknown_scenario_names_those_there_are() -> None:
    expect_one_line(scenario("run", "nonsense"), "there is no scenario “nonsense”. There are:", "end-to-end")


@pytest.mark.parametrize("seed", ["abc", "-1", "1.5", "9" * 30, "9" * 5000, "", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_a_bad_seed_is_refused(seed: str) -> None:
    expect_one_line(
        scenario("run", "end-to-end", f"--seed={seed}"), "is no seed: give a whole number from 0 to", code=2
    )


@pytest.mark.parametrize("size", ["abc", "-1", "0", "1.5", "1000000", ""])
def test_a_bad_size_is_refused(size: str) -> None:
    expect_one_line(scenario("run", "end-to-end", f"--size={size}"), "Invalid value for '--size'", code=2)


def test_a_bad_mode_is_refused() -> None:
    expect_one_line(scenario("run", "end-to-end", "--mode=magic"), "Invalid value for '--mode'", code=2)


# mock-xpm serve


def serve(*words: str) -> Result:
    return CliRunner().invoke(mock_xpm.cli.command, ["serve", *words])


BROKEN_WORLDS = {
    "no JSON": b"{",
    "no UTF-8": b"\xff\xfe\x00",
    "a list": b"[]",
    "no tenants": b'{"now": "2026-07-01T00:00:00Z", "seed": 1, "tenants": 3}',
    "an unknown member": b'{"now": "2026-07-01T00:00:00Z", "seed": 1, "tenants": [], "apps": [], "x": 1}',
    "no moment": b'{"now": "soon", "seed": 1, "tenants": [], "apps": []}',
}


@pytest.mark.parametrize("what", BROKEN_WORLDS)
def test_a_broken_world_file_is_refused(what: str, tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    path.write_bytes(BROKEN_WORLDS[what])
    expect_one_line(serve("--port", "0", "--world", str(path)), f"the world {path} is not valid", code=1)


def test_a_world_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.json"
    expect_one_line(serve("--port", "0", "--world", str(path)), f"cannot read the world {path}", code=1)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield int(taken.getsockname()[1])


def test_a_fakes_port_in_use_is_said(taken_port: int) -> None:
    expect_one_line(serve("--port", str(taken_port)), f"cannot listen on 127.0.0.1:{taken_port}", code=1)


# syncer


class Desk:
    """A folder with a configuration, and the syncer's command line in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "syncer.toml"
        self.ledger = folder / "ledger.db"
        worlds = build(7, clients=0, practices=1)
        self.document: dict[str, Any] = syncer_config(worlds, DOWN, DOWN, DOWN)
        self.document["ledger"] = {"path": str(self.ledger)}
        self.save()

    def save(self) -> None:
        self.path.write_text(to_toml(self.document), "utf-8")

    def run(self, *words: str, key: str | None = KEY, typed: str | None = None) -> Result:
        environment = {"SYNCER_KEY": key}
        return CliRunner().invoke(
            syncer_cli.cli, ["--config", str(self.path), *words], env=environment, input=typed
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


COMMANDS = (
    ["sync"],
    ["plan"],
    ["deploy", "--proposal", "prop_x"],
    ["resolve"],
    ["resolve", "PROP-1", "--client", "new"],
    ["users"],
)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("json_too", [[], ["--json"]], ids=["", "json"])
def test_a_command_before_connect_says_to_connect(desk: Desk, words: list[str], json_too: list[str]) -> None:
    expect_one_line(desk.run(*words, *json_too), "is not connected to XPM: run `syncer connect`", code=1)


@pytest.mark.parametrize("words", [*COMMANDS, ["connect"], ["status"], ["serve"]], ids=" ".join)
def test_a_missing_configuration_is_said(tmp_path: Path, words: list[str]) -> None:
    path = str(tmp_path / "nowhere.toml")
    done = CliRunner().invoke(syncer_cli.cli, ["--config", path, *words])
    expect_one_line(done, f"cannot read the configuration {path}: No such file or directory", code=1)


BROKEN_CONFIGS = {
    "no TOML": (b"= 3", "is no TOML"),
    "no UTF-8": (b"\xff\xfe", "is no TOML"),
    "empty": (b"", "xpm: is missing"),
    "an unknown member": (b"[sync]\nspeed = 1\n", "sync.speed: is no setting; is it misspelt?"),
}


@pytest.mark.parametrize("what", BROKEN_CONFIGS)
def test_a_broken_configuration_is_said_with_every_mistake(desk: Desk, what: str) -> None:
    content, said = BROKEN_CONFIGS[what]
    desk.path.write_bytes(content)
    expect_one_line(desk.run("sync"), said, code=1)


def test_a_secret_in_a_broken_configuration_is_not_printed(desk: Desk) -> None:
    desk.document["xpm"]["client_secret"] = ["hunter2-hunter2"]
    desk.path.write_text(
        to_toml({**desk.document, "xpm": {**desk.document["xpm"], "client_secret": 12345678}})
    )
    done = desk.run("sync")
    expect_one_line(done, "xpm.client_secret", code=1)
    assert "12345678" not in done.output


def test_an_unknown_practice_names_those_there_are(desk: Desk) -> None:
    expect_one_line(
        desk.run("sync", "--practice", "nobody"),
        "no practice “nobody” in the configuration; there are: practice-1",
    )


@pytest.mark.parametrize("words", [["connect"], ["connect", "--paste"], ["serve"]], ids=" ".join)
def test_without_a_key_connect_refuses_and_prints_how_to_make_one(desk: Desk, words: list[str]) -> None:
    expect_one_line(desk.run(*words, key=None), "make one with: python3 -c", code=1)


def test_a_key_that_is_none_is_refused(desk: Desk) -> None:
    done = desk.run("connect", key="hunter2-hunter2")
    expect_one_line(done, "SYNCER_KEY holds something that is no key", code=1)
    assert "hunter2" not in done.output


def test_a_ledger_path_that_is_a_folder_is_refused(desk: Desk) -> None:
    desk.ledger.mkdir()
    expect_one_line(desk.run("status"), f"cannot use {desk.ledger} as a ledger", code=1)


def test_a_ledger_in_a_folder_that_is_not_there_is_refused(desk: Desk) -> None:
    desk.document["ledger"] = {"path": str(desk.folder / "nowhere" / "ledger.db")}
    desk.save()
    expect_one_line(desk.run("status"), "as a ledger: unable to open database file", code=1)


def test_another_programs_database_is_refused_and_left_as_it_was(desk: Desk) -> None:
    with sqlite3.connect(desk.ledger) as other:
        other.execute("create table songs (title text)")
    other.close()
    before = desk.ledger.read_bytes()
    expect_one_line(desk.run("status"), "is another program's database, not a ledger", code=1)
    assert desk.ledger.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(desk: Desk) -> None:
    desk.ledger.write_text("Dear diary, " * 200)
    before = desk.ledger.read_bytes()
    expect_one_line(
        desk.run("status"), f"cannot use {desk.ledger} as a ledger: file is not a database", code=1
    )
    assert desk.ledger.read_bytes() == before


def test_resolve_wants_both_a_proposal_and_a_client(desk: Desk) -> None:
    desk_with_rows(desk)
    for words in (["resolve", "PROP-1"], ["resolve", "--client", "new"]):
        expect_one_line(desk.run(*words), "name the proposal and the client", code=2)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["sync", "--nonsense"], "No such option"),
        (["nonsense"], "No such command"),
        (["resolve", "PROP-1"], "name the proposal and the client"),
    ],
)
def test_a_command_typed_wrongly_is_one_value_for_programs(
    desk: Desk,
    words: list[str],
    why: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk_with_rows(desk)
    monkeypatch.setenv("SYNCER_KEY", KEY)
    monkeypatch.setattr(sys, "argv", ["syncer", "--config", str(desk.path), *words, "--json"])
    with pytest.raises(SystemExit) as ended:
        syncer_cli.main()
    shown = capsys.readouterr()
    assert ended.value.code == 2
    assert why in json.loads(shown.out)["error"]
    assert shown.err.startswith("syncer: ")


def desk_with_rows(desk: Desk) -> None:
    """Make the desk look connected, with tokens that are good for nothing."""
    ledger = Ledger(desk.ledger, Vault(KEY))
    own = ledger.of("practice-1")
    tokens = {"access_token": "a", "refresh_token": "r", "expires_at": "2999-01-01T00:00:00Z"}
    own.save_connection("xpm", tokens, tenant_id="t", tenant_name="T")
    own.save_connection("ignition", tokens, tenant_id=None, tenant_name=None)
    own.put(t.cursors, {"name": "connected_at", "value": datetime(2026, 7, 1, tzinfo=UTC).isoformat()})
    ledger.close()


def test_a_wrong_key_is_said(desk: Desk) -> None:
    desk_with_rows(desk)
    expect_one_line(desk.run("sync", key=syncer_key(8)), "were encrypted with another key", code=1)


def test_a_missing_key_is_said_when_tokens_are_needed(desk: Desk) -> None:
    desk_with_rows(desk)
    expect_one_line(desk.run("sync", key=None), "set SYNCER_KEY to a key", code=1)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncer.runtime.time.sleep", lambda _seconds: None)


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize(
    "words", [["sync"], ["plan"], ["users"], ["deploy", "--proposal", "prop_x"]], ids=" ".join
)
def test_a_fake_that_is_down_is_said(desk: Desk, words: list[str]) -> None:
    desk_with_rows(desk)
    expect_one_line(desk.run(*words), "nobody answers there: is it up, and is its URL right?", code=1)


def test_a_service_port_in_use_is_said(desk: Desk, taken_port: int) -> None:
    expect_one_line(
        desk.run("serve", "--port", str(taken_port)), f"cannot listen on 127.0.0.1:{taken_port}", code=1
    )


@pytest.mark.parametrize("port", ["-1", "65536", "abc"])
def test_a_service_port_that_is_none_is_refused(desk: Desk, port: str) -> None:
    expect_one_line(desk.run("serve", f"--port={port}"), "Invalid value for '--port'", code=2)


def test_resolve_with_an_unknown_proposal_says_which_wait(desk: Desk) -> None:
    desk_with_rows(desk)
    done = desk.run("resolve", "PROP-9", "--client", "new")
    expect_one_line(done, "no deployment of “PROP-9” waits for a decision; waiting are: none", code=1)


def test_a_consent_that_was_denied_keeps_nothing(desk: Desk) -> None:
    denied = "http://127.0.0.1:18080/callback?error=access_denied&state=wrong\n"
    done = desk.run("connect", "--paste", typed=denied)
    expect_one_line(done, "the answer belongs to another attempt; start again", code=1)
    status = json.loads(desk.run("status", "--json").stdout)
    assert status["connections"] == {}


def test_ctrl_c_at_the_prompt_ends_with_one_word(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: object, **_options: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(syncer_cli.click, "prompt", interrupted)
    expect_one_line(desk.run("connect", "--paste"), "Aborted!", code=1)


def test_a_wrong_client_secret_is_said_and_nothing_is_kept(desk: Desk) -> None:
    with opened(parse_iso(NOW), 7, "sockets") as house:
        worlds = build(7, clients=0)
        for url, world in ((house.xpm_url, worlds.xpm), (house.ignition_url, worlds.ignition)):
            requests.post(f"{url}/_control/world", json=world, timeout=10).raise_for_status()
        desk.document = syncer_config(worlds, house.xpm_url, house.ignition_url, house.syncer_url)
        desk.document["ledger"] = {"path": str(desk.ledger)}
        desk.document["xpm"]["client_secret"] = "wrong"
        desk.save()
        tenant = worlds.practices[0].xpm_tenant_id

        def consent(*_args: object, **_options: object) -> str:
            answer = requests.post(
                links[-1], data={"decision": "allow", "tenant_id": tenant}, allow_redirects=False, timeout=10
            )
            return answer.headers["Location"]

        links: list[str] = []
        real = syncer_cli.connecting.begin

        def noted(app: Any) -> Any:
            attempt = real(app)
            links.append(attempt.url)
            return attempt

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(syncer_cli.click, "prompt", consent)
            patch.setattr(syncer_cli.connecting, "begin", noted)
            done = desk.run("connect", "--paste")
        expect_one_line(done, "invalid_client: check client_id and client_secret", code=1)
        assert json.loads(desk.run("status", "--json").stdout)["connections"] == {}


def test_serve_stops_on_sigterm_with_exit_0(desk: Desk) -> None:
    command = [sys.executable, "-m", "syncer", "--config", str(desk.path), "serve", "--port", "0"]
    process = subprocess.Popen(
        command, env={**os.environ, "SYNCER_KEY": KEY}, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert line.startswith("syncer on http://127.0.0.1:")
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in rest


def test_ctrl_c_during_a_sync_ends_quickly_and_leaves_the_ledger_usable(desk: Desk) -> None:
    desk_with_rows(desk)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        desk.document["xpm"].update(auth_url=url, identity_url=url, api_url=url)
        desk.document["ignition"]["url"] = url
        desk.save()
        command = [sys.executable, "-m", "syncer", "--config", str(desk.path), "sync"]
        process = subprocess.Popen(
            command,
            env={**os.environ, "SYNCER_KEY": KEY},
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        caller, _ = silent.accept()
        with caller:
            caller.recv(1)
            process.send_signal(signal.SIGINT)
            # Far below the time-outs of the calls that are under way.
            out, rest = process.communicate(timeout=15)
    assert process.returncode == 1
    assert "Traceback" not in out + rest
    assert "syncer: interrupted" in rest
    assert json.loads(desk.run("status", "--json").stdout)["linked_clients"] == 0
