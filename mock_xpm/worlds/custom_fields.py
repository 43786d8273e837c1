"""Custom fields, and what a client has in them."""

from typing import Literal

from mock_kit.world import Record
from mock_xpm.worlds.base import Name, Uuid


class CustomField(Record):
    """A field that a practice made for itself."""

    uuid: Uuid
    name: Name
    type: Literal["Date", "Number", "Decimal", "Boolean", "Text"]
    use_client: bool = True
    use_contact: bool = False
    use_job: bool = False


class CustomValue(Record):
    """What a client has in a custom field: a date as `YYYY-MM-DD`, a number, `true` or `false`, a text."""

    uuid: Uuid
    value: Name
