import json
import runpy
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import tiny_fake
from click.testing import CliRunner, Result

from mock_kit import VERSION, cli
from mock_kit.server import Listener

ANYWHERE = "0.0.0.0"  # noqa: S104  # what the command line must be careful with


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let `serve` return at once; the list holds the URL it would have served."""
    urls: list[str] = []

    def serve_until_signal(listener: Listener) -> None:
        urls.append(listener.url)

    monkeypatch.setattr(cli, "serve_until_signal", serve_until_signal)
    return urls


def _serve(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(tiny_fake.main, ["serve", "--port", "0", *arguments], env=env)


def _world_file(tmp_path: Path, **members: Any) -> str:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(tiny_fake.world(**members)))
    return str(path)


def _one_line(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    (line,) = result.output.splitlines()
    assert line.startswith("Error: ")
    return line.removeprefix("Error: ")


def test_the_version_is_the_projects() -> None:
    assert VERSION in CliRunner().invoke(tiny_fake.main, ["--version"]).output


def test_serve_says_where(served: list[str]) -> None:
    result = _serve()
    assert result.exit_code == 0
    first, second, last = result.output.splitlines()
    assert first == f"tiny-fake {VERSION} on {served[0]}"
    assert second.startswith("tiny-fake: 0 practices, state in memory, clock running at 20")
    assert last == "tiny-fake stopped after 0 calls"
    assert served[0].startswith("http://127.0.0.1:")


def test_a_world_is_loaded_before_serving_and_kept_in_the_file(served: list[str], tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    result = _serve("--world", _world_file(tmp_path), "--db", str(path), "--clock", "frozen")
    assert result.exit_code == 0, result.output
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM practices ORDER BY 1").fetchall() == [
            ("O'Brien & <Sons>",),
            ("Two",),
        ]


def test_options_can_come_from_the_environment(served: list[str], tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    result = _serve(env={"TINY_FAKE_DB": str(path), "TINY_FAKE_HOST": "localhost"})
    assert result.exit_code == 0, result.output
    assert path.exists()


def test_the_clock_of_a_file_goes_on_from_where_it_was_left(served: list[str], tmp_path: Path) -> None:
    kept = ("--db", str(tmp_path / "state.db"))
    assert _serve(*kept, "--world", _world_file(tmp_path), "--clock", "frozen").exit_code == 0
    line = _serve(*kept).output.splitlines()[1]
    assert line.endswith("2 practices, state kept in " + kept[1] + ", clock frozen at 2026-07-01T00:00:00Z")
    line = _serve(*kept, "--clock", "running").output.splitlines()[1]
    assert "clock running at 2026-07-01T00:0" in line


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            "minute",
            "--limit minute: write a number of calls from 1 to 1000000000, as in day=1000, or minute=off",
        ),
        ("minute=many", "--limit minute=many: write a number of calls"),
        ("minute=-1", "--limit minute=-1: write a number of calls"),
        ("minute=null", "--limit minute=null: write a number of calls"),
        ("minute=1000000001", "--limit minute=1000000001: write a number of calls"),
        ("minute=" + "9" * 5000, f"--limit minute={'9' * 53}…: write a number of calls"),
        ("fortnight=3", "no such limit: fortnight; there are: "),
        ("minute=0", "--limit minute=0: write a number of calls from 1 to"),
    ],
)
def test_a_limit_that_is_none_is_said_in_one_line(given: str, words: str) -> None:
    assert words in _one_line(_serve("--limit", given))


def test_limits_and_the_access_log_are_as_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[Any] = []

    def call(listener: Listener) -> None:
        app: Any = listener.app
        client = app.test_client()
        said.append(client.get("/_control/limits").get_json())
        client.get("/nowhere?token=secret-of-mine")

    monkeypatch.setattr("mock_kit.cli.serve_until_signal", call)
    result = _serve("--limit", "minute=off", "--limit", "day=7", "--access-log")
    assert result.exit_code == 0, result.output
    assert said[0]["minute"] is None
    assert said[0]["day"] == 7
    logged = result.output.splitlines()[2]
    assert "404 GET /nowhere" in logged
    assert "secret-of-mine" not in result.output
    assert result.output.splitlines()[-1] == "tiny-fake stopped after 1 calls"


def test_a_program_of_ones_own_may_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def look(listener: Listener) -> None:
        app: Any = listener.app
        with app.extensions["kit"].store.begin() as tx:
            tables = app.extensions["kit"].oauth.tables
            shown.append(str(tx.get(tables.apps, "mine")["redirect_uris"]))

    monkeypatch.setattr(cli, "serve_until_signal", look)
    result = _serve("--app", "mine:very-secret:http://localhost:3000/back", "--app", "mine:s:http://b:1/c")
    assert result.exit_code == 0, result.output
    assert shown == ['["http://b:1/c"]']
    assert "very-secret" not in result.output


@pytest.mark.parametrize(
    "text",
    [
        "mine", "mine:sesame", ":sesame:http://b", "mine:sesame:", "mine:sesame:not a url", "mine:sesame:/back",
        "mine:sesame:localhost:3000/back", "mine:sesame:http://", "mine:sesame:http:///back", "mine:sesame:http://a b/c",
        "mine:sesame:http://a:99999/c", "mine:sesame:http://a/c#d", "mine:open:sesame:http://a/c", "mine:sesame:http://[::1/c",
    ],
)  # fmt: skip
def test_a_program_without_its_parts_is_said_in_one_line_without_its_secret(text: str) -> None:
    line = _one_line(_serve("--app", text))
    assert line.startswith(f"--app {text.partition(':')[0]}: write ID:SECRET:REDIRECT, as in my-app:")
    assert "sesame" not in line


@pytest.mark.parametrize("redirect", ["myapp://back", "com.example.app:/back", "https://[::1]:3000/b?c=d"])
def test_an_app_may_have_any_absolute_redirect_uri(served: list[str], redirect: str) -> None:
    result = _serve("--app", f"mine::{redirect}")
    assert result.exit_code == 0, result.output
    assert len(served) == 1


@pytest.mark.parametrize("token", ["", " ", " sesame", "open\nsesame", "sésame"])
@pytest.mark.parametrize("host", ["127.0.0.1", ANYWHERE])
def test_a_control_token_that_would_keep_nobody_out_or_everybody_is_refused(
    served: list[str], host: str, token: str
) -> None:
    line = _one_line(_serve("--host", host, "--control-token", token))
    assert line.startswith("--control-token: write at least one character, printable ASCII")
    assert "sesame" not in line
    assert served == []


def test_another_host_needs_a_control_token(served: list[str]) -> None:
    line = _one_line(_serve("--host", ANYWHERE))
    assert line == "--host 0.0.0.0 can be reached from elsewhere: set --control-token, or bind to 127.0.0.1"
    assert served == []
    assert _serve("--host", ANYWHERE, "--control-token", "sesame").exit_code == 0
    assert served[0].startswith("http://0.0.0.0:")


def test_a_port_in_use_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = _one_line(CliRunner().invoke(tiny_fake.main, ["serve", "--port", str(port)]))
    assert line == f"cannot listen on 127.0.0.1:{port}: Address already in use; choose another"


def test_the_demo_and_a_world_are_not_had_together(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    line = _one_line(_serve("--demo", "--world", str(path)))
    assert line == "--demo and --world cannot be had together: each is a world of its own"


def test_a_world_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    assert (
        _one_line(_serve("--world", str(path))) == f"cannot read the world {path}: No such file or directory"
    )


def test_a_directory_is_no_world(tmp_path: Path) -> None:
    assert "Is a directory" in _one_line(_serve("--world", str(tmp_path)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"{", "(the document): Invalid JSON"),
        (b"\xff", "(the document): Invalid JSON"),
        (b"{}", "now: Field required"),
        (b'{"now":"2026-07-01","a":1,"b":2}', "a: Extra inputs are not permitted (and 1 more)"),
        (b'{"now":"1950-01-01"}', "choose one from 1970 to 2998"),
    ],
)
def test_a_broken_world_is_said_in_one_line(tmp_path: Path, text: bytes, words: str) -> None:
    path = tmp_path / "world.json"
    path.write_bytes(text)
    line = _one_line(_serve("--world", str(path), "--clock", "frozen"))
    assert line.startswith(f"the world {path} is not valid: ")
    assert words in line


def test_a_world_that_contradicts_itself_is_said_in_one_line(tmp_path: Path) -> None:
    path = _world_file(tmp_path, practices=[{"tenant_id": "t1", "name": "contradiction"}])
    assert _one_line(_serve("--world", path)).endswith("is not valid: the practice contradicts itself")


def test_a_file_that_is_no_database_is_said_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 100)
    line = _one_line(_serve("--db", str(path)))
    assert line == f"cannot use {path} as a store: file is not a database; name another file"


def test_a_file_whose_text_is_none_is_said_in_one_line(served: list[str], tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    assert _serve("--db", str(path), "--world", _world_file(tmp_path)).exit_code == 0
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE kit_clock SET place = CAST(x'ff' AS TEXT)")
    line = _one_line(_serve("--db", str(path)))
    assert line == f"cannot use {path} as a store: the file is damaged; put a copy back, or name another file"
    assert len(served) == 1


def test_an_unknown_option_is_a_mistake_of_usage() -> None:
    result = _serve("--colour", "red")
    assert result.exit_code == 2
    assert "No such option" in result.output


def test_the_fake_runs_as_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["tiny-fake", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(Path(tiny_fake.__file__)), run_name="__main__")
    assert ended.value.code == 0
    assert VERSION in capsys.readouterr().out
