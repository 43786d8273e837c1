"""A scenario on fakes that run already: it ends as it does in one process, and they hold what they held."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from e2e_up import Up, free_ports, started

import mock_xpm.app
from mock_kit.clock import parse_iso
from mock_kit.kit import Config
from mock_kit.server import running
from scenarios.catalogue import BY_NAME
from scenarios.desks import Control
from scenarios.lent import ASIDE, Addresses, LentError, lent
from scenarios.runner import play
from scenarios.story import Scenario, Story

NAME = "lost-webhook"
FAULT = {"kind": "status", "status": 503, "operation": "client.api/list"}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with started(tmp_path_factory.mktemp("up")) as found:
        found.come_to_rest()
        yield found


def ask(url: str, call: str) -> Any:
    answer = requests.get(f"{url}/_control/{call}", timeout=60)
    answer.raise_for_status()
    return answer.json()


def held(up: Up) -> list[object]:
    """Return what must be the same again when a story is over, for either fake."""
    calls = ("digest", "tenants", "limits", "faults", "snapshots")
    return [ask(url, call) for url in (up.xpm_url, up.ignition_url) for call in calls]


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scenarios", "run", NAME, "--size", "1", *options]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, env={**os.environ}, check=False
    )


def at(up: Up) -> Addresses:
    return Addresses(up.xpm_url, up.ignition_url)


def test_e22_it_ends_in_the_state_of_one_process_and_the_former_world_is_back(up: Up, tmp_path: Path) -> None:
    requests.put(f"{up.xpm_url}/_control/limits", json={"day": 4_000}, timeout=60).raise_for_status()
    before, moment = held(up), ask(up.xpm_url, "clock")
    done = run(tmp_path, "--xpm-url", up.xpm_url, "--ignition-url", f"{up.ignition_url}/")
    assert done.returncode == 0, done.stderr
    assert "are replaced while the story is played, and put back at its end" in done.stderr
    in_process = play(BY_NAME[NAME], 7, 1)
    assert done.stdout.splitlines()[-1] == f"state sha256:{in_process.state}"
    assert held(up) == before
    for url in (up.xpm_url, up.ignition_url):
        clock = ask(url, "clock")
        assert clock["mode"] == "running"
        # It went on meanwhile: the story's own moment is in 2026, and passes with it.
        passed = (parse_iso(clock["now"]) - parse_iso(moment["now"])).total_seconds()
        assert 0 < passed < 120


def test_e22_who_calls_whom_is_noted_as_in_one_process_webhooks_too(up: Up) -> None:
    there, here = play(BY_NAME["webhooks"], 7, 1, at=at(up)), play(BY_NAME["webhooks"], 7, 1)
    assert there.passed
    callers = [
        [(note.caller, note.status) for step in one.steps for note in step.calls] for one in (there, here)
    ]
    assert ("Ignition", 200) in callers[0]
    assert sorted(callers[0]) == sorted(callers[1])
    assert there.command == (
        f"make scenario NAME=webhooks SEED=7 SIZE=1 MODE=sockets UP=1 XPM_URL={up.xpm_url} "
        f"IGNITION_URL={up.ignition_url}"
    )


def test_the_syncer_that_was_connected_still_is(up: Up) -> None:
    play(BY_NAME[NAME], 7, 1, at=at(up))
    done = up.syncer("sync", "--practice", "practice-1")
    assert "nothing to write" in done.stdout, done.stdout + done.stderr


def test_a_world_is_put_back_when_a_story_ends_in_an_error_and_its_faults_are_gone(up: Up) -> None:
    def ends(story: Story) -> None:
        story.stage.xpm.post("faults", FAULT)
        story.stage.xpm.put("limits", {"day": 3})
        raise KeyboardInterrupt

    before = held(up)
    with pytest.raises(KeyboardInterrupt):
        play(Scenario("ends", "It is interrupted.", ("E22",), ends), 7, 1, at=at(up))
    assert held(up) == before


@contextmanager
def being_played(up: Up, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Have a story in a process of its own that has the fakes and goes on until it is ended."""
    code = f"""
import scenarios.catalogue_command as command
from scenarios.cli import main
from scenarios.story import Scenario

def goes_on(story):
    story.stage.xpm.post("faults", {FAULT!r})
    print("it has them", flush=True)
    while True:
        story.stage.xpm.get("clock")

command.BY_NAME["goes-on"] = Scenario("goes-on", "It goes on.", ("E22",), goes_on)
main()
"""
    command = [sys.executable, "-c", code, "run", "goes-on", "--size", "1"]
    command += ["--xpm-url", up.xpm_url, "--ignition-url", up.ignition_url]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            assert any("it has them" in line for line in process.stdout)
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_world_is_put_back_when_the_program_is_told_to_end(
    up: Up, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    before = held(up)
    with being_played(up, tmp_path) as process:
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in told
    assert told.endswith("interrupted\n")
    assert held(up) == before
    assert [ask(url, "clock")["mode"] for url in (up.xpm_url, up.ignition_url)] == ["running"] * 2


@pytest.mark.parametrize("product", ["XPM", "Ignition"])
def test_an_interrupt_at_the_moment_at_which_a_fake_is_put_aside_leaves_nothing_lent(
    up: Up, monkeypatch: pytest.MonkeyPatch, product: str
) -> None:
    post = Control.post

    def interrupted(control: Control, path: str, body: dict[str, Any] | None = None) -> Any:
        done = post(control, path, body)
        if path == "snapshots" and control.name == product:
            raise KeyboardInterrupt
        return done

    before = held(up)
    monkeypatch.setattr(Control, "post", interrupted)
    with pytest.raises(KeyboardInterrupt), lent(at(up)):
        pass
    assert held(up) == before
    assert [ask(url, "clock")["mode"] for url in (up.xpm_url, up.ignition_url)] == ["running"] * 2


def test_what_a_killed_program_left_lent_is_put_back_by_the_commands_that_the_next_one_tells(
    up: Up, tmp_path: Path
) -> None:
    # What limits were before is kept nowhere but in the program.
    requests.put(f"{up.xpm_url}/_control/limits", json={"day": 5_000}, timeout=60).raise_for_status()
    before = held(up)
    with being_played(up, tmp_path) as process:
        process.kill()
        process.wait(60)
    done = run(tmp_path, "--xpm-url", up.xpm_url, "--ignition-url", up.ignition_url)
    assert done.returncode == 2
    commands = [shlex.split(line) for line in done.stderr.splitlines() if line.startswith("    curl ")]
    assert len(commands) == 8
    for _, _, method, url, *body in commands:
        requests.request(method, url, data=body[1] if body else None, timeout=60).raise_for_status()
    assert held(up) == before
    assert [ask(url, "clock")["mode"] for url in (up.xpm_url, up.ignition_url)] == ["running"] * 2


def test_planned_faults_and_another_story_are_in_the_way_and_stay_as_they_are(up: Up) -> None:
    requests.post(f"{up.xpm_url}/_control/faults", json=FAULT, timeout=60).raise_for_status()
    before = held(up)
    with pytest.raises(LentError, match=rf"1 faults are planned at {up.xpm_url}.*DELETE "), lent(at(up)):
        pass
    assert held(up) == before
    requests.delete(f"{up.xpm_url}/_control/faults", timeout=60).raise_for_status()
    with lent(at(up)):
        again = pytest.raises(LentError, match=rf"lent to a story already(?s:.*)snapshots/{ASIDE}/restore")
        with again, lent(at(up)):
            pass


def test_the_control_token_is_asked_for(up: Up) -> None:
    app = mock_xpm.app.create_app(Config(control_token="steer"))  # made up
    with running(app) as url:
        with (
            pytest.raises(LentError, match="give it with --control-token"),
            lent(Addresses(url, up.ignition_url)),
        ):
            pass
        # A fake without one does not mind a token.
        result = play(BY_NAME[NAME], 7, 1, at=Addresses(url, up.ignition_url, "steer"))
        assert result.passed


def test_what_is_no_fake_of_ours_is_told(up: Up) -> None:
    nobody = f"http://127.0.0.1:{free_ports(1)[0]}"
    for addresses, why in (
        (Addresses(nobody, up.ignition_url), f"nothing listens at {nobody}: start the fakes with `make up`"),
        (Addresses(up.ignition_url, up.xpm_url), f"{up.ignition_url} is mock_ignition, not mock_xpm"),
    ):
        with pytest.raises(LentError, match=re.escape(why)), lent(addresses):
            pass


def test_what_answers_in_no_fakes_way_is_told(up: Up) -> None:
    def nobody(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"no such page"]

    with running(nobody) as url:
        why = pytest.raises(LentError, match=f"{url} does not answer as mock_xpm does: .*no such page")
        with why, lent(Addresses(url, up.ignition_url)):
            pass


def test_a_fake_that_ends_meanwhile_cannot_be_put_back_and_the_other_is(up: Up) -> None:
    before = held(up)[5:]
    with ExitStack() as ended:
        url = ended.enter_context(running(mock_xpm.app.create_app(Config())))
        why = pytest.raises(LentError, match=rf"XPM could not be .*put back(?s:.*)snapshots/{ASIDE}/restore")
        with why, lent(Addresses(url, up.ignition_url)):
            ended.close()
    assert held(up)[5:] == before


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://192.0.2.1:18001", "is not on this machine"),
        ("http://fakes.example.com", "is not on this machine"),
        ("127.0.0.1:18001", "is no fake's address"),
        ("http://127.0.0.1:18001/_control", "is no fake's address"),
    ],
)
def test_only_a_fake_on_this_machine_is_asked(url: str, why: str) -> None:
    with pytest.raises(LentError, match=why):
        Addresses("http://127.0.0.1:18001", url)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--xpm-url", "http://127.0.0.1:18001"], "give --xpm-url and --ignition-url together"),
        (["--control-token", "steer"], "say which with --xpm-url"),
    ],
)
def test_half_of_what_is_needed_is_refused_in_a_line(options: list[str], why: str, tmp_path: Path) -> None:
    done = run(tmp_path, *options)
    assert done.returncode == 2
    assert why in done.stderr
    assert done.stderr.count("\n") == 1
