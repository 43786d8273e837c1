"""`job.api/document`: files on a job. A list answers them whole, so that what was sent can be read (ours)."""

from sqlalchemy import select

from mock_xpm import documents
from mock_xpm.job_api import job_rows
from mock_xpm.records.documents import DOCUMENT
from mock_xpm.tables.jobs import JOB_DOCUMENTS
from mock_xpm.wire.answers import Answer, Ask, Listing, Single


def list_(ask: Ask) -> Answer:
    """Answer the documents of a job, in the order they came."""
    job = job_rows.find(ask.tx, ask.tenant_id, ask.key)
    mine = JOB_DOCUMENTS.c.tenant_id == ask.tenant_id
    query = select(JOB_DOCUMENTS).where(mine, JOB_DOCUMENTS.c.job_number == job["number"])
    return (Listing("Documents", DOCUMENT, ask.tx.rows(query.order_by(JOB_DOCUMENTS.c.position))),)


def post(ask: Ask) -> Answer:
    """Add a document to a job."""
    job = job_rows.find(ask.tx, ask.tenant_id, ask.body.get("job_number"))
    own = documents.values(ask.body)
    position = job_rows.next_position(ask.tx, JOB_DOCUMENTS, ask.tenant_id, job["number"])
    key = {"tenant_id": ask.tenant_id, "job_number": job["number"], "position": position}
    ask.tx.insert(JOB_DOCUMENTS, {**own, **key})
    return (Single(DOCUMENT, ask.tx.get(JOB_DOCUMENTS, *key.values()) or {}),)
