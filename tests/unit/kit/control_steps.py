"""What the tests of the control plane share."""

from typing import Any


def refusal(answer: Any, status: int, code: str) -> str:
    """Check a refusal, and return its message."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    error = answer.get_json()["error"]
    assert error["code"] == code
    assert set(error) == {"code", "message", "details"}
    return str(error["message"])
