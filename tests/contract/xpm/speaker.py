"""A program that speaks either version of the API: one wording for the identifiers of both."""

import re

from flask import Flask

from tests.contract.xpm.caller import OLD_ROOT, ROOT, Caller
from tests.contract.xpm.small import NOBODY, TENANT

_ELEMENT = re.compile(r"<(\w*)#(\w+) ([^/]*)/>")
_BARE = re.compile(r"\[(\w+) ([^\]]*)\]")
_ATTRIBUTE = re.compile(r"( |-)uuid=")


class Speaker(Caller):
    """A program that speaks one of the versions."""

    def __init__(self, app: Flask, version: str, tenant_id: str = TENANT) -> None:
        super().__init__(app, tenant_id, OLD_ROOT if version == "3.0" else ROOT)
        self.version = version
        self.tag = "ID" if version == "3.0" else "UUID"

    def name(self, table: str, uuid: str) -> str:
        """Return the identifier of a row in this version; for nobody, one that no row has."""
        if self.version == "3.1":
            return uuid
        return "7" if uuid == NOBODY else str(self.number(table, uuid))

    def ident(self, table: str, uuid: str, prefix: str = "") -> str:
        return f"<{prefix}{self.tag}>{self.name(table, uuid)}</{prefix}{self.tag}>"

    def uuid(self, table: str, name: str) -> str:
        """Return the UUID of the row that an answer of this version names."""
        if self.version == "3.1":
            return name
        return next(str(row["uuid"]) for row in self.state()[table] if row["id"] == int(name))

    def say(self, text: str) -> str:
        """Word a path or a body in this version.

        `[clients …]` is an identifier by itself, `<#clients …/>` in its element, `<Client#clients …/>` in
        one with a prefix; attributes are written as 3.1 has them.
        """
        text = _ELEMENT.sub(lambda found: self.ident(found[2], found[3], found[1]), text)
        text = _BARE.sub(lambda found: self.name(found[1], found[2]), text)
        return _ATTRIBUTE.sub(r"\1id=", text) if self.version == "3.0" else text
