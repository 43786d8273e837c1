"""Both fakes and the syncer's service on ports, seeded and connected, until interrupted."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import requests

import mock_ignition.app
import mock_xpm.app
from mock_kit.clock import Clock
from mock_kit.kit import Config, landing
from mock_kit.server import LOOPBACK, bind, running
from scenarios.desks import agreeing
from scenarios.processes import end
from scenarios.stage import syncer_config, syncer_key
from scenarios.toml_out import to_toml
from scenarios.world import Worlds
from syncer import connect as connecting
from syncer.config import load
from syncer.ledger import Ledger
from syncer.runtime import LiveRuntime
from syncer.vault import VARIABLE, Vault

FOLDER = Path("var/up")


@dataclass(frozen=True)
class Ports:
    """Where things listen; 0 means any free port."""

    xpm: int = 18001
    ignition: int = 18002
    syncer: int = 18003


def up(worlds: Worlds, ports: Ports) -> None:
    """Put everything up with a world and say how to use it; returns when interrupted."""
    seed = worlds.xpm["seed"]
    with ExitStack() as stack:
        xpm_app = mock_xpm.app.create_app(Config(clock=Clock(mode="running"), seed=seed))
        ignition_app = mock_ignition.app.create_app(Config(clock=Clock(mode="running"), seed=seed))
        bind(_nothing, LOOPBACK, ports.syncer).close()  # says now, in one line, if the port is taken
        xpm_url = stack.enter_context(running(xpm_app, LOOPBACK, ports.xpm))
        ignition_url = stack.enter_context(running(ignition_app, LOOPBACK, ports.ignition))
        stack.enter_context(mock_ignition.app.delivering(ignition_app))
        for app in (xpm_app, ignition_app):
            stack.enter_context(landing(app))
        for url, world in ((xpm_url, worlds.xpm), (ignition_url, worlds.ignition)):
            requests.post(f"{url}/_control/world", json=world, timeout=600).raise_for_status()
        config_path, key = _connected(worlds, seed, xpm_url, ignition_url, ports.syncer)
        stack.enter_context(_service(config_path, key))
        stack.callback(shutil.rmtree, FOLDER, ignore_errors=True)
        click.echo(_how_to_use(worlds, xpm_url, ignition_url, ports.syncer, config_path, key))
        _wait_for_signal()


def _connected(
    worlds: Worlds, seed: int, xpm_url: str, ignition_url: str, syncer_port: int
) -> tuple[Path, str]:
    """Write the syncer's configuration, connect every practice, and return where it is and its key."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    document = syncer_config(worlds, xpm_url, ignition_url, f"http://{LOOPBACK}:{syncer_port}")
    document["ledger"] = {"path": "ledger.db"}
    document["serve"]["port"] = syncer_port
    path = FOLDER / "syncer.toml"
    path.write_text(to_toml(document), "utf-8")
    key = syncer_key(seed)
    config = load(path, {})
    ledger = Ledger(config.ledger.path, Vault(key))
    for section, practice in zip(config.practices, worlds.practices, strict=True):
        with requests.Session() as session:
            agree = agreeing(session, practice)
            connecting.connect(config, ledger, LiveRuntime(), section.name, agree)
    ledger.close()
    return path, key


def _wait_for_signal() -> None:
    """Return at SIGINT or SIGTERM, so that everything that was started is ended."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: told.set())
    told.wait()


@contextmanager
def _service(config_path: Path, key: str) -> Iterator[None]:
    command = [sys.executable, "-m", "syncer", "--config", str(config_path), "serve"]
    service = subprocess.Popen(command, env={**os.environ, VARIABLE: key})
    try:
        yield
    finally:
        end(service)


def _how_to_use(
    worlds: Worlds, xpm_url: str, ignition_url: str, syncer_port: int, config_path: Path, key: str
) -> str:
    known = worlds.credentials
    first = worlds.practices[0]
    practices = "\n".join(
        f"    {one.name}: XPM tenant {one.xpm_tenant_id}, Ignition practice {one.ignition_tenant_id}"
        for one in worlds.practices
    )
    token = f'curl -s {xpm_url}/_control/tokens -d \'{{"tenant_ids":["{first.xpm_tenant_id}"]}}\''
    return f"""
XPM       {xpm_url}   control {xpm_url}/_control/health
Ignition  {ignition_url}   control {ignition_url}/_control/health
syncer    http://{LOOPBACK}:{syncer_port}   webhooks and the daily sync

practices
{practices}
credentials (made up, registered in both fakes)
    XPM       client_id {known.xpm_client_id}  client_secret {known.xpm_client_secret}
    Ignition  client_id {known.ignition_client_id}  client_secret {known.ignition_client_secret}
    redirect  {known.redirect_uri}

a first call:
    curl -s {xpm_url}/practicemanager/3.1/client.api/list -H "xero-tenant-id: {first.xpm_tenant_id}" \\
      -H "Authorization: Bearer $({token} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')"
the syncer by hand (it is connected already):
    export {VARIABLE}={key} SYNCER_CONFIG={config_path}
    .venv/bin/syncer status --practice practice-1

Ctrl-C ends all three; nothing is kept."""


def _nothing(_environ: object, _start_response: object) -> list[bytes]:
    return []
