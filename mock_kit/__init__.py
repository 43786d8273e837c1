"""What both fakes share; it knows neither API."""

from importlib.metadata import version

VERSION = version("ignition-xpm-testbed")
CONTROL = "/_control/"
"""How the path of each call that steers a fake begins."""


def is_control(path: str) -> bool:
    """Tell whether a path is the control plane's."""
    return path.startswith(CONTROL) or path == CONTROL[:-1]
