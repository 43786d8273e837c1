"""Jobs and what is on them."""

from mock_kit.world import Record
from mock_xpm.worlds.base import Name, Uuid


class Job(Record):
    """A job. Without a number it takes the next of the practice's sequence."""

    number: str | None = None
    name: Name
    client_uuid: Uuid
    description: str = ""
    client_order_number: str = ""
    state: str = "Planned"
    start_date: str
    due_date: str
    manager_uuid: Uuid | None = None
    partner_uuid: Uuid | None = None
    template_uuid: Uuid | None = None
