"""The access log: a line on stderr for each call. No caller can forge one, and no reader's end stops a call."""

from contextlib import suppress
from urllib.parse import quote

import click

from mock_kit.journal import Entry, Journal

PLAIN = "/:@!$'*+,;="
"""What a text may hold, beside letters and digits, and is still written as it is."""


def keep_access_log(journal: Journal) -> None:
    """Tell of each call on stderr, until nobody is there to read it."""

    def tell(entry: Entry) -> None:
        if not say(line(entry)):
            journal.watch = None
            with suppress(OSError, ValueError):
                click.echo("the access log has ended: stderr cannot be written to any more")

    journal.watch = tell


def line(entry: Entry) -> str:
    """Return a call's line: never its query, its body or its token.

    What a caller or a plan chose is written in printable ASCII and ends no line; outside quotes it has no
    space either, so that it passes for none of the fields beside it.
    """
    fault = f" fault={quote(entry.fault, PLAIN)}" if entry.fault else ""
    tenant = quote(entry.tenant_id or "-", PLAIN)
    return (
        f"{entry.at} {entry.status} {entry.method} {quote(entry.path, PLAIN)} {entry.operation!a} "
        f"tenant={tenant} {entry.response_bytes} bytes {entry.service_ms} ms{fault}"
    )


def say(text: str) -> bool:
    """Write a line on stderr; returns whether that could be done: whoever read it may have gone."""
    try:
        click.echo(text, err=True)
    except (OSError, ValueError):  # a pipe without a reader; a stream that is closed
        return False
    return True
