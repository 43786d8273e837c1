"""`job.api/note`: notes on a job; the whole job shows them."""

from mock_xpm.errors import require
from mock_xpm.job_api import job_rows
from mock_xpm.records.jobs import JOB_NOTE
from mock_xpm.rows import only
from mock_xpm.tables.jobs import JOB_NOTES
from mock_xpm.wire.answers import Answer, Ask, Single

OWN = ("title", "text", "folder", "public")


def post(ask: Ask) -> Answer:
    """Add a note to a job, after those it has."""
    job = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("job_number"))
    require({"title": "", **ask.body}, title="Title")
    position = job_rows.next_position(ask.tx, JOB_NOTES, ask.tenant_id, job["number"])
    key = {"tenant_id": ask.tenant_id, "job_number": job["number"], "position": position}
    ask.tx.insert(JOB_NOTES, {**only(ask.body, OWN), **key})
    return (Single(JOB_NOTE, ask.tx.get(JOB_NOTES, *key.values()) or {}),)
