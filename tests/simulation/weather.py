"""Faults of a fake, as a script's items say them."""


def met(fake: str, rule: dict[str, object], times: int = 1) -> dict[str, object]:
    """Return how a fake meets so many calls with a rule."""
    return {"fake": fake, "times": times, "rule": rule}
