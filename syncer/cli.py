"""The command line: connect, sync, plan, deploy, audit, resolve, status, users, serve."""

import os
import sys
from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from syncer import connect as connecting
from syncer.auditing import audit
from syncer.cli_conflicts import conflict_words, conflicts_command
from syncer.cli_runs import disconnect_command, runs_command
from syncer.cli_status import status_command, users_command
from syncer.deploy import deploy_one
from syncer.errors import OutputError, SyncerError
from syncer.listen import listen
from syncer.logs import set_up
from syncer.practice import open_practice
from syncer.report import DONE, NOT_DONE, Report
from syncer.resolve import parked, resolve
from syncer.runtime import LiveRuntime
from syncer.service import serve
from syncer.session import Session
from syncer.show import Screen
from syncer.sync import sync
from syncer.waits import told_of_waits
from syncer.worker import work_once


@click.group(help="Keeps Ignition and Xero Practice Manager in step.")
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default="syncer.toml",
    envvar="SYNCER_CONFIG",
    show_default=True,
)
@click.version_option(version("ignition-xpm-testbed"))
@click.pass_context
def cli(context: click.Context, path: Path) -> None:
    """Remember where the configuration is."""
    context.obj = Session(path, LiveRuntime())


def command(function: Callable[..., int | None]) -> click.Command:
    """Make a command with --practice and --json whose result is the exit code; foreseen errors are one line."""

    @wraps(function)
    def run(*args: Any, **options: Any) -> None:
        screen = Screen(as_json=bool(options.pop("as_json")))
        try:
            # The service has a log, which tells of waits already.
            with nullcontext() if function.__name__ == "serve_command" else told_of_waits(screen):
                code = function(*args, screen=screen, **options)
        except OutputError as error:
            screen.failure(error)
            _mute()
            code = NOT_DONE
        except SyncerError as error:
            screen.failure(error)
            if screen.as_json:
                screen.value({"error": str(error)})
            code = NOT_DONE
        sys.exit(code or DONE)

    with_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")(run)
    with_practice = click.option("--practice", "name", help="A practice of the configuration.")(with_json)
    return cli.command(name=function.__name__.removesuffix("_command"))(click.pass_obj(with_practice))


@command
@click.option("--tenant", help="The XPM practice, by name or id, where the login reaches several.")
@click.option(
    "--paste", is_flag=True, help="Paste the URL you are sent back to, instead of listening for it."
)
@click.option(
    "--force",
    is_flag=True,
    help="Go on though Ignition has none of the clients that are linked: they are gone.",
)
def connect_command(
    session: Session, name: str | None, tenant: str | None, paste: bool, force: bool, screen: Screen
) -> None:
    """Connect a practice to XPM and Ignition: open two links, agree twice.

    Both apps must be registered with the redirect URI of [connect] redirect_uri, which is
    http://127.0.0.1:18080/callback where the configuration does not say.
    """

    def consent(attempt: connecting.Attempt) -> str:
        link = f"\nOpen this link and agree ({attempt.app.title}):\n{attempt.url}\n"
        if paste:
            screen.note(link)
            return str(click.prompt("The address you were sent to", err=True))
        return listen(attempt, lambda: screen.note(f"{link}\nwaiting at {attempt.app.redirect_uri} …"))

    config = session.config()
    ledger = session.ledger(config)
    sentence = connecting.connect(config, ledger, session.runtime, name, consent, tenant, force=force)
    if screen.as_json:
        screen.value({"connected": True, "message": sentence})
    else:
        screen.say(f"{sentence}. Next: syncer sync")


FORCE = click.option("--force", is_flag=True, help="Go on even when a side shows none of the clients it had.")


@command
@FORCE
def sync_command(session: Session, name: str | None, force: bool, screen: Screen) -> int:
    """Sync a practice, or every connected one; exit 3 when records are left over."""
    return _each(session, name, screen, dry_run=False, force=force)


@command
@FORCE
def plan_command(session: Session, name: str | None, force: bool, screen: Screen) -> int:
    """Show what a sync would do; writes to neither side."""
    return _each(session, name, screen, dry_run=True, force=force)


@command
@click.option("--proposal", required=True, help="The proposal's slug or reference number.")
def deploy_command(session: Session, name: str | None, proposal: str, screen: Screen) -> int:
    """Deploy one accepted proposal now, even one accepted before the first connection."""
    report = deploy_one(session.practice(name), proposal, asked=True)
    return screen.reports([report])


@command
def audit_command(session: Session, name: str | None, screen: Screen) -> int:
    """Look whether anything that was made in XPM is there twice; exit 3 when it is (E11)."""
    return screen.reports([audit(session.practice(name))])


