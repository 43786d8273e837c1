"""Which act a proposal takes in which state: one table, and nothing else decides it."""

from typing import Final

STATES: Final = ("draft", "awaiting_acceptance", "accepted", "completed", "lost", "revoked", "archived")
ACTS: Final = ("send", "accept", "lose", "revoke", "archive")

MOVES: Final = {
    ("draft", "send"): "awaiting_acceptance",
    ("awaiting_acceptance", "accept"): "accepted",
    ("awaiting_acceptance", "lose"): "lost",
    ("awaiting_acceptance", "revoke"): "revoked",
    ("accepted", "revoke"): "revoked",
    ("draft", "archive"): "archived",
    ("awaiting_acceptance", "archive"): "archived",
    ("accepted", "archive"): "archived",
    ("completed", "archive"): "archived",
    ("lost", "archive"): "archived",
    ("revoked", "archive"): "archived",
}
"""That an accepted proposal cannot be accepted again or lost but can be revoked is the contract's;
the other moves are ours."""

DEPLOYABLE: Final = ("accepted", "completed", "revoked", "archived")
"""The states in which the app may be told what was deployed."""


def next_state(state: str, act: str) -> str | None:
    """Return the state that an act leads to; None: the act is not taken in this state."""
    return MOVES.get((state, act))
