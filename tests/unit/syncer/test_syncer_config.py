from pathlib import Path
from typing import Any

import pytest
from syncer_desk import FakeRuntime

from syncer.config import load, parse
from syncer.decide import Policy, Side
from syncer.errors import ConfigError
from syncer.fields import Direction
from syncer.session import Session

FILE = """
[xpm]
client_id = "xpm-app"
client_secret = "xpm-secret"
[ignition]
client_id = "ignition-app"
client_secret = "ignition-secret"
[[practices]]
name = "north"
"""
SECRETS = {
    "SYNCER_XPM_CLIENT_ID": "a",
    "SYNCER_XPM_CLIENT_SECRET": "b",
    "SYNCER_IGNITION_CLIENT_ID": "c",
    "SYNCER_IGNITION_CLIENT_SECRET": "d",
}


def document(**sections: Any) -> dict[str, Any]:
    app = {"client_id": "app", "client_secret": "secret"}
    return {"xpm": app, "ignition": app, "practices": [{"name": "north"}], **sections}


def mistakes(given: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as wrong:
        parse(given, {})
    return str(wrong.value).split("\n")


def test_a_small_file_is_enough_and_the_rest_has_defaults(tmp_path: Path) -> None:
    (tmp_path / "syncer.toml").write_text(FILE)
    config = load(tmp_path / "syncer.toml", {})
    assert (config.xpm.client_id, config.xpm.client_secret) == ("xpm-app", "xpm-secret")
    assert (config.xpm.auth_url, config.xpm.identity_url, config.xpm.api_url) == (
        "https://login.xero.com", "https://identity.xero.com", "https://api.xero.com",
    )  # fmt: skip
    assert config.ignition.url == "https://developers.ignitionapp.com"
    assert (config.xpm.per_minute, config.ignition.per_hour) == (60, 1000)
    assert config.ignition.page_size == 100
    assert (config.sync.import_new_clients, config.sync.unmatched_existing, config.sync.lead_days) == (
        True,
        "park",
        14,
    )
    assert config.sync.policy == Policy(Direction.TWO_WAY, "everything", Side.XPM)
    assert config.practice(None).timezone == "Australia/Sydney"


@pytest.mark.parametrize(
    ("section", "policy"),
    [
        ({"direction": "from_xpm"}, Policy(Direction.FROM_XPM)),
        ({"direction": "to_xpm"}, Policy(Direction.TO_XPM)),
        ({"level": "client_name"}, Policy(level="client_name")),
        ({"level": "nothing"}, Policy(level="nothing")),
        ({"winner": "ignition"}, Policy(winner=Side.IGNITION)),
    ],
)
def test_what_an_admin_may_choose_becomes_the_policy(section: dict[str, Any], policy: Policy) -> None:
    assert parse(document(sync=section), {}).sync.policy == policy


def test_secrets_come_from_the_environment_and_win_over_the_file() -> None:
    config = parse({"practices": [{"name": "north"}]}, SECRETS)
    assert (config.xpm.client_id, config.xpm.client_secret) == ("a", "b")
    assert (config.ignition.client_id, config.ignition.client_secret) == ("c", "d")
    assert parse(document(), SECRETS).xpm.client_secret == "b"


@pytest.mark.parametrize("size", [5, 100])
def test_ignition_s_lists_can_be_read_in_shorter_pages(size: int) -> None:
    shorter = document(ignition={"client_id": "app", "client_secret": "s", "page_size": size})
    assert parse(shorter, {}).ignition.page_size == size


def test_a_page_longer_than_ignition_gives_is_a_mistake() -> None:
    longer = document(ignition={"client_id": "app", "client_secret": "s", "page_size": 101})
    with pytest.raises(ConfigError, match="page_size"):
        parse(longer, {})


def test_every_mistake_is_named_at_once() -> None:
    found = mistakes(
        {
            "xpm": {"client_id": "", "api_url": "ftp://x", "colour": "red"},
            "ignition": {
                "url": "https://",
                "client_id": "app",
                "client_secret": "s",
                "per_hour": -1,
                "page_size": 4,
            },
            "sync": {"direction": "sideways", "lead_days": 400},
            "serve": {"port": 70000},
            "practices": [
                {"name": "North!"},
                {"name": "south", "timezone": "Mars/Olympus"},
                {"name": "south"},
            ],
            "extra": {},
        }
    )
    assert found[0] == "the configuration has 14 mistakes:"
    assert [line.strip().partition(":")[0] for line in found[1:]] == [
        "xpm.api_url", "xpm.client_id", "xpm.client_secret", "xpm.colour",
        "ignition.url", "ignition.per_hour", "ignition.page_size",
        "serve.port", "sync.direction", "sync.lead_days",
        "practices.0.name", "practices.1.timezone", "extra", "practices",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"xpm": {"client_id": "a", "client_secret": "b", "api_url": "api.xero.com"}},
         "  xpm.api_url: must begin with https:// or http://"),
        ({"xpm": {"client_id": "a", "client_secret": "b", "api_url": "https:///path"}},
         "  xpm.api_url: names no host"),
        ({"practices": [{"name": "north", "timezone": "Mars/Olympus"}]},
         "  practices.0.timezone: no such time zone: Mars/Olympus"),
        ({"practices": [{"name": "north", "timezone": ""}]},
         "  practices.0.timezone: no such time zone: "),
        ({"practices": [{"name": "north", "timezone": "../../etc/passwd"}]},
         "  practices.0.timezone: no such time zone: ../../etc/passwd"),
        ({"practices": [{"name": "a"}, {"name": "b"}, {"name": "a"}]}, "  practices: two of them are called a"),
        ({"ledger": {"path": 7}}, "  ledger.path: is no text that names a file"),
        ({"sync": {"at": "2 o'clock"}}, "  sync.at: is no time of day such as 02:00"),
        ({"practices": [{"name": "North!"}]}, "  practices.0.name: is no name of small letters, digits and hyphens"),
        ({"practices": "north"}, "  practices: is no list of sections: each begins with [[practices]]"),
        ({"practices": [{}]}, "  practices.0.name: is missing"),
        ({"serve": {"port": 70000}}, "  serve.port: is more than 65535"),
        ({"serve": {"port": -1}}, "  serve.port: is less than 0"),
        ({"serve": {"port": "many"}}, "  serve.port: is no whole number"),
        ({"sync": {"winner": "both"}}, "  sync.winner: is none of 'xpm' or 'ignition'"),
        ({"sync": {"colour": "red"}}, "  sync.colour: is no setting; is it misspelt?"),
        ({"sync": {"import_new_clients": "maybe"}}, "  sync.import_new_clients: is neither true nor false"),
        ({"xpm": {"client_id": "", "client_secret": "b"}}, "  xpm.client_id: is empty"),
        ({"xpm": {"client_id": 7, "client_secret": "b"}}, "  xpm.client_id: is no text"),
        ({"xpm": "no section"}, "  xpm: is no section of settings"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_where_it_stands(given: dict[str, Any], line: str) -> None:
    assert mistakes(document(**given)) == ["the configuration has 1 mistake:", line]


@pytest.mark.parametrize("practices", [[], "north", [7], None])
def test_practices_must_be_sections_and_at_least_one(practices: Any) -> None:
    assert any(line.startswith("  practices") for line in mistakes(document(practices=practices)))


def test_a_key_nobody_knows_is_refused_in_every_section() -> None:
    for section in ("ledger", "connect", "serve", "sync"):
        assert mistakes(document(**{section: {"colour": "red"}}))[1].startswith(f"  {section}.colour: ")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:99999", "has no port between 1 and 65535, or no host that is one"),
        ("http://127.0.0.1:0", "has no port between 1 and 65535, or no host that is one"),
        ("http://127.0.0.1:x", "has no port between 1 and 65535, or no host that is one"),
        ("http://[::1", "has no port between 1 and 65535, or no host that is one"),
        ("http://u:p@host/", "holds a user name or password: these have settings of their own"),
        ("http://host/?x=1", "holds a “?” or “#”: paths are put behind it"),
        ("http://host/#top", "holds a “?” or “#”: paths are put behind it"),
        ("http://ho st/", "holds a blank or a character that cannot be seen"),
    ],
)
def test_a_url_that_no_call_could_be_made_to_is_a_mistake(url: str, why: str) -> None:
    for section in ("serve", "connect"):
        name = {"serve": "public_url", "connect": "redirect_uri"}[section]
        assert mistakes(document(**{section: {name: url}}))[1:] == [f"  {section}.{name}: {why}"]


