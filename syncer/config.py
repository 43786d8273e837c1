"""The configuration: one TOML file, secrets from the environment, all mistakes named at once."""

import os
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from syncer.decide import Policy, Side
from syncer.errors import ConfigError
from syncer.fields import Direction
from syncer.recurrence import LEAD_DAYS

DIRECTIONS = {"two_way": Direction.TWO_WAY, "from_xpm": Direction.FROM_XPM, "to_xpm": Direction.TO_XPM}
LONGEST_PAGE = 100
"""How many rows of a list Ignition gives at a time, at the most (ignition.md)."""
SECRETS = {
    ("xpm", "client_id"): "SYNCER_XPM_CLIENT_ID",
    ("xpm", "client_secret"): "SYNCER_XPM_CLIENT_SECRET",
    ("ignition", "client_id"): "SYNCER_IGNITION_CLIENT_ID",
    ("ignition", "client_secret"): "SYNCER_IGNITION_CLIENT_SECRET",
}
"""What the environment may give instead of the file."""


def _url(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError("must begin with https:// or http://")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError("has no port between 1 and 65535, or no host that is one") from error
    if not parts.hostname:
        raise ValueError("names no host")
    if port == 0:
        raise ValueError("has no port between 1 and 65535, or no host that is one")
    if "@" in parts.netloc:
        raise ValueError("holds a user name or password: these have settings of their own")
    if any(mark in text for mark in "?#"):
        raise ValueError("holds a “?” or “#”: paths are put behind it")
    if not text.isprintable() or " " in text:
        raise ValueError("holds a blank or a character that cannot be seen")
    return text.rstrip("/")


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no such time zone: {text}") from error
    return text


Url = Annotated[str, AfterValidator(_url)]
Filled = Annotated[str, Field(min_length=1)]
NAME = r"^[a-z0-9][a-z0-9-]*$"
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class _Section(BaseModel):
    # A mistake is told without what was typed there: it may be a secret.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class XpmSection(_Section):
    """`[xpm]`: where XPM is, and the app registered there. `per_minute = 0` switches the budget off."""

    auth_url: Url = "https://login.xero.com"
    identity_url: Url = "https://identity.xero.com"
    api_url: Url = "https://api.xero.com"
    client_id: Filled
    client_secret: Filled
    per_minute: Annotated[int, Field(ge=0)] = 60


class IgnitionSection(_Section):
    """`[ignition]`: where Ignition is, and the app registered there. `per_hour = 0` switches the budget off.

    `page_size` is how many rows of a list are asked for at a time: fewer where long answers come too late. Each page
    is a call, and a whole reading must fit into Ignition's limit of an hour: 15,000 clients and their contacts take
    some 350 calls in pages of 100, and in pages of 35 the whole hour.
    """

    url: Url = "https://developers.ignitionapp.com"
    client_id: Filled
    client_secret: Filled
    per_hour: Annotated[int, Field(ge=0)] = 1000
    page_size: Annotated[int, Field(ge=5, le=LONGEST_PAGE)] = LONGEST_PAGE


class LedgerSection(_Section):
    """`[ledger]`: the SQLite file; a relative path counts from the folder of the configuration file."""

    path: Path = Path("syncer.db")


class ConnectSection(_Section):
    """`[connect]`: the redirect URI registered for both apps; `syncer connect` listens there."""

    redirect_uri: Url = "http://127.0.0.1:18080/callback"


class ServeSection(_Section):
    """`[serve]`: where the webhook receiver listens, the URL under which Ignition reaches it, and how much it does.

    `at_once` is how many practices are worked for side by side.
    """

    port: Annotated[int, Field(ge=0, le=65535)] = 18003
    public_url: Url = "http://127.0.0.1:18003"
    at_once: Annotated[int, Field(ge=1, le=64)] = 4


class SyncSection(_Section):
    """`[sync]`: what the product lets an admin choose (E3, E8, E9, E10, E15); `at` is each practice's local time."""

    direction: Literal["two_way", "from_xpm", "to_xpm"] = "two_way"
    level: Literal["everything", "client_name", "nothing"] = "everything"
    import_new_clients: bool = True
    unmatched_existing: Literal["park", "create"] = "park"
    at: Annotated[str, Field(pattern=CLOCK)] = "02:00"
    lead_days: Annotated[int, Field(ge=0, le=366)] = LEAD_DAYS
    winner: Literal["xpm", "ignition"] = "xpm"

    @property
    def policy(self) -> Policy:
        """The settings that comparing two records needs."""
        return Policy(DIRECTIONS[self.direction], self.level, Side(self.winner))


class PracticeSection(_Section):
    """`[[practices]]`: one practice, by a name of your own, and its local time."""

    name: Annotated[str, Field(pattern=NAME)]
    timezone: Annotated[str, AfterValidator(_zone)] = "Australia/Sydney"
    at: Annotated[str, Field(pattern=CLOCK)] | None = None
    """When its daily sync is due; `sync.at` where it is not said."""


def _some(practices: tuple[PracticeSection, ...]) -> tuple[PracticeSection, ...]:
    # pydantic's own minimum also complains where a practice is there and wrong.
    if not practices:
        raise ValueError("at least one is needed")
    return practices


class Config(_Section):
    """The whole configuration."""

    xpm: XpmSection
    ignition: IgnitionSection
    ledger: LedgerSection = LedgerSection()
    connect: ConnectSection = ConnectSection()
    serve: ServeSection = ServeSection()
    sync: SyncSection = SyncSection()
    practices: Annotated[tuple[PracticeSection, ...], AfterValidator(_some)]

    def daily_at(self, section: PracticeSection) -> time:
        """Return the local time at which a practice's daily sync is due."""
        return time.fromisoformat(section.at or self.sync.at)

    def webhook_url(self, name: str) -> str:
        """Return where Ignition sends a practice's webhooks."""
        return f"{self.serve.public_url}/webhooks/ignition/{name}"

    def practice(self, name: str | None) -> PracticeSection:
        """Return a practice by name, or the only one. Raises ConfigError otherwise."""
        names = ", ".join(one.name for one in self.practices)
        if name is None and len(self.practices) > 1:
            raise ConfigError(f"there are several practices: choose one with --practice ({names})")
        for one in self.practices:
            if name in (None, one.name):
                return one
        raise ConfigError(f"no practice “{name}” in the configuration; there are: {names}")


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Return the configuration in a file. Raises ConfigError naming every mistake."""
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot read the configuration {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"the configuration {path} is no TOML: {error}") from error
    config = parse(document, environment, where=str(path))
    # Wherever a command is started, cron's folder included, it is the same ledger.
    beside = LedgerSection(path=path.absolute().parent / config.ledger.path)
    return config.model_copy(update={"ledger": beside})


def parse(
    document: Mapping[str, object], environment: Mapping[str, str], where: str = "the configuration"
) -> Config:
    """Return a configuration from its parsed form, completed from the environment."""
    whole = {**document}
    for (section, name), variable in SECRETS.items():
        part = whole.get(section, {})
        if variable in environment and isinstance(part, dict):
            whole[section] = {**part, name: environment[variable]}
    double = [f"  practices: two of them are called {name}" for name in _doubles(whole.get("practices"))]
    try:
        config = Config.model_validate(whole)
    except ValidationError as error:
        lines = [
            f"  {'.'.join(map(str, one['loc']))}: {_words(one)}" for one in error.errors(include_input=False)
        ]
        raise _mistakes(where, lines + double) from error
    if double:
        raise _mistakes(where, double)
    return config


WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no setting; is it misspelt?",
    "model_type": "is no section of settings",
    "tuple_type": "is no list of sections: each begins with [[practices]]",
    "path_type": "is no text that names a file",
    "string_type": "is no text",
    "string_too_short": "is empty",
    "int_type": "is no whole number",
    "int_parsing": "is no whole number",
    "int_from_float": "is no whole number",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
    "greater_than_equal": "is less than {ge}",
    "less_than_equal": "is more than {le}",
    "literal_error": "is none of {expected}",
}
"""What a mistake is called, by pydantic's name for it; what is not listed is called as pydantic does."""
PATTERNS = {
    CLOCK: "is no time of day such as 02:00",
    NAME: "is no name of small letters, digits and hyphens",
}


def _words(mistake: ErrorDetails) -> str:
    """Say a mistake in words of this configuration, not of the library that found it."""
    about = mistake.get("ctx", {})
    if mistake["type"] == "string_pattern_mismatch":
        return PATTERNS[about["pattern"]]
    if mistake["type"] == "value_error":
        return str(about["error"])
    return WORDS.get(mistake["type"], mistake["msg"]).format(**about)


def _doubles(practices: object) -> list[str]:
    """Return the names that several practices have, from whatever stands in the document."""
    rows = practices if isinstance(practices, list) else []
    names = [str(row.get("name")) for row in rows if isinstance(row, dict) and "name" in row]
    return sorted({name for name in names if names.count(name) > 1})


def _mistakes(where: str, lines: list[str]) -> ConfigError:
    count = "1 mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
    return ConfigError(f"{where} has {count}:\n" + "\n".join(lines))
