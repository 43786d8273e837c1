"""What can go wrong, drawn as a tree.

SyncerError
├── ConfigError            the configuration is wrong; says every mistake
├── LedgerError            the ledger cannot be opened, read or decrypted
├── NotConnectedError      no tokens for this practice and system: run `syncer connect`
├── ReconnectNeededError   the tokens are dead for good (E24): run `syncer connect` again
├── LeaseHeldError         another syncer is working on this practice
├── LeaseLostError         another syncer took over while this one was held up
├── DecisionError          what a person decided cannot be carried out, or no more
├── OutputError            standard output does not take what a command has to say
├── SuddenlyEmptyError     a side shows none of the clients it had: nothing is concluded from that
└── ApiError               a call to XPM or Ignition did not do what it should
    ├── UnreachableError   it was never sent, or its tokens were refused: nothing happened there
    ├── OutcomeUnknownError  it was sent and no usable answer came: it may have happened
    ├── RefusedError       the API said no; nothing happened there
    │   └── StaleError     the record changed since it was read (412)
    ├── LimitError         the API asks to wait longer than a call may wait
    └── MalformedError     the answer to a read cannot be understood: nothing follows from it
"""


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


class LeaseHeldError(SyncerError):
    """Another syncer works on the same practice, and went on doing so for as long as one waits."""


class LeaseLostError(SyncerError):
    """Another syncer took over the practice: this one makes no further call."""


class DecisionError(SyncerError):
    """What a person decided cannot be carried out, or no more."""


class OutputError(SyncerError):
    """What a command has to say cannot be written."""


class SuddenlyEmptyError(SyncerError):
    """One side, read as a whole, has none of the clients it had (`--force` goes on all the same)."""


class ApiError(SyncerError):
    """A call failed. `system` is `XPM` or `Ignition`, `operation` the call's name."""

    def __init__(self, system: str, operation: str, what: str) -> None:
        super().__init__(f"{system}, {operation}: {what}")
        self.system = system
        self.operation = operation
        self.what = what


class UnreachableError(ApiError):
    """The call was never sent, or turned away for its tokens: nothing happened there, and it may be made again."""


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


FOREIGN: dict[str, tuple[type[ApiError], str]] = {
    # By the names of requests' classes, so that the rooms without I/O can use the tree above; the
    # nearest ancestor that has a row decides. A connect time-out never reached the API; TLS can also
    # break while the answer is read, so that alone proves nothing.
    "ConnectTimeout": (UnreachableError, "no connection within the time-out"),
    "ProxyError": (UnreachableError, "the proxy gave no connection"),
    "InvalidURL": (UnreachableError, "the URL is not valid"),
    "MissingSchema": (UnreachableError, "the URL has no scheme"),
    "InvalidSchema": (UnreachableError, "the URL's scheme is not http or https"),
    "URLRequired": (UnreachableError, "there is no URL to call"),
    "InvalidHeader": (UnreachableError, "a header of the request is not valid"),
    "InvalidJSONError": (UnreachableError, "the request cannot be written as JSON"),
    "JSONDecodeError": (OutcomeUnknownError, "the answer is no JSON"),
    "SSLError": (OutcomeUnknownError, "the secure connection failed"),
    "Timeout": (OutcomeUnknownError, "no answer within the time-out"),
    "ChunkedEncodingError": (OutcomeUnknownError, "the answer broke off"),
    "ContentDecodingError": (OutcomeUnknownError, "the answer cannot be decoded"),
    "ConnectionError": (OutcomeUnknownError, "the connection broke"),
    "RequestException": (OutcomeUnknownError, "the call failed"),
}
NEVER_CONNECTED = frozenset({"NewConnectionError", "NameResolutionError"})


def translate(error: Exception, system: str, operation: str) -> ApiError:
    """Return our error for one of requests'; any other is raised as it is.

    A refused connection and a refused certificate count as never sent.
    """
    reasons = _reasons(error)
    if "SSLCertVerificationError" in reasons:
        return UnreachableError(system, operation, "its certificate is not to be trusted")
    if not NEVER_CONNECTED.isdisjoint(reasons):
        return UnreachableError(system, operation, "nobody answers there: is it up, and is its URL right?")
    for ancestor in type(error).__mro__:
        if ancestor.__name__ in FOREIGN:
            ours, what = FOREIGN[ancestor.__name__]
            return ours(system, operation, what)
    raise error


def _reasons(error: Exception) -> set[str]:
    """Return the names of the errors below one of requests': urllib3's reason, and what that wraps."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return {type(one).__name__ for one in (reason, *getattr(reason, "args", ()))}
