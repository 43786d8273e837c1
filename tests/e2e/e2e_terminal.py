"""A person at a terminal who runs the syncer's command line on the stage of a bench."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from e2e_bench import Bench

from scenarios.house import IGNITION_URL, SYNCER_URL, XPM_URL
from scenarios.stage import syncer_config, syncer_key
from scenarios.toml_out import to_toml
from syncer import cli as program
from syncer import connect as connecting


class Terminal:
    """A person at a terminal who runs the syncer, and who consents in a browser when asked to."""

    def __init__(
        self, bench: Bench, folder: Path, patch: pytest.MonkeyPatch, settings: dict[str, Any] | None = None
    ) -> None:
        self.bench = bench
        self.path = folder / "syncer.toml"
        document = syncer_config(bench.stage.worlds, XPM_URL, IGNITION_URL, SYNCER_URL, settings)
        document["ledger"] = {"path": str(folder / "by-hand.db")}
        self.path.write_text(to_toml(document), "utf-8")
        self.links: list[connecting.Attempt] = []
        self.number = 0
        begin = connecting.begin

        def noted(app: Any) -> connecting.Attempt:
            self.links.append(begin(app))
            return self.links[-1]

        patch.setattr(program, "LiveRuntime", lambda: bench.stage.runtime)
        patch.setattr(connecting, "begin", noted)
        patch.setattr(program.click, "prompt", self.consent)
        patch.setattr(program, "listen", self.listen)

    def listen(self, _attempt: connecting.Attempt, ready: Callable[[], None]) -> str:
        ready()
        return self.consent()

    def consent(self, *_args: object, **_options: object) -> str:
        practice = self.bench.stage.worlds.practices[self.number]
        tenants = {"xpm": practice.xpm_tenant_id, "ignition": practice.ignition_tenant_id}
        attempt = self.links[-1]
        form = {"decision": "allow", "tenant_id": tenants[attempt.app.system]}
        answer = self.bench.stage.session.post(attempt.url, data=form, allow_redirects=False, timeout=60)
        return str(answer.headers["Location"])

    def run(self, *words: str, code: int = 0, key: str | None = None) -> Result:
        command = ["--config", str(self.path), *words]
        done = CliRunner().invoke(program.cli, command, env={"SYNCER_KEY": key or syncer_key(7)})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        assert done.exit_code == code, done.output
        assert "eyJ" not in done.output
        return done

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self.run(*words, "--json", code=code).stdout)
