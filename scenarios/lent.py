"""Fakes that run already, lent to a story: what they hold is put aside, and put back when the story is over.

All of it goes over the control plane. Their clocks stand still meanwhile, and go on as if they had not; their
limits are the product's own. Lost are the journals, and the writes that a fault has made late.
"""

import ipaddress
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

import mock_ignition.limits
import mock_xpm.limits
from mock_kit.clock import Clock, iso, parse_iso
from mock_kit.server import running
from mock_kit.throttle import Limit
from scenarios.desks import Control, DeskError
from scenarios.house import House, LateApp, plain_session
from scenarios.watch import IGNITION, Watch

ASIDE = "before-scenario"
"""The snapshot that keeps what a fake held."""


class LentError(Exception):
    """The fakes cannot be had for a story, or not be put back; says which, why, and the way out."""


@dataclass(frozen=True)
class Addresses:
    """Where fakes listen that run already, such as those of `make up`. Raises LentError for what is none."""

    xpm_url: str
    ignition_url: str
    control_token: str | None = None

    def __post_init__(self) -> None:
        _refuse_elsewhere(self.xpm_url)
        _refuse_elsewhere(self.ignition_url)

    @property
    def warning(self) -> str:
        """What somebody should know before a story is played there."""
        return (
            f"the worlds of XPM at {self.xpm_url} and Ignition at {self.ignition_url} are replaced while the story "
            "is played, and put back at its end, with clocks, tokens and limits; journals begin anew, and nobody "
            "else should call them meanwhile"
        )


@contextmanager
def lent(at: Addresses) -> Iterator[House]:
    """Have fakes that run already while the block runs. Raises LentError."""
    with ExitStack() as stack:
        session = stack.enter_context(plain_session())
        watch, late = Watch(), LateApp()
        house = House(
            "sockets", plain_session, watch, late, at.xpm_url, at.ignition_url,
            stack.enter_context(running(watch.heard(IGNITION, late))), at.control_token,
        )  # fmt: skip
        xpm, ignition = house.controls(session)
        wanted = ((xpm, "mock_xpm"), (ignition, "mock_ignition"))
        lent_already = [control for control, product in wanted if _look(control, product)]
        if lent_already:
            raise LentError(
                f"{' and '.join(one.url for one in lent_already)}: lent to a story already, or one was cut off there. "
                f"If none is being played, put back what was held:\n{_way_back(*lent_already)}"
            )
        for control, limits in ((xpm, mock_xpm.limits.LIMITS), (ignition, mock_ignition.limits.LIMITS)):
            stack.enter_context(_put_aside(control, limits))
        yield house


def _refuse_elsewhere(url: str) -> None:
    """Refuse what is no base URL of this machine: the fakes' webhooks have to find the story's syncer here."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if parts.scheme not in {"http", "https"} or parts[2:] != ("", "", ""):
        raise LentError(f"{url!r} is no fake's address: give one such as http://127.0.0.1:18001")
    if not here:
        raise LentError(
            f"{url} is not on this machine: a story replaces a fake's world, and webhooks have to come back; "
            "start the fakes here (`make up`)"
        )


def _look(control: Control, product: str) -> bool:
    """See to it that a fake of ours is there, with no faults planned; return whether it is lent already."""
    try:
        found = control.get("health")
        name = found.get("name") if isinstance(found, dict) else None
        if name != product:
            raise LentError(
                f"{control.url} is {name or 'no fake of ours'}, not {product}: give {control.name}'s URL"
            )
        faults = control.get("faults")["faults"]
        snapshots = [one["name"] for one in control.get("snapshots")]
    except requests.ConnectionError as error:
        raise LentError(f"nothing listens at {control.url}: start the fakes with `make up`") from error
    except (requests.RequestException, DeskError, ValueError, LookupError) as error:
        raise LentError(_unfit(control, product, error)) from error
    lent_already = ASIDE in snapshots
    if faults and not lent_already:
        raise LentError(
            f"{len(faults)} faults are planned at {control.url}, which would meet the story's calls: remove them "
            f"first (DELETE {control.url}/_control/faults)"
        )
    return lent_already


def _unfit(control: Control, product: str, error: Exception) -> str:
    if "CONTROL_TOKEN" in str(error):
        return f"{control.url} asks for its control token: give it with --control-token"
    return f"{control.url} does not answer as {product} does: {error}"


@contextmanager
def _put_aside(control: Control, limits: tuple[Limit, ...]) -> Iterator[None]:
    """Keep what a fake holds, and put it back after the block."""
    with ExitStack() as back:
        back.enter_context(_told(control))
        before = control.get("clock")
        went_on = Clock(parse_iso(before["now"]), before["mode"])
        back.callback(lambda: _set_clock(control, went_on))
        control.put("clock", {"mode": "frozen"})
        back.callback(control.put, "limits", control.get("limits"))
        # Before it is put aside: an interrupt may come when the fake has done it, and nobody here has heard of it.
        back.callback(_put_back, control)
        control.post("snapshots", {"name": ASIDE, "connections": True})
        control.put("limits", {limit.name: limit.calls for limit in limits})
        yield


def _put_back(control: Control) -> None:
    """Have a fake hold what it held, if that was put aside."""
    if any(one["name"] == ASIDE for one in control.get("snapshots")):
        control.delete("faults")
        control.post(f"snapshots/{ASIDE}/restore")
        control.delete(f"snapshots/{ASIDE}")


def _set_clock(control: Control, clock: Clock) -> None:
    control.put("clock", {"now": iso(clock.now()), "mode": clock.mode})


@contextmanager
def _told(control: Control) -> Iterator[Any]:
    """Say what to do where a fake cannot be put back."""
    try:
        yield
    except (requests.RequestException, DeskError) as error:
        raise LentError(
            f"{control.name} could not be put aside or put back: {error}. What it held is in its snapshot {ASIDE}, "
            f"from which it is put back by hand:\n{_way_back(control)}"
        ) from error


def _way_back(*controls: Control) -> str:
    """Return the commands that put fakes back which nobody put back, and what they cannot know."""
    lines = []
    for control in controls:
        at = f"{control.url}/_control"
        lines += [
            f"    curl -X POST {at}/snapshots/{ASIDE}/restore",
            f"    curl -X DELETE {at}/snapshots/{ASIDE}",
            f"    curl -X DELETE {at}/faults",
            f'    curl -X PUT {at}/clock -d \'{{"mode": "running"}}\'',
        ]
    return "\n".join(
        [
            *lines,
            "Clocks go on from when they were lent; limits other than the product's are to be set again.",
        ]
    )
