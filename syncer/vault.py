"""How tokens lie in the ledger: encrypted, with a key from the environment that can be changed.

`SYNCER_KEY=new[,old…]`: the first key encrypts, all of them decrypt.
"""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from syncer.errors import ConfigError, LedgerError

VARIABLE = "SYNCER_KEY"
HOW_TO_MAKE_ONE = (
    f"set {VARIABLE} to a key that encrypts the tokens in the ledger; make one with: "
    'python3 -c "import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
)


class Vault:
    """Encrypts and decrypts small JSON objects."""

    def __init__(self, keys: str | None) -> None:
        self._box: MultiFernet | None = None
        if keys and keys.strip():
            try:
                self._box = MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
            except ValueError as error:
                raise ConfigError(f"{VARIABLE} holds something that is no key; {HOW_TO_MAKE_ONE}") from error

    def require(self) -> MultiFernet:
        """Return the keys; raises ConfigError, saying how to make one, when there is none."""
        if self._box is None:
            raise ConfigError(HOW_TO_MAKE_ONE)
        return self._box

    def seal(self, value: Mapping[str, Any]) -> str:
        """Return an object encrypted with the first key."""
        return self.require().encrypt(json.dumps(value).encode()).decode()

    def open(self, sealed: str) -> dict[str, Any]:
        """Return the object. Raises LedgerError when none of the keys fits."""
        try:
            found: dict[str, Any] = json.loads(self.require().decrypt(sealed.encode()))
        except InvalidToken as error:
            raise LedgerError(
                f"the tokens in the ledger were encrypted with another key: put the old one behind a comma in {VARIABLE}"
            ) from error
        return found
