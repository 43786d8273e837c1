"""The versions of the API, and the forms in which they answer."""

from typing import Literal

Version = Literal["3.1", "3.0"]
VERSIONS: tuple[Version, ...] = ("3.1", "3.0")
Form = Literal["3.1", "3.0", "json"]
"""How an answer is written: the XML of either version, or the JSON of 3.1."""
FORMS: tuple[Form, ...] = ("3.1", "3.0", "json")


def version_of(form: Form) -> Version:
    """Return the version that answers in a form."""
    return "3.0" if form == "3.0" else "3.1"
