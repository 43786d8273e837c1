"""The command line that both fakes share: `mock-xpm serve`, `mock-ignition serve`."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path

import click
from flask import Flask
from pydantic import ValidationError

from mock_kit import VERSION
from mock_kit.clock import Clock, Mode
from mock_kit.kit import Config
from mock_kit.server import LOOPBACK, Listener, PortError, bind, serve_until_signal
from mock_kit.store import StoreError
from mock_kit.world import WorldError, problems


class Refusal(click.ClickException):
    """A mistake of the user: one line on stderr, exit 1."""


def fake_command(
    name: str,
    default_port: int,
    create_app: Callable[[Config], Flask],
    beside: Callable[[Flask], AbstractContextManager[None]] = lambda _app: nullcontext(),
) -> click.Group:
    """Return the command line of one fake; `beside` runs around the serving, for work of its own."""
    prefix = name.replace("-", "_").upper()

    @click.group(name=name, help=f"{name}: a stateful fake, steered at /_control.")
    @click.version_option(VERSION)
    def group() -> None: ...

    @group.command(help="Serve on a port until interrupted.")
    @click.option("--host", default=LOOPBACK, show_default=True, envvar=f"{prefix}_HOST")
    @click.option("--port", default=default_port, show_default=True, envvar=f"{prefix}_PORT")
    @click.option(
        "--db", type=click.Path(path_type=Path), envvar=f"{prefix}_DB", help="Keep the state in this file."
    )
    @click.option("--world", type=click.Path(path_type=Path), help="Load this world document first.")
    @click.option("--clock", type=click.Choice(["running", "frozen"]), default="running", show_default=True)
    @click.option("--seed", default=0, show_default=True, help="The seed of the ids the fake makes.")
    @click.option(
        "--control-token", envvar=f"{prefix}_CONTROL_TOKEN", help="Ask for this token at /_control."
    )
    def serve(
        host: str,
        port: int,
        db: Path | None,
        world: Path | None,
        clock: Mode,
        seed: int,
        control_token: str | None,
    ) -> None:
        if host not in {LOOPBACK, "localhost", "::1"} and not control_token:
            raise Refusal(
                f"--host {host} can be reached from elsewhere: set --control-token, or bind to {LOOPBACK}"
            )
        try:
            app = create_app(Config(db, Clock(mode=clock), seed, control_token=control_token))
        except StoreError as error:
            raise Refusal(str(error)) from error
        with closing(app.extensions["kit"].store), listening(app, host, port) as listener:
            if world:
                load_world_file(app, world)
            _rest()
            click.echo(f"{name} {VERSION} on {listener.url}", err=True)
            with beside(app):
                serve_until_signal(listener)

    return group


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
