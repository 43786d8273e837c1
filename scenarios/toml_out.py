"""Writes the syncer's configuration as TOML: tables of plain values, and lists of such tables."""

import json
from collections.abc import Mapping
from typing import Any


def to_toml(document: Mapping[str, Any]) -> str:
    """Return a document of tables as TOML text. Strings are written as JSON strings, which TOML reads alike."""
    parts: list[str] = []
    for name, value in document.items():
        rows = value if isinstance(value, list) else [value]
        head = f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
        for row in rows:
            lines = [f"{key} = {json.dumps(item, ensure_ascii=False)}" for key, item in row.items()]
            parts.append("\n".join([head, *lines]))
    return "\n\n".join(parts) + "\n"
