"""The stages that deals go through. A deal has no row of its own: it is a proposal, as sales see it."""

from mock_ignition.tables.base import record
from mock_kit.columns import flags, texts, whole

DEAL_STAGES = record("deal_stages", texts("name"), whole("position"), flags("is_closed"))
