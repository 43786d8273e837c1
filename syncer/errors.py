"""What can go wrong, drawn as a tree.

SyncerError
├── ConfigError            the configuration is wrong; says every mistake
├── LedgerError            the ledger cannot be opened, read or decrypted
├── NotConnectedError      no tokens for this practice and system: run `syncer connect`
├── ReconnectNeededError   the tokens are dead for good (E24): run `syncer connect` again
└── ApiError               a call to XPM or Ignition did not do what it should
    ├── UnreachableError   it was never sent: nothing happened there
    ├── OutcomeUnknownError  it was sent and no usable answer came: it may have happened
    ├── RefusedError       the API said no; nothing happened there
    │   └── StaleError     the record changed since it was read (412)
    ├── LimitError         the API asks to wait longer than a call may wait
    └── MalformedError     the answer to a read cannot be understood: nothing follows from it
"""

import ssl

import requests


class SyncerError(Exception):
    """Any failure the syncer foresees; its text is fit for a person."""


class ConfigError(SyncerError):
    """The configuration is wrong."""


class LedgerError(SyncerError):
    """The ledger cannot be opened, read or decrypted."""


class NotConnectedError(SyncerError):
    """A practice has no tokens for one of the systems yet."""


class ReconnectNeededError(SyncerError):
    """A connection can no longer refresh its tokens (E24)."""


class ApiError(SyncerError):
    """A call failed. `system` is `XPM` or `Ignition`, `operation` the call's name."""

    def __init__(self, system: str, operation: str, what: str) -> None:
        super().__init__(f"{system}, {operation}: {what}")
        self.system = system
        self.operation = operation
        self.what = what


class UnreachableError(ApiError):
    """The call was never sent."""


class OutcomeUnknownError(ApiError):
    """The call was sent, and whether it took effect is not known."""


class RefusedError(ApiError):
    """The API refused the call; nothing changed there."""

    def __init__(self, system: str, operation: str, what: str, status: int = 200) -> None:
        super().__init__(system, operation, what)
        self.status = status


class StaleError(RefusedError):
    """The record changed since it was read."""


class LimitError(ApiError):
    """A rate limit asks for a longer wait than a run may spend; `seconds` until it lifts."""

    def __init__(self, system: str, operation: str, what: str, seconds: float) -> None:
        super().__init__(system, operation, what)
        self.seconds = seconds


class MalformedError(ApiError):
    """The answer is not what the contract says."""


FOREIGN: tuple[tuple[type[requests.RequestException], type[ApiError], str], ...] = (
    # The first row that fits decides. A connect time-out or refused connection never reached the API;
    # TLS can also break while the answer is read, so that alone proves nothing (see `_never_connected`).
    (requests.exceptions.ConnectTimeout, UnreachableError, "no connection within the time-out"),
    (requests.exceptions.SSLError, OutcomeUnknownError, "the secure connection failed"),
    (requests.exceptions.ProxyError, UnreachableError, "the proxy gave no connection"),
    (requests.exceptions.InvalidURL, UnreachableError, "the URL is not valid"),
    (requests.exceptions.MissingSchema, UnreachableError, "the URL has no scheme"),
    (requests.exceptions.InvalidSchema, UnreachableError, "the URL's scheme is not http or https"),
    (requests.exceptions.URLRequired, UnreachableError, "there is no URL to call"),
    (requests.exceptions.InvalidHeader, UnreachableError, "a header of the request is not valid"),
    (requests.exceptions.JSONDecodeError, OutcomeUnknownError, "the answer is no JSON"),
    (requests.exceptions.InvalidJSONError, UnreachableError, "the request cannot be written as JSON"),
    (requests.exceptions.Timeout, OutcomeUnknownError, "no answer within the time-out"),
    (requests.exceptions.ChunkedEncodingError, OutcomeUnknownError, "the answer broke off"),
    (requests.exceptions.ContentDecodingError, OutcomeUnknownError, "the answer cannot be decoded"),
    (requests.exceptions.ConnectionError, OutcomeUnknownError, "the connection broke"),
    (requests.exceptions.RequestException, OutcomeUnknownError, "the call failed"),
)


def translate(error: requests.RequestException, system: str, operation: str) -> ApiError:
    """Return our error for one of requests'. A refused connection counts as never sent."""
    if _certificate_refused(error):
        return UnreachableError(system, operation, "its certificate is not to be trusted")
    if isinstance(error, requests.exceptions.ConnectionError) and _never_connected(error):
        return UnreachableError(system, operation, "nobody answers there: is it up, and is its URL right?")
    ours, what = next((ours, what) for foreign, ours, what in FOREIGN if isinstance(error, foreign))
    return ours(system, operation, what)


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    return type(_reason(error)).__name__ in {"NewConnectionError", "NameResolutionError"}


def _certificate_refused(error: requests.RequestException) -> bool:
    """Tell whether the handshake stopped at the certificate: then no byte of the request was sent."""
    reason = _reason(error)
    causes = (reason, *getattr(reason, "args", ()))
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes)


def _reason(error: requests.RequestException) -> object:
    return getattr(error.args[0], "reason", None) if error.args else None
