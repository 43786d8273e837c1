"""One practice, ready for work: its settings, ledger, and ways to both APIs, put together."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from syncer import ledger_tables as t
from syncer.config import Config, PracticeSection
from syncer.errors import NotConnectedError
from syncer.ignition import Ignition
from syncer.lease import PRACTICE, Lease, Renewing
from syncer.ledger import Ledger, PracticeLedger, Row
from syncer.limits import Budget
from syncer.pauses import Pause, Rest
from syncer.report import Report
from syncer.runtime import Runtime
from syncer.tokens import App, Tokens
from syncer.transport import Transport
from syncer.xpm import Xpm

XPM_SCOPE = "offline_access practicemanager"
IGNITION_SCOPE = "reporting practice"


@dataclass(frozen=True)
class Practice:
    """What every command works on."""

    config: Config
    section: PracticeSection
    ledger: PracticeLedger
    runtime: Runtime
    xpm: Xpm
    ignition: Ignition
    lease: Lease
    """The right to write for this practice: held by whatever command changes something."""

    @property
    def name(self) -> str:
        """The practice's key in the configuration."""
        return self.section.name

    def today(self) -> date:
        """Return the practice's local date."""
        return self.runtime.now().astimezone(ZoneInfo(self.section.timezone)).date()

    def connected_at(self) -> datetime:
        """Return the moment of the first connection: what was accepted before is not deployed (E12)."""
        text = self.ledger.cursor("connected_at")
        if text is None:
            raise NotConnectedError(f"practice “{self.name}” is not connected: run `syncer connect`")
        return datetime.fromisoformat(text)

    def report(self) -> Report:
        """Return an empty report that counts this practice's calls."""
        return Report(
            self.name, meters={"xpm": self.xpm.transport.meter, "ignition": self.ignition.transport.meter}
        )


def xpm_app(config: Config) -> App:
    """Return the app registered at Xero."""
    section = config.xpm
    return App(
        system="xpm",
        title="XPM",
        authorize_url=f"{section.auth_url}/identity/connect/authorize",
        token_url=f"{section.identity_url}/connect/token",
        client_id=section.client_id,
        client_secret=section.client_secret,
        redirect_uri=config.connect.redirect_uri,
        scope=XPM_SCOPE,
        forbids_the_disconnected=True,
    )


def ignition_app(config: Config) -> App:
    """Return the app registered at Ignition."""
    section = config.ignition
    return App(
        system="ignition",
        title="Ignition",
        authorize_url=f"{section.url}/oauth2/authorize",
        token_url=f"{section.url}/oauth2/token",
        client_id=section.client_id,
        client_secret=section.client_secret,
        redirect_uri=config.connect.redirect_uri,
        scope=IGNITION_SCOPE,
    )


def open_practice(config: Config, ledger: Ledger, runtime: Runtime, name: str | None) -> Practice:
    """Return a connected practice. Raises NotConnectedError when one of the systems is missing."""
    section = config.practice(name)
    own = ledger.of(section.name)
    rows = {row["system"]: row for row in own.rows(t.connections)}
    xero, ignitions = xpm_app(config), ignition_app(config)
    for app in (xero, ignitions):
        if app.system not in rows:
            raise NotConnectedError(
                f"practice “{section.name}” is not connected to {app.title}: run `syncer connect`"
            )
    lease = Lease(ledger, runtime, PRACTICE, section.name)
    runtime = Renewing(runtime, lease)
    xpm = Xpm(
        config.xpm.api_url,
        _transport(
            xero,
            own,
            runtime,
            lease,
            config.xpm.per_minute,
            60,
            {"xero-tenant-id": rows["xpm"]["tenant_id"]},
        ),
    )
    ignition = Ignition(
        config.ignition.url,
        _transport(ignitions, own, runtime, lease, config.ignition.per_hour, 3600, {}),
        config.ignition.page_size,
    )
    return Practice(config, section, own, runtime, xpm, ignition, lease)


def show_connected(practice: Practice) -> None:
    """Show in Ignition that the practice is connected, and to which XPM practice."""
    row = practice.ledger.row(t.connections, system="xpm") or {}
    practice.ignition.put_integration("connected", row["tenant_id"], row["tenant_name"] or "", None, None)
    practice.ledger.put(t.cursors, {"name": "integration", "value": connected_text(row["tenant_id"])})


def connected_text(tenant_id: str) -> str:
    """Return what the ledger notes once Ignition shows the connection."""
    return f"connected {tenant_id}"


def note_tenant(ledger: PracticeLedger) -> None:
    """Note to which XPM practice what is linked belongs, before the connection is forgotten."""
    row = ledger.row(t.connections, system="xpm")
    if row and (ledger.rows(t.links) or ledger.rows(t.deployments)):
        text = json.dumps({"tenant_id": row["tenant_id"], "tenant_name": row["tenant_name"]})
        ledger.put(t.cursors, {"name": "tenant", "value": text})


def tenant_before(ledger: PracticeLedger) -> Row | None:
    """Return the XPM practice that is connected, or was when something was linked: its id and name."""
    noted = ledger.cursor("tenant")
    row = ledger.row(t.connections, system="xpm")
    return row or (json.loads(noted) if noted else None)


def _transport(
    app: App,
    ledger: PracticeLedger,
    runtime: Runtime,
    lease: Lease,
    calls: int,
    seconds: float,
    headers: dict[str, str],
) -> Transport:
    session = runtime.session()
    tokens = Tokens(app, ledger, runtime, session, headers)
    budget = Budget(calls or None, seconds, runtime, Rest(ledger, app.system))
    pause = Pause(ledger, app.system, runtime)
    return Transport(app.title, runtime, session, tokens, budget, lease.keep, pause)
