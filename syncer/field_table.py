"""`python -m syncer.field_table`: what syncs where, as the README shows it, made of the one table of fields."""

from collections.abc import Iterable

from syncer.fields import CLIENT_FIELDS, CONTACT_FIELDS, Field

HEAD = "| field | in XPM | in Ignition | which way | when | rule |\n|---|---|---|---|---|---|"


def as_markdown() -> str:
    """Return the table of all fields, clients' first."""
    return "\n".join([HEAD, *_rows("", CLIENT_FIELDS), *_rows("contacts.", CONTACT_FIELDS)])


def _rows(prefix: str, fields: Iterable[Field]) -> list[str]:
    return [
        f"| {field.title} | `{' '.join(field.xpm)}` | `{prefix}{field.ignition}` | {field.direction.value} | "
        f"{field.when.value} | {field.rule} |"
        for field in fields
    ]


if __name__ == "__main__":
    print(as_markdown())  # noqa: T201  # what it is run for
