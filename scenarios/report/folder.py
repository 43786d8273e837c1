"""Where commands write their files: what is in the way there is told in a sentence."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


class UnwritableError(click.ClickException):
    """Something cannot be written; says where, why, and the way out."""

    exit_code = 2


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Have something written in the block. Raises UnwritableError when it cannot be."""
    try:
        yield
    except OSError as error:
        raise UnwritableError(
            f"{place} cannot be written: {error.strerror or error}. Move what is in the way, make room, or get the "
            "right to write there; or start the command in another folder"
        ) from error


def ready(folder: Path) -> None:
    """Make a folder that files go to, and see whether they can. Raises UnwritableError when not."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as tried:
            tried.write(b"x")
