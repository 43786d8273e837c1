"""Pages of long lists, and what is shown in pages only."""

from mock_xpm.records.clients import CONTACT
from mock_xpm.records.common import NAME
from mock_xpm.wire.kinds import YES_NO
from mock_xpm.wire.record import One, Record, Several, Value
from mock_xpm.wire.versions import Ident

PAGINATION = Record(
    "Pagination",
    One("Links", "links", Record("Links", Value("First", "first"), Value("Next", "next", when="set"))),
)
# Whose contact it is: no source speaks; ours, with what belongs to the link with each client.
CONTACT_PAGED = Record(
    "Contact",
    *CONTACT.items,
    Several(
        "Clients",
        "clients",
        Record(
            "Client",
            Ident("clients"),
            NAME,
            Value("IsPrimary", "is_primary", YES_NO),
            Value("Position", "position"),
        ),
    ),
    old=" ".join([*CONTACT.old, "Clients"]),
)
