"""Mutants of what stands outside of functions: tables, defaults, members, and the bodies of properties.

mutmut mutates the bodies of functions. A rule of this project is mostly a row of a table, so its own
operators are let loose on the rest here as well, with two more: a row is left out, and a member takes
another one's place. Each mutant is a module of its own, read in its place by a process of its own.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import ndiff
from itertools import islice
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

import libcst as cst
import libcst.matchers as m
import pytest
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators, operator_string
from mutmut.mutation.pragma_handling import IgnoredCode

from tests.mutants.verdicts import Change, Fate, Mutant

SECONDS = 60
"""How long the tests may take over one mutant."""
UNREADABLE = 77
"""The exit code for a module that cannot even be imported: no mutant, as any test would notice."""
PRELOADED = (
    "alembic",
    "click",
    "cryptography.fernet",
    "hypothesis",
    "lxml.etree",
    "orjson",
    "pydantic",
    "requests",
    "rich",
    "sqlalchemy",
)
"""What the tests need and no mutant changes: read once, for speed alone."""
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""No plugin is needed, and reading all of them takes longer than the tests."""
# What is preloaded is no test: that its assertions are not rewritten is no matter.
OPTIONS = ("-x", "-q", "-W", "ignore::pytest.PytestAssertRewriteWarning")


@dataclass(frozen=True, slots=True)
class Tests:
    """The tests that a mutant has to pass to survive: files, and options of pytest's."""

    files: tuple[str, ...]
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """A mutant that was not tried yet: the source of the whole module."""

    module: str
    source: str
    change: Change


def variants(path: Path, code: str) -> list[Variant]:
    """Return the mutants of a module, but for those in its functions."""
    original = unchanged(path, code)
    visitor = _Outside(_members_of(code))
    tree = MetadataWrapper(cst.parse_module(code)).visit(visitor)
    found = []
    for one in visitor.mutations:
        within = one.contained_by_top_level_function
        if isinstance(within, cst.FunctionDef) and not _is_property(within):
            continue
        changed = deep_replace(tree, one.original_node, one.mutated_node)
        if isinstance(changed, cst.Module) and changed.code != code:
            found.append(
                Variant(original.module, changed.code, change_between(str(path), code, changed.code))
            )
    return list({one.source: one for one in found}.values())


def unchanged(path: Path, code: str) -> Variant:
    """Return a module as it is: the tests have to pass on it, or they would kill anything."""
    return Variant(".".join(path.with_suffix("").parts), code, Change(str(path), "", ""))


