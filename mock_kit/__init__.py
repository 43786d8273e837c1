"""What both fakes share; it knows neither API."""

from importlib.metadata import version

VERSION = version("ignition-xpm-testbed")
