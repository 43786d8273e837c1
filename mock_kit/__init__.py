"""What both fakes share; it knows neither API."""

from importlib.metadata import version

VERSION = version("ignition-xpm-testbed")
CONTROL = "/_control/"
"""How the path of each call that steers a fake begins."""
