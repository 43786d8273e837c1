"""What a fake in a file holds of faulted calls when it is started again."""

from collections.abc import Callable

from tests.contract.xpm.caller import Caller
from tests.contract.xpm.troubled import Troubles, names

KNOWN = ["Acme Ltd", "Baker &amp; Sons", "Closed acme", "Dropped acme"]
FAULTS = (
    {"kind": "lost", "answer": "500", "times": 1},
    {"kind": "refused", "answer": "503", "times": 1},
    {"kind": "late", "seconds": 60, "answer": "503", "times": 1},
    {"kind": "late", "seconds": 61, "answer": "503", "times": 1},
    {"kind": "status", "status": 500, "times": 1},
    {"kind": "malformed", "times": 1},
    {"kind": "token_dead", "method": "POST", "times": 1},
    {"kind": "stale"},
)
FATES = {
    "Lost": 500,
    "Refused": 503,
    "Landed": 503,
    "Too late": 503,
    "Failed": 500,
    "Spoiled": 200,
    "Dead": 401,
}


def test_after_a_restart_all_that_was_done_is_there_and_nothing_is_half_done(
    restarted: Callable[[Callable[[Caller], None]], Caller],
) -> None:
    kept: list[tuple[str, dict[str, str]]] = []

    def writes(xpm: Caller) -> None:
        troubles = Troubles(xpm.app)
        troubles.plan(*FAULTS)
        bodies = {name: f"<Client><Name>{name}</Name></Client>" for name in FATES}
        fates = {name: xpm.send("POST", "client.api/add", body).status_code for name, body in bodies.items()}
        assert fates == FATES
        troubles.advance(60)
        other = Caller(xpm.app, xpm.tenant_id)
        assert names(other.get("client.api/list")) == [*KNOWN, "Lost", "Spoiled"]
        kept.append((xpm.digest(), xpm.headers))

    again = restarted(writes)
    digest, dead = kept[0]
    assert again.digest() == digest
    whole = [*KNOWN, "Landed", "Lost", "Spoiled"]
    assert names(again.get("client.api/list")) == whole
    # Writes that wait live in memory: one that had not landed never does.
    Troubles(again.app).advance(600)
    assert names(again.get("client.api/list")) == whole
    again.headers = dead
    refused = again.send("GET", "client.api/list")
    assert refused.get_json()["Detail"] == "TokenExpired: token expired at 07/01/2026 09:30:00"
