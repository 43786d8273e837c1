"""Which act a proposal takes in which state: one table, and nothing else decides it."""

from typing import Final

STATES: Final = ("draft", "awaiting_acceptance", "accepted", "completed", "lost", "revoked", "archived")
ACTS: Final = ("send", "accept", "lose", "revoke", "archive", "complete", "renew", "edit", "plan")
"""What the practice and the client do; `complete` is done by time, once the contract has ended; `plan`
sets the workflow. The last three leave the state as it is."""

MOVES: Final = {
    ("draft", "edit"): "draft",
    ("draft", "plan"): "draft",
    ("draft", "send"): "awaiting_acceptance",
    ("draft", "archive"): "archived",
    ("awaiting_acceptance", "plan"): "awaiting_acceptance",
    ("awaiting_acceptance", "accept"): "accepted",
    ("awaiting_acceptance", "lose"): "lost",
    ("awaiting_acceptance", "revoke"): "revoked",
    ("awaiting_acceptance", "archive"): "archived",
    ("accepted", "plan"): "accepted",
    ("accepted", "renew"): "accepted",
    ("accepted", "complete"): "completed",
    ("accepted", "revoke"): "revoked",
    ("accepted", "archive"): "archived",
    ("completed", "renew"): "completed",
    ("completed", "archive"): "archived",
    ("lost", "archive"): "archived",
    ("revoked", "archive"): "archived",
}
"""That an accepted proposal cannot be edited, accepted again or lost but can be revoked is the contract's;
the other moves are ours."""

DEPLOYABLE: Final = ("accepted", "completed", "revoked", "archived")
"""The states in which the app may be told what was deployed."""


def next_state(state: str, act: str) -> str | None:
    """Return the state that an act leads to; None: the act is not taken in this state."""
    return MOVES.get((state, act))
