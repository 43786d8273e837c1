"""The command line that both fakes share: `mock-xpm serve`, `mock-ignition serve`."""

import gc
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from flask import Flask
from pydantic import ValidationError
from sqlalchemy.exc import DatabaseError

from mock_kit import VERSION
from mock_kit.access_log import keep_access_log, say
from mock_kit.clock import Clock
from mock_kit.kit import Config, Kit, landing
from mock_kit.server import LOOPBACK, Listener, PortError, bind, serve_until_signal
from mock_kit.store import Row, StoreError
from mock_kit.store_file import damaged
from mock_kit.throttle import LONGEST, LimitsError
from mock_kit.world import WorldError, problems

PATH = click.Path(path_type=Path)
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/[^\s#]+")
"""An absolute URI without a fragment."""
LONGEST_TOLD = 60
"""How many characters of a wrong option are told."""


class Refusal(click.ClickException):
    """A mistake of the user: one line on stderr, exit 1."""


def fake_command(
    name: str,
    default_port: int,
    create_app: Callable[[Config], Flask],
    beside: Callable[[Flask], AbstractContextManager[None]] = lambda _app: nullcontext(),
    demo_world: Path | None = None,
) -> click.Group:
    """Return the command line of one fake; `beside` runs around the serving, for work of its own.

    `demo_world` is a small world that comes with the fake, for a first look.
    """
    prefix = name.replace("-", "_").upper()

    @click.group(name=name, help=f"{name}: a stateful fake, steered at /_control.")
    @click.version_option(VERSION)
    def group() -> None: ...

    @group.command(
        help=f"Serve on a port until interrupted. Each option may come from the environment, as {prefix}_PORT.",
        context_settings={"auto_envvar_prefix": prefix},
    )
    @click.option("--host", default=LOOPBACK, show_default=True, help="The address to listen on.")
    @click.option("--port", default=default_port, show_default=True, help="0: any free port.")
    @click.option("--db", type=PATH, help="Keep the state in this file; without it, in memory.")
    @click.option("--world", type=PATH, help="Load this world document first, in place of any state.")
    @click.option(
        "--demo", is_flag=True, hidden=demo_world is None, help="Load a small practice to try things on."
    )
    @click.option(
        "--app",
        "apps",
        multiple=True,
        metavar="ID:SECRET:REDIRECT",
        help="Let a program of yours connect, with its redirect URI; may be given again.",
    )
    @click.option(
        "--clock",
        type=click.Choice(["running", "frozen"]),
        help="Default: as the file of --db left it, or running.",
    )
    @click.option("--seed", default=0, show_default=True, help="The seed of the ids the fake makes.")
    @click.option("--snapshots", type=PATH, help="The directory for snapshots. Default: beside --db.")
    @click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="NAME=CALLS",
        help="Another rate limit, as in day=1000 or minute=off; may be given again.",
    )
    @click.option("--access-log", is_flag=True, help="Tell of each call in a line on stderr.")
    @click.option("--control-token", help="Ask for this token at /_control.", show_envvar=False)
    def serve(
        access_log: bool, demo: bool, world: Path | None, apps: tuple[str, ...], **options: Any
    ) -> None:
        config, host, port = _config(options), options["host"], options["port"]
        programs = [_app(text) for text in apps]
        if demo and world:
            raise Refusal("--demo and --world cannot be had together: each is a world of its own")
        world = demo_world if demo else world
        try:
            app = create_app(config)
        except (StoreError, LimitsError) as error:
            raise Refusal(str(error)) from error
        except (DatabaseError, sqlite3.DatabaseError) as error:  # a text that is none: no check finds it
            raise Refusal(str(damaged(config.path))) from error
        parts: Kit = app.extensions["kit"]
        with ExitStack() as ends:
            ends.callback(parts.store.close)
            listener = ends.enter_context(listening(app, host, port))
            if world:
                load_world_file(app, world)
            _register(parts, programs)
            if access_log:
                keep_access_log(parts.journal)
            _rest()
            say(f"{name} {VERSION} on {listener.url}")
            say(f"{name}: {_greeting(parts)}")
            with beside(app), landing(app):
                serve_until_signal(listener)
            say(f"{name} stopped after {parts.journal.count} calls")
            if listener.apart.under_way:
                # Its transaction may be open, and closing the store would wait for it: it ends with the process.
                ends.pop_all()

    return group