def test_a_missing_file_and_a_missing_key_are_both_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SYNCER_KEY", raising=False)
    (tmp_path / "wrong.toml").write_text("[xpm]")
    for name, why in (("none.toml", "No such file"), ("wrong.toml", "has 4 mistakes")):
        with pytest.raises(ConfigError, match=why) as wrong:
            Session(tmp_path / name, FakeRuntime()).config()
        assert "\nand SYNCER_KEY is not set: set SYNCER_KEY to a key" in str(wrong.value)
    monkeypatch.setenv("SYNCER_KEY", "any")
    with pytest.raises(ConfigError) as wrong:
        Session(tmp_path / "none.toml", FakeRuntime()).config()
    assert "SYNCER_KEY" not in str(wrong.value)


def test_a_mistake_does_not_show_what_was_typed_there() -> None:
    secret = 12345678
    with pytest.raises(ConfigError) as wrong:
        parse(document(xpm={"client_id": "a", "client_secret": secret}), {})
    assert str(secret) not in f"{wrong.value} {wrong.value.__cause__}"


def test_an_empty_secret_in_the_environment_is_a_mistake_and_not_a_fallback() -> None:
    with pytest.raises(ConfigError, match=r"xpm\.client_secret"):
        parse(document(), {"SYNCER_XPM_CLIENT_SECRET": ""})


def test_a_url_loses_its_last_slash() -> None:
    config = parse(
        document(ignition={"client_id": "a", "client_secret": "b", "url": "http://127.0.0.1:18002/"}), {}
    )
    assert config.ignition.url == "http://127.0.0.1:18002"


def test_a_practice_is_found_by_its_name() -> None:
    config = parse(
        document(practices=[{"name": "north"}, {"name": "south", "timezone": "Europe/London"}]), {}
    )
    assert config.practice("south").timezone == "Europe/London"
    with pytest.raises(
        ConfigError, match=r"no practice “west” in the configuration; there are: north, south"
    ):
        config.practice("west")
    with pytest.raises(ConfigError, match=r"several practices: choose one with --practice \(north, south\)"):
        config.practice(None)


def test_the_only_practice_needs_no_name() -> None:
    assert parse(document(), {}).practice(None).name == "north"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"cannot read the configuration .*syncer\.toml: No such file or directory"
    ):
        load(tmp_path / "syncer.toml", {})
    with pytest.raises(ConfigError, match=r"cannot read the configuration .*: Is a directory"):
        load(tmp_path, {})


@pytest.mark.parametrize("content", [b"[xpm", b"xpm = ", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_told_with_the_place(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "syncer.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"the configuration .*syncer\.toml is no TOML: "):
        load(path, {})


def test_a_mistake_in_a_file_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "syncer.toml"
    path.write_text(FILE + "[sync]\nlevel = 'all'\n")
    with pytest.raises(ConfigError, match=r"syncer\.toml has 1 mistake:\n  sync\.level: "):
        load(path, {})
