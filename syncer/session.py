"""What every command needs: configuration, ledger, a connected practice."""

import os
from dataclasses import dataclass
from pathlib import Path

from syncer.config import Config, load
from syncer.errors import ConfigError
from syncer.ledger import Ledger
from syncer.practice import Practice, open_practice
from syncer.runtime import Runtime
from syncer.vault import HOW_TO_MAKE_ONE, VARIABLE, Vault


@dataclass
class Session:
    """What every command needs, opened when first asked for."""

    path: Path
    runtime: Runtime

    def config(self) -> Config:
        """Return the configuration. Raises ConfigError naming every mistake, a missing key among them."""
        try:
            return load(self.path)
        except ConfigError as error:
            if os.environ.get(VARIABLE):
                raise
            raise ConfigError(f"{error}\nand {VARIABLE} is not set: {HOW_TO_MAKE_ONE}") from error

    def ledger(self, config: Config) -> Ledger:
        """Return the ledger."""
        return Ledger(config.ledger.path, Vault(os.environ.get(VARIABLE)))

    def practice(self, name: str | None) -> Practice:
        """Return a connected practice."""
        config = self.config()
        return open_practice(config, self.ledger(config), self.runtime, name)
