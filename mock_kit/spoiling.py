"""Which answers a fault can spoil, and where it cuts one."""

from flask import Response

from mock_kit.faults_kinds import Cut

BODILESS = (204, 304)


def has_body(method: str, response: Response) -> bool:
    """Tell whether an answer has a body that a fault could spoil."""
    if method == "HEAD" or response.status_code in BODILESS:
        return False
    return response.is_streamed or bool(response.get_data())


def place_of(fault: Cut, response: Response) -> int:
    """Return after how many bytes an answer is cut: before its end, where its length is known or told."""
    length = response.headers.get("Content-Length", type=int)
    if length is None:
        if fault.after is not None and response.is_streamed:
            return fault.after
        length = len(response.get_data())
    share = 0.5 if fault.share is None else fault.share
    wanted = int(length * share) if fault.after is None else fault.after
    return min(wanted, max(0, length - 1))