def _config(options: dict[str, Any]) -> Config:
    """Return what the options say. Raises Refusal for those that go not together or say nothing."""
    host, control_token = options["host"], options["control_token"]
    if control_token is not None and not _can_be_sent(control_token):
        raise Refusal(
            "--control-token: write at least one character, printable ASCII without spaces at either end, "
            "or leave the option out"
        )
    if host not in {LOOPBACK, "localhost", "::1"} and not control_token:
        raise Refusal(
            f"--host {host} can be reached from elsewhere: set --control-token, or bind to {LOOPBACK}"
        )
    return Config(
        options["db"],
        Clock(mode=options["clock"] or "running"),
        options["seed"],
        limits=dict(map(_limit, options["limits"])),
        clock_mode=options["clock"],
        snapshots=options["snapshots"],
        control_token=control_token,
    )


def _can_be_sent(token: str) -> bool:
    """Tell whether a token survives its way through a header: none that is empty would keep anybody out."""
    return token.isascii() and token.isprintable() and token == token.strip() != ""


def _app(text: str) -> Row:
    """Read `id:secret:http://localhost/back`."""
    client_id, _, rest = text.partition(":")
    secret, _, redirect = rest.partition(":")
    if not (client_id and _is_absolute(redirect)):
        # The id alone: what follows it is a secret, or may be.
        raise Refusal(
            f"--app {client_id}: write ID:SECRET:REDIRECT, as in my-app:my-secret:http://localhost:3000/callback"
        )
    return {"client_id": client_id, "client_secret": secret, "name": client_id, "redirect_uris": [redirect]}


def _is_absolute(uri: str) -> bool:
    """Tell whether a redirect URI is one (RFC 6749, 3.1.2); an app's own scheme will do."""
    try:
        parts = urlsplit(uri)
        reachable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return ABSOLUTE.fullmatch(uri) is not None and (reachable or parts.scheme not in {"http", "https"})


def _register(parts: Kit, apps: list[Row]) -> None:
    """Add apps; one that is known already is replaced, and what is said last holds."""
    with parts.store.begin() as tx:
        for app in apps:
            tx.delete(parts.oauth.tables.apps, app["client_id"])
            parts.oauth.register_apps(tx, [app])


def _limit(text: str) -> tuple[str, int | None]:
    """Read `day=1000` or `minute=off`."""
    name, _, calls = text.partition("=")
    if calls == "off":
        return name, None
    # A length first: Python refuses to read a very long number.
    is_number = calls.isascii() and calls.isdigit() and len(calls) <= len(str(LONGEST))
    if not is_number or not 1 <= int(calls) <= LONGEST:
        told = text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}…"
        raise Refusal(
            f"--limit {told}: write a number of calls from 1 to {LONGEST}, as in day=1000, or minute=off"
        )
    return name, int(calls)


def _greeting(parts: Kit) -> str:
    """Say what is served: the practices, where the state is kept, and what time it is there."""
    with parts.store.begin() as tx:
        practices = len(parts.product.tenants(tx))
    kept = f"kept in {parts.store.path}" if parts.store.path else "in memory"
    many = "1 practice" if practices == 1 else f"{practices} practices"
    return f"{many}, state {kept}, clock {parts.clock.mode} at {parts.now()}"


def _rest() -> None:
    """Let the garbage collector leave alone what was made at the start, and look less often for the rest.

    A call leaves no cycles behind, but an entry in the journal that the collector would count; going
    through all there is took a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@contextmanager
def listening(app: Flask, host: str, port: int) -> Iterator[Listener]:
    """Have a port while the block runs. Raises Refusal when it cannot be had."""
    try:
        listener = bind(app, host, port)
    except PortError as error:
        raise Refusal(str(error)) from error
    with closing(listener):
        yield listener


def load_world_file(app: Flask, path: Path) -> None:
    """Load a world document from a file. Raises Refusal with what is wrong with it."""
    parts = app.extensions["kit"]
    try:
        parts.load_world(parts.product.world.model_validate_json(path.read_bytes()))
    except OSError as error:
        raise Refusal(f"cannot read the world {path}: {error.strerror}") from error
    except WorldError as error:
        raise Refusal(f"the world {path} is not valid: {error}") from error
    except ValidationError as error:
        first, *rest = problems(error)
        more = f" (and {len(rest)} more)" if rest else ""
        raise Refusal(f"the world {path} is not valid: {first['field']}: {first['message']}{more}") from error


def run(group: click.Group) -> None:
    """Run a command line as a program."""
    sys.exit(group(standalone_mode=True))
