"""Reads the XML of a request body, whoever wrote it: no DTD, no entities, no network, bounded.

What comes out is a plain tree of `Node`; comments and processing instructions are dropped, and
namespaces are cut off. Anything that is no XML is a `BusinessError`: the API answers it inside
the envelope, as it does every other mistake in a body (ours).
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from mock_xpm.errors import BusinessError

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 32
MAX_ELEMENTS = 20_000


@dataclass
class Node:
    """An element: its local name, its attributes, its own text and its children."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Node"]:
        return iter(self.children)


def parse(body: bytes) -> Node:
    """Return the root element of a body. Raises BusinessError unless it is plain, bounded XML."""
    if len(body) > MAX_BYTES:
        raise BusinessError(f"Invalid XML: the body is larger than {MAX_BYTES} bytes")
    if not body.strip():
        raise BusinessError("Invalid XML: the body is empty")
    _READER.builder.reset()
    try:
        etree.fromstring(body.lstrip(b" \t\r\n"), _READER.parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise BusinessError(f"Invalid XML: not well-formed at line {line}, column {column}") from error
    return _READER.builder.root


class _Reader(threading.local):
    """A parser, and what it builds into: one for each thread, as making one takes as long as parsing."""

    def __init__(self) -> None:
        self.builder = _Builder()
        target: Any = self.builder  # lxml's stubs ask for a class that exists in the stubs only
        # Without load_dtd and huge_tree, libxml2 fetches nothing and bounds what it takes in.
        self.parser = etree.XMLParser(target=target, resolve_entities=False, no_network=True, huge_tree=False)


class _Builder:
    """Builds nodes from the parser's events, and stops it at what a body may not hold."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.root = Node("")
        self._open: list[Node] = []
        self._texts: list[list[str]] = []
        self._count = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAX_DEPTH:
            raise BusinessError(f"Invalid XML: elements are nested deeper than {MAX_DEPTH}")
        if self._count > MAX_ELEMENTS:
            raise BusinessError(f"Invalid XML: there are more than {MAX_ELEMENTS} elements")
        node = Node(_local(tag), {_local(name): value for name, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)
        self._texts.append([])

    def end(self, _tag: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def data(self, text: str) -> None:
        self._texts[-1].append(text)

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        raise BusinessError("Invalid XML: a document type is not allowed")

    def comment(self, _text: str) -> None: ...

    def pi(self, _target: str, _text: str | None = None) -> None: ...

    def close(self) -> Node:
        return self.root


_READER = _Reader()


def _local(name: str) -> str:
    return name.rpartition("}")[2]