@command
@click.argument("proposal", required=False)
@click.option("--client", "pick", help="The XPM client's UUID, or “new”.")
def resolve_command(
    session: Session, name: str | None, proposal: str | None, pick: str | None, screen: Screen
) -> int:
    """List deployments that wait for a person, or settle one: PROPOSAL --client UUID|new."""
    practice = session.practice(name)
    if proposal and pick:
        return screen.reports([resolve(practice, proposal, pick)])
    if proposal or pick:
        raise click.UsageError("name the proposal and the client: syncer resolve PROP-1042 --client UUID")
    waiting = parked(practice.ledger)
    if screen.as_json:
        screen.value(waiting)
        return DONE
    for one in waiting:
        screen.say(f"{one['reference']} of “{one['client']}”: {one['reason']}")
        for known in one["candidates"]:
            # A line each, not a table: a UUID is there to be copied.
            told = ", ".join(
                text for text in (f"“{known['name']}”", known["address"], known["phone"]) if text
            )
            if known["why_not"]:
                screen.say(f"  not {known['uuid']} {told}: it {known['why_not']}")
            else:
                screen.say(f"  syncer resolve {one['reference']} --client {known['uuid']}   {told}")
        screen.say(f"  syncer resolve {one['reference']} --client new   none of these: make one")
    if not waiting:
        screen.say("nothing waits for a decision")
    return DONE


command(click.argument("number", type=int, required=False)(runs_command))
command(conflict_words(conflicts_command))
command(status_command)
command(users_command)
command(disconnect_command)


@command
@click.option("--once", is_flag=True, help="Do what is due now, and end: for a cron job.")
@click.option("--log-json", is_flag=True, help="Log one JSON object a line.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), help="Default: serve.port of the configuration.")
def serve_command(
    session: Session,
    name: str | None,
    once: bool,
    log_json: bool,
    host: str,
    port: int | None,
    screen: Screen,
) -> int:
    """Receive webhooks, deploy what is accepted, sync daily; until interrupted. Metrics are at /metrics."""
    set_up(as_json=log_json)
    config = session.config()
    ledger = session.ledger(config)
    ledger.vault.require()
    chosen = config.serve.port if port is None else port
    names = [one.name for one in config.practices] if name is None else [config.practice(name).name]
    if once:
        done = work_once(config, ledger, session.runtime, names)
        if screen.as_json:
            screen.value(done.as_json())
        return done.exit_code
    serve(
        config,
        ledger,
        session.runtime,
        names,
        host,
        chosen,
        lambda url: screen.note(f"syncer on {url}"),
    )
    return DONE


def _mute() -> None:
    """Let what standard output did not take go nowhere, so that the end of the program does not fail at it again."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command line as a program; foreseen trouble is one line."""
    try:
        cli(prog_name="syncer", standalone_mode=False)
    except click.ClickException as error:
        click.echo(f"syncer: {error.format_message()}", err=True)
        if "--json" in sys.argv:
            Screen(as_json=True).value({"error": error.format_message()})
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(
            "syncer: interrupted; nothing that was acknowledged is lost, the next run goes on", err=True
        )
        sys.exit(NOT_DONE)


def _each(session: Session, name: str | None, screen: Screen, *, dry_run: bool, force: bool) -> int:
    """Sync the practice named, or every one that is connected; one that fails does not stop the others."""
    config = session.config()
    ledger = session.ledger(config)
    if name or len(config.practices) == 1:
        chosen = [config.practice(name).name]
    else:
        everyone = [one.name for one in config.practices]
        # Where none is connected, each says so.
        chosen = [one for one in everyone if ledger.of(one).cursor("connected_at")] or everyone
    reports: list[Report] = []
    failed: dict[str, SyncerError] = {}
    for one in chosen:
        try:
            with Progress(console=screen.notes, disable=not screen.notes.is_terminal, transient=True) as bars:
                tasks: dict[str, Any] = {}

                def show(
                    what: str, done: int, of: int, bars: Progress = bars, tasks: dict[str, Any] = tasks
                ) -> None:
                    if what not in tasks:
                        tasks[what] = bars.add_task(what, total=of)
                    bars.update(tasks[what], completed=done, total=of)

                reports.append(
                    sync(
                        open_practice(config, ledger, session.runtime, one),
                        dry_run=dry_run,
                        force=force,
                        progress=show,
                    )
                )
        except SyncerError as error:
            failed[one] = error
            screen.failure(error, f"syncer: {one}")
    code = screen.reports(reports, failed, planned=dry_run)
    return NOT_DONE if failed else code
