"""The tables of the ledger. `practice` is the practice's key in the configuration, first in every key."""

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, Text, true

SCHEMA = "0010"
"""The version of the schema: the newest in `migrations/versions`."""
metadata = MetaData()


def _table(name: str, *columns: Column[object], **info: object) -> Table:
    return Table(name, metadata, Column("practice", String, primary_key=True), *columns, info=dict(info))


def _key(name: str) -> Column[object]:
    return Column(name, String, primary_key=True)


def _text(name: str, *, optional: bool = False) -> Column[object]:
    return Column(name, Text, nullable=optional)


meta = Table(
    "meta", metadata, Column("key", String, primary_key=True), Column("value", Text), info={"hidden": True}
)

connections = _table(
    "connections",
    _key("system"),  # xpm | ignition
    _text("status"),  # connected | reconnect_needed
    _text("tenant_id", optional=True),
    _text("tenant_name", optional=True),
    _text("tokens"),  # encrypted
    hidden=True,
)

mirror = _table(
    # Every client as last read, on either side; `dirty` until a sync has dealt with what it read,
    # `lead` as it was when the client was first seen.
    "mirror",
    _key("side"),
    _key("id"),
    Column("name", Text, nullable=False, index=True),
    _text("standing"),
    Column("lead", Boolean, nullable=False),
    Column("dirty", Boolean, nullable=False, index=True),
    Column("version", Integer, nullable=False),  # grows by one whenever it is read and found changed
    _text("record"),
    # Digests of the values that its fields had before, which were read or written by the syncer.
    Column("overwritten", Text, nullable=False, server_default="[]"),
)

links = _table(
    "links",
    _key("xpm_id"),
    Column("ignition_id", Text, nullable=False, index=True),
    _text("origin"),  # imported | named | deployed
    _text("standing"),  # live | xpm_archived | xpm_deleted | ignition_archived | ignition_deleted
    Column("receives_only", Boolean, nullable=False),
    _text("etag", optional=True),
    _text("base"),
    _text("contacts"),
    _text("made_at", optional=True),  # when a lead was imported; unknown of links from before 0007
    Column("sent", Text, nullable=False, server_default="[]"),  # to either side, and never acknowledged
)

user_links = _table(
    "user_links",
    _key("staff_uuid"),
    _text("user_slug"),
    _text("name"),
    _text("standing"),  # live | staff_deleted | user_deleted
)

cursors = _table("cursors", _key("name"), _text("value"))

intents = _table(
    # What was about to be written where the API has no idempotency key (E11).
    "intents",
    _key("key"),
    _text("kind"),  # client | job
    _text("state"),  # open | done
    _text("at"),
    _text("evidence"),
    _text("outcome", optional=True),
)

doubts = _table(
    # Writes whose outcome was not known, until an audit has looked, and after that for audits of everything (E11).
    "doubts",
    _key("key"),  # the intent's
    _text("kind"),  # client | job | contact | conflict
    _text("evidence"),  # of the first attempt
    _text("settles_at"),  # when all that may have come of it must have landed
    Column("audited", Boolean, nullable=False),
)

deployments = _table(
    "deployments",
    _key("proposal_slug"),
    _text("reference"),
    _text("client_slug"),
    _text("status"),  # pending | deployed | partly | needs_attention | failed
    _text("xpm_uuid", optional=True),
    _text("chosen_uuid", optional=True),
    _text("message"),
    _text("candidates"),
    _text("proposal"),  # as last read
    _text("shown"),  # what Ignition was last told
)

deployed_jobs = _table(
    "deployed_jobs",
    _key("key"),
    _text("proposal_slug"),
    _text("name"),
    _text("start_date"),
    _text("number"),
    Column("steps", Integer, nullable=False),
    _text("plan", optional=True),  # the planned job; None: made before plans were kept
    Column("notes", Text, nullable=False, server_default="[]"),  # what it is without
    Column("audited", Boolean, nullable=False, server_default=true()),
)

conflicts = _table(
    "conflicts",
    Column("id", Integer, primary_key=True),
    _text("xpm_id"),
    _text("ignition_id"),
    _text("client_name"),
    _text("contact", optional=True),
    _text("field"),
    _text("base"),
    _text("ignition"),
    _text("xpm"),
    _text("winner"),
    _text("state"),  # open | taken | dismissed | agreed | superseded
    _text("at"),
    # changed: both sides differently; removed: on one side, and changed on the other
    Column("kind", Text, nullable=False, server_default="changed"),
    _text("xpm_contact", optional=True),
    _text("ignition_contact", optional=True),
    _text("settled_at", optional=True),
    Column("superseded_by", Integer),  # the later conflict about the same
)

leases = Table(
    # Who may write: for a practice (`practice`), or where a client of some name may be made (`client`).
    "leases",
    metadata,
    Column("scope", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Text, nullable=False),
    info={"hidden": True},
)

inbox = _table(
    # Webhooks received; kept so that an event delivered again is known.
    "inbox",
    _key("event_id"),
    _text("type"),
    _text("subject"),
    _text("state"),  # waiting | done
    _text("received_at"),
)

rests = _table(
    "rests",
    _key("system"),
    Column("left", Integer, nullable=False),  # how many calls of its window, after the last one
    _text("at"),
    hidden=True,  # which of several calls side by side ended last decides it
)

runs = _table(
    "runs",
    Column("id", Integer, primary_key=True),
    _text("command"),
    _text("started_at"),
    _text("ended_at", optional=True),
    _text("outcome"),
    _text("report"),
    hidden=True,
)