def change_between(file: str, old: str, new: str) -> Change:
    """Return what differs between two texts, line by line."""
    lines = list(ndiff(old.splitlines(), new.splitlines()))
    was, became = ("\n".join(line[2:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return Change(file, was, became)


def try_all(
    found: Sequence[Variant], tests: "Tests", workers: int, until: float, tell: Callable[[int, int], None]
) -> Iterator[Mutant]:
    """Yield what became of each mutant, `workers` at a time; TimeoutError after the moment `until`."""
    for name in PRELOADED:
        importlib.import_module(name)
    context = multiprocessing.get_context("fork")
    waiting, running = list(found), dict[object, tuple[ForkProcess, Variant]]()
    done = 0
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                variant = waiting.pop(0)
                process = context.Process(target=_try, args=(variant, tests))
                process.start()
                running[process.sentinel] = process, variant
            if time.monotonic() > until:
                raise TimeoutError
            for sentinel in wait([process.sentinel for process, _ in running.values()], timeout=1.0):
                process, variant = running.pop(sentinel)
                process.join()
                done += 1
                tell(done, len(found))
                if process.exitcode != UNREADABLE:
                    yield Mutant(variant.change, _fate(variant, process.exitcode))
    finally:
        for process, _ in running.values():
            process.kill()
            process.join()


FATES = {
    int(pytest.ExitCode.OK): Fate.SURVIVED,
    int(pytest.ExitCode.TESTS_FAILED): Fate.KILLED,
    int(pytest.ExitCode.INTERRUPTED): Fate.KILLED,  # what a test module does while it is read failed
    -signal.SIGALRM: Fate.TIMED_OUT,
}


def _fate(variant: Variant, code: int | None) -> Fate:
    if code not in FATES:
        raise RuntimeError(f"the tests could not be run, exit code {code}, on {variant.change.say()}")
    return FATES[code]


def _try(variant: Variant, tests: "Tests") -> None:
    """Run the tests on a mutant in this process and leave with pytest's exit code; those of its module first."""
    signal.alarm(SECONDS)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.environ |= ALONE
    sys.meta_path.insert(0, _Instead(variant))
    try:
        importlib.import_module(variant.module)
    except Exception:  # noqa: BLE001  # whatever it is, the module cannot be read
        os._exit(UNREADABLE)
    own = f"test_syncer_{variant.module.rpartition('.')[2]}"
    first = [one for one in tests.files if own in one]
    code = 0
    try:
        for some in (first, [one for one in tests.files if one not in first]):
            code = code or (int(pytest.main([*OPTIONS, *tests.options, *some])) if some else 0)
    except BaseException:  # noqa: BLE001  # pytest itself failed: that is no kill
        code = int(pytest.ExitCode.INTERNAL_ERROR)
    os._exit(code)


class _Instead(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Reads a mutant where its module is asked for."""

    def __init__(self, variant: Variant) -> None:
        self._variant = variant

    def find_spec(self, fullname: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._variant.module:
            return None
        return importlib.util.spec_from_loader(fullname, self)

    def get_source(self, _: str) -> str:
        return self._variant.source


class _Outside(MutationVisitor):
    """Finds mutants with mutmut's operators and two more, in properties too.

    Not in `__all__`, which concerns type checkers alone, as no name is imported by a star here; and not in
    `auto()`, by which a member says that its value is of no matter.
    """

    def __init__(self, members: dict[str, list[str]]) -> None:
        super().__init__(
            [
                *(
                    (kind, operator)
                    for kind, operator in mutation_operators
                    if operator is not operator_string
                ),
                (
                    cst.BaseString,
                    lambda node: islice(operator_string(node), 1),
                ),  # one other text is as good as three
                (cst.CSTNode, _left_out),
                (cst.Attribute, lambda node: _other_member(node, members)),
            ],
            IgnoredCode(set(), set(), set()),
        )

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if m.matches(
            node, m.Assign([m.AssignTarget(m.Name("__all__"))]) | m.Assign(value=m.Call(m.Name("auto")))
        ):
            return True
        return not _is_property(node) and super()._skip_node_and_children(node)


def _is_property(node: cst.CSTNode) -> bool:
    return m.matches(node, m.FunctionDef(decorators=[m.Decorator(m.Name("property"))]))


def _left_out(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """Leave out one element of a tuple, list, set or dict."""
    if isinstance(node, cst.Tuple | cst.List | cst.Set | cst.Dict):
        for place in range(len(node.elements)):
            left: list[Any] = [*node.elements[:place], *node.elements[place + 1 :]]
            if isinstance(node, cst.Tuple) and len(left) == 1:
                left = [left[0].with_changes(comma=cst.Comma())]
            if left or isinstance(node, cst.Dict | cst.List):
                yield node.with_changes(elements=left)


def _other_member(node: cst.Attribute, members: dict[str, list[str]]) -> Iterable[cst.CSTNode]:
    """Put the next member of the same class in a member's place."""
    if isinstance(node.value, cst.Name):
        known = members.get(node.value.value, [])
        if node.attr.value in known and len(known) > 1:
            other = known[(known.index(node.attr.value) + 1) % len(known)]
            yield node.with_changes(attr=cst.Name(other))


def _members_of(code: str) -> dict[str, list[str]]:
    """Return the members of each class that a module names, as far as it names them."""
    found: dict[str, set[str]] = {}
    stack: list[cst.CSTNode] = [cst.parse_module(code)]
    while stack:
        node = stack.pop()
        if isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name) and node.attr.value.isupper():
            found.setdefault(node.value.value, set()).add(node.attr.value)
        stack.extend(node.children)
    return {name: sorted(members) for name, members in found.items()}
