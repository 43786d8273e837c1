"""Custom fields: their definitions, and the values that clients have in them."""

from mock_xpm.records.common import NAME
from mock_xpm.wire.kinds import CODE, DECIMAL, INTEGER, MOMENT, TRUE_FALSE, Kind, or_none
from mock_xpm.wire.record import Each, Record, Value
from mock_xpm.wire.versions import Ident

# A value is kept as the text that answers hold; a moment is kept as its day. An empty one clears the field.
VALUES = {
    "Date": MOMENT,
    "Number": Kind(str, or_none(lambda text: str(INTEGER.read(text))), plain=True, bare=True),
    "Decimal": Kind(str, or_none(DECIMAL.read), plain=True),
    "Boolean": Kind(str, or_none(lambda text: TRUE_FALSE.text(TRUE_FALSE.read(text))), plain=True, bare=True),
    "Text": Kind(str, lambda text: text or None),
}
"""The types of a custom field, each the name of the element that its values are in."""

# No source shows a definition: ours, with what the product asks for.
DEFINITION = Record(
    "CustomFieldDefinition",
    Ident("custom_fields"),
    NAME,
    Value("Type", "type", CODE),
    Value("UseClient", "use_client", TRUE_FALSE),
    Value("UseContact", "use_contact", TRUE_FALSE),
    Value("UseJob", "use_job", TRUE_FALSE),
)
CUSTOM_FIELD = Record(
    "CustomField",
    Ident("custom_fields"),
    Value("Name", "name", use="answer"),
    *(Value(name, name.lower(), kind, when="set") for name, kind in VALUES.items()),
)
CUSTOM_FIELDS = Record("CustomFields", Each("CustomField", "fields", CUSTOM_FIELD))
"""The body that fills and clears custom fields of a client."""
